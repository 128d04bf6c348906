"""The smallest encoder that is of use: it compares the colours of a picture and of a caption."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.encoders.plugin import Description, ImageSpec, Space

COLOURS = {
    "red": (200, 30, 40),
    "orange": (245, 140, 30),
    "yellow": (245, 220, 60),
    "green": (40, 150, 70),
    "teal": (30, 150, 150),
    "blue": (40, 80, 200),
    "purple": (130, 50, 160),
    "pink": (240, 150, 190),
    "brown": (120, 75, 40),
    "white": (245, 245, 245),
    "grey": (128, 128, 128),
    "black": (20, 20, 20),
}
_POINTS = np.array(list(COLOURS.values()), np.float32)

interface = 1
description = Description(title="Palette", licence="Apache-2.0", dimensions=len(COLOURS))


def load(storage: Path) -> "Palette":  # noqa: ARG001 (it keeps no files)
    """There is nothing to load: what it knows stands above."""
    return Palette()


class Palette:
    """Embeds a picture, and a caption, as how much of each colour it has."""

    # The table of colours takes the place of weights: another table would be another space.
    space = Space("palette", "nearest-colour", "colours-1", len(COLOURS), ImageSpec(64, "squash"))

    def encode_images(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        flat = pixels[:, ::2, ::2].reshape(len(pixels), -1, 1, 3).astype(np.float32)
        nearest = ((flat - _POINTS) ** 2).sum(axis=3).argmin(axis=2)
        return _unit(np.stack([np.bincount(row, minlength=len(COLOURS)) for row in nearest]))

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        words = [text.lower().split() for text in texts]
        return _unit(np.array([[said.count(name) for name in COLOURS] for said in words]))


def _unit(counts: NDArray[np.int64]) -> NDArray[np.float32]:
    # A trace of every colour: a caption that names none must have a direction, too.
    vectors = counts.astype(np.float32) + 1e-3
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
