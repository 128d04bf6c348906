"""How one picture of the grid looks: the picture, and as little else as will do."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPalette,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from clipdesk.core.types import Item
from clipdesk.ui.grid.fades import Fades
from clipdesk.ui.grid.finish import fit, radius
from clipdesk.ui.grid.model import AnyIndex, GridModel, file_name
from clipdesk.ui.grid.thumbnails import ThumbnailLoader
from clipdesk.ui.grid.timemark import paint_time
from clipdesk.ui.theme.icons import drawn
from clipdesk.ui.theme.tokens import CAPTION_PX, CELL_RADIUS, FOCUS_RING, UNIT

BAND_HEIGHT = 44
"""Of the line below which it is guesswork."""

_SCORE_LANE = 2 * UNIT
_SCORE_PX = 2
_BADGE = 20
_SMALL_BADGE = 16
_CHECK = 8
_OFFLINE_OPACITY = 0.4

_NOTHING_STANDS_OUT = "Nothing stands out; these come nearest"
_GUESSWORK = "Below this line it is guesswork"

Role = QPalette.ColorRole


class CellDelegate(QStyledItemDelegate):
    """Paints cells whose rectangle is a square for the picture with a strip below it."""

    def __init__(self, loader: ThumbnailLoader | None = None, parent: QObject | None = None):
        super().__init__(parent)
        self.loader = loader
        self.fades = Fades(self)
        self.names = False
        """Whether file names are shown."""
        self.boundary: Callable[[int], str] = boundary_text
        """The words of the line that parts the first pictures from the others."""
        self.numbers = False
        """Whether scores are shown as numbers beside their line."""

    def below(self, font: QFont, *, scored: bool) -> int:
        """The height of the strip under the square."""
        captioned = self.names or (self.numbers and scored)
        caption = QFontMetrics(_caption(font)).height() + UNIT if captioned else 0
        return caption + (_SCORE_LANE if scored else 0)

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return option.rect.size()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        model = index.model()
        if not isinstance(model, GridModel):
            return
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        palette: QPalette = option.palette
        font: QFont = option.font
        item = model.item(index.row())
        pixmap = self.loader.get(item.shown_id) if self.loader else None
        square = QRect(rect.left(), rect.top(), rect.width(), rect.width())
        shown = _fitted(square, item, pixmap, painter.device().devicePixelRatioF())

        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        if selected or hovered:
            self._paint_ground(painter, rect, palette, selected=selected)
        self._paint_picture(painter, shown, item, pixmap, palette)
        if item.duration_ms is not None:
            paint_time(painter, shown, item, _caption(font))
        if item.why and item.duration_ms is None:
            _badge(painter, shown, palette, "pencil", side=_SMALL_BADGE)
        if model.tags.get(item.content_id):
            # A video has its time at the right.
            right = item.duration_ms is None
            _badge(painter, shown, palette, "tag", side=_SMALL_BADGE, right=right)
        if selected:
            _ring(painter, shown, palette.color(Role.Highlight), FOCUS_RING)
            _check(painter, shown, palette)
        if state & QStyle.StateFlag.State_HasFocus:
            _ring(painter, QRectF(rect), palette.color(Role.Highlight), FOCUS_RING)
        strip = rect.adjusted(0, rect.width(), 0, 0)
        if item.score is not None:
            self._paint_score(painter, strip, model, index.row(), palette)
            strip = strip.adjusted(0, _SCORE_LANE, 0, 0)
        if strip.height() > UNIT:
            self._paint_caption(painter, strip, item, palette, font)
        painter.restore()

    def _paint_ground(
        self, painter: QPainter, rect: QRect, palette: QPalette, *, selected: bool
    ) -> None:
        ground = palette.color(Role.Highlight if selected else Role.WindowText)
        ground.setAlphaF(0.16 if selected else 0.06)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(rect, CELL_RADIUS, CELL_RADIUS)

    def _paint_picture(
        self, painter: QPainter, rect: QRectF, item: Item, pixmap: QPixmap | None, palette: QPalette
    ) -> None:
        full = _OFFLINE_OPACITY if item.offline else 1.0
        opacity = self.fades.opacity(item.shown_id) if pixmap is not None else 0.0
        if opacity < 1.0:
            corner = radius(rect.width(), rect.height(), 1.0)
            painter.setOpacity(full)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor.fromRgb(item.colour))
            painter.drawRoundedRect(rect, corner, corner)
        if pixmap is not None:
            painter.setOpacity(full * opacity)
            painter.drawPixmap(rect, pixmap, QRectF(pixmap.rect()))
        painter.setOpacity(1.0)
        if item.offline:
            _badge(painter, rect, palette, "eject")

    def _paint_score(
        self, painter: QPainter, strip: QRect, model: GridModel, row: int, palette: QPalette
    ) -> None:
        """A hair-line, as long as the score is high among those that are shown."""
        # What a note has brought to the front need not be the likeliest.
        first = min(model.noted, len(model.items) - 1)
        best, least = model.item(first).score, model.items[-1].score
        score = model.item(row).score
        if score is None or best is None or least is None:
            return
        share = (score - least) / (best - least) if best > least else 1.0
        lane = QRectF(strip.left(), strip.top() + UNIT, strip.width(), _SCORE_PX)
        trusted = model.trusted is None or row < model.trusted
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(Role.Mid))
        painter.drawRoundedRect(lane, 1, 1)
        painter.setBrush(palette.color(Role.Highlight if trusted else Role.PlaceholderText))
        lane.setWidth(max(_SCORE_PX, lane.width() * min(max(share, 0.0), 1.0)))
        painter.drawRoundedRect(lane, 1, 1)

    def _paint_caption(
        self, painter: QPainter, strip: QRect, item: Item, palette: QPalette, font: QFont
    ) -> None:
        caption = _caption(font)
        painter.setFont(caption)
        metrics = QFontMetrics(caption)
        strip = strip.adjusted(UNIT // 2, 0, -UNIT // 2, 0)
        if self.numbers and item.score is not None:
            number = f"{item.score:.2f}"
            painter.setPen(palette.color(Role.PlaceholderText))
            painter.drawText(
                strip, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, number
            )
            strip = strip.adjusted(0, 0, -metrics.horizontalAdvance(number) - UNIT, 0)
        if self.names:
            name = metrics.elidedText(file_name(item), Qt.TextElideMode.ElideMiddle, strip.width())
            painter.setPen(palette.color(Role.PlaceholderText if item.offline else Role.WindowText))
            painter.drawText(
                strip, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name
            )

    def paint_band(
        self, painter: QPainter, rect: QRect, trusted: int, palette: QPalette, font: QFont
    ) -> None:
        """The line below which it is guesswork, with its words in the middle."""
        painter.save()
        painter.setFont(_caption(font))
        text = self.boundary(trusted)
        painter.setPen(palette.color(Role.PlaceholderText))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
        half = QFontMetrics(painter.font()).horizontalAdvance(text) // 2 + 4 * UNIT
        middle = rect.center()
        painter.setPen(QPen(palette.color(Role.Mid), 1))
        painter.drawLine(QPoint(rect.left(), middle.y()), QPoint(middle.x() - half, middle.y()))
        painter.drawLine(QPoint(middle.x() + half, middle.y()), QPoint(rect.right(), middle.y()))
        painter.restore()


def boundary_text(trusted: int) -> str:
    """What the line says that parts what stands out from guesswork."""
    return _GUESSWORK if trusted else _NOTHING_STANDS_OUT


def _fitted(square: QRect, item: Item, pixmap: QPixmap | None, ratio: float) -> QRectF:
    """Where the picture goes: as large as its square allows, on whole device pixels."""
    side = round(square.width() * ratio)
    shape = (item.width, item.height)
    if pixmap is not None:
        shape = (pixmap.width(), pixmap.height())
    width, height = fit(side, *shape)
    left = square.left() + (side - width) // 2 / ratio
    top = square.top() + (side - height) // 2 / ratio
    return QRectF(left, top, width / ratio, height / ratio)


def _ring(painter: QPainter, rect: QRectF, colour: QColor, width: int) -> None:
    outside = width / 2
    painter.setPen(QPen(colour, width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(
        rect.adjusted(-outside, -outside, outside, outside), CELL_RADIUS + 1, CELL_RADIUS + 1
    )


def _check(painter: QPainter, rect: QRectF, palette: QPalette) -> None:
    """A sign beside the colour: a tick in the corner of what is selected."""
    if min(rect.width(), rect.height()) < 3 * _CHECK:
        return
    centre = QPointF(rect.right() - _CHECK - UNIT, rect.top() + _CHECK + UNIT)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(palette.color(Role.Highlight))
    painter.drawEllipse(centre, _CHECK, _CHECK)
    pen = QPen(palette.color(Role.HighlightedText), 1.75)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    x, y = centre.x(), centre.y()
    painter.drawPolyline(
        [QPointF(x - 3.25, y + 0.25), QPointF(x - 1, y + 2.5), QPointF(x + 3.25, y - 2.25)]
    )


def _badge(
    painter: QPainter,
    rect: QRectF,
    palette: QPalette,
    name: str,
    *,
    side: int = _BADGE,
    right: bool = False,
) -> None:
    """A small sign at the foot of a picture: its disk is not there, or it has tags."""
    if min(rect.width(), rect.height()) < 2 * side:
        return
    left = rect.right() - side - UNIT if right else rect.left() + UNIT
    badge = QRectF(left, rect.bottom() - side - UNIT, side, side)
    ground = palette.color(Role.Window)
    ground.setAlphaF(0.85)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(badge, side / 2, side / 2)
    inner = side - 2 * UNIT + (side < _BADGE) * 2
    ratio = painter.device().devicePixelRatioF()
    sign = drawn(name, inner, palette.color(Role.WindowText), ratio)
    inset = (side - inner) / 2
    painter.drawPixmap(badge.topLeft() + QPointF(inset, inset), sign)


def _caption(font: QFont) -> QFont:
    caption = QFont(font)
    caption.setPixelSize(CAPTION_PX)
    return caption
