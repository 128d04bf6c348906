"""From an open_clip network to OpenVINO's form of its two towers; torch is needed here."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from clipdesk.core.encoders import stem, tower
from clipdesk.core.encoders.network import Network
from clipdesk.core.encoders.reader import BLOCK, PREFIX, Reading
from clipdesk.core.types import ImageSpec

if TYPE_CHECKING:
    import openvino

log = logging.getLogger(__name__)

_WHOLE = {"token_embedding.weight", "positional_embedding", "ln_final.weight", "ln_final.bias"}
_PROJECTIONS = {"text_projection", "text_projection.weight", "text_projection.bias"}
_IN_BLOCK = {"attn.in_proj_weight", "attn.in_proj_bias"} | {
    f"{part}.{kind}"
    for part in ("ln_1", "ln_2", "attn.out_proj", "mlp.c_fc", "mlp.c_proj")
    for kind in ("weight", "bias")
}
_NOT_TEXT = ("visual.", "logit_scale", "logit_bias")


class Unlike(ValueError):
    """A text tower that `Reader` does not know; why."""


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


def reading(network: Network, file: Path) -> Reading:
    """Write a text tower as `Reader` runs it; whether that comes out the same is to be seen.

    Raises `Unlike` for one that has other parts than CLIP's own.
    """
    import torch
    from open_clip.transformer import QuickGELU

    weights = {
        name.removeprefix(PREFIX): tensor.half().contiguous().numpy()
        for name, tensor in network.state_dict().items()
        if not name.startswith(_NOT_TEXT)
    }
    others = weights.keys() - _WHOLE - _PROJECTIONS
    unknown = {
        name for name in others if name.removeprefix(BLOCK).partition(".")[2] not in _IN_BLOCK
    }
    if unknown or not weights.keys() & _PROJECTIONS or not weights.keys() >= _WHOLE:
        raise Unlike(f"its text tower has {', '.join(sorted(unknown)[:3]) or 'other parts'}")
    text: Network = getattr(network, "text", network)
    block = text.transformer.resblocks[0]
    activation = block.mlp.gelu
    quick = isinstance(activation, QuickGELU)
    if not quick and not (
        isinstance(activation, torch.nn.GELU) and activation.approximate == "none"
    ):
        raise Unlike(f"its text tower is activated by {activation}")
    save_file(weights, file)
    return Reading(file.name, block.attn.num_heads, quick)


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
