"""What leaves the grid when pictures are dragged or copied out of it."""

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QRectF, Qt
from PySide6.QtGui import QPainter, QPalette, QPen, QPixmap

from clipdesk.core.types import Item
from clipdesk.ui.links import file_url
from clipdesk.ui.theme.tokens import CELL_RADIUS, UNIT

_CARD = 96
_SHIFT = 2 * UNIT
_COUNT = 22


class PictureMime(QMimeData):
    """Pictures of ours on their way: file URLs for the world, `items` for ourselves.

    URLs only: image data beside them makes some programs refuse the drag, a private MIME type
    makes others. What only we need travels as an attribute of this very object.
    """

    def __init__(self, items: Sequence[Item]) -> None:
        super().__init__()
        self.items = tuple(items)
        self.setUrls([file_url(item.path) for item in items])


def is_unicode(path: str) -> bool:
    """Whether a QString can hold this path."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def stack(
    pictures: Sequence[QPixmap], count: int, palette: QPalette, ratio: float = 1.0
) -> QPixmap:
    """What hangs on the pointer: the first few pictures as a stack, and how many there are."""
    sheets = min(count, 3)
    side = _CARD + (sheets - 1) * _SHIFT + _COUNT // 2
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    for sheet in reversed(range(sheets)):
        card = QRectF(sheet * _SHIFT, _COUNT // 2 + sheet * _SHIFT, _CARD, _CARD)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
        painter.setBrush(palette.color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), CELL_RADIUS, CELL_RADIUS)
        if sheet < len(pictures):
            inside = card.adjusted(UNIT, UNIT, -UNIT, -UNIT)
            size = (
                pictures[sheet]
                .size()
                .scaled(inside.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
            )
            target = QRectF(0, 0, size.width(), size.height())
            target.moveCenter(inside.center())
            painter.drawPixmap(target, pictures[sheet], QRectF(pictures[sheet].rect()))
    if count > 1:
        text = f"{count:,}"
        font = painter.font()
        font.setPixelSize(12)
        font.setBold(True)
        painter.setFont(font)
        width = max(_COUNT, painter.fontMetrics().horizontalAdvance(text) + 3 * UNIT)
        badge = QRectF(_CARD - width + _COUNT // 2, 0, width, _COUNT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
        painter.drawRoundedRect(badge, _COUNT / 2, _COUNT / 2)
        painter.setPen(palette.color(QPalette.ColorRole.HighlightedText))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return pixmap
