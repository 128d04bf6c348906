"""From the question to the pictures that answer it, and back again."""

from dataclasses import replace

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

from clipdesk.core.messages.events import (
    Level,
    Listing,
    Results,
)
from clipdesk.core.types import Query
from clipdesk.ui.desk.desk import Desk
from clipdesk.ui.drops import Dropped, query_from_mime
from clipdesk.ui.renders import Renders
from clipdesk.ui.search.chip import PICTURE_SIDE, QueryChip
from clipdesk.ui.search.field import SearchField
from clipdesk.ui.search.history import History
from clipdesk.ui.search.session import SearchSession
from clipdesk.ui.sidebar.sidebar import Sidebar


class Asking(QObject):
    """Takes what the field, the sidebar, drops and the clipboard ask to the desk that answers."""

    def __init__(
        self,
        field: SearchField,
        sidebar: Sidebar,
        desk: Desk,
        session: SearchSession,
        renders: Renders,
    ) -> None:
        super().__init__(field)
        self._field, self._sidebar, self._desk = field, sidebar, desk
        self._session, self._renders = session, renders
        self._history = History()
        self._recalled = False
        """The question is one of last time, whose pictures may be gone."""
        field.query_changed.connect(self._on_query_changed)
        field.chip_added.connect(self._on_chip_added)
        field.dropped.connect(self.take_drop)
        field.left.connect(self._on_field_left)
        sidebar.chosen.connect(self._on_root_chosen)
        desk.outdated.connect(session.ask_again_soon)
        desk.grid.typed.connect(self._on_typed)
        desk.zone.find_similar.connect(field.find_similar)
        desk.zone.refused.connect(self._refuse)
        session.answered.connect(self._on_answered)
        session.waiting.connect(desk.header.show_waiting)
        session.failed.connect(self._on_failed)
        session.pending_changed.connect(field.set_pending)

    def recall(self, query: Query) -> None:
        """Ask again what was asked last time, or show all pictures if that was nothing."""
        self._recalled = bool(query.examples)
        self._field.set_query(query)
        if not query:
            self._session.ask(query, self._sidebar.root_id)

    def paste(self) -> None:
        """Ask by what is on the clipboard: a picture, else words."""
        mime = QGuiApplication.clipboard().mimeData()
        found = query_from_mime(mime, "Pasted picture")
        if found.examples:
            self._field.find_similar(found.examples)
        elif found or not mime.hasText() or mime.hasUrls():
            self.take_drop(found)
        else:
            self._field.set_query(Query(mime.text().strip(), self._field.query().examples))

    def take_drop(self, found: Dropped) -> None:
        """Add pictures to the question, or offer to watch folders."""
        if found.examples:
            self._field.search_by(found.examples)
        elif found.folders:
            self._sidebar.ask_to_watch(found.folders)
        else:
            self._refuse(found.refusal)

    def go_to_field(self) -> None:
        """On to the next question."""
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()

    def earlier(self) -> None:
        """The question before."""
        self._ask_from_history(self._history.back())

    def later(self) -> None:
        """The question after."""
        self._ask_from_history(self._history.forward())

    def _on_query_changed(self, query: Query) -> None:
        self._desk.leave_place()
        self._session.ask(query, self._sidebar.root_id)

    def _on_root_chosen(self, root_id: int | None) -> None:
        self._session.ask(self._field.query(), root_id)

    def _on_answered(self, answer: Results | Listing) -> None:
        self._recalled = False
        self._desk.show_answer(answer, self._session.root_id)
        self._history.visit(self._session.query)

    def _on_failed(self, message: str) -> None:
        self._desk.header.show_waiting("")
        if self._recalled:
            # Nobody asked this today: what can be asked of it without its pictures is.
            self._recalled = False
            self._field.set_query(replace(self._session.query, examples=()))
            return
        self._refuse(message)

    def _ask_from_history(self, query: Query | None) -> None:
        if query is not None:
            self._field.set_query(query)

    def _on_chip_added(self, chip: QueryChip) -> None:
        side = PICTURE_SIDE * 4  # enough for screens of 300 % and for cropping
        example = chip.example
        if example.path is not None:
            path = str(example.path)
            self._renders.of_file(path, side, chip.show_picture, at_ms=example.at_ms)
        elif example.data is not None:
            self._renders.of_data(example.data, side, chip.show_picture)

    def _on_typed(self, text: str) -> None:
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._field.insert_typed(text)

    def _on_field_left(self) -> None:
        grid = self._desk.grid
        grid.setFocus(Qt.FocusReason.OtherFocusReason)
        if grid.current_item() is None and self._desk.model.rowCount():
            grid.setCurrentIndex(self._desk.model.index(0))

    def _refuse(self, sentence: str) -> None:
        self._desk.notices.tell(sentence, Level.WARNING)
