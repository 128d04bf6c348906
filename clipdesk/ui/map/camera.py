"""Which part of the map is seen, and how large: arithmetic."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

_MARGIN = 48
"""Logical pixels around what is fitted in."""
_NEAREST, _FARTHEST = 4_000.0, 0.25
"""How far one can go in and out, from where all is seen."""


@dataclass(frozen=True, slots=True)
class Camera:
    """Looks at the map; y runs downwards, as on the screen."""

    x: float = 0.0
    y: float = 0.0
    """What is in the middle of the view."""
    scale: float = 1.0
    """Logical pixels for a unit of the map."""
    width: int = 1
    height: int = 1

    def seen(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        """Where points (n, 2) of the map are in the view, in logical pixels."""
        middle = np.array([self.x, self.y], np.float32)
        half = np.array([self.width / 2, self.height / 2], np.float32)
        placed: NDArray[np.float32] = (points - middle) * np.float32(self.scale) + half
        return placed

    def at(self, left: float, top: float) -> tuple[float, float]:
        """What of the map is at a place in the view."""
        return (
            self.x + (left - self.width / 2) / self.scale,
            self.y + (top - self.height / 2) / self.scale,
        )

    def moved(self, right: float, down: float) -> "Camera":
        """With the map pushed by so many pixels."""
        return replace(self, x=self.x - right / self.scale, y=self.y - down / self.scale)

    def zoomed(self, factor: float, left: float, top: float, usual: float) -> "Camera":
        """Nearer by a factor; what is at this place stays there.

        ``usual`` is the scale in which all is seen: one can't get lost far from it.
        """
        scale = min(max(self.scale * factor, usual * _FARTHEST), usual * _NEAREST)
        x, y = self.at(left, top)
        return replace(
            self,
            x=x - (left - self.width / 2) / scale,
            y=y - (top - self.height / 2) / scale,
            scale=scale,
        )

    def sized(self, width: int, height: int) -> "Camera":
        """For a view of another size; the middle stays."""
        return replace(self, width=max(1, width), height=max(1, height))

    def fitted(self, points: NDArray[np.float32]) -> "Camera":
        """With all these points in view, and where there is room, most of them in the middle."""
        if not len(points):
            return self
        low, high = points.min(axis=0).astype(float), points.max(axis=0).astype(float)
        span = np.maximum(high - low, 1e-3)
        room = np.maximum(1, [self.width - 2 * _MARGIN, self.height - 2 * _MARGIN])
        scale = float((room / span).min())
        # A few far islands must not push all the others to one side.
        half = np.maximum(room / scale, span) / 2
        x, y = np.clip(points.mean(axis=0, dtype=float), high - half, low + half)
        return replace(self, x=float(x), y=float(y), scale=scale)

    def between(self, other: "Camera", share: float) -> "Camera":
        """On the way to another camera, 0 here and 1 there."""
        if share >= 1:
            return other
        return replace(
            other,
            x=self.x + (other.x - self.x) * share,
            y=self.y + (other.y - self.y) * share,
            scale=self.scale * (other.scale / self.scale) ** share,
        )
