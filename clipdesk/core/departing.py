"""Roots that leave the library: gone from the window at once, from the catalogue bit by bit.

A root is forgotten, or becomes part of another; hundreds of thousands of files may go with it, so
they go in slices, between which searches are answered.
"""

import time
from collections.abc import Callable

from clipdesk.core.backlog import Backlog
from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.ingest import Ingest
from clipdesk.core.messages.events import ProblemsChanged, Removed, RootsChanged
from clipdesk.core.messages.requests import RemoveRoot
from clipdesk.core.reporter import Reporter
from clipdesk.core.sync import Sync

_SLICE_S = 0.03
"""And what the disk takes to write it down."""
_AT_ONCE = 100
_TOLD_AT_ONCE = 5_000

_Place = tuple[bytes, bytes]


class Departing:
    """What is under way is kept in the catalogue: after a crash it goes on at the next start."""

    def __init__(
        self, catalog: Catalog, reporter: Reporter, sync: Sync, ingest: Ingest, backlog: Backlog
    ) -> None:
        self._catalog = catalog
        self._reporter = reporter
        self._sync = sync
        self._ingest = ingest
        self._backlog = backlog
        self._untold: dict[int, _Place] = {}
        """Roots whose pictures the window shows, and how far it was told that they are gone."""
        self.handlers: dict[type, Callable[..., None]] = {RemoveRoot: self._remove}

    @property
    def busy(self) -> bool:
        """Whether there is more to do."""
        return self._catalog.departures.next() is not None

    @property
    def merging(self) -> bool:
        """Whether files are on their way from one root to another: no folder is to be looked at."""
        departure = self._catalog.departures.next()
        return departure is not None and departure.heir is not None

    def step(self) -> bool:
        """Do a slice of it; whether there was anything to do."""
        departure = self._catalog.departures.next()
        if departure is None:
            return False
        if departure.root_id in self._untold:
            self._tell(departure.root_id)
            return True
        until = time.monotonic() + _SLICE_S
        with self._catalog.transaction():
            while more := self._catalog.departures.work_off(departure, _AT_ONCE):
                if time.monotonic() >= until:
                    break
        if not more:
            self._backlog.reopen()
            self._reporter.changed(RootsChanged, ProblemsChanged)
        return True

    def _remove(self, message: RemoveRoot) -> None:
        self._reporter.queued(-self._ingest.forget(message.root_id))
        self._sync.remove(message.root_id)
        self._untold[message.root_id] = (b"", b"")
        self._reporter.changed(RootsChanged, ProblemsChanged)

    def _tell(self, root_id: int) -> None:
        ids, end = self._catalog.assets.shown(root_id, self._untold[root_id], _TOLD_AT_ONCE)
        if ids:
            self._untold[root_id] = end
            self._reporter.emit(Removed(ids))
        else:
            del self._untold[root_id]
