"""The small mark on a video: how long it is, or which of its moments is meant."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPolygonF

from clipdesk.core.types import Item, clock
from clipdesk.ui.theme.tokens import UNIT

_GROUND = QColor(0, 0, 0, 176)
"""Dark in every theme: it lies on a picture, not on the window."""
_SIGN = 6
_MOST = 0.6
"""Of a picture's width that both times may take; else the moment has to do."""


def time_text(item: Item, *, short: bool = False) -> str:
    """``2:05`` of a video, ``0:12 / 2:05`` of a moment of it; empty of a picture."""
    if item.duration_ms is None:
        return ""
    if item.at_ms is None:
        return clock(item.duration_ms)
    at = clock(item.at_ms)
    return at if short else f"{at} / {clock(item.duration_ms)}"


def paint_time(painter: QPainter, rect: QRectF, item: Item, font: QFont) -> None:
    """A play sign and the time, in the lower right corner; as much of it as there is room for."""
    metrics = QFontMetricsF(font)
    height = metrics.height() + UNIT
    room = rect.width() - 2 * UNIT
    shares = {time_text(item): _MOST, time_text(item, short=True): 1.0, "": 1.0}
    for text, share in shares.items():
        width = _SIGN + 3 * UNIT + (metrics.horizontalAdvance(text) if text else 0)
        if width <= share * room:
            break
    else:
        return
    if rect.height() < height + 2 * UNIT:
        return
    pill = QRectF(rect.right() - UNIT - width, rect.bottom() - UNIT - height, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_GROUND)
    painter.drawRoundedRect(pill, height / 4, height / 4)
    left, middle = pill.left() + 1.25 * UNIT, pill.center().y()
    half = _SIGN / 2
    painter.setBrush(Qt.GlobalColor.white)
    painter.drawPolygon(
        QPolygonF(
            [
                QPointF(left, middle - half),
                QPointF(left + _SIGN, middle),
                QPointF(left, middle + half),
            ]
        )
    )
    if text:
        painter.setFont(font)
        painter.setPen(Qt.GlobalColor.white)
        words = pill.adjusted(_SIGN + 1.75 * UNIT, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
