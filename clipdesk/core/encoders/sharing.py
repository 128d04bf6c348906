"""What was made of a model for one's own pictures: a file that can be shared.

It is a safetensors file, which can hold nothing that runs, and says itself what it was made of.
Whoever has that model can use the file as ``adapted:PATH``.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from clipdesk.core.errors import ModelNotHere, WeightsBroken
from clipdesk.core.paths import printable

PREFIX = "adapted:"
REMEDY = "Ask for the file again, or make it anew: clipdesk adapt"
_ABOUT = "clipdesk_adaptation"

Arrays = Mapping[str, NDArray[np.float32]]
Kind = Literal["maps", "weights"]


@dataclass(frozen=True, slots=True)
class About:
    """What such a file was made of, and how."""

    base: str
    """The name of the model it was made for."""
    base_weights: str
    """The SHA-256 of that model's weights."""
    rest: tuple[tuple[str, str], ...] = ()
    """What is worth knowing of how it was made."""
    kind: Kind = "maps"
    """Whether it moves vectors, or changes the weights that make them."""


def write(file: Path, about: About, arrays: Arrays) -> None:
    """Write such a file, whole or not at all; raises OSError."""
    said = {"base": about.base, "base_weights": about.base_weights, "kind": about.kind}
    # The format's writer takes the memory as it lies, whatever the strides say.
    plain = {name: np.ascontiguousarray(values) for name, values in arrays.items()}
    content = save(plain, {_ABOUT: json.dumps(said | dict(about.rest))})
    half = file.with_name(file.name + ".half")
    try:
        half.write_bytes(content)
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)


def is_one(file: Path) -> bool:
    """Whether this is such a file, and not one of weights; it may be damaged."""
    try:
        with safe_open(file, "np") as tensors:
            return _ABOUT in (tensors.metadata() or {})
    except (OSError, SafetensorError):
        return False


def about(file: Path) -> About:
    """What it says of itself. Raises `ModelNotHere` or `WeightsBroken`."""
    with opened(file) as (said, _):
        return said


@contextmanager
def opened(file: Path) -> Iterator[tuple[About, Any]]:
    """What it says of itself, and its tensors, of which none is read yet.

    Raises `ModelNotHere`, or `WeightsBroken` also for what goes wrong inside.
    """
    if not file.is_file():
        raise ModelNotHere(f"There is nothing at {printable(file)}.", hint="Check the name.")
    try:
        with safe_open(file, "np") as tensors:
            yield _about((tensors.metadata() or {})[_ABOUT]), tensors
    except (OSError, SafetensorError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise broken(file) from error


def broken(file: Path) -> WeightsBroken:
    return WeightsBroken(
        f"{printable(file)} is damaged, or no adapted model of ClipDesk.", hint=REMEDY
    )


def path_of(name: str) -> Path:
    """Where the adapted model of this name lies."""
    return Path(name.removeprefix(PREFIX)).expanduser().absolute()


def base_of(name: str) -> str:
    """The name of the model that the adapted one called ``name`` needs; raises `ModelError`."""
    found = about(path_of(name))
    if found.base.startswith(PREFIX):
        raise WeightsBroken(f"{printable(path_of(name))} was made for itself.", hint=REMEDY)
    return found.base


def check_base(found: About, file: Path, weights: str) -> None:
    """Raise `WeightsBroken` if the model that is here is not the one that it was made for."""
    if found.base_weights != weights:
        raise WeightsBroken(
            f"{printable(file)} was made for other weights of {found.base} than are here.",
            hint="Adapt the model anew: clipdesk adapt",
        )


def _about(text: str) -> About:
    said = json.loads(text)
    base, weights = str(said.pop("base")), str(said.pop("base_weights"))
    kind: Kind = said.pop("kind", "maps")  # files of the first version know one kind only
    if kind not in get_args(Kind):
        raise ValueError(kind)
    return About(base, weights, tuple((str(key), str(value)) for key, value in said.items()), kind)
