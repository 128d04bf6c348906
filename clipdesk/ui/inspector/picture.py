"""A small likeness of the picture that is picked."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from clipdesk.core.types import Item
from clipdesk.ui.theme.tokens import CELL_RADIUS

HEIGHT = 168


class Likeness(QWidget):
    """The thumbnail as it is in the grid, never larger than it was made for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspectorPicture")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._item: Item | None = None
        self._pixmap: QPixmap | None = None

    def sizeHint(self) -> QSize:
        return QSize(HEIGHT, HEIGHT)

    def show_picture(self, item: Item, pixmap: QPixmap | None) -> None:
        """Show this picture; its mean colour where there is no thumbnail yet."""
        self._item, self._pixmap = item, pixmap
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._item is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        shape = float(self._item.width or 1), float(self._item.height or 1)
        most = float(HEIGHT)
        if self._pixmap is not None:
            ratio = self._pixmap.devicePixelRatio()
            shape = self._pixmap.width() / ratio, self._pixmap.height() / ratio
            most = max(shape)
        scale = min(self.width() / shape[0], self.height() / shape[1], most / max(shape))
        width, height = shape[0] * scale, shape[1] * scale
        left, top = (self.width() - width) / 2, (self.height() - height) / 2
        rect = QRectF(round(left), round(top), round(width), round(height))
        if self._pixmap is None:
            painter.setPen(QColor(0, 0, 0, 0))
            painter.setBrush(QColor.fromRgb(self._item.colour))
            painter.drawRoundedRect(rect, CELL_RADIUS, CELL_RADIUS)
        else:
            painter.drawPixmap(rect, self._pixmap, QRectF(self._pixmap.rect()))
        painter.end()
