"""An encoder that was adapted to someone's pictures: another one, and a map of its vectors."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.encoders import sharing
from clipdesk.core.encoders.encoder import Encoder
from clipdesk.core.encoders.sharing import PREFIX, About
from clipdesk.core.errors import WeightsBroken
from clipdesk.core.paths import printable
from clipdesk.core.types import Calibration, Space

_MOST = 8192

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Adaptation:
    """Linear maps (d, d) of an encoder's vectors; None leaves that side as it is."""

    about: About
    text: Vectors
    image: Vectors | None = None

    def save(self, file: Path) -> None:
        """Write it, whole or not at all; raises OSError."""
        sharing.write(file, self.about, self._maps())

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
    with sharing.opened(file) as (about, tensors):
        if about.kind != "maps":
            raise ValueError("it holds weights")
        maps = {name: _map(tensors.get_tensor(name)) for name in tensors.keys()}  # noqa: SIM118 - it is no mapping
        return Adaptation(about, maps.pop("text"), maps.pop("image", None))


def _map(values: Any) -> Vectors:
    square = values.ndim == 2 and values.shape[0] == values.shape[1] <= _MOST
    if not square or values.dtype != np.float32 or not np.isfinite(values).all():
        raise ValueError("not a map of vectors")
    return np.asarray(values)


def load(name: str, load_base: Callable[[str], Encoder]) -> Encoder:
    """The encoder called ``adapted:PATH``, over the one it was made for.

    Raises `ModelNotHere`, `WeightsBroken`, or what loading the base raises.
    """
    file = sharing.path_of(name)
    base = load_base(sharing.base_of(name))
    found = read(file)
    sharing.check_base(found.about, file, base.space.weights_hash)
    if {len(found.text), len(found.text if found.image is None else found.image)} != {
        base.space.dimensions
    }:
        raise WeightsBroken(
            f"{printable(file)} does not fit {found.about.base}.", hint=sharing.REMEDY
        )
    return AdaptedEncoder(base, found, f"{PREFIX}{file}")


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
