"""The room of the map: it lies over the grid, shows what the grid shows, and selects with it."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QToolButton, QVBoxLayout, QWidget

from clipdesk.core.messages.maps import LayMapAnew, MapDrawn, MapProgress, ShowMap
from clipdesk.core.messages.requests import Request, WantThumbnails
from clipdesk.ui import words
from clipdesk.ui.announce import announce
from clipdesk.ui.grid.cover import Cover
from clipdesk.ui.grid.model import GridModel
from clipdesk.ui.grid.thumbnails import Read, ThumbnailLoader
from clipdesk.ui.grid.view import GridView
from clipdesk.ui.map.atlas import Atlas
from clipdesk.ui.map.view import STEP, MapView
from clipdesk.ui.theme.icons import icon
from clipdesk.ui.theme.tokens import HIT_TARGET, PADDING, UNIT
from clipdesk.ui.wire import Wire

_GATHER_MS = 60
"""A listing comes in pages: the map is made anew once they pause."""
_CLOSER_BYTES = 16 * 1024 * 1024
_MAP_BYTES = 96 * 1024 * 1024


class MapRoom(QWidget):
    """Over the grid while the person looks at the map.

    The grid stays what it is: what is selected here is selected there, so that all that can be
    done with selected pictures can be done from here.
    """

    def __init__(self, wire: Wire, grid: GridView, model: GridModel) -> None:
        super().__init__(grid)
        self.setObjectName("mapRoom")
        self._send: Callable[[Request], None] = wire.send
        self._grid, self._model = grid, model
        self._drawn: MapDrawn | None = None
        self._read: Read = wire.read_thumbnail
        self._loader = ThumbnailLoader(self._read, self, budget=_MAP_BYTES)
        self._closer = ThumbnailLoader(self._read, self, budget=_CLOSER_BYTES)
        self.view = MapView(model, self._loader, self._closer, self)
        self.says = QLabel(self)
        self.says.setObjectName("mapSays")
        self.says.setProperty("role", "card")
        self.says.setTextFormat(Qt.TextFormat.PlainText)
        self.says.setContentsMargins(PADDING, UNIT, PADDING, UNIT)
        self.says.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.says.hide()
        self.lasso = self._tool("mapLasso", "lasso", "Select with a lasso (Shift and drag)")
        self.lasso.setCheckable(True)
        self._tools = self._toolbar()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.view)
        self.view.lower()
        self._gather = QTimer(self, singleShot=True, interval=_GATHER_MS)
        self._gather.timeout.connect(self.settle)
        self._hear(wire)
        self.hide()
        self._cover = Cover(self, grid)
        # What keys do to pictures in the grid they do here.
        self.view.addActions(grid.actions())

    def _hear(self, wire: Wire) -> None:
        wire.map_drawn.connect(self._on_map_drawn)
        wire.map_progress.connect(self._on_map_progress)
        wire.thumbnails_ready.connect(self._on_thumbnails_ready)
        for loader in (self._loader, self._closer):
            loader.missing.connect(lambda ids: self._send(WantThumbnails(ids)))
        model, view, grid = self._model, self.view, self._grid
        for changed in (
            *(model.modelReset, model.rowsInserted, model.rowsRemoved, model.rowsMoved),
        ):
            changed.connect(self._on_model_changed)
        grid.selection_changed.connect(self._on_selection_changed)
        self.lasso.toggled.connect(self._on_lasso_toggled)
        view.chosen.connect(self._on_chosen)
        view.toggled.connect(self._on_toggled)
        view.stepped.connect(self._on_stepped)
        view.opened.connect(lambda on: grid.open_requested.emit(view.item(on).path))
        view.similar.connect(lambda on: grid.similar_requested.emit(view.item(on)))
        view.carried.connect(lambda: grid.startDrag(Qt.DropAction.CopyAction))
        view.typed.connect(grid.typed)
        view.context.connect(self._on_context)

    def close_threads(self) -> None:
        """End what reads thumbnails."""
        self._loader.close()
        self._closer.close()

    # ── shown and hidden ─────────────────────────────────────────────────────────────────

    def show_map(self, *, shown: bool) -> None:
        """Look at the map instead of the grid, or at the grid again."""
        focused = self._grid.hasFocus() or self.view.hasFocus()
        self._send(ShowMap(shown))
        self._grid.setFocusProxy(self.view if shown else None)  # type: ignore[arg-type]  # None ends it
        self.setVisible(shown)
        if shown:
            self._cover.lay()
            self.settle()
            if self._drawn is None:
                self._say("The map is being drawn …")
        if focused:
            self._grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        size = self._tools.sizeHint()
        self._tools.setGeometry(
            self.width() - size.width() - PADDING, PADDING, size.width(), size.height()
        )
        self._place_words()

    def _toolbar(self) -> QWidget:
        tools = QWidget(self)
        tools.setObjectName("mapTools")
        tools.setProperty("role", "card")
        tools.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(tools)
        column.setContentsMargins(UNIT // 2, UNIT // 2, UNIT // 2, UNIT // 2)
        column.setSpacing(0)
        for name, sign, tip, deed in (
            ("mapNearer", "plus", "Nearer (+, wheel)", lambda: self._zoom(STEP)),
            ("mapFarther", "minus", "Farther (−, wheel)", lambda: self._zoom(1 / STEP)),
            ("mapAll", "maximize", "See all that is lit (0)", lambda: self.view.fit(lit=True)),
        ):
            button = self._tool(name, sign, tip)
            button.clicked.connect(deed)
            column.addWidget(button)
        column.addWidget(self.lasso)
        anew = self._tool("mapAnew", "refresh-cw", "Lay the map out anew")
        anew.clicked.connect(lambda: self._send(LayMapAnew()))
        column.addWidget(anew)
        return tools

    def _tool(self, name: str, sign: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setIcon(icon(sign))
        button.setToolTip(tip)
        button.setAccessibleName(tip.partition(" (")[0])
        button.setFixedSize(HIT_TARGET, HIT_TARGET)
        return button

    def _zoom(self, factor: float) -> None:
        self.view.zoom(factor, animated=True)

    # ── what is on it ────────────────────────────────────────────────────────────────────

    @Slot(object)
    def _on_map_drawn(self, event: MapDrawn) -> None:
        self._drawn = event
        self.settle()

    @Slot()
    def _on_model_changed(self) -> None:
        if not self.isHidden():
            self._gather.start()

    @Slot()
    def settle(self) -> None:
        """Show at once what has come, without waiting for more."""
        self._gather.stop()
        if self._drawn is None or self.isHidden():
            return
        atlas = Atlas.of(self._model.items, self._drawn, self._model.trusted)
        self.view.show_atlas(atlas)
        self.view.setAccessibleDescription(
            f"{words.pictures(len(atlas))} on the map. Arrows go from one to the next, "
            "plus and minus come nearer and go away."
        )
        self._on_selection_changed()

    @Slot(object)
    def _on_map_progress(self, event: MapProgress) -> None:
        if event.fault:
            self._say(event.fault)
        elif event.done is not None and event.waiting:
            self._say(f"Placing {words.pictures(event.waiting)} on the map … {event.done:.0%}")
        elif event.done is not None:
            self._say(f"Laying the map out anew … {event.done:.0%}")
        elif self._drawn is not None and not len(self._drawn.content_ids):
            self._say("There is no picture on the map yet.")
        else:
            self._say("")

    @Slot(object)
    def _on_thumbnails_ready(self, event: object) -> None:
        ids = getattr(event, "content_ids", ())
        self._loader.ready(ids)
        self._closer.ready(ids)

    def _say(self, sentence: str) -> None:
        before = self.says.text()
        self.says.setText(sentence)
        self.says.setVisible(bool(sentence))
        self._place_words()
        if sentence.partition(" … ")[0] != before.partition(" … ")[0] and sentence:
            announce(self.says, sentence)

    def _place_words(self) -> None:
        size = self.says.sizeHint()
        left = max(PADDING, (self.width() - size.width()) // 2)
        self.says.setGeometry(
            left, self.height() - size.height() - 2 * PADDING, size.width(), size.height()
        )

    # ── selecting ────────────────────────────────────────────────────────────────────────

    @Slot()
    def _on_selection_changed(self) -> None:
        """What is selected in the grid, on the map."""
        if self.isHidden():
            return
        atlas = self.view.atlas
        selected = np.zeros(self._model.rowCount(), bool)
        for part in self._grid.selectionModel().selection().toList():
            selected[part.top() : part.bottom() + 1] = True
        if len(atlas) and int(atlas.rows[-1]) >= len(selected):
            return  # the atlas is of before; it is about to be made anew
        row = self._grid.currentIndex().row()
        at = int(np.searchsorted(atlas.rows, row))
        known = row >= 0 and at < len(atlas) and int(atlas.rows[at]) == row
        self.view.show_selection(selected[atlas.rows], at if known else -1)

    @Slot(object, bool)
    def _on_chosen(self, places: NDArray[np.int64], more: bool) -> None:  # noqa: FBT001 - a signal's
        rows = self.view.atlas.rows[places]
        ids = [self._model.item(int(row)).asset_id for row in rows]
        if more:
            ids += [item.asset_id for item in self._grid.selected_items()]
        self._grid.select_ids(ids, ids[0] if len(places) else None)
        if len(places) != 1:
            said = f"{words.pictures(len(ids))} selected" if ids else "Nothing is selected"
            announce(self.view, said)

    @Slot(int)
    def _on_toggled(self, place: int) -> None:
        one = self.view.item(place).asset_id
        ids = {item.asset_id for item in self._grid.selected_items()}
        self._grid.select_ids(ids ^ {one}, one)

    @Slot(int)
    def _on_stepped(self, place: int) -> None:
        one = self.view.item(place).asset_id
        self._grid.select_ids([one], one)
        self.view.reveal(place)
        announce(self.view, self.view.spoken(place))

    @Slot(bool)
    def _on_lasso_toggled(self, on: bool) -> None:  # noqa: FBT001 - connected to a toggle
        self.view.lassoing = on

    @Slot(QPoint, int)
    def _on_context(self, place: QPoint, on: int) -> None:
        item = self.view.item(on) if on >= 0 else None
        if item is not None and not self.view.is_chosen(on):
            self._grid.select_ids([item.asset_id], item.asset_id)
        self._grid.context_requested.emit(place, item)
