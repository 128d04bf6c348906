"""From an open_clip network to OpenVINO's form of its two towers; torch is needed here."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.encoders import stem, tower
from clipdesk.core.encoders.network import Network
from clipdesk.core.types import ImageSpec

if TYPE_CHECKING:
    import openvino

log = logging.getLogger(__name__)


def image_tower(network: Network, spec: ImageSpec) -> "openvino.Model":
    """From uint8 (n, size, size, 3) to unit vectors; preprocessing is part of it."""
    import torch

    example = torch.rand(2, 3, spec.size, spec.size)
    model = _converted(network, "encode_image", example)
    model.reshape([-1, 3, spec.size, spec.size])
    return stem.takes_bytes(model, spec)


def text_tower(network: Network, example: NDArray[np.int64]) -> "openvino.Model":
    """From tokens (n, context length) to unit vectors; ``example`` is of two captions."""
    import torch

    model = _converted(network, "encode_text", torch.from_numpy(example))
    model.reshape([-1, example.shape[1]])
    return model


def save(model: "openvino.Model", file: Path) -> None:
    """Write a tower; its numbers are kept in halves."""
    tower.load().save_model(model, file, compress_to_fp16=True)


def _converted(network: Network, method: str, example: Any) -> "openvino.Model":
    import torch

    class Unit(torch.nn.Module):
        """One tower as a module of its own."""

        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, rows: torch.Tensor) -> torch.Tensor:
            vectors: torch.Tensor = getattr(self.network, method)(rows)
            return torch.nn.functional.normalize(vectors, dim=-1)

    tower.silence()
    from openvino.tools.ovc import convert_model

    unit = Unit().eval()
    with _as_written(), torch.inference_mode():
        try:
            rows = torch.export.Dim("rows", max=4096)
            graph = torch.export.export(unit, (example,), dynamic_shapes=({0: rows},))
            model: openvino.Model = convert_model(graph)
        except Exception as error:  # some networks have a way of their own with the batch
            log.info("%s can't be exported, it is traced: %s", method, error)
            traced = torch.jit.trace(unit, (example,), check_trace=False)  # type: ignore[no-untyped-call]
            model = convert_model(traced, example_input=example)
    return model


@contextmanager
def _as_written() -> Iterator[None]:
    """Let attention run as it is written: torch's fused shortcut is unknown to the converter."""
    import torch

    before = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        torch.backends.mha.set_fastpath_enabled(before)
