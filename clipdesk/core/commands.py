"""What the window asks for, done: each request has one short answer here."""

from collections.abc import Callable
from pathlib import Path

from clipdesk.core.backlog import Backlog
from clipdesk.core.catalog.names import relative
from clipdesk.core.downloads import Downloads, Fetched, Said
from clipdesk.core.encoders.store import ModelStore
from clipdesk.core.errors import ModelNotHere
from clipdesk.core.ingest import Ingest
from clipdesk.core.library import Library
from clipdesk.core.listings import Listings
from clipdesk.core.messages import (
    AddRoot,
    Browse,
    CancelDownload,
    ConfirmRemoval,
    Download,
    Level,
    ListModels,
    Look,
    ModelsListed,
    Pause,
    Preview,
    ProblemsChanged,
    Progress,
    Removed,
    RemoveRoot,
    Rescan,
    Resume,
    Retry,
    RootsChanged,
    RootSeen,
    Search,
    SetRules,
    TryRules,
    UseModel,
    WantThumbnails,
)
from clipdesk.core.models import EncoderArrived, Models
from clipdesk.core.pace import Pace
from clipdesk.core.reporter import Reporter
from clipdesk.core.searching import Searching
from clipdesk.core.shows import Shows
from clipdesk.core.sifting import Sifting
from clipdesk.core.sync import Sync


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
        store: ModelStore,
        models: Models,
        downloads: Downloads,
        searching: Searching,
        shows: Shows,
        listings: Listings,
        sifting: Sifting,
    ) -> None:
        self._catalog = library.catalog
        self._reporter = reporter
        self._sync = sync
        self._ingest = ingest
        self._backlog = backlog
        self._pace = pace
        self._models = models
        self._downloads = downloads
        self._searching = searching
        self._listings = listings
        self._sifting = sifting
        emit = reporter.emit
        self._handlers: dict[type, Callable[..., None]] = {
            Search: self._search,
            Preview: shows.preview,
            WantThumbnails: lambda m: shows.want(m.asset_ids),
            Browse: listings.browse,
            AddRoot: self._add_root,
            RemoveRoot: self._remove_root,
            SetRules: self._set_rules,
            TryRules: sifting.try_out,
            ConfirmRemoval: lambda m: sync.agree(m.root_id),
            RootSeen: self._root_seen,
            Rescan: self._rescan,
            Pause: lambda _: self.pause(),
            Resume: lambda _: self._resume(),
            Retry: self._retry,
            ListModels: lambda _: emit(ModelsListed(store.available())),
            UseModel: lambda m: self._use_model(m.name),
            Download: lambda m: downloads.download(m.name),
            CancelDownload: lambda _: downloads.cancel(),
            Said: lambda m: emit(m.event),
            Fetched: lambda m: self._use_model(m.name),
            EncoderArrived: self._encoder_arrived,
        }

    def do(self, request: object) -> None:
        """Do what is asked. Raises `ClipDeskError` where the world is in the way."""
        self._handlers[type(request)](request)

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
        if known is None:
            self._sync.add(path)
        else:
            self._sync.rescan(known)  # what was asked for is so already: make sure of it
        self._reporter.changed(RootsChanged)

    def _rescan(self, message: Rescan) -> None:
        self._sync.rescan(message.root_id)
        self._reporter.changed(RootsChanged)

    def _remove_root(self, message: RemoveRoot) -> None:
        self._reporter.queued(-self._ingest.forget(message.root_id))
        gone = self._sync.remove(message.root_id)
        if gone:
            self._reporter.emit(Removed(gone))
        self._reporter.changed(RootsChanged, ProblemsChanged)

    def _set_rules(self, message: SetRules) -> None:
        self._reporter.queued(-self._ingest.forget(message.root_id))
        self._sync.rule(message.root_id, message.rules)
        self._sifting.apply(message.root_id, message.rules)

    def _root_seen(self, message: RootSeen) -> None:
        turned = self._sync.seen(message)
        self._backlog.reopen()
        self._reporter.changed(RootsChanged)
        if not turned:
            return
        if not message.present:
            self._reporter.queued(-self._ingest.forget(message.root_id))
        self._reporter.turned(message.root_id)

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

    # ── models ─────────────────────────────────────────────────────────────────────────────

    def _use_model(self, name: str) -> None:
        self._models.use(name)
        self._ingest.spaces = self._models.spaces
        self._reporter.emit(self._models.state())

    def _encoder_arrived(self, message: EncoderArrived) -> None:
        if self._models.arrived(message):
            self._ingest.spaces = self._models.spaces
            self._backlog.reopen()
            self._models.resume()
        state = self._models.state()
        if isinstance(message.error, ModelNotHere) and self._models.current:
            self._downloads.offer(message.name)
        elif message.error:
            self._searching.encoder_failed(state.detail)
            self._reporter.notice(Level.ERROR, message.error)
        self._reporter.emit(state)
