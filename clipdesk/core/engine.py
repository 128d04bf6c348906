"""The engine: one thread that owns everything that changes.

It decides what is next and does none of it: the newest search, then what the window wants to
show, then commands, a slice of looking at folders, a small batch of encoding, idle chores. Every
piece of work is short, so that the person's question always comes next.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from clipdesk.core.backlog import Backlog
from clipdesk.core.backups import Backups
from clipdesk.core.catalog.names import relative
from clipdesk.core.downloads import Downloads, Fetched, Said
from clipdesk.core.encoders.store import ModelStore, Store
from clipdesk.core.errors import ClipDeskError, LibraryError, ModelNotHere
from clipdesk.core.inbox import Inbox
from clipdesk.core.ingest import Ingest, Ingested
from clipdesk.core.library import Library
from clipdesk.core.messages import (
    Added,
    AddRoot,
    Browse,
    CancelDownload,
    Changed,
    ConfirmRemoval,
    Download,
    Event,
    Level,
    Listing,
    ListModels,
    Look,
    ModelsListed,
    Notice,
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
    UseModel,
    WantThumbnails,
)
from clipdesk.core.models import EncoderArrived, Models
from clipdesk.core.paths import Directories, natural
from clipdesk.core.pictures import DecoderPool
from clipdesk.core.progress import Meter
from clipdesk.core.reconcile import Findings
from clipdesk.core.searching import Searching
from clipdesk.core.shows import Shows
from clipdesk.core.sync import Sync
from clipdesk.core.telling import Telling
from clipdesk.core.types import Item, Problem

log = logging.getLogger(__name__)

_SAVE_AFTER = 5_000
"""Embeddings that the index file may lack while there is work; when idle it is brought up."""


@dataclass(slots=True)
class Tally:
    """What has been done since the engine started."""

    indexed: int = 0
    encoded: int = 0
    unchanged: int = 0
    moved: int = 0
    removed: int = 0


class Engine:
    """Everything that a library does, in the thread that calls `run` or `step`."""

    def __init__(
        self,
        directories: Directories,
        inbox: Inbox,
        emit: Callable[[Event], None],
        *,
        store: ModelStore | None = None,
        watching: bool = True,
        workers: int = 2,
    ) -> None:
        """Open the library. Raises `LibraryError` when it can't be.

        ``store`` is where encoders come from; with ``watching`` off, folders are looked through
        only when asked.
        """
        self.library = library = Library(directories)
        self.tally = Tally()
        self._inbox = inbox
        self._emit = emit
        self._pool = DecoderPool(workers)
        catalog, wake = library.catalog, inbox.wake
        self._store = store = store or Store(directories.models)
        self._models = Models(catalog, directories.indexes, store, inbox.put)
        self._downloads = Downloads(store, inbox.put)
        self._sync = Sync(catalog, inbox.put, wake, watching=watching)
        self._ingest = Ingest(catalog, library.thumbnails, self._pool, wake)
        self._searching = Searching(
            catalog, self._pool, self._models, emit, wake, present=self._present
        )
        self._shows = Shows(catalog, library.thumbnails, self._pool, emit, wake)
        self._meter = Meter()
        self._backups = Backups(directories.catalog, directories.backups) if watching else None
        self._paused = False
        self._interrupted = False
        self._stumbled = False
        self._blind: dict[str, Problem] = {}
        self._backlog = Backlog(catalog, self._sync.online)
        self._telling = Telling(
            emit,
            {
                RootsChanged: lambda: RootsChanged(self._sync.roots()),
                ProblemsChanged: lambda: ProblemsChanged(self.problems()),
                Progress: self._progress,
            },
        )
        self._handlers: dict[type, Callable[..., None]] = {
            Search: self._searching.ask,
            Preview: self._shows.preview,
            WantThumbnails: lambda m: self._shows.want(m.asset_ids),
            Browse: self._browse,
            AddRoot: self._add_root,
            RemoveRoot: self._remove_root,
            ConfirmRemoval: lambda m: self._sync.agree(m.root_id),
            RootSeen: self._root_seen,
            Rescan: self._rescan,
            Pause: lambda _: self._pause(),
            Resume: lambda _: self._resume(),
            Retry: self._retry,
            ListModels: lambda _: self._emit(ModelsListed(self._store.available())),
            UseModel: lambda m: self._use_model(m.name),
            Download: lambda m: self._downloads.download(m.name),
            CancelDownload: lambda _: self._downloads.cancel(),
            Said: lambda m: self._emit(m.event),
            Fetched: lambda m: self._use_model(m.name),
            EncoderArrived: self._encoder_arrived,
        }

    # ── the loop ───────────────────────────────────────────────────────────────────────────

    def run(self) -> None:
        """Work until a `Stop` comes, then close."""
        try:
            self.start()
            while not self._inbox.stopped:
                if not self.step():
                    self._inbox.wait(self._patience())
        finally:
            self.close()

    def start(self, model: str = "") -> None:
        """Begin to load the encoder (and to change to ``model``), and to follow the folders."""
        self._models.start(model)
        self._sync.start()
        self._emit(self._models.state())
        self._telling.changed(RootsChanged, ProblemsChanged)

    def take_in(self, folder: Path) -> None:
        """Look through a folder once; one that is not in the library becomes a root of it."""
        for root in self.library.catalog.roots.all():
            if root.path == folder:
                self._sync.rescan(root.id)
                return
            if relative(folder, root.path):
                self._sync.look([Look(root.id, folder)])
                return
        self._sync.add(folder)

    def problems(self) -> tuple[Problem, ...]:
        """The files that could not be read."""
        return self.library.catalog.problems.all() + tuple(self._blind.values())

    @property
    def model(self) -> str:
        """The model that answers searches."""
        return self._models.name

    def run_until_idle(self) -> None:
        """Work until there is nothing left to do."""
        while not self._inbox.stopped:
            if not self.step():
                if self.idle:
                    self._telling.flush()
                    return
                self._inbox.wait(self._patience())

    @property
    def idle(self) -> bool:
        """Nothing is under way, and nothing is waiting that could be begun."""
        return not (
            self._models.loading
            or self._searching.waiting
            or self._shows.busy
            or self._sync.busy_with is not None
            or self._sync.settling
            or self._sync.unsure
            or (self._ingest.pending and not self._paused)
        )

    def step(self) -> bool:
        """Do the most urgent short thing; whether there was one."""
        try:
            return self._step()
        except LibraryError as error:
            # What was under way is lost; the folders are looked through again afterwards.
            self._interrupted = True
            self._pause()
            self._notice(Level.ERROR, error)
        except ClipDeskError as error:
            self._notice(Level.WARNING, error)
        except Exception:  # a bug of ours must not end the thread that everything waits for
            log.exception("in the engine")
            self._stumble()
        return True

    def _stumble(self) -> None:
        """Tell the person once, and don't run in circles."""
        if not self._stumbled:
            self._stumbled = True
            error = ClipDeskError(
                "Something went wrong inside ClipDesk; the log has the details.",
                hint="Your pictures are safe. If it goes on, start ClipDesk again.",
            )
            self._notice(Level.ERROR, error)
        self._inbox.wait(0.2)

    def _step(self) -> bool:
        message = self._inbox.take()
        if message is not None:
            self._handlers[type(message)](message)
            return True
        if self._searching.step() or self._shows.step():
            return True
        self._sync.look(self._inbox.take_looks())
        worked = self._look_at_folders()
        if not self._paused:
            worked |= self._bring_in()
        worked |= self._catch_up()
        self._telling.step()
        return worked

    def _patience(self) -> float | None:
        waits = [
            self._sync.due_in(),
            None if self._paused else self._ingest.due_in,
            self._telling.due_in,
        ]
        known = [wait for wait in waits if wait is not None]
        return min(known) if known else None

    def close(self) -> None:
        """Stop what was started; the way out is the same as after a crash."""
        self._sync.close()
        self._pool.close()
        self._downloads.close()
        if self._backups:
            self._backups.close()
        self._models.close()
        try:
            for space in self._models.spaces:
                if space.dirty:
                    space.save()
        except OSError as error:
            log.info("the vector index was not saved, it will be replayed: %s", error)
        self.library.close()

    # ── what the window asks ───────────────────────────────────────────────────────────────

    def _browse(self, message: Browse) -> None:
        items = sorted(
            self.library.catalog.assets.items(message.root_id),
            key=lambda item: natural(item.path),
        )
        self._emit(Listing(message.ticket, message.root_id, self._present(items)))

    def _add_root(self, message: AddRoot) -> None:
        path = message.path.absolute()
        known = next((r.id for r in self.library.catalog.roots.all() if r.path == path), None)
        if known is None:
            self._sync.add(path)
        else:
            self._sync.rescan(known)  # what was asked for is so already: make sure of it
        self._telling.changed(RootsChanged)

    def _rescan(self, message: Rescan) -> None:
        self._sync.rescan(message.root_id)
        self._telling.changed(RootsChanged)

    def _remove_root(self, message: RemoveRoot) -> None:
        self._meter.expect(-self._ingest.forget(message.root_id))
        gone = self._sync.remove(message.root_id)
        if gone:
            self._emit(Removed(gone))
        self._telling.changed(RootsChanged, ProblemsChanged)

    def _root_seen(self, message: RootSeen) -> None:
        turned = self._sync.seen(message)
        self._backlog.reopen()
        self._telling.changed(RootsChanged)
        if not turned:
            return
        if not message.present:
            self._meter.expect(-self._ingest.forget(message.root_id))
        self._emit(Changed(self._present(self.library.catalog.assets.items(message.root_id))))

    def _pause(self) -> None:
        self._paused = True
        self._telling.changed(Progress)

    def _resume(self) -> None:
        if self._interrupted:
            self._sync.rescan()
        self._paused = self._interrupted = False
        self._telling.changed(Progress)

    def _retry(self, message: Retry) -> None:
        self._sync.retry(message.paths)
        self._telling.changed(ProblemsChanged)

    def _use_model(self, name: str) -> None:
        self._models.use(name)
        self._ingest.spaces = self._models.spaces
        self._emit(self._models.state())

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
            self._notice(Level.ERROR, message.error)
        self._emit(state)

    # ── what goes on beside ────────────────────────────────────────────────────────────────

    def _look_at_folders(self) -> bool:
        busy = self._sync.busy_with
        found = self._sync.step()
        if self._sync.busy_with != busy:
            self._telling.changed(RootsChanged, Progress)
        if found is None:
            for question in self._sync.questions():
                self._emit(question)
            return False
        self._found(found)
        return True

    def _found(self, findings: Findings) -> None:
        assets = self.library.catalog.assets
        self._meter.expect(self._ingest.add(findings.candidates))
        if findings.gone:
            self._emit(Removed(tuple(findings.gone)))
        if findings.moved:
            self._emit(Changed(self._present(assets.items_by_id(findings.moved))))
        if findings.back:
            self._emit(Added(self._present(assets.items_by_id(findings.back))))
        if findings.problems_changed:
            self._telling.changed(ProblemsChanged)
        if findings.gone or findings.back:
            self._telling.changed(RootsChanged)
        if findings.candidates:
            self._telling.changed(Progress)
        for problem in findings.blind:
            self._blind[problem.path] = problem
        self.tally.unchanged += findings.same
        self.tally.moved += len(findings.moved) + len(findings.back)
        self.tally.removed += len(findings.gone)

    def _bring_in(self) -> bool:
        done = self._ingest.step()
        if done is None:
            return False
        self._brought(done)
        return True

    def _brought(self, done: Ingested) -> None:
        assets = self.library.catalog.assets
        for space in self._models.spaces:
            space.catch_up()
        if done.added or done.moved:
            self._emit(Added(self._present(assets.items_by_id([*done.added, *done.moved]))))
        if done.changed:
            self._emit(Changed(self._present(assets.items_by_id(done.changed))))
        self.tally.indexed += len(done.added) + len(done.changed)
        self.tally.encoded += done.encoded
        self.tally.moved += len(done.moved)
        self._meter.advance(done.done)
        self._telling.changed(Progress, RootsChanged)
        if done.failed:
            self._telling.changed(ProblemsChanged)

    def _catch_up(self) -> bool:
        """Idle chores: bring the indexes up to date, find what has no vector yet, change model."""
        for space in self._models.spaces:
            if space.catch_up():
                return True
        free = self._models.spaces and not self._ingest.pending
        worked = self._work_off() if free else False
        if self._backups and not worked:
            self._backups.step()
        for space in self._models.spaces:
            if space.dirty >= (_SAVE_AFTER if worked or self._ingest.pending else 1):
                space.save()
        return worked

    def _work_off(self) -> bool:
        """Queue pictures that lack a vector in the newest space; when none does, change model."""
        if self._backlog.exhausted:
            return False
        candidates = self._backlog.next(self._models.spaces[-1])
        if candidates is not None:
            self._meter.expect(self._ingest.add(candidates))
        elif self._models.next:
            self._models.swap()
            self._ingest.spaces = self._models.spaces
            self._emit(self._models.state())
        return True

    # ── what the others are told ───────────────────────────────────────────────────────────

    def _present(self, items: Iterable[Item]) -> tuple[Item, ...]:
        """The items, marked where their root is offline."""
        roots = tuple(f"{path}/" for path in self._sync.offline_roots)
        if not roots:
            return tuple(items)
        return tuple(replace(i, offline=i.path.startswith(roots)) for i in items)

    def _notice(self, level: Level, error: ClipDeskError) -> None:
        self._emit(Notice(level, str(error), error.hint))

    def _progress(self) -> Progress:
        if not self._ingest.pending and self._sync.busy_with is None:
            done = Progress(self._meter.done, self._meter.done, paused=self._paused)
            self._meter.reset()
            return done
        root = self._sync.busy_with
        if root is not None:
            what = f"Looking through {self._sync.title(root)}"
        else:
            what = "Indexing" if self._models.spaces else "Waiting for the model"
        return Progress(
            self._meter.done,
            self._meter.total,
            self._meter.images_per_second,
            self._meter.seconds_left,
            self._paused,
            what,
        )
