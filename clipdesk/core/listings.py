"""What browsing shows: the newest wish for it, answered a page at a time."""

from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from itertools import islice

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.errors import QueryError
from clipdesk.core.messages.events import (
    Event,
    Listing,
    SearchFailed,
)
from clipdesk.core.messages.requests import (
    Browse,
)
from clipdesk.core.paths import natural
from clipdesk.core.types import Item

_FIRST = 1_000
"""More than any window shows at once, and there in some milliseconds."""
_PAGE = 5_000


class Listings:
    """Half a million pictures are many short pieces of work, and are never held all at once."""

    def __init__(
        self,
        catalog: Catalog,
        emit: Callable[[Event], None],
        *,
        present: Callable[[Iterable[Item]], tuple[Item, ...]],
    ) -> None:
        """``present`` marks the items as the window is to see them."""
        self._catalog = catalog
        self._emit = emit
        self._present = present
        self._pages: Iterator[Listing | None] | None = None
        """None among them: there was something to be done before."""
        self._ticket = 0

    def browse(self, request: Browse) -> None:
        """Begin to answer this, instead of what was being answered."""
        self._ticket = request.ticket
        self._pages = self._answer(request) if not request.tags else self._tagged(request)

    def drop(self) -> None:
        """Nobody waits for the rest."""
        self._pages = None

    @property
    def busy(self) -> bool:
        return self._pages is not None

    def step(self) -> bool:
        """Send the next page, or get on with it; whether there was anything to do."""
        try:
            page = next(self._pages) if self._pages else None
        except StopIteration:
            self._pages, page = None, None
        except QueryError as error:
            self._pages, page = None, None
            self._emit(SearchFailed(self._ticket, str(error)))
            return True
        if page is not None:
            self._emit(page)
        return self._pages is not None

    def _answer(self, request: Browse) -> Iterator[Listing | None]:
        ids = self._roots(request)
        counts = self._catalog.roots.counts()
        total = sum(counts.get(id_, 0) for id_ in ids)
        sent, more = 0, True
        # Each page is read when it is sent: what is gone by then is not on it.
        for items, more in self._read(ids):
            page = self._present(items)
            yield Listing(request.ticket, request.root_id, page, sent, more=more, total=total)
            sent += len(page)
        if more:
            yield Listing(request.ticket, request.root_id, (), sent, total=sent)

    def _tagged(self, request: Browse) -> Iterator[Listing | None]:
        """What has the tags: put in order some at a time, and merged page by page."""
        of_roots = []
        for root_id in self._roots(request):
            runs = []
            for run in self._catalog.tags.runs(request.tags, root_id):
                runs.append(run)
                yield None
            of_roots.append(runs)
        ids = (asset_id for runs in of_roots for *_, asset_id in merge(*runs))
        total = sum(len(run) for runs in of_roots for run in runs)
        for start in range(0, max(1, total), _PAGE):
            page = self._catalog.assets.items_by_id(list(islice(ids, _PAGE)))
            yield Listing(
                request.ticket,
                request.root_id,
                self._present(page),
                start,
                more=start + _PAGE < total,
                total=total,
                tags=request.tags,
            )

    def _roots(self, request: Browse) -> list[int]:
        """The roots that are asked about, in browsing order."""
        roots = sorted(self._catalog.roots.all(), key=lambda row: natural(str(row.path)))
        return [row.id for row in roots if request.root_id in (None, row.id)]

    def _read(self, root_ids: list[int]) -> Iterator[tuple[list[Item], bool]]:
        """The pages, and after each whether there may be more."""
        size = _FIRST
        for root_id in root_ids:
            full, after = True, (b"", b"")
            while full:
                items, after = self._catalog.assets.listed(root_id, after, size)
                full = len(items) == size
                if items:
                    yield items, full or root_id != root_ids[-1]
                size = _PAGE if full else size
