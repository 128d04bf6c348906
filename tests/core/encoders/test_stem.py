"""The first layer takes pixels as bytes, and makes of them what it made of floats."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clipdesk.core.encoders import exam, export, probes, stem, tower
from clipdesk.core.encoders.tower import Tower
from clipdesk.core.types import ImageSpec
from tests.core.encoders import shrunk, tiny

SPEC = ImageSpec(32, mean=(0.5, 0.4, 0.3), std=(0.2, 0.25, 0.3))


def kinds(model: Any) -> list[str]:
    return [node.get_type_name() for node in model.get_ordered_ops()]


@pytest.fixture(scope="module")
def network() -> Any:
    return tiny.network(tiny.config()).requires_grad_(False)


def seen(network: Any, pixels: np.ndarray) -> np.ndarray:
    """What torch makes of pixels that are prepared as open_clip does it."""
    import torch

    floats = torch.from_numpy(pixels).permute(0, 3, 1, 2) / 255
    mean, std = (torch.tensor(part).view(3, 1, 1) for part in (SPEC.mean, SPEC.std))
    with torch.inference_mode():
        vectors: np.ndarray = network.encode_image((floats - mean) / std, normalize=True).numpy()
    return vectors


def test_nothing_is_done_with_pixels_before_the_first_layer(network: Any, tmp_path: Path) -> None:
    pixels = probes.pictures(SPEC.size, 6, seed=4)
    pixels[0], pixels[1] = 0, 255
    model = export.image_tower(network, SPEC)
    before = kinds(model)[: kinds(model).index("Convolution")]
    assert not {"Subtract", "Divide", "Multiply", "Add"} & set(before)
    export.save(model, tmp_path / "plain.xml")
    assert exam.lowest(seen(network, pixels), Tower(tmp_path / "plain.xml")(pixels)) >= 0.9999


def test_pixels_in_bytes_lose_nothing_but_what_rounding_weights_takes(
    network: Any, tmp_path: Path
) -> None:
    pixels = probes.pictures(SPEC.size, 6, seed=4)
    export.save(export.image_tower(network, SPEC), tmp_path / "plain.xml")
    model = tower.core().read_model(tmp_path / "plain.xml")
    stem.in_bytes(model)
    first = next(n for n in model.get_ordered_ops() if n.get_type_name() == "Convolution")
    scaled = first.input_value(1).get_node()
    numbers = scaled.input_value(0).get_node().input_value(0).get_node()
    assert first.input_value(0).get_node().get_type_name() == "FakeQuantize"
    assert numbers.data.dtype == np.int8
    tower.load().save_model(model, tmp_path / "bytes.xml")
    assert exam.lowest(seen(network, pixels), Tower(tmp_path / "bytes.xml")(pixels)) >= 0.999


def test_where_the_first_layer_looks_past_the_edge_pixels_are_prepared(tmp_path: Path) -> None:
    """There it meets zeros, which mean grey and not black."""
    shrunk.register()
    network = tiny.network(shrunk.config("RN50/openai")).requires_grad_(False)
    size = network.visual.image_size
    spec = ImageSpec(int(size[0] if isinstance(size, tuple | list) else size))
    model = export.image_tower(network, spec)
    before = kinds(model)[: kinds(model).index("Convolution")]
    assert "Subtract" in before
    stem.in_bytes(model)
    assert "FakeQuantize" not in kinds(model)
