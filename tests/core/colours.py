"""A small, real encoder: it sees the colours of a picture and knows their names."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.types import Calibration, ImageSpec, Space

NAMES = {
    "red": (220, 30, 30),
    "green": (30, 170, 60),
    "blue": (30, 60, 220),
    "yellow": (240, 220, 40),
    "white": (250, 250, 250),
    "black": (10, 10, 10),
    "purple": (140, 40, 170),
    "orange": (250, 140, 20),
}
_POINTS = np.array(list(NAMES.values()), np.float32)


class ColourEncoder:
    """Embeds a picture as how much of each named colour it has; (n, 8), of unit length."""

    def __init__(self, name: str = "colours", size: int = 32) -> None:
        spec = ImageSpec(size, "squash", "bilinear")
        self.space = Space(name, "colours", f"{name}-{size}", len(NAMES), spec)
        self.calibration = Calibration(scale=20.0)
        self.images = 0
        """How many pictures have been encoded: a rename must not add to it."""

    def encode_images(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.images += len(pixels)
        colours = pixels.reshape(len(pixels), -1, 1, 3).astype(np.float32)
        near = np.exp(-(((colours - _POINTS) / 60) ** 2).sum(axis=3)).mean(axis=1)
        return _unit(near.astype(np.float32))

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        words = [text.lower().split() for text in texts]
        known = [[float(name in said) for name in NAMES] for said in words]
        return _unit(np.array(known, np.float32))


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    vectors = vectors + 1e-6
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
