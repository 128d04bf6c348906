"""Vectors like an encoder's, as many as are wanted: for libraries that nobody has at hand.

Pictures of a CLIP are no noise: they lie in a narrow cone (their mean cosine is about a half),
in clusters of very different sizes, along some dozens of directions, and one or two of their
numbers are many times as large as the rest. Captions lie in a cone of their own, far away.
"""

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

_DIRECTIONS = 48
_CLUSTERS = 3_000


class Crowd:
    """Draws pictures, captions, and noise of one space."""

    def __init__(self, dimensions: int = 512, seed: int = 1) -> None:
        self._dice = dice = np.random.default_rng(seed)
        self._dimensions = dimensions
        directions = min(_DIRECTIONS, dimensions // 2)
        axes, _ = np.linalg.qr(dice.standard_normal((dimensions, directions + 2)))
        spread = np.arange(1, directions + 1) ** -0.5
        self._axes = (axes[:, :directions] * spread / np.linalg.norm(spread)).T.astype(np.float32)
        self._centres = dice.standard_normal((_CLUSTERS, directions)).astype(np.float32)
        share = np.arange(1, _CLUSTERS + 1) ** -0.8
        self._share = share / share.sum()
        mean = axes[:, directions].astype(np.float32)
        mean[dimensions // 4] += 1.0
        mean[dimensions // 5] -= 0.4
        self._mean = unit(mean[None])[0]
        self._captions = axes[:, directions + 1].astype(np.float32)

    def pictures(self, count: int) -> Vectors:
        return unit(self._latent(count, 0.6) / 1.17 + self._grain(count, 0.35) + self._mean)

    def captions(self, count: int) -> Vectors:
        asked = 0.5 * self._latent(count, 0.3) + self._grain(count, 0.2)
        return unit(asked + self._captions + 0.15 * self._mean)

    def near(self, vectors: Vectors) -> Vectors:
        """A picture like each of these."""
        return unit(vectors.astype(np.float32) + self._grain(len(vectors), 0.3))

    def noise(self, count: int) -> Vectors:
        return unit(self._grain(count, 1.0))

    def _latent(self, count: int, spread: float) -> Vectors:
        of = self._centres[self._dice.choice(_CLUSTERS, count, p=self._share)]
        around = spread * self._dice.standard_normal(of.shape, np.float32)
        latent: Vectors = (of + around) @ self._axes
        return latent

    def _grain(self, count: int, size: float) -> Vectors:
        shape = (count, self._dimensions)
        return size * self._dice.standard_normal(shape, np.float32) / self._dimensions**0.5


def unit(vectors: Vectors) -> Vectors:
    """Each of length one."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / lengths, np.float32)
