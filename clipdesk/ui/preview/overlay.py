"""Quick look: the current picture of the grid, large, until the next press of Space."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QToolButton, QWidget

from clipdesk.core.messages.events import (
    PreviewFailed,
    PreviewReady,
)
from clipdesk.core.paths import printable
from clipdesk.core.types import Item, Moment
from clipdesk.ui.grid.cover import Cover
from clipdesk.ui.grid.thumbnails import ThumbnailLoader
from clipdesk.ui.grid.timemark import time_text
from clipdesk.ui.grid.view import GridView
from clipdesk.ui.preview.card import paint_caption, paint_card
from clipdesk.ui.preview.rendering import Rendering
from clipdesk.ui.preview.stage import Stage
from clipdesk.ui.preview.strip import MomentStrip
from clipdesk.ui.theme.icons import icon
from clipdesk.ui.theme.tokens import HIT_TARGET, PADDING

_CAPTION = 44
_WHEEL_ZOOM = 1.25
_NOTCH = 120

_STEPS = {
    Qt.Key.Key_Left: QAbstractItemView.CursorAction.MoveLeft,
    Qt.Key.Key_Right: QAbstractItemView.CursorAction.MoveRight,
    Qt.Key.Key_Up: QAbstractItemView.CursorAction.MoveUp,
    Qt.Key.Key_Down: QAbstractItemView.CursorAction.MoveDown,
    Qt.Key.Key_PageUp: QAbstractItemView.CursorAction.MovePageUp,
    Qt.Key.Key_PageDown: QAbstractItemView.CursorAction.MovePageDown,
    Qt.Key.Key_Home: QAbstractItemView.CursorAction.MoveHome,
    Qt.Key.Key_End: QAbstractItemView.CursorAction.MoveEnd,
}


class PreviewOverlay(QWidget):
    """Lies over a `GridView` and shows its current picture; arrows walk through the grid.

    Signals:
        render_requested: A ticket (int), a path (str) and the pixels of the longer side (int).
            `show_rendered` or `show_failed` answers; answers to older tickets are passed over.
        shown: The `Item` that is to be seen now, or a moment of it; None when closed.
        closed: The grid is looked at again.
    """

    render_requested = Signal(int, object, int)
    shown = Signal(object)
    closed = Signal()

    def __init__(self, grid: GridView, loader: ThumbnailLoader | None = None) -> None:
        super().__init__(grid)
        self.setObjectName("preview")
        self.setAccessibleName("Preview")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self._grid = grid
        self._loader = loader
        self._rendering = Rendering()
        self._item: Item | None = None
        self._message = ""
        self._stage = Stage()
        self._wheel = 0
        self._pressed: QPointF | None = None
        self._dragged = False
        self.strip = MomentStrip(self)
        self.strip.chosen.connect(self.show_moment)
        self._close = QToolButton(self)
        self._close.setObjectName("previewClose")
        self._close.setAccessibleName("Close the preview")
        self._close.setToolTip("Close (Space)")
        self._close.setIcon(icon("x"))
        self._close.setAutoRaise(True)
        self._close.setFixedSize(HIT_TARGET, HIT_TARGET)
        self._close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._close.clicked.connect(self.close_preview)
        self._cover = Cover(self, grid)
        grid.selection_changed.connect(self._on_current_changed)
        self.hide()

    # ── what the window asks ─────────────────────────────────────────────────────────────

    @Slot()
    def open_preview(self) -> None:
        """Show the current picture of the grid; without one nothing happens."""
        item = self._grid.current_item()
        if item is None:
            return
        self._cover.lay()
        self._show_item(item)
        self.show()
        self.raise_()
        self.setFocus()

    @Slot()
    def close_preview(self) -> None:
        """Back to the grid."""
        if self.isHidden():
            return
        self.hide()
        self._item = None
        self._rendering.begin(None)
        self._grid.setFocus()
        self.shown.emit(None)
        self.closed.emit()

    @Slot(object)
    def show_rendered(self, ready: PreviewReady) -> None:
        """The rendering has come."""
        if self._item is None or not self._rendering.is_for(ready.ticket):
            return
        self._rendering.take(ready, self.devicePixelRatioF())
        self._message = ""
        # Drawings (SVG) are rendered larger than they say they are.
        size = self._item.width, self._item.height
        if ready.width > size[0] or ready.height > size[1]:
            size = ready.width, ready.height
        self._stage = replace(self._stage, picture=size)
        self.update()

    @Slot(object)
    def show_failed(self, failed: PreviewFailed) -> None:
        """The picture can't be rendered: its thumbnail stays, with the reason."""
        if self._item is not None and self._rendering.is_for(failed.ticket):
            self._message = failed.message
            self.update()

    @Slot(object)
    def show_moment(self, moment: Moment) -> None:
        """Another moment of the video that is shown."""
        if self._item is not None and self._item.at_ms != moment.at_ms:
            self._show_item(replace(self._item, at_ms=moment.at_ms, frame_id=moment.frame_id))

    def show_moments(self, moments: tuple[Moment, ...], hits: frozenset[int]) -> None:
        """The moments to choose from under the picture, and which of them answer the question."""
        self.strip.show_moments(moments, hits)
        self._lay_out()

    @property
    def item(self) -> Item | None:
        """The picture that is shown, or None."""
        return self._item

    @property
    def at_ms(self) -> int | None:
        """Which moment of a video is shown."""
        return self._item.at_ms if self._item is not None else None

    @property
    def stage(self) -> Stage:
        """Where it stands."""
        return self._stage

    # ── the picture ──────────────────────────────────────────────────────────────────────

    def _show_item(self, item: Item) -> None:
        self._item = item
        self._message = ""
        thumbnail = self._loader.get(item.shown_id) if self._loader is not None else None
        self._rendering.begin(thumbnail or self.strip.read(item.shown_id))
        known = item.width > 0 and item.height > 0
        shape = (item.width, item.height) if known else self._rendering.shape or (1, 1)
        self._stage = Stage(view=self._view(), picture=shape)
        self._ask()
        self.setAccessibleDescription(self._caption())
        self.strip.mark(item.frame_id)
        self.shown.emit(item)
        self.update()

    def _ask(self) -> None:
        """Ask for a rendering, if the one asked for last is not large enough."""
        if self._item is None:
            return
        asked = self._rendering.ask(self._stage)
        if asked is not None:
            ticket, pixels = asked
            self.render_requested.emit(ticket, self._item.path, pixels)

    def _place(self, stage: Stage) -> None:
        self._stage = stage
        self._ask()
        self.update()

    def _view(self) -> tuple[int, int]:
        ratio = self.devicePixelRatioF()
        area = self._area()
        return max(1, round(area.width() * ratio)), max(1, round(area.height() * ratio))

    def _area(self) -> QRect:
        foot = _CAPTION + (0 if self.strip.isHidden() else self.strip.height())
        return self.rect().adjusted(PADDING, PADDING, -PADDING, -foot)

    def _caption(self) -> str:
        if self._item is None:
            return ""
        parts = [printable(Path(self._item.path).name)]
        if self._item.width and self._item.height:
            parts.append(f"{self._item.width} × {self._item.height}")
        if time := time_text(self._item):
            parts.append(time)
        model = self._grid.grid_model()
        if model is not None:
            row = self._grid.currentIndex().row()
            parts.append(f"{row + 1:,} of {model.rowCount():,}")
        return " · ".join(parts)

    @Slot()
    def _on_current_changed(self) -> None:
        if self.isHidden():
            return
        item = self._grid.current_item()
        if item is None:
            self.close_preview()
        elif self._item is None or item.asset_id != self._item.asset_id:
            self._show_item(item)

    # ── keys, mouse, wheel ───────────────────────────────────────────────────────────────

    def keyPressEvent(self, event: QKeyEvent) -> None:
        middle = self._area().center()
        match event.key():
            case Qt.Key.Key_Space | Qt.Key.Key_Escape:
                self.close_preview()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self._item is not None:
                control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
                signal = self._grid.reveal_requested if control else self._grid.open_requested
                signal.emit(self._item.path)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self._zoom(_WHEEL_ZOOM, middle)
            case Qt.Key.Key_Minus:
                self._zoom(1 / _WHEEL_ZOOM, middle)
            case Qt.Key.Key_0:
                self._place(replace(self._stage, scale=None, centre=(0.5, 0.5)))
            case Qt.Key.Key_1 | Qt.Key.Key_Z:
                self.toggle_actual_size(middle)
            case Qt.Key.Key_Comma | Qt.Key.Key_Period:
                self.strip.step(1 if event.key() == Qt.Key.Key_Period else -1)
            case Qt.Key.Key_Left | Qt.Key.Key_Right if (
                event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            ):
                self.strip.step(1 if event.key() == Qt.Key.Key_Right else -1, hits=True)
            case key if key in _STEPS:
                self._step(_STEPS[Qt.Key(key)])
            case _:
                super().keyPressEvent(event)

    def _step(self, action: QAbstractItemView.CursorAction) -> None:
        index = self._grid.moveCursor(action, Qt.KeyboardModifier.NoModifier)
        if index.isValid():
            self._grid.setCurrentIndex(index)

    def toggle_actual_size(self, at: QPoint) -> None:
        """From the whole picture to one pixel of it for one of the screen, and back."""
        if self._stage.scale is None:
            self._place(self._stage.at(1.0, *self._on_stage(at)))
        else:
            self._place(replace(self._stage, scale=None, centre=(0.5, 0.5)))

    def _zoom(self, factor: float, at: QPoint) -> None:
        self._place(self._stage.zoomed(factor, *self._on_stage(at)))

    def _on_stage(self, at: QPoint) -> tuple[float, float]:
        ratio, place = self.devicePixelRatioF(), at - self._area().topLeft()
        return place.x() * ratio, place.y() * ratio

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._wheel += event.angleDelta().y()
        notches = int(self._wheel / _NOTCH)
        if notches:
            self._wheel -= notches * _NOTCH
            self._zoom(_WHEEL_ZOOM**notches, event.position().toPoint())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()
            self._dragged = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        way = event.position() - self._pressed
        if (
            not self._dragged
            and way.manhattanLength() < QGuiApplication.styleHints().startDragDistance()
        ):
            return
        self._dragged = True
        self._pressed = event.position()
        ratio = self.devicePixelRatioF()
        self._place(self._stage.moved(way.x() * ratio, way.y() * ratio))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is not None and not self._dragged and not self._shown().contains(pressed):
            self.close_preview()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._shown().contains(event.position()):
            self.toggle_actual_size(event.position().toPoint())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._close.move(self.width() - HIT_TARGET - PADDING, PADDING)
        self._lay_out()

    def _lay_out(self) -> None:
        top = self.height() - _CAPTION - self.strip.height()
        self.strip.setGeometry(PADDING, top, self.width() - 2 * PADDING, self.strip.height())
        self._place(replace(self._stage, view=self._view()))

    # ── painting ─────────────────────────────────────────────────────────────────────────

    def _shown(self) -> QRectF:
        """Where the picture is, in logical pixels."""
        ratio = self.devicePixelRatioF()
        left, top, width, height = (length / ratio for length in self._stage.rect)
        return QRectF(left, top, width, height).translated(self._area().topLeft())

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = QGuiApplication.palette()
        painter = QPainter(self)
        painter.fillRect(event.rect(), palette.color(QPalette.ColorRole.Window))
        if self._item is not None:
            painter.save()
            painter.setClipRect(self._area())
            self._rendering.paint(painter, self._shown(), self._item, self.devicePixelRatioF())
            painter.restore()
            strip = self.rect().adjusted(PADDING, self.height() - _CAPTION, -PADDING, 0)
            paint_caption(
                painter, strip, self._caption(), f"{self._stage.shown_scale:.0%}", palette
            )
            if self._message:
                ratio = self.devicePixelRatioF()
                paint_card(painter, self._area(), self._message, palette, ratio)
        painter.end()
