"""Where each picture of the map is in the view: in a square from near, as a dot from afar."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPolygonF

from clipdesk.core.types import Item
from clipdesk.ui.grid.finish import fit
from clipdesk.ui.map.atlas import Atlas, Tiles
from clipdesk.ui.map.camera import Camera
from clipdesk.ui.map.dots import size_for
from clipdesk.ui.theme.tokens import UNIT

TILE = 60
"""The least side of a square that a picture stands for, in logical pixels; at most twice that."""

_FILL = 0.88
"""How much of its square a picture takes."""
_CROWD = 8.0
"""Where more pictures than so share a square on average, all are dots."""


@dataclass(frozen=True, slots=True)
class Spread:
    """An atlas as one camera sees it; rows are places in the atlas."""

    atlas: Atlas
    camera: Camera
    usual: float
    """The scale in which all is seen."""
    item: Callable[[int], Item]
    """The picture of a row."""

    @property
    def near(self) -> bool:
        """Pictures are seen, not dots."""
        most = int(np.count_nonzero(self.atlas.sure)) / _CROWD
        # Where not even all squares would do, they need not be looked for.
        return 0 < most <= self.atlas.room(self._octave) and most <= len(self._tiles.rows)

    @property
    def dot_size(self) -> float:
        """The side of a dot in logical pixels."""
        zoomed = (self.camera.scale / self.usual) ** 2 if self.usual else 1.0
        area = self.camera.width * self.camera.height
        return size_for(len(self.atlas.all_points), area * zoomed)

    def picture_at(self, place: QPointF) -> int:
        """The picture at a place in the view, -1 if there is none."""
        if self.near:
            tiles = self._tiles
            lefts, side = self._squares(tiles)
            inside = (
                (lefts <= [place.x(), place.y()]) & (lefts + side >= [place.x(), place.y()])
            ).all(axis=1)
            for nth in np.flatnonzero(inside):
                row = int(tiles.rows[nth])
                if self.frame_in(row, lefts[nth], side).contains(place):
                    return row
        x, y = self.camera.at(place.x(), place.y())
        reach = max(self.dot_size, 2 * UNIT) / self.camera.scale
        found = self.atlas.nearest(x, y, reach)
        return -1 if found is None else found

    def frame_of(self, row: int) -> QRectF:
        """Where a picture is in the view: in its square, or as a dot."""
        if self.near:
            tiles = self._tiles
            for nth in np.flatnonzero(tiles.rows == row):
                lefts, side = self._squares(tiles)
                return self.frame_in(row, lefts[nth], side)
        spot = self.camera.seen(self.atlas.points[row][None])[0]
        side = self.dot_size
        return QRectF(spot[0] - side / 2, spot[1] - side / 2, side, side)

    def inside(self, outline: QPolygonF) -> NDArray[np.int64]:
        """The pictures whose points the outline goes around."""
        mask = QImage(QSize(self.camera.width, self.camera.height), QImage.Format.Format_Grayscale8)
        mask.fill(0)
        painter = QPainter(mask)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.GlobalColor.white)
        painter.drawPolygon(outline, Qt.FillRule.OddEvenFill)
        painter.end()
        pixels = np.frombuffer(mask.constBits(), np.uint8).reshape(mask.height(), -1)
        spots = np.floor(self.camera.seen(self.atlas.points)).astype(np.int64)
        seen = ((spots >= 0) & (spots < [mask.width(), mask.height()])).all(axis=1)
        rows = np.flatnonzero(seen)
        inside: NDArray[np.int64] = rows[pixels[spots[rows, 1], spots[rows, 0]] > 0]
        return inside

    def seen_tiles(self) -> tuple[Tiles, NDArray[np.float32], float]:
        """The squares of which something is seen, where they are, and their side."""
        tiles = self._tiles
        lefts, side = self._squares(tiles)
        seen = ((lefts > -side) & (lefts < [self.camera.width, self.camera.height])).all(axis=1)
        return Tiles(tiles.rows[seen], tiles.corners[seen], tiles.counts[seen]), lefts[seen], side

    def frame_in(self, row: int, left: NDArray[np.float32], side: float) -> QRectF:
        """Where the picture goes in its square: as near to its point as the square allows."""
        item = self.item(row)
        width, height = fit(round(side * _FILL), item.width, item.height)
        spot = self.camera.seen(self.atlas.points[row][None])[0]
        x = min(max(float(spot[0]), float(left[0]) + width / 2), float(left[0]) + side - width / 2)
        y = min(
            max(float(spot[1]), float(left[1]) + height / 2), float(left[1]) + side - height / 2
        )
        return QRectF(round(x - width / 2), round(y - height / 2), width, height)

    @property
    def _octave(self) -> int:
        return math.ceil(math.log2(TILE / self.camera.scale))

    @property
    def _tiles(self) -> Tiles:
        return self.atlas.tiles(self._octave)

    def _squares(self, tiles: Tiles) -> tuple[NDArray[np.float32], float]:
        """The upper left of each square in the view (n, 2), and the side of all."""
        return self.camera.seen(tiles.corners), 2.0**self._octave * self.camera.scale
