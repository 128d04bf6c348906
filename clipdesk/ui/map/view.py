"""The map under the hand: pushed, come nearer to, picked from, gone around with a lasso."""

from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from clipdesk.ui.grid.model import GridModel, file_name
from clipdesk.ui.grid.thumbnails import ThumbnailLoader
from clipdesk.ui.map.surface import MapSurface

STEP = 1.5
"""How much nearer a key or a button goes."""
_NOTCH = 120
_PER_NOTCH = 1.25
_LEAST_PX = 4
"""A lasso's next corner is at least so far from the one before."""

Key = Qt.Key
Modifier = Qt.KeyboardModifier

_ARROWS = {
    Key.Key_Left: (-1, 0),
    Key.Key_Right: (1, 0),
    Key.Key_Up: (0, -1),
    Key.Key_Down: (0, 1),
}


_OWN = (Key.Key_Plus, Key.Key_Equal, Key.Key_Minus, Key.Key_0, Key.Key_A)


class Hand(Enum):
    """What a press of the left button has begun."""

    NOTHING = auto()
    PUSHING = auto()
    LASSO = auto()
    CARRYING = auto()
    """Selected pictures, out of the window."""


class MapView(MapSurface):
    """Says what the person wants of the pictures; places are those in the atlas.

    Signals:
        chosen: Places (an array) that are to be selected, and whether besides those that are.
        toggled: A place that is to be selected, or no more.
        stepped: A place that the keyboard goes to.
        opened, similar: A place: open the picture, find its like.
        carried: The selected pictures are dragged out.
        context: A global position (QPoint) and a place, -1 for none.
        typed: Text that belongs in the search field.
    """

    chosen = Signal(object, bool)
    toggled = Signal(int)
    stepped = Signal(int)
    opened = Signal(int)
    similar = Signal(int)
    carried = Signal()
    context = Signal(QPoint, int)
    typed = Signal(str)

    def __init__(
        self,
        model: GridModel,
        loader: ThumbnailLoader,
        closer: ThumbnailLoader,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(model, loader, closer, parent)
        self.setObjectName("map")
        self.setAccessibleName("Map of the pictures")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.lassoing = False
        """A plain drag goes around pictures, instead of pushing the map."""
        self._hand = Hand.NOTHING
        self._pressed = self._last = QPointF()
        self._pressed_on = -1
        self._moved = False

    # ── mouse ────────────────────────────────────────────────────────────────────────────

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        on = self.picture_at(place)
        if event.button() == Qt.MouseButton.MiddleButton and on >= 0:
            self.similar.emit(on)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._pressed = self._last = place
        self._pressed_on, self._moved = on, False
        if event.modifiers() & Modifier.ShiftModifier or self.lassoing:
            self._hand, self._outline = Hand.LASSO, QPolygonF([place])
            self.hover(-1)
        elif on >= 0 and self._chosen[on]:
            self._hand = Hand.CARRYING
        else:
            self._hand = Hand.PUSHING

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._hand is Hand.NOTHING:
            self.hover(self.picture_at(place))
            return
        far = (place - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        self._moved = self._moved or far
        if not self._moved:
            return
        match self._hand:
            case Hand.LASSO if self._outline is not None:
                if (place - self._last).manhattanLength() >= _LEAST_PX:
                    self._outline.append(place)
                    self._last = place
                    self.update()
            case Hand.PUSHING:
                self.hover(-1)
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                step = place - self._last
                self._last = place
                self.look(self.camera.moved(step.x(), step.y()))
            case Hand.CARRYING:
                self._hand = Hand.NOTHING  # the drag's own loop takes the release
                self.hover(-1)
                self.carried.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        hand, self._hand = self._hand, Hand.NOTHING
        outline, self._outline = self._outline, None
        self.unsetCursor()
        more = bool(event.modifiers() & Modifier.ControlModifier)
        if hand is Hand.LASSO and outline is not None and self._moved:
            self.chosen.emit(self.inside(outline), more)
        elif hand is not Hand.NOTHING and not self._moved:
            on = self._pressed_on
            if on >= 0 and more:
                self.toggled.emit(on)
            elif on >= 0 or not more:
                self.chosen.emit(_places(on), False)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        on = self.picture_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if on >= 0:
            self.opened.emit(on)
        else:
            self.zoom(STEP, event.position(), animated=True)

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / _NOTCH
        if notches:
            self.zoom(_PER_NOTCH**notches, event.position())
            self.hover(self.picture_at(event.position()))
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom(1 + event.value(), event.position())
                return True
        elif (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in _OWN
        ):
            event.accept()  # they mean the map here, not the grid's thumbnails
            return True
        return super().event(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.hover(-1)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            on, place = self._current, self.rect().center()
            if on >= 0:
                place = self.frame_of(on).center().toPoint()
        else:
            on, place = self.picture_at(QPointF(event.pos())), event.pos()
        self.hover(-1)
        self.context.emit(self.mapToGlobal(place), on)

    # ── keys ─────────────────────────────────────────────────────────────────────────────

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Modifier.ControlModifier)
        key = Key(event.key())
        match key:
            case _ if key in _ARROWS:
                self._walk(*_ARROWS[key], push=control)
            case Key.Key_Plus | Key.Key_Equal:
                self.zoom(STEP, animated=True)
            case Key.Key_Minus:
                self.zoom(1 / STEP, animated=True)
            case Key.Key_0 | Key.Key_Home:
                self.fit(lit=True)
            case Key.Key_A if control:
                self.chosen.emit(np.arange(len(self.atlas)), False)
            case _ if event.text().isprintable() and event.text().strip() and not control:
                self.typed.emit(event.text())
            case _:
                super().keyPressEvent(event)

    def _walk(self, right: int, down: int, *, push: bool) -> None:
        """To the next picture in a direction, or push the map."""
        if push or not len(self.atlas):
            self.look(self.camera.moved(-right * 80, -down * 80), animated=True)
            return
        if self._current < 0:
            middle = self.picture_nearest_the_middle()
            if middle is not None:
                self.stepped.emit(middle)
            return
        on = self.atlas.beyond(self._current, right, down)
        if on is not None:
            self.stepped.emit(on)

    def picture_nearest_the_middle(self) -> int | None:
        """Where the keyboard begins."""
        return self.atlas.nearest(self.camera.x, self.camera.y, float("inf"))

    def reveal(self, row: int) -> None:
        """Push the map until a picture is seen."""
        spot = self.frame_of(row).center()
        room = self.rect().adjusted(60, 60, -60, -60)
        if room.isValid() and not room.contains(spot.toPoint()):
            x, y = self.atlas.points[row]
            middle = self.rect().center()
            here = self.camera.at(middle.x(), middle.y())
            scale = self.camera.scale
            self.look(
                self.camera.moved((here[0] - float(x)) * scale, (here[1] - float(y)) * scale),
                animated=True,
            )

    def spoken(self, row: int) -> str:
        """What a screen reader says of a picture."""
        return file_name(self.item(row))


def _places(one: int) -> NDArray[np.int64]:
    return np.array([one] if one >= 0 else [], np.int64)
