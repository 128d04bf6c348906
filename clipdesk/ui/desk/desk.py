"""The pictures and their surroundings, kept in step with what the engine tells."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from clipdesk.core.messages.events import (
    Added,
    Changed,
    EncoderChanged,
    Listing,
    Progress,
    Removed,
    Results,
    ThumbnailsReady,
)
from clipdesk.core.types import Item, Query, Root
from clipdesk.ui.desk.header import Header
from clipdesk.ui.dropzone import DropZone
from clipdesk.ui.empty.page import EmptyPage
from clipdesk.ui.empty.words import empty_words
from clipdesk.ui.grid.model import GridModel
from clipdesk.ui.grid.thumbnails import ThumbnailLoader
from clipdesk.ui.grid.view import Anchor, GridView
from clipdesk.ui.notice.bar import NoticeBar
from clipdesk.ui.theme import tokens


class Desk(QWidget):
    """Notices, header, and below them the grid, or the page that stands in for it.

    Signals:
        outdated: The shown results may lack pictures that have come since.
    """

    outdated = Signal()

    def __init__(
        self, read_thumbnail: Callable[[int], bytes | None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("desk")
        self.model = GridModel(self)
        self.loader = ThumbnailLoader(read_thumbnail, self)
        self.grid = GridView(self.loader)
        self.grid.setModel(self.model)
        self.header = Header(self)
        self.notices = NoticeBar(self)
        self.empty = EmptyPage(self)
        self._rooms = QStackedWidget(self)
        self._rooms.addWidget(self.grid)
        self._rooms.addWidget(self.empty)
        self.zone = DropZone(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.UNIT)
        above = QVBoxLayout()
        above.setContentsMargins(tokens.PADDING, 0, tokens.PADDING, 0)
        above.addWidget(self.notices)
        column.addLayout(above)
        column.addWidget(self.header)
        column.addWidget(self._rooms, 1)

        self._roots: tuple[Root, ...] = ()
        self._progress = Progress(0, 0)
        self._encoder: EncoderChanged | None = None
        self._shown: tuple[Query, int | None] | None = None
        """What the grid answers now: the query (empty while browsing) and the root."""
        self._pages: list[Item] = []
        """What has arrived of a listing that is not shown yet."""
        self._places: dict[int | None, Anchor] = {}
        """Where the person was in each folder."""
        self.header.size_changed.connect(self.grid.set_thumbnail_size)
        self.grid.size_changed.connect(self.header.slider.setValue)
        self._choose_page()

    def close_threads(self) -> None:
        """End what reads thumbnails."""
        self.loader.close()

    # ── answers ───────────────────────────────────────────────────────────────────────────

    def show_answer(self, answer: Results | Listing, root_id: int | None) -> None:
        """Replace what is shown; the place is kept where it is the same, or has been before."""
        if isinstance(answer, Results):
            self._pages.clear()
            self._show(answer.items, answer.query, root_id, answer.trusted)
            self.header.show_results(answer)
        elif answer.first and not self._pages:
            self.model.extend(answer.items)
        else:
            self._gather(answer, root_id)
        if isinstance(answer, Listing):
            self.header.show_listing(answer.total or self.model.rowCount())

    def _gather(self, page: Listing, root_id: int | None) -> None:
        """Show a listing when the place to come back to has arrived: nothing is to jump."""
        if not page.first:
            self._pages.clear()
        self._pages += page.items
        query = Query(tags=page.tags)
        again = (query, root_id) == self._shown
        place = self.grid.anchor() if again else self._places.get(root_id)
        arrived = place is None or any(item.asset_id == place.asset_id for item in page.items)
        if not page.more or (arrived and not again):
            self._show(self._pages, query, root_id)
            self._pages = []

    def _show(
        self,
        items: Sequence[Item],
        query: Query,
        root_id: int | None,
        trusted: int | None = None,
    ) -> None:
        now = (query, root_id)
        self.leave_place()
        place = self.grid.anchor() if now == self._shown else None
        self.model.show(items, trusted)
        if not query:
            place = place or self._places.get(root_id)
        self._shown = now
        self._choose_page()
        if place is not None:
            self.grid.restore_anchor(place)

    def leave_place(self) -> None:
        """Remember where the person is, if they are browsing."""
        if self._shown is not None and not self._shown[0]:
            anchor = self.grid.anchor()
            if anchor is not None:
                self._places[self._shown[1]] = anchor

    @Slot(object)
    def add(self, event: Added) -> None:
        """New pictures: into the listing, or a reason to ask again."""
        if self._shown is None or self._shown[0]:
            self.outdated.emit()
            return
        self.model.add([item for item in event.items if self._belongs(item)])
        self._recount()

    @Slot(object)
    def change(self, event: Changed) -> None:
        """Pictures of which something has changed."""
        self.model.change(event.items)
        if self._pages:
            now = {item.asset_id: item for item in event.items}
            self._pages = [now.get(item.asset_id, item) for item in self._pages]

    @Slot(object)
    def remove(self, event: Removed) -> None:
        """Pictures that are gone."""
        self.model.remove(event.asset_ids)
        if self._pages:
            gone = set(event.asset_ids)
            self._pages = [item for item in self._pages if item.asset_id not in gone]
        self._recount()

    @Slot(object)
    def take_thumbnails(self, event: ThumbnailsReady) -> None:
        """Thumbnails that were missing have been made."""
        self.loader.ready(event.content_ids)

    # ── the state of things ───────────────────────────────────────────────────────────────

    def show_roots(self, roots: tuple[Root, ...]) -> None:
        """The folders as they are now."""
        self._roots = roots
        self._choose_page()

    def show_progress(self, progress: Progress) -> None:
        """How far indexing is."""
        self._progress = progress
        self._choose_page()

    def show_encoder(self, encoder: EncoderChanged) -> None:
        """What looks at the pictures, and whether it can."""
        self._encoder = encoder
        self._choose_page()

    def _recount(self) -> None:
        if self._shown is not None and not self._shown[0]:
            self.header.show_listing(self.model.rowCount())
        self._choose_page()

    def _belongs(self, item: Item) -> bool:
        root = self._chosen()
        return root is None or root.path in Path(item.path).parents

    def _chosen(self) -> Root | None:
        root_id = self._shown[1] if self._shown is not None else None
        return next((root for root in self._roots if root.id == root_id), None)

    def _choose_page(self) -> None:
        self.header.setVisible(bool(self._roots))
        if self.model.rowCount():
            self._rooms.setCurrentWidget(self.grid)
            return
        query = self._shown[0] if self._shown is not None else Query()
        words = empty_words(self._roots, self._chosen(), query, self._progress, self._encoder)
        self.empty.show_state(words)
        self._rooms.setCurrentWidget(self.empty)
