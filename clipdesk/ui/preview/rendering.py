"""One picture as sharp as it is at hand: its thumbnail first, then what was asked for."""

from itertools import count

from PySide6.QtCore import QRectF
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPixmap

from clipdesk.core.messages.events import PreviewReady
from clipdesk.core.types import Item
from clipdesk.ui.grid.finish import LIGHT_PICTURE, TILE, checker
from clipdesk.ui.preview.card import paint_ground
from clipdesk.ui.preview.stage import Stage
from clipdesk.ui.renders import borrowed

MOST_PIXELS = 8192
"""The longer side of a rendering is never asked to be larger."""


class Rendering:
    """What there is to be seen of one picture, and what was asked for last."""

    def __init__(self) -> None:
        self._tickets = count(1)
        self._ticket = 0
        self._asked = 0
        self._image: QImage | None = None
        self._borrowed_of: PreviewReady | None = None
        """Holds the image's pixels: copying them would take the window longer than it has."""
        self._ground: QBrush | None = None

    @property
    def shape(self) -> tuple[int, int] | None:
        """Width and height in pixels of what is at hand; None where nothing is."""
        return (self._image.width(), self._image.height()) if self._image else None

    def begin(self, thumbnail: QPixmap | None) -> None:
        """Another picture, or none: answers that are under way are no longer for it."""
        self._image = thumbnail.toImage() if thumbnail else None
        self._borrowed_of = self._ground = None
        self._ticket = self._asked = 0

    def ask(self, stage: Stage) -> tuple[int, int] | None:
        """A ticket, and how long the longer side is to be; None if what was asked for will do."""
        needed, longer = max(stage.view), max(stage.picture)
        if stage.shown_scale > stage.fitting:
            needed = max(needed, round(longer * min(1.0, stage.shown_scale)))
        needed = min(needed, MOST_PIXELS)
        if needed <= self._asked:
            return None
        self._asked, self._ticket = needed, next(self._tickets)
        return self._ticket, needed

    def is_for(self, ticket: int) -> bool:
        """Whether an answer is the one that is waited for."""
        return ticket == self._ticket

    def take(self, ready: PreviewReady, ratio: float) -> None:
        """The answer has come; ``ratio`` is the screen's pixels to a logical one."""
        self._image, self._borrowed_of = borrowed(ready), ready
        light, tile = ready.lightness, round(TILE * ratio)
        self._ground = None if light is None else checker(tile, dark=light > LIGHT_PICTURE)

    def paint(self, painter: QPainter, rect: QRectF, item: Item, ratio: float) -> None:
        """Paint what there is; of an item of which nothing is at hand its colour."""
        if self._image is None:
            painter.fillRect(rect, QColor.fromRgb(item.colour))
            return
        if self._ground is not None:
            paint_ground(painter, rect, self._ground, ratio)
        # Enlarged far enough, pixels are what is being looked at.
        enlarged = rect.width() * ratio / self._image.width()
        rendered = self._asked and self._image.width() >= item.width
        smooth = not (rendered and enlarged >= 2)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(rect, self._image, QRectF(self._image.rect()))
