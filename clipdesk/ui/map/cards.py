"""A picture on the map: in its square, and larger under the pointer."""

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from clipdesk.core.types import Item
from clipdesk.ui.grid.finish import fit, radius
from clipdesk.ui.grid.model import file_name
from clipdesk.ui.grid.surface import ground
from clipdesk.ui.theme.tokens import (
    CAPTION_PX,
    CARD_RADIUS,
    CELL_RADIUS,
    FOCUS_RING,
    PADDING,
    UNIT,
)

CARD = 220
"""The side of the picture that is under the pointer."""

Role = QPalette.ColorRole


def paint_picture(
    painter: QPainter, item: Item, frame: QRectF, pixmap: QPixmap | None, opacity: float = 1.0
) -> None:
    """A picture in its frame; in its mean colour as far as it is not there."""
    if pixmap is None or opacity < 1:
        corner = radius(frame.width(), frame.height(), 1.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor.fromRgb(item.colour))
        painter.drawRoundedRect(frame, corner, corner)
    if pixmap is not None:
        painter.setOpacity(opacity)
        painter.drawPixmap(frame, pixmap, QRectF(pixmap.rect()))
        painter.setOpacity(1.0)


def paint_ring(painter: QPainter, frame: QRectF) -> None:
    """Around what is selected, or where the keyboard is."""
    painter.setPen(QPen(ground().color(Role.Highlight), FOCUS_RING))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(frame, CELL_RADIUS, CELL_RADIUS)


def paint_count(painter: QPainter, frame: QRectF, count: int, font: QFont) -> None:
    """So many pictures lie in this square: one comes nearer to see them."""
    text = f"{count:,}"
    painter.setFont(_caption(font))
    metrics = QFontMetrics(painter.font())
    width = metrics.horizontalAdvance(text) + 2 * UNIT
    if width > frame.width():
        return
    badge = QRectF(
        QPointF(frame.right() - width - 2, frame.bottom() - metrics.height() - 2),
        QSizeF(width, metrics.height()),
    )
    back = ground().color(Role.Window)
    back.setAlphaF(0.82)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(back)
    painter.drawRoundedRect(badge, UNIT, UNIT)
    painter.setPen(ground().color(Role.WindowText))
    painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)


def paint_card(
    painter: QPainter,
    item: Item,
    pixmap: QPixmap | None,
    beside: QRectF,
    view: QWidget,
) -> None:
    """A picture large, with its name, beside where it lies in the view."""
    font = view.font()
    width, height = fit(CARD, item.width, item.height)
    metrics = QFontMetrics(_caption(font))
    outer = QRectF(0, 0, width + 4 * UNIT, height + metrics.height() + 5 * UNIT)
    left = beside.right() + PADDING
    if left + outer.width() > view.width():
        left = beside.left() - PADDING - outer.width()
    top = min(beside.center().y() - outer.height() / 2, view.height() - outer.height() - UNIT)
    outer.moveTo(round(max(UNIT, left)), round(max(UNIT, top)))
    painter.setPen(QPen(ground().color(Role.Mid), 1))
    painter.setBrush(ground().color(Role.Base))
    painter.drawRoundedRect(outer, CARD_RADIUS, CARD_RADIUS)
    inner = QRectF(outer.left() + 2 * UNIT, outer.top() + 2 * UNIT, width, height)
    paint_picture(painter, item, inner, pixmap)
    painter.setFont(_caption(font))
    painter.setPen(ground().color(Role.Text))
    name = metrics.elidedText(file_name(item), Qt.TextElideMode.ElideMiddle, width)
    strip = QRectF(inner.left(), inner.bottom() + UNIT, width, metrics.height())
    painter.drawText(strip, Qt.AlignmentFlag.AlignCenter, name)


def _caption(font: QFont) -> QFont:
    caption = QFont(font)
    caption.setPixelSize(CAPTION_PX)
    return caption
