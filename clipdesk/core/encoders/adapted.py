"""An encoder that was adapted to someone's pictures: another one, and a map of its vectors.

The map is a file of its own, small enough to be shared; whoever has the encoder it was made for
can use it as ``adapted:PATH``.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from clipdesk.core.encoders.encoder import Encoder
from clipdesk.core.errors import ModelNotHere, WeightsBroken
from clipdesk.core.paths import printable
from clipdesk.core.types import Calibration, Space

PREFIX = "adapted:"
_ABOUT = "clipdesk_adaptation"
_MOST = 8192
_REMEDY = "Ask for the file again, or make it anew: clipdesk adapt"

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Adaptation:
    """Linear maps (d, d) of an encoder's vectors; None leaves that side as it is."""

    base: str
    """The name of the encoder it was made for."""
    base_weights: str
    """The hash of that encoder's weights."""
    text: Vectors
    image: Vectors | None = None
    about: tuple[tuple[str, str], ...] = ()
    """What is worth knowing of how it was made."""

    def save(self, file: Path) -> None:
        """Write it, whole or not at all; raises OSError."""
        about = {"base": self.base, "base_weights": self.base_weights, **dict(self.about)}
        content = save(self._maps(), {_ABOUT: json.dumps(about)})
        half = file.with_name(file.name + ".half")
        try:
            half.write_bytes(content)
            half.replace(file)
        finally:
            half.unlink(missing_ok=True)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the maps."""
        digest = hashlib.sha256()
        for name, values in self._maps().items():
            digest.update(name.encode() + np.ascontiguousarray(values, "<f4").tobytes())
        return digest.hexdigest()

    def _maps(self) -> dict[str, Vectors]:
        return {"text": self.text} | ({} if self.image is None else {"image": self.image})


def read(file: Path) -> Adaptation:
    """Read such a file. Raises `ModelNotHere` or `WeightsBroken`."""
    if not file.is_file():
        raise ModelNotHere(f"There is nothing at {printable(file)}.", hint="Check the name.")
    try:
        with safe_open(file, "np") as tensors:
            about = json.loads((tensors.metadata() or {})[_ABOUT])
            maps = {name: _map(tensors.get_tensor(name)) for name in tensors.keys()}  # noqa: SIM118 - it is no mapping
        base, weights = str(about.pop("base")), str(about.pop("base_weights"))
        rest = tuple((str(key), str(value)) for key, value in about.items())
        return Adaptation(base, weights, maps.pop("text"), maps.pop("image", None), rest)
    except (OSError, SafetensorError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise WeightsBroken(
            f"{printable(file)} is damaged, or no adapted model of ClipDesk.", hint=_REMEDY
        ) from error


def is_one(file: Path) -> bool:
    """Whether this is such a file, and not one of weights; it may be damaged."""
    try:
        with safe_open(file, "np") as tensors:
            return _ABOUT in (tensors.metadata() or {})
    except (OSError, SafetensorError):
        return False


def _map(values: Any) -> Vectors:
    square = values.ndim == 2 and values.shape[0] == values.shape[1] <= _MOST
    if not square or values.dtype != np.float32 or not np.isfinite(values).all():
        raise ValueError("not a map of vectors")
    return np.asarray(values)


def base_of(name: str) -> str:
    """The name of the model that the adapted one called ``name`` needs; raises `ModelError`."""
    found = read(_path(name))
    if found.base.startswith(PREFIX):
        raise WeightsBroken(f"{printable(_path(name))} was made for itself.", hint=_REMEDY)
    return found.base


def load(name: str, load_base: Callable[[str], Encoder]) -> Encoder:
    """The encoder called ``adapted:PATH``, over the one it was made for.

    Raises `ModelNotHere`, `WeightsBroken`, or what loading the base raises.
    """
    file = _path(name)
    base = load_base(base_of(name))
    found = read(file)
    if found.base_weights != base.space.weights_hash:
        raise WeightsBroken(
            f"{printable(file)} was made for other weights of {found.base} than are here.",
            hint="Adapt the model anew: clipdesk adapt",
        )
    if {len(found.text), len(found.text if found.image is None else found.image)} != {
        base.space.dimensions
    }:
        raise WeightsBroken(f"{printable(file)} does not fit {found.base}.", hint=_REMEDY)
    return AdaptedEncoder(base, found, f"{PREFIX}{file}")


def _path(name: str) -> Path:
    return Path(name.removeprefix(PREFIX)).expanduser().absolute()


class AdaptedEncoder:
    """Implements `Encoder` with another encoder and an `Adaptation` of it."""

    def __init__(self, base: Encoder, adaptation: Adaptation, name: str) -> None:
        self._base = base
        self._adaptation = adaptation
        # Where pictures are seen as before, their vectors remain good: it is the same space.
        self._space = replace(base.space, model=name)
        if adaptation.image is not None:
            both = f"{base.space.weights_hash}:{adaptation.fingerprint}"
            weights = hashlib.sha256(both.encode()).hexdigest()
            self._space = replace(self._space, weights_hash=weights)

    @property
    def space(self) -> Space:
        """Where this encoder's vectors may be compared."""
        return self._space

    @property
    def calibration(self) -> Calibration:
        """How this encoder's cosines are read as probabilities."""
        return self._base.calibration

    def encode_images(self, pixels: NDArray[np.uint8]) -> Vectors:
        """Embed pictures prepared by the space's `ImageSpec`; (n, dimensions), unit length."""
        return mapped(self._base.encode_images(pixels), self._adaptation.image)

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """Embed captions of any length; (n, dimensions), of unit length."""
        return mapped(self._base.encode_texts(texts), self._adaptation.text)


def mapped(vectors: Vectors, by: NDArray[Any] | None) -> Vectors:
    """Vectors (n, d) after a map (d, d), of unit length again; None leaves them."""
    if by is None:
        return vectors
    moved = vectors @ by
    return np.asarray(moved / (np.linalg.norm(moved, axis=1, keepdims=True) + 1e-12), np.float32)
