"""One row of the sidebar, drawn."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from clipdesk.core.types import Root, RootState
from clipdesk.ui import words
from clipdesk.ui.sidebar.folders import COUNT_ROLE, ROOT_ROLE, SIGN_ROLE
from clipdesk.ui.theme import tokens
from clipdesk.ui.theme.icons import drawn

ROW_HEIGHT = 32
ICON_SIDE = 16
SIGN_SIDE = 14


class FolderDelegate(QStyledItemDelegate):
    """Icon, name, count, sign of the state; a folder that is not there is dimmed."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(80, max(ROW_HEIGHT, option.fontMetrics.height() + 2 * tokens.UNIT))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        palette: QPalette = option.palette
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        root: Root | None = index.data(ROOT_ROLE)
        offline = root is not None and root.state is RootState.OFFLINE
        ink = palette.text().color() if not offline else palette.placeholderText().color()
        sign = str(index.data(SIGN_ROLE) or "")
        paint_row(
            painter,
            option,
            "images" if root is None else "folder",
            str(index.data()),
            words.count(index.data(COUNT_ROLE) or 0),
            ink=ink,
            chosen=chosen,
            focused=focused,
            sign=sign,
        )


def paint_row(
    painter: QPainter,
    option: QStyleOptionViewItem,
    picture: str,
    text: str,
    number: str,
    *,
    ink: QColor,
    chosen: bool,
    focused: bool,
    sign: str = "",
) -> None:
    """A row of the sidebar: an icon, a text, and at the right a number and the sign of a state."""
    palette: QPalette = option.palette
    quiet = palette.placeholderText().color()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    frame = option.rect.adjusted(6, 1, -6, -1)
    if chosen or option.state & QStyle.StateFlag.State_MouseOver:
        ground = QColor(palette.mid().color() if chosen else palette.base().color())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(frame, tokens.CELL_RADIUS, tokens.CELL_RADIUS)
    if focused:
        painter.setPen(palette.accent().color())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame, tokens.CELL_RADIUS, tokens.CELL_RADIUS)
    inner = frame.adjusted(8, 0, -8, 0)
    _draw(painter, _middle(frame, inner.left(), ICON_SIDE), picture, ink)
    right = inner.right()
    if sign:
        tone = palette.accent().color() if sign == "check" else quiet
        _draw(painter, _middle(frame, right - SIGN_SIDE, SIGN_SIDE), sign, tone)
    right -= 22
    painter.setPen(quiet)
    width = option.fontMetrics.horizontalAdvance(number)
    middle = Qt.AlignmentFlag.AlignVCenter
    at = QRect(right - width, frame.top(), width, frame.height())
    painter.drawText(at, int(middle | Qt.AlignmentFlag.AlignRight), number)
    painter.setPen(ink)
    left = inner.left() + ICON_SIDE + 2 * tokens.UNIT
    place = QRect(left, frame.top(), right - width - 8 - left, frame.height())
    shown = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideMiddle, place.width())
    painter.drawText(place, int(middle | Qt.AlignmentFlag.AlignLeft), shown)
    painter.restore()


def _middle(row: QRect, left: int, side: int) -> QRect:
    return QRect(left, row.top() + (row.height() - side) // 2, side, side)


def _draw(painter: QPainter, at: QRect, name: str, colour: QColor) -> None:
    ratio = painter.device().devicePixelRatioF()
    painter.drawPixmap(at.topLeft(), drawn(name, at.width(), colour, ratio))
