"""What every quicker form of an image tower must answer as full precision does.

*Cosine*: of no picture may the vector be turned away further than `COSINE` says.

*Recall*: what would be found by captions must still be. Trained networks with real captions are not
at hand where a model is converted, and 200 captions could not tell half a point: their
standard error is 3 points. So captions are made up, in the space of the vectors: around each
picture many, off it in the directions in which these pictures differ, and so far off that in full
precision every other one has its picture among the ten nearest. That is where a change shows most,
and where people's own captions lie. The same made-up captions are then asked of the other form's
vectors. What is lost is told with its standard error over the pictures (with 208 of them some
hundredths of a point for a good form, a quarter of a point for a bad one); a form passes where,
with 95 % certainty, no more is lost than `RECALL_LOST`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Run = Callable[[NDArray[Any]], Vectors]

COSINE = 0.995
"""To full precision, at least, on every picture."""
RECALL_LOST = 0.005
"""Of captions whose picture is among the ten nearest, at most."""
LENGTH = 1e-3
"""How far vectors may be from unit length; cosines are compared as if they were of it."""
_AMONG = 10
_CAPTIONS = 40
"""Made up of each picture."""
_FOUND = 0.5
_SURELY = 1.645
"""Standard errors, for 95 % on one side."""
_FARTHEST = 64.0
_STEPS = 16


class Rejected(ValueError):
    """A form that is not good enough; why."""


class Exam:
    """Full precision's own answers for some pictures, and captions made up around them."""

    def __init__(self, full: Run, pixels: NDArray[np.uint8]) -> None:
        self.pixels = pixels
        self._wanted = full(pixels)
        self._captions = made_up(self._wanted)
        self._found = found(self._captions, self._wanted)

    def sit(self, candidate: Run) -> float:
        """The lowest cosine to full precision. Raises `Rejected` if it is not good enough."""
        vectors = candidate(self.pixels)
        cosine = near_enough(self._wanted, vectors)
        odd = np.arange(len(vectors))[:, None] % 2 == 1
        # A library may have been seen by one form, or the one half of it by each.
        for gallery in (
            vectors,
            np.where(odd, vectors, self._wanted),
            np.where(odd, self._wanted, vectors),
        ):
            lost, error = self._lost(gallery)
            if not lost + _SURELY * error <= RECALL_LOST:
                raise Rejected(f"it loses {100 * lost:.2f} ± {100 * error:.2f} points of recall")
        return cosine

    def _lost(self, gallery: Vectors) -> tuple[float, float]:
        """The share of captions that find their picture no more, and its standard error."""
        lost = (self._found.astype(float) - found(self._captions, gallery)).mean(axis=1)
        return float(lost.mean()), float(lost.std(ddof=1) / len(lost) ** 0.5)


def made_up(vectors: Vectors) -> Vectors:
    """Captions of each picture, (n, some, d), of which the half finds it among these."""
    dice = np.random.default_rng(4)
    count = len(vectors)
    apart = vectors - vectors.mean(axis=0)
    shares = dice.standard_normal((count * _CAPTIONS, count), np.float32) / np.float32(count**0.5)
    off = (shares @ apart).reshape(count, _CAPTIONS, -1)
    to_picture, to_caption = (apart @ vectors.T)[:, None], off @ vectors.T
    near, far = 0.0, _FARTHEST
    for _ in range(_STEPS):
        distance = (near + far) / 2
        if _among_the_first(to_picture + np.float32(distance) * to_caption).mean() > _FOUND:
            near = distance
        else:
            far = distance
    return np.asarray(apart[:, None] + np.float32(distance) * off)


def found(captions: Vectors, gallery: Vectors) -> NDArray[np.bool_]:
    """Whether each caption of (n, some, d) has the gallery's vector n among its ten nearest."""
    return _among_the_first(captions @ gallery.T)


def _among_the_first(scores: Vectors) -> NDArray[np.bool_]:
    row = np.arange(len(scores))
    own = scores[row, :, row][..., None]
    place: NDArray[np.int64] = (scores > own).sum(axis=-1)
    return place < _AMONG


def near_enough(wanted: Vectors, vectors: Vectors) -> float:
    """The lowest cosine between them. Raises `Rejected` if that is too low."""
    lengths = np.linalg.norm(vectors, axis=1)
    if not np.allclose(lengths, 1, rtol=0, atol=LENGTH):  # false for NaN, too
        raise Rejected(f"its vectors are {lengths.min():.3f} to {lengths.max():.3f} long")
    cosine = lowest(wanted, vectors)
    if not cosine >= COSINE:
        raise Rejected(f"its cosine falls to {cosine:.4f}")
    return cosine


def lowest(one: Vectors, other: Vectors) -> float:
    """The lowest cosine between unit vectors of the same things; NaN if one is not a number."""
    return float(np.sum(one * other, axis=1).min())
