"""What the window asks for, done: each request has one short answer here."""

from collections.abc import Callable, Mapping
from pathlib import Path

from clipdesk.core.backlog import Backlog
from clipdesk.core.catalog.names import relative
from clipdesk.core.errors import FolderError
from clipdesk.core.ingest import Ingest
from clipdesk.core.library import Library
from clipdesk.core.listings import Listings
from clipdesk.core.messages.events import (
    PaceChanged,
    ProblemsChanged,
    Progress,
    RelocationOffered,
    RootsChanged,
)
from clipdesk.core.messages.requests import (
    AddRoot,
    Browse,
    ConfirmRemoval,
    Look,
    Pause,
    Preview,
    Relocate,
    Rescan,
    Resume,
    Retry,
    RootSeen,
    Search,
    SetPace,
    SetRules,
    TryRules,
    WantThumbnails,
)
from clipdesk.core.pace import Pace
from clipdesk.core.paths import printable
from clipdesk.core.recognising import Recognised, Recognising
from clipdesk.core.reporter import Reporter
from clipdesk.core.searching import Searching
from clipdesk.core.shows import Shows
from clipdesk.core.sifting import Sifting
from clipdesk.core.sync import Sync

Handlers = Mapping[type, Callable[..., None]]
"""What is done for each kind of request."""

_LOCATED = 0
"""The number of a folder that the person says is a known one; those that wait have lower ones."""


class Commands:
    """Hands every request to the part that does it, and tells what came of it."""

    def __init__(
        self,
        library: Library,
        reporter: Reporter,
        *,
        sync: Sync,
        ingest: Ingest,
        backlog: Backlog,
        pace: Pace,
        searching: Searching,
        shows: Shows,
        listings: Listings,
        sifting: Sifting,
        recognising: Recognising,
        handlers: Handlers,
    ) -> None:
        """``handlers`` are those of the parts that do what they are asked themselves."""
        self._catalog = library.catalog
        self._reporter = reporter
        self._sync = sync
        self._ingest = ingest
        self._backlog = backlog
        self._pace = pace
        self._searching = searching
        self._listings = listings
        self._sifting = sifting
        self._recognising = recognising
        self._asked: object = None
        self._unknown: set[int] = set()
        """Folders to be watched that may be known ones, by the numbers that they wait under."""
        self._handlers: Handlers = {
            Search: self._search,
            Preview: shows.preview,
            WantThumbnails: lambda m: shows.want(m.asset_ids),
            Browse: listings.browse,
            AddRoot: self._add_root,
            Relocate: self._relocate,
            Recognised: self._recognised,
            SetRules: self._set_rules,
            TryRules: sifting.try_out,
            ConfirmRemoval: lambda m: sync.agree(m.root_id),
            RootSeen: self._root_seen,
            Rescan: self._rescan,
            Pause: lambda _: self.pause(),
            Resume: lambda _: self._resume(),
            SetPace: self._set_pace,
            Retry: self._retry,
            **handlers,
        }

    def do(self, request: object) -> None:
        """Do what is asked. Raises `ClipDeskError` where the world is in the way."""
        if self._is_the_person(request):
            self._pace.attend()
        if isinstance(request, Browse | Search):
            self._ingest.prefer(request.root_id)
        self._handlers[type(request)](request)

    def _is_the_person(self, request: object) -> bool:
        """Whether somebody sits there; the window asks many things by itself."""
        match request:
            case Preview():
                return True
            case Search(query=asked) | Browse(root_id=asked) if asked != self._asked:
                self._asked = asked
                return True
        return False

    # ── questions ──────────────────────────────────────────────────────────────────────────

    def _search(self, message: Search) -> None:
        self._listings.drop()  # the window shows one thing or the other
        self._searching.ask(message)

    # ── folders ────────────────────────────────────────────────────────────────────────────

    def take_in(self, folder: Path) -> None:
        """Look through a folder once; one that is not in the library becomes a root of it."""
        for root in self._catalog.roots.all():
            if root.path == folder:
                self._sync.rescan(root.id)
                return
            if relative(folder, root.path):
                self._sync.look([Look(root.id, folder)])
                return
        self._sync.add(folder)

    def _add_root(self, message: AddRoot) -> None:
        path = message.path.absolute()
        known = next((r.id for r in self._catalog.roots.all() if r.path == path), None)
        if known is not None:
            self._sync.rescan(known)  # what was asked for is so already: make sure of it
        else:
            number = self._sync.add(path)
            if not message.anew:
                self._unknown.add(number)
        self._reporter.changed(RootsChanged)

    def _relocate(self, message: Relocate) -> None:
        self._recognising.ask(_LOCATED, message.path.absolute(), [message.root_id])

    def _recognised(self, answer: Recognised) -> None:
        """A folder has been compared with such that are not there."""
        self._recognising.heard(answer)
        if answer.number == _LOCATED:
            self._move(answer)
        elif answer.root_id is not None:
            self._sync.turn_away(answer.number)
            title = self._sync.title(answer.root_id)
            self._reporter.emit(RelocationOffered(answer.root_id, title, answer.path))
        else:
            self._sync.seen(RootSeen(answer.number, present=True, identity=answer.identity))
            self._reporter.changed(RootsChanged)

    def _move(self, answer: Recognised) -> None:
        shown = printable(answer.path)
        if answer.identity is None:
            raise FolderError(f"There is no folder {shown}.", hint="See whether the name is right.")
        if answer.root_id is None:
            raise FolderError(
                f"{shown} does not hold the pictures that are missing.",
                hint="Choose the folder that they are in now.",
            )
        moved = self._sync.relocate(answer.root_id, answer.path)
        for root_id in (moved.root_id, *moved.merged):
            self._reporter.queued(-self._ingest.forget(root_id))
        self._reporter.changed(RootsChanged, ProblemsChanged)

    def _rescan(self, message: Rescan) -> None:
        self._sync.rescan(message.root_id)
        self._reporter.changed(RootsChanged)

    def _set_rules(self, message: SetRules) -> None:
        self._reporter.queued(-self._ingest.forget(message.root_id))
        self._sync.rule(message.root_id, message.rules)
        self._sifting.apply(message.root_id, message.rules)

    def _root_seen(self, message: RootSeen) -> None:
        number = message.root_id
        if number in self._unknown:
            self._unknown.discard(number)
            counts = self._catalog.roots.counts()
            path = self._sync.newcomer(number)
            away = [row.id for row in self._sync.offline if counts.get(row.id)]
            if path and away and message.present:
                self._recognising.ask(number, path, away)
                return
        turned = self._sync.seen(message)
        self._backlog.reopen()
        self._reporter.changed(RootsChanged)
        if turned and not message.present:
            self._reporter.queued(-self._ingest.forget(number))

    def _retry(self, message: Retry) -> None:
        self._sync.retry(message.paths)
        self._reporter.changed(ProblemsChanged)

    # ── pace ───────────────────────────────────────────────────────────────────────────────

    def pause(self) -> None:
        """Stop indexing; searching goes on."""
        self._pace.pause()
        self._reporter.changed(Progress)

    def _resume(self) -> None:
        if self._pace.resume():
            self._sync.rescan()
        self._reporter.changed(Progress)

    def _set_pace(self, message: SetPace) -> None:
        with self._catalog.transaction():
            self._catalog.options.only_plugged_in = message.only_plugged_in
        self._pace.only_plugged_in = message.only_plugged_in
        self._reporter.emit(PaceChanged(message.only_plugged_in))
        self._reporter.changed(Progress)
