"""What becomes of the words of pictures: the person's wishes to the engine, its answers back."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, QTimer, Slot

from clipdesk.core.messages.events import ThumbnailsReady
from clipdesk.core.messages.words import (
    About,
    AskAbout,
    AskTags,
    PutTag,
    TagsChanged,
    TagsTold,
    TakeTag,
    WordsChanged,
    WriteNote,
)
from clipdesk.core.types import Item, Query
from clipdesk.ui.actions import Actions
from clipdesk.ui.desk.desk import Desk
from clipdesk.ui.inspector.panel import Inspector
from clipdesk.ui.search.field import SearchField
from clipdesk.ui.sidebar.sidebar import Sidebar
from clipdesk.ui.tags.list import TagList
from clipdesk.ui.wire import Wire

_SETTLE_MS = 60
"""A selection that is being drawn changes many times."""
_MOST_ASKED = 5_000
"""Of more pictures that are picked at once, the tags are not told."""


class WordsCare(QObject):
    """Between the inspector, the list of tags, the search, the grid, and the engine."""

    def __init__(
        self,
        wire: Wire,
        inspector: Inspector,
        sidebar: Sidebar,
        field: SearchField,
        desk: Desk,
        *,
        actions: Actions,
    ) -> None:
        super().__init__(inspector)
        self._send = wire.send
        self._inspector, self._desk, self._field = inspector, desk, field
        self._actions = actions
        self._ticket = 0
        self._asked: tuple[int, ...] = ()
        """The contents that are seen, and whose tags have been asked for."""
        self.tags = TagList(sidebar)
        sidebar.add_room(self.tags)
        self._soon = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._soon.timeout.connect(self._look)
        desk.grid.selection_changed.connect(self._soon.start)
        desk.grid.visible_changed.connect(self._on_visible_changed)
        inspector.shown.connect(self._look)
        inspector.tags.added.connect(self._on_tag_added)
        inspector.tags.removed.connect(lambda name: self._tell(TakeTag, name))
        inspector.tags.chosen.connect(self._go_to)
        inspector.note.written.connect(self._on_written)
        self.tags.toggled.connect(field.toggle_tag)
        field.query_changed.connect(self._on_query_changed)
        actions["tag"].triggered.connect(self._on_tag)
        actions["inspector"].toggled.connect(inspector.setVisible)
        wire.tags_changed.connect(self._on_tags_changed)
        wire.tags_told.connect(self._on_tags_told)
        wire.words_changed.connect(self._on_words_changed)
        wire.about.connect(self._on_about)
        wire.thumbnails_ready.connect(self._on_thumbnails)
        desk.loader.arrived.connect(lambda _: inspector.renew_picture())

    def picked(self) -> list[Item]:
        """The pictures that are selected, else the one that the keyboard is at."""
        grid = self._desk.grid
        current = grid.current_item()
        return grid.selected_items() or ([current] if current is not None else [])

    # ── the inspector ─────────────────────────────────────────────────────────────────────

    @Slot()
    def _look(self) -> None:
        """Show what is picked now."""
        if self._inspector.isHidden():
            return
        items = self.picked()
        self._inspector.show_items(items)
        self._ask_about()

    def _ask_about(self) -> None:
        contents = _contents(self._inspector.items)
        if 0 < len(contents) <= _MOST_ASKED:
            self._ticket += 1
            self._send(AskAbout(self._ticket, contents))

    @Slot(object)
    def _on_about(self, about: About) -> None:
        if about.ticket == self._ticket:
            self._inspector.show_about(about)

    @Slot(object)
    def _on_thumbnails(self, event: ThumbnailsReady) -> None:
        self._inspector.renew_picture()

    def _on_tag(self) -> None:
        """To where a tag is written."""
        self._actions["inspector"].setChecked(True)
        self._look()
        self._inspector.tags.entry.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _on_tag_added(self, name: str) -> None:
        self._tell(PutTag, name)

    def _tell(self, wish: type[PutTag] | type[TakeTag], name: str) -> None:
        contents = _contents(self._inspector.items)
        if contents:
            self._send(wish(name, contents))

    def _on_written(self, text: str) -> None:
        for content_id in _contents(self._inspector.items)[:1]:
            self._send(WriteNote(content_id, text))

    # ── tags ──────────────────────────────────────────────────────────────────────────────

    def _go_to(self, name: str) -> None:
        """Show the pictures of a tag, and nothing else."""
        self._field.set_query(Query(tags=(name,)))

    @Slot(object)
    def _on_tags_changed(self, event: TagsChanged) -> None:
        self.tags.show_tags(event.tags)
        names = tuple(tag.name for tag in event.tags)
        self._inspector.tags.propose(names)
        self._field.know_tags(names)

    @Slot(object)
    def _on_query_changed(self, query: Query) -> None:
        self.tags.choose(query.tags)

    def _on_visible_changed(self, asset_ids: Sequence[int]) -> None:
        model = self._desk.model
        rows = (model.row_of(asset_id) for asset_id in asset_ids)
        contents = _contents([model.item(row) for row in rows if row is not None])
        if contents != self._asked:
            self._asked = contents
            self._send(AskTags(contents))

    @Slot(object)
    def _on_tags_told(self, event: TagsTold) -> None:
        self._desk.model.tell_tags(
            {id_: tuple(use.name for use in tags) for id_, tags in event.tags}
        )
        self._desk.grid.viewport().update()

    @Slot(object)
    def _on_words_changed(self, event: WordsChanged) -> None:
        changed = set(event.content_ids)
        if changed.intersection(self._asked):
            self._send(AskTags(self._asked))
        if changed.intersection(_contents(self._inspector.items)) and self._inspector.isVisible():
            self._ask_about()
        if self._field.query().tags:
            self._desk.outdated.emit()  # they may belong to what is shown now, or no more


def _contents(items: Sequence[Item]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(item.content_id for item in items))
