"""The grid of pictures: looked at, walked through, picked from and dragged out of."""

from collections.abc import Iterable
from typing import NamedTuple

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QPersistentModelIndex,
    QPoint,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QWidget

from clipdesk.core.types import Item
from clipdesk.ui.grid.delegate import CellDelegate
from clipdesk.ui.grid.drag import PictureMime, stack
from clipdesk.ui.grid.model import AnyIndex, runs
from clipdesk.ui.grid.surface import Surface, ground
from clipdesk.ui.grid.thumbnails import ThumbnailLoader
from clipdesk.ui.theme.tokens import (
    PADDING,
    THUMBNAIL_DEFAULT,
    THUMBNAIL_MAX,
    THUMBNAIL_MIN,
    UNIT,
)

_SETTLE_MS = 30
"""How often thumbnails are asked for while something moves."""

_NOTCH = 120
"""Of a mouse wheel, in eighths of a degree."""

Flag = QItemSelectionModel.SelectionFlag
Key = Qt.Key


class Anchor(NamedTuple):
    """A place to come back to: a picture, and how far below the top of the view it is."""

    asset_id: int
    offset: int = PADDING


class GridView(Surface):
    """Shows a `GridModel`, and says what the person wants of its pictures.

    Signals (an object where a str may hold bytes that a QString can't):
        open_requested, reveal_requested: A path (str) for its own program, or the file manager.
        similar_requested: The `Item` to find the like of.
        preview_requested: The asset_id of a picture to show large.
        context_requested: A global position (QPoint), and the `Item` there or None.
        visible_changed: A tuple of the asset_ids that are seen now.
        size_changed: The wished side of a cell in logical pixels.
        typed: Text that was typed here and belongs in the search field.
        selection_changed: Other pictures are selected, or another is the current one.
    """

    open_requested = Signal(object)
    reveal_requested = Signal(object)
    similar_requested = Signal(object)
    preview_requested = Signal(object)
    context_requested = Signal(object, object)
    visible_changed = Signal(object)
    size_changed = Signal(int)
    typed = Signal(str)
    selection_changed = Signal()
    dragged_out = Signal(object)

    def __init__(
        self, loader: ThumbnailLoader | None = None, parent: QWidget | None = None
    ) -> None:
        self._settle: QTimer | None = None
        super().__init__(CellDelegate(loader), parent)
        self.setObjectName("grid")
        self.setAccessibleName("Pictures")
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setDefaultDropAction(Qt.DropAction.CopyAction)
        self.setTabKeyNavigation(False)  # one stop for Tab, arrows inside
        self._loader = loader
        self._seen: tuple[int, ...] = ()
        self._wheel = 0
        self._kept: tuple[list[int], int | None] = ([], None)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._on_settled)
        self._cells.fades.frame.connect(self._on_frame)
        if loader is not None:
            loader.arrived.connect(self._on_arrived)
            loader.renewed.connect(self._on_frame)

    # ── what the window asks ─────────────────────────────────────────────────────────────

    def current_item(self) -> Item | None:
        """The picture that the keyboard is at."""
        model, index = self.grid_model(), self.currentIndex()
        return model.item(index.row()) if model is not None and index.isValid() else None

    def selected_items(self) -> list[Item]:
        """The selected pictures in the order they are shown."""
        model = self.grid_model()
        if model is None:
            return []
        # By ranges: one index for each would take seconds when all are selected.
        ranges = sorted(
            (part.top(), part.bottom()) for part in self.selectionModel().selection().toList()
        )
        return [item for first, last in ranges for item in model.items[first : last + 1]]

    def select_ids(self, asset_ids: Iterable[int], current: int | None = None) -> None:
        """Select these pictures, those of them that are here; nothing scrolls."""
        model = self.grid_model()
        if model is None:
            return
        row = model.row_of(current) if current is not None else None
        if row is not None:
            self.selectionModel().setCurrentIndex(model.index(row), Flag.NoUpdate)
        rows = (row for one in asset_ids if (row := model.row_of(one)) is not None)
        selection = QItemSelection()
        for first, last in runs(sorted(rows)):
            selection.select(model.index(first), model.index(last))
        self.selectionModel().select(selection, Flag.ClearAndSelect)

    @property
    def thumbnail_size(self) -> int:
        """The wished side of a cell in logical pixels; lines are stretched to fill the width."""
        return self._side

    @Slot(int)
    def set_thumbnail_size(self, side: int) -> None:
        """Make the cells larger or smaller; what is looked at stays where it is."""
        side = min(max(side, THUMBNAIL_MIN), THUMBNAIL_MAX)
        if side == self._side:
            return
        self.hold()
        self._side = side
        self.doItemsLayout()
        self.size_changed.emit(side)

    def zoom(self, steps: int) -> None:
        """So many columns fewer (larger pictures), or more if negative."""
        columns = max(1, self._lattice.columns - steps)
        self.set_thumbnail_size(self._lattice.side_for(columns))

    @Slot(bool)
    def show_names(self, shown: bool) -> None:  # noqa: FBT001 - connected to a toggle
        """Show file names under the pictures."""
        self.hold()
        self._cells.names = shown
        self.doItemsLayout()

    @Slot(bool)
    def show_scores(self, shown: bool) -> None:  # noqa: FBT001 - connected to a toggle
        """Show scores as numbers, too."""
        self.hold()
        self._cells.numbers = shown
        self.doItemsLayout()

    def anchor(self) -> Anchor | None:
        """The place that is looked at, for `restore_anchor`; None in an empty grid."""
        model, row = self.grid_model(), self.first_seen()
        if model is None or not 0 <= row < model.rowCount():
            return None
        return Anchor(model.item(row).asset_id, self.cell_rect(row).top())

    def restore_anchor(self, anchor: Anchor | int | None) -> None:
        """Come back to a place (or to the picture of this id); nothing happens if it is gone."""
        if isinstance(anchor, int):
            anchor = Anchor(anchor)
        model = self.grid_model()
        row = model.row_of(anchor.asset_id) if model is not None and anchor is not None else None
        if model is None or anchor is None or row is None:
            return
        middle = anchor.offset + self._lattice.cell // 2
        self._held = QPersistentModelIndex(model.index(row)), middle
        self.doItemsLayout()

    # ── the model changes ────────────────────────────────────────────────────────────────

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        if model is not None:
            model.modelAboutToBeReset.connect(self._on_about_to_reset)
            for about in (
                model.rowsAboutToBeInserted,
                model.rowsAboutToBeRemoved,
                model.rowsAboutToBeMoved,
            ):
                about.connect(self.hold)
            for done in (model.rowsInserted, model.rowsRemoved, model.rowsMoved):
                done.connect(self.doItemsLayout)
            # After the selection's own handler, which forgets what was selected.
            model.modelReset.connect(self._on_reset)
        self.doItemsLayout()

    @Slot()
    def _on_about_to_reset(self) -> None:
        current = self.current_item()
        ids = [item.asset_id for item in self.selected_items()]
        self._kept = ids, current.asset_id if current is not None else None

    def reset(self) -> None:
        """A new set of pictures, from its beginning; those that were selected still are."""
        self._held = None
        super().reset()
        self.doItemsLayout()
        self.verticalScrollBar().setValue(0)

    @Slot()
    def _on_reset(self) -> None:
        ids, current = self._kept
        if ids or current is not None:
            self.select_ids(ids, current)
        self.selection_changed.emit()  # a reset forgets without a word

    @Slot()
    def doItemsLayout(self) -> None:
        super().doItemsLayout()
        self._stir()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self._stir()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stir()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._stir()  # moved to a screen of other pixels
        return super().event(event)

    def dataChanged(self, first: AnyIndex, last: AnyIndex, roles: Iterable[int] = ()) -> None:
        super().dataChanged(first, last, list(roles))
        self._stir()

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        super().currentChanged(current, previous)
        self.selection_changed.emit()

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.selection_changed.emit()

    # ── thumbnails ───────────────────────────────────────────────────────────────────────

    def _stir(self) -> None:
        if self._settle is not None and not self._settle.isActive():
            self._settle.start()

    @Slot()
    def _on_settled(self) -> None:
        model, rows = self.grid_model(), self.seen_rows()
        if model is None:
            return
        seen = model.items[rows.start : rows.stop]
        if self._loader is not None:
            page = max(1, len(rows))
            after = model.items[rows.stop : rows.stop + page]
            before = model.items[max(0, rows.start - page) : rows.start]
            ratio = self.devicePixelRatioF()
            side = round(self._lattice.cell * ratio)
            self._loader.want(seen, (*after, *reversed(before)), side, ratio)
        ids = tuple(item.asset_id for item in seen)
        if ids != self._seen:
            self._seen = ids
            self.visible_changed.emit(ids)

    @Slot(object)
    def _on_arrived(self, content_ids: Iterable[int]) -> None:
        model = self.grid_model()
        if model is not None:
            rows = self.seen_rows()
            seen = {item.shown_id for item in model.items[rows.start : rows.stop]}
            self._cells.fades.begin(seen.intersection(content_ids))

    @Slot(object)
    def _on_frame(self, content_ids: Iterable[int]) -> None:
        model = self.grid_model()
        if model is None:
            return
        wanted = set(content_ids)
        for row in self.seen_rows():
            if model.item(row).shown_id in wanted:
                self.viewport().update(self.cell_rect(row))

    # ── mouse, wheel and keys ────────────────────────────────────────────────────────────

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        model, index = self.grid_model(), self.indexAt(event.position().toPoint())
        super().mouseDoubleClickEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and model is not None and index.isValid():
            self.open_requested.emit(model.item(index.row()).path)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        model, index = self.grid_model(), self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.MiddleButton and model is not None and index.isValid():
            self.similar_requested.emit(model.item(index.row()))
            return
        super().mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._wheel = 0
            super().wheelEvent(event)
            return
        self._wheel += event.angleDelta().y()
        notches = int(self._wheel / _NOTCH)
        if notches:
            self._wheel -= notches * _NOTCH
            self.zoom(notches)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        model, index = self.grid_model(), self.indexAt(event.pos())
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            place = self.viewport().mapToGlobal(self.visualRect(index).center())
        item = model.item(index.row()) if model is not None and index.isValid() else None
        self.context_requested.emit(place, item)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        item = self.current_item()
        match event.key():
            case Key.Key_Space if not control:
                if item is not None:
                    self.preview_requested.emit(item.asset_id)
            case Key.Key_Return | Key.Key_Enter:
                if item is not None:
                    (self.reveal_requested if control else self.open_requested).emit(item.path)
            case Key.Key_Plus | Key.Key_Equal if control:
                self.zoom(1)
            case Key.Key_Minus if control:
                self.zoom(-1)
            case Key.Key_0 if control:
                self.set_thumbnail_size(THUMBNAIL_DEFAULT)
            case _ if _is_text(event):
                self.typed.emit(event.text())
            case _ if event.matches(QKeySequence.StandardKey.Copy):
                event.ignore()  # what is copied of a picture is for the window to say
            case _:
                super().keyPressEvent(event)
                if event.key() in (Key.Key_Home, Key.Key_End):
                    # Qt does not scroll when the key leads to where the current one is already.
                    self.scrollTo(self.currentIndex())

    def keyboardSearch(self, search: str) -> None:
        """Nothing: what is typed goes to the search field."""

    # ── drag out ─────────────────────────────────────────────────────────────────────────

    def startDrag(self, supported: Qt.DropAction) -> None:
        drag = self.drag_of(self.selected_items())
        if drag is not None and drag.exec(Qt.DropAction.CopyAction) != Qt.DropAction.IgnoreAction:
            self.dragged_out.emit(tuple(self.selected_items()))

    def drag_of(self, items: list[Item]) -> QDrag | None:
        """A drag of these pictures as file URLs, with their thumbnails as a small stack."""
        if not items:
            return None
        drag = QDrag(self)
        drag.setMimeData(PictureMime(items))
        thumbnails = [
            pixmap
            for item in items[:3]
            if self._loader is not None and (pixmap := self._loader.get(item.shown_id))
        ]
        pixmap = stack(thumbnails, len(items), ground(), self.devicePixelRatioF())
        drag.setPixmap(pixmap)
        drag.setHotSpot(QPoint(UNIT, UNIT) * -1)
        return drag


def _is_text(event: QKeyEvent) -> bool:
    """Whether a key types something; Ctrl and Alt together are AltGr to some systems."""
    modifiers = event.modifiers()
    control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
    alt = bool(modifiers & Qt.KeyboardModifier.AltModifier)
    meta = bool(modifiers & Qt.KeyboardModifier.MetaModifier)
    return bool(event.text()) and event.text().isprintable() and control == alt and not meta
