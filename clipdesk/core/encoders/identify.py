"""Which architecture a file of weights is for: read off the names and sizes of its tensors."""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from pathlib import Path

from clipdesk.core.encoders.table import Published, table
from clipdesk.core.errors import WeightsBroken
from clipdesk.core.paths import printable

_HEADER_LIMIT = 50_000_000
"""Bytes. A safetensors header is some hundred kilobytes; a hostile one says anything."""
_PASSING = ("logit_scale", "logit_bias", "num_batches_tracked")
"""Tensors that some files have and others lack, for one architecture."""

Shapes = Mapping[str, tuple[int, ...]]


def architectures(file: Path, sha256: str = "") -> tuple[str, ...]:
    """The architectures whose tensors have these names and sizes, the likeliest first.

    Several differ in nothing that a file tells, as ViT-B-32 and ViT-B-32-quickgelu do; then the
    file's hash decides if it is a known one, else its name. Raises `WeightsBroken`.
    """
    fitting = table().with_shapes(fingerprint(shapes_of(file)))
    known = table().with_hash(sha256) if sha256 else None
    return tuple(sorted(fitting, key=lambda name: _unlikely(name, file.name, known)))


def fingerprint(shapes: Shapes) -> str:
    """A short name for the names and sizes of a network's tensors."""
    lines = (
        f"{name} {math.prod(shape)}"
        for name, shape in sorted(shapes.items())
        if not name.endswith(_PASSING)
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def shapes_of(file: Path) -> dict[str, tuple[int, ...]]:
    """Names and shapes of a file's tensors; the numbers are not read. Raises `WeightsBroken`."""
    try:
        if file.suffix.lower() == ".safetensors":
            return _of_safetensors(file)
        return _of_torch(file)
    except Exception as error:  # whatever a foreign file makes of the readers
        raise WeightsBroken(
            f"{printable(file)} is damaged, or holds no weights.",
            hint="Weights end in .safetensors, .pt, .pth or .bin.",
        ) from error


def _of_safetensors(file: Path) -> dict[str, tuple[int, ...]]:
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if length > _HEADER_LIMIT:
            raise ValueError(length)
        header = json.loads(stream.read(length))
    return {
        name: tuple(map(int, said["shape"]))
        for name, said in header.items()
        if name != "__metadata__"
    }


def _of_torch(file: Path) -> dict[str, tuple[int, ...]]:
    import torch

    content = torch.load(file, map_location="meta", weights_only=True)
    if isinstance(content.get("state_dict"), dict):
        content = content["state_dict"]  # what training leaves behind
    return {
        name.removeprefix("module."): tuple(value.shape)
        for name, value in content.items()
        if isinstance(value, torch.Tensor)
    }


def _unlikely(name: str, file: str, known: Published | None) -> tuple[bool, ...]:
    """Sorts the likely first."""
    quick = name.endswith("-quickgelu")
    if known is not None:
        return (known.quick_gelu != quick, known.architecture.name != name)
    said = re.sub(r"[^a-z0-9]+", "", file.lower())
    hinted = "quickgelu" in said or "openai" in said
    return (hinted != quick, re.sub(r"[^a-z0-9]+", "", name.lower()) not in said)
