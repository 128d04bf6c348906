"""What surrounds a picture in the preview: its ground, its caption, why it can't be shown."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPalette

from clipdesk.ui.theme.icons import drawn
from clipdesk.ui.theme.tokens import PADDING, UNIT


def paint_card(
    painter: QPainter, area: QRect, message: str, palette: QPalette, ratio: float
) -> None:
    """A card with a sign and the reason, in the middle of the area."""
    metrics = painter.fontMetrics()
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
    sign, room = 5 * UNIT, QRect(0, 0, min(420, area.width() - 6 * PADDING), 400)
    text = metrics.boundingRect(room, int(flags), message)
    card = QRect(0, 0, text.width() + sign + 3 * PADDING, text.height() + 2 * PADDING)
    card.moveCenter(area.center())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(palette.color(QPalette.ColorRole.Mid))
    painter.setBrush(palette.color(QPalette.ColorRole.Base))
    painter.drawRoundedRect(card, 2 * UNIT, 2 * UNIT)
    colour = palette.color(QPalette.ColorRole.WindowText)
    painter.drawPixmap(
        card.left() + PADDING,
        card.center().y() - sign // 2,
        drawn("triangle-alert", sign, colour, ratio),
    )
    painter.setPen(colour)
    inside = card.adjusted(2 * PADDING + sign, PADDING, -PADDING, -PADDING)
    painter.drawText(inside, int(flags), message)


def paint_caption(
    painter: QPainter, strip: QRect, text: str, percent: str, palette: QPalette
) -> None:
    """What the picture is, in the middle of the strip, and how large it is shown, at its end."""
    metrics = painter.fontMetrics()
    painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
    painter.drawText(strip, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, percent)
    room = strip.width() - 2 * metrics.horizontalAdvance(percent) - 2 * PADDING
    text = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, room)
    painter.setPen(palette.color(QPalette.ColorRole.WindowText))
    painter.drawText(strip, Qt.AlignmentFlag.AlignCenter, text)


def paint_ground(painter: QPainter, rect: QRectF, ground: QBrush, ratio: float) -> None:
    """The checker that is seen through a picture; its squares are of device pixels."""
    painter.save()
    painter.translate(rect.topLeft())
    painter.scale(1 / ratio, 1 / ratio)
    painter.fillRect(QRectF(0, 0, rect.width() * ratio, rect.height() * ratio), ground)
    painter.restore()
