"""Where the watched folders are: added, gone offline and come back, found again elsewhere."""

from collections.abc import Callable
from pathlib import Path

from clipdesk.core.backlog import Backlog
from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.catalog.names import relative
from clipdesk.core.errors import FolderError
from clipdesk.core.ingest import Ingest
from clipdesk.core.messages.events import (
    Level,
    Notice,
    ProblemsChanged,
    RelocationOffered,
    RootsChanged,
)
from clipdesk.core.messages.requests import AddRoot, Look, Relocate, RootSeen
from clipdesk.core.moving import along
from clipdesk.core.paths import printable
from clipdesk.core.recognising import Recognised, Recognising
from clipdesk.core.reporter import Reporter
from clipdesk.core.sync import Sync

_LOCATED = 0
"""The number of a folder that the person says is a known one. Those that wait to be watched have
lower ones, and the roots that may have moved along with another have their own."""


class Whereabouts:
    """Hears of folders, from the person and the probe, and has them compared with known ones."""

    def __init__(
        self,
        catalog: Catalog,
        reporter: Reporter,
        recognising: Recognising,
        *,
        sync: Sync,
        ingest: Ingest,
        backlog: Backlog,
    ) -> None:
        self._catalog = catalog
        self._reporter = reporter
        self._recognising = recognising
        self._sync = sync
        self._ingest = ingest
        self._backlog = backlog
        self._unknown: set[int] = set()
        """Folders to be watched that may be known ones, by the numbers that they wait under."""
        self._early: list[RootSeen] = []
        """What was seen of those before it was known which roots are not there."""
        self.handlers: dict[type, Callable[..., None]] = {
            AddRoot: self._add_root,
            Relocate: self._relocate,
            Recognised: self._recognised,
            RootSeen: self._seen,
        }

    def take_in(self, folder: Path, *, anew: bool = False) -> None:
        """Look through a folder once; one that is not in the library becomes a root of it."""
        for root in self._catalog.roots.all():
            if root.path == folder:
                self._sync.rescan(root.id)
                return
            if relative(folder, root.path):
                self._sync.look([Look(root.id, folder)])
                return
        self._add(folder, anew=anew)

    def _add_root(self, message: AddRoot) -> None:
        path = message.path.absolute()
        known = next((r.id for r in self._catalog.roots.all() if r.path == path), None)
        if known is not None:
            self._sync.rescan(known)  # what was asked for is so already: make sure of it
        else:
            self._add(path, anew=message.anew)
        self._reporter.changed(RootsChanged)

    def _add(self, path: Path, *, anew: bool) -> None:
        number = self._sync.add(path)
        if not anew:
            self._unknown.add(number)

    # ── there, or not ──────────────────────────────────────────────────────────────────────

    def _seen(self, message: RootSeen) -> None:
        if message.root_id in self._unknown:
            self._early.append(message)
        else:
            turned = self._sync.seen(message)
            self._backlog.reopen()
            self._reporter.changed(RootsChanged)
            if turned and not message.present:
                self._reporter.queued(-self._ingest.forget(message.root_id))
        while self._early and not self._sync.undecided:
            try:
                self._welcome(self._early.pop(0))
            except FolderError as error:  # the others are to be seen to all the same
                self._reporter.notice(Level.WARNING, error)

    def _welcome(self, newcomer: RootSeen) -> None:
        """A folder that is to be watched: is it a root that is not there, at another place?"""
        number = newcomer.root_id
        self._unknown.discard(number)
        counts = self._catalog.roots.counts()
        path = self._sync.newcomer(number)
        away = [row.id for row in self._sync.offline if counts.get(row.id)]
        if path and away and newcomer.present:
            self._recognising.ask(number, path, away)
        else:
            self._sync.seen(newcomer)
            self._reporter.changed(RootsChanged)

    # ── the same, elsewhere ────────────────────────────────────────────────────────────────

    def _relocate(self, message: Relocate) -> None:
        self._recognising.ask(_LOCATED, message.path.absolute(), [message.root_id])

    def _recognised(self, answer: Recognised) -> None:
        """A folder has been compared with such that are not there."""
        self._recognising.heard(answer)
        if answer.number == _LOCATED:
            self._located(answer)
        elif answer.number > _LOCATED:
            self._moved_along(answer)
        elif answer.root_id is not None:
            self._sync.turn_away(answer.number)
            root = self._catalog.roots.get(answer.root_id)
            title, old = self._sync.title(answer.root_id), root.path if root else Path()
            self._reporter.emit(RelocationOffered(answer.root_id, title, answer.path, old))
        else:
            self._sync.seen(RootSeen(answer.number, present=True, identity=answer.identity))
            self._reporter.changed(RootsChanged)

    def _located(self, answer: Recognised) -> None:
        shown = printable(answer.path)
        if answer.identity is None:
            raise FolderError(f"There is no folder {shown}.", hint="See whether the name is right.")
        root = None if answer.root_id is None else self._catalog.roots.get(answer.root_id)
        if root is None:
            raise FolderError(
                f"{shown} does not hold the pictures that are missing.",
                hint="Choose the folder that they are in now.",
            )
        self._move(root.id, answer.path)
        # What lay beside it has probably come along; whether it has, its content tells.
        for other in self._sync.offline:
            place = along(other.path, root.path, answer.path)
            if place:
                self._recognising.ask(other.id, place, [other.id])

    def _moved_along(self, answer: Recognised) -> None:
        if answer.root_id is None or self._sync.online(answer.root_id):
            return
        title, shown = self._sync.title(answer.root_id), printable(answer.path)
        self._move(answer.root_id, answer.path)
        self._reporter.emit(Notice(Level.INFO, f"{title} has moved along: it is at {shown} now."))

    def _move(self, root_id: int, path: Path) -> None:
        moved = self._sync.relocate(root_id, path)
        for id_ in (moved.root_id, *moved.merged):
            self._reporter.queued(-self._ingest.forget(id_))
        self._reporter.changed(RootsChanged, ProblemsChanged)
