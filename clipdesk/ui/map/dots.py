"""A hundred thousand dots in a few milliseconds: written into the pixels of an image."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

_OPAQUE = np.uint32(0xFF000000)
_PARTS = 4
_SHARE = 0.42
"""Of the way from one dot to the next, were they spread evenly, that a dot is wide."""
_LEAST, _MOST = 2.0, 9.0
"""Logical pixels."""

Pixels = NDArray[np.uint32]


def size_for(count: int, area: float) -> float:
    """How wide dots are, in logical pixels, where so many are to share an area."""
    return float(min(max(_SHARE * (area / max(1, count)) ** 0.5, _LEAST), _MOST))


class Dots:
    """An image that dots are drawn into, frame after frame in the same memory."""

    def __init__(self) -> None:
        self._pixels: Pixels = np.empty((0, 0), np.uint32)
        self._ground = _OPAQUE

    def begin(self, width: int, height: int, ground: QColor) -> None:
        """Begin a picture of so many pixels that is all ground."""
        if self._pixels.shape != (height, width):
            self._pixels = np.empty((height, width), np.uint32)
        self._ground = np.uint32(ground.rgb())
        self._pixels.fill(self._ground)

    def add(self, places: NDArray[np.float32], colours: Pixels, size: int) -> None:
        """Draw n round dots, ``size`` pixels wide, at places (n, 2); colours are 0xRRGGBB."""
        height, width = self._pixels.shape
        corner = np.floor(places - (size - 1) / 2).astype(np.int64)
        x, y = corner[:, 0], corner[:, 1]
        inside = (x >= 0) & (y >= 0) & (x <= width - size) & (y <= height - size)
        start = (y * width + x)[inside]
        full = (colours[inside] & np.uint32(0xFFFFFF)) | _OPAQUE
        flat = self._pixels.reshape(-1)
        whole, half = _stamp(size)
        if len(half):
            soft = mixed(full, self._ground, 0.5)
            for down, right in half:
                flat[start + (down * width + right)] = soft
        for down, right in whole:
            flat[start + (down * width + right)] = full

    def image(self, ratio: float) -> QImage:
        """The image, for a screen of a pixel ratio; it borrows the pixels until `begin`."""
        height, width = self._pixels.shape
        image = QImage(self._pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        return image


@lru_cache(maxsize=64)
def _stamp(size: int) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """The pixels of a round dot: those it covers, and those of its edge."""
    if size <= 2:
        return tuple((y, x) for y in range(size) for x in range(size)), ()
    fine = (np.arange(size * _PARTS) + 0.5) / _PARTS - size / 2
    covered = (fine[:, None] ** 2 + fine[None] ** 2) <= (size / 2) ** 2
    share = covered.reshape(size, _PARTS, size, _PARTS).mean(axis=(1, 3))
    whole = tuple((int(y), int(x)) for y, x in np.argwhere(share > 0.75))
    half = tuple((int(y), int(x)) for y, x in np.argwhere((share > 0.25) & (share <= 0.75)))
    return whole, half


def mixed(colours: Pixels, other: int | np.uint32, share: float) -> Pixels:
    """Colours (n,) with a share of another one; opaque."""
    kept, part = round(256 * (1 - share)), round(256 * share)
    result = np.full(colours.shape, _OPAQUE, np.uint32)
    for shift in (0, 8, 16):
        channel = (colours >> np.uint32(shift)) & np.uint32(0xFF)
        added = np.uint32(part * ((int(other) >> shift) & 0xFF))
        result |= ((channel * np.uint32(kept) + added) >> np.uint32(8)) << np.uint32(shift)
    return result


def apart_from(colours: Pixels, ground: QColor, edge: QColor) -> Pixels:
    """Colours that can be told from the ground; those that can't are drawn towards the edge's."""
    distance = np.zeros(colours.shape, np.int32)
    for shift, own in ((16, ground.red()), (8, ground.green()), (0, ground.blue())):
        distance += np.abs(((colours >> np.uint32(shift)) & np.uint32(0xFF)).astype(np.int32) - own)
    faint = distance < _FAINT
    result = colours.copy()
    result[faint] = mixed(colours[faint], edge.rgb(), 0.35)
    return result


_FAINT = 60
"""Sum of the differences in red, green and blue, of 765."""
