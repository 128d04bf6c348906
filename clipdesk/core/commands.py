"""What the window asks for, done: each request has one short answer here."""

import time
from collections.abc import Callable, Mapping

from clipdesk.core.arrivals import EncoderFailed
from clipdesk.core.backlog import Backlog
from clipdesk.core.errors import ServiceAway
from clipdesk.core.ingest import Ingest
from clipdesk.core.library import Library
from clipdesk.core.listings import Listings
from clipdesk.core.messages.events import (
    Level,
    PaceChanged,
    ProblemsChanged,
    Progress,
    RootsChanged,
)
from clipdesk.core.messages.requests import (
    Browse,
    ConfirmRemoval,
    Pause,
    Preview,
    Rescan,
    Resume,
    Retry,
    Search,
    SetPace,
    SetRules,
    TryRules,
    WantThumbnails,
)
from clipdesk.core.messages.videos import WantFrames
from clipdesk.core.models import Models
from clipdesk.core.pace import Pace
from clipdesk.core.reporter import Reporter
from clipdesk.core.searching import Searching
from clipdesk.core.shows import Shows
from clipdesk.core.sifting import Sifting
from clipdesk.core.sync import Sync

Handlers = Mapping[type, Callable[..., None]]
"""What is done for each kind of request."""


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
        self._asked: object = None
        self._handlers: Handlers = {
            Search: self._search,
            Preview: shows.preview,
            WantThumbnails: lambda m: shows.want(m.asset_ids),
            WantFrames: lambda m: shows.want_frames(m.frame_ids),
            Browse: listings.browse,
            SetRules: self._set_rules,
            TryRules: sifting.try_out,
            ConfirmRemoval: lambda m: sync.agree(m.root_id),
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

    def _rescan(self, message: Rescan) -> None:
        self._sync.rescan(message.root_id)
        self._reporter.changed(RootsChanged)

    def _set_rules(self, message: SetRules) -> None:
        self._reporter.queued(-self._ingest.forget(message.root_id))
        self._sync.rule(message.root_id, message.rules)
        self._sifting.apply(message.root_id, message.rules)

    def _retry(self, message: Retry) -> None:
        self._sync.retry(message.paths)
        self._backlog.reopen()  # some may lack a vector only
        self._reporter.changed(ProblemsChanged)

    # ── pace ───────────────────────────────────────────────────────────────────────────────

    def pause(self) -> None:
        """Stop indexing; searching goes on."""
        self._pace.pause()
        self._reporter.changed(Progress)

    def encoder_failed(self, failure: EncoderFailed, models: Models) -> None:
        """A next encoder is given up; without the present one, indexing waits for the person.

        What passes by itself is tried again by itself.
        """
        if isinstance(failure.reason, ServiceAway):
            self._wait_for(failure.space.encoder.space.model, failure.reason)
            return
        if failure.space is models.next:
            models.give_up(failure.reason)
            self._ingest.spaces = models.spaces
            self._reporter.emit(models.state())
        else:
            self.pause()
        self._reporter.notice(Level.ERROR, failure.reason)

    def _wait_for(self, model: str, away: ServiceAway) -> None:
        """A service does not answer: indexing is tried again by itself, after a while."""
        pause = self._pace.wait_for(model.partition(":")[2] or model)
        at = time.strftime("%H:%M", time.localtime(time.time() + pause))
        hint = f"Indexing is tried again at {at} by itself; all else goes on."
        self._reporter.notice(Level.WARNING, ServiceAway(str(away), hint=hint))
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
