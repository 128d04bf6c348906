"""The engine: one thread that owns everything that changes.

It decides what is next and does none of it: the newest search, then what the window wants to
show, then commands, a slice of looking at folders, a small batch of encoding, idle chores. Every
piece of work is short, so that the person's question always comes next.
"""

import logging
from collections.abc import Callable
from pathlib import Path

from clipdesk.core.arrivals import EncoderFailed
from clipdesk.core.backlog import Backlog
from clipdesk.core.backups import Backups
from clipdesk.core.catalog.faults import in_words
from clipdesk.core.choosing import Choosing
from clipdesk.core.chores import Chores
from clipdesk.core.commands import Commands
from clipdesk.core.departing import Departing
from clipdesk.core.downloads import Downloads
from clipdesk.core.encoders.probes import ENOUGH
from clipdesk.core.encoders.store import ModelStore, Store
from clipdesk.core.errors import ClipDeskError, LibraryError
from clipdesk.core.examining import Examining
from clipdesk.core.inbox import Inbox
from clipdesk.core.ingest import Ingest
from clipdesk.core.library import Library
from clipdesk.core.listings import Listings
from clipdesk.core.mapping.maps import Maps
from clipdesk.core.messages.events import (
    Event,
    Level,
    PaceChanged,
    ProblemsChanged,
    Progress,
    RootsChanged,
)
from clipdesk.core.models import Models
from clipdesk.core.pace import Pace
from clipdesk.core.paths import Directories
from clipdesk.core.pictures import DecoderPool, usual_workers
from clipdesk.core.recognising import Recognising
from clipdesk.core.reporter import Reporter, Tally
from clipdesk.core.sampling import squares
from clipdesk.core.screening import Screening
from clipdesk.core.searching import Searching
from clipdesk.core.shows import Shows
from clipdesk.core.sifting import Sifting
from clipdesk.core.strips import Strips
from clipdesk.core.surroundings import Surroundings
from clipdesk.core.sync import Sync
from clipdesk.core.teaching import Teaching
from clipdesk.core.types import Problem
from clipdesk.core.whereabouts import Whereabouts
from clipdesk.core.wording import Wording

log = logging.getLogger(__name__)


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
        decoders: DecoderPool | None = None,
    ) -> None:
        """Open the library. Raises `LibraryError` when it can't be.

        ``store`` is where encoders come from; with ``watching`` off, folders are looked through
        only when asked. It closes the ``decoders``, too.
        """
        self.library = library = Library(directories)
        self._inbox = inbox
        self._pool = decoders or DecoderPool(usual_workers())
        catalog, wake = library.catalog, inbox.wake
        store = store or Store(directories.models)
        self._pace = Pace(Surroundings(self._pool.processes) if watching else None)
        self._pace.only_plugged_in = watching and catalog.options.only_plugged_in
        self._models = Models(
            catalog,
            directories.indexes,
            store,
            inbox.put,
            directories.models,
            pictures=lambda: squares(directories.thumbnails, ENOUGH),
        )
        self._downloads = Downloads(store, inbox.put)
        self._sync = Sync(catalog, inbox.put, wake, watching=watching)
        self._ingest = Ingest(catalog, library.thumbnails, self._pool, wake)
        self._screening = Screening(
            catalog,
            library.thumbnails,
            self._pool,
            wake,
            spaces=lambda: self._ingest.spaces,
            online=self._sync.online,
        )
        self._reporter = Reporter(
            catalog, self._sync, self._ingest, self._pace, emit, screening=self._screening
        )
        self._searching = Searching(
            catalog, self._pool, self._models, emit, wake, present=self._reporter.present
        )
        self._shows = Shows(catalog, library.thumbnails, self._pool, emit, wake)
        self._listings = Listings(catalog, emit, present=self._reporter.present)
        self._recognising = Recognising(catalog, inbox.put)
        self._sifting = Sifting(catalog, self._reporter, self._sync.rescan)
        self._backlog = Backlog(catalog, self._sync.online, then=self._screening.reopen)
        self._chores = Chores(
            self._models,
            self._reporter,
            ingest=self._ingest,
            screening=self._screening,
            backlog=self._backlog,
            backups=Backups(directories.catalog, directories.backups) if watching else None,
        )
        self._teaching = Teaching(directories, catalog, self._downloads, emit, inbox.put)
        self._examining = Examining(directories, emit, inbox.put)
        self._maps = Maps(catalog, lambda: self._models.current, emit, inbox.put)
        choosing = Choosing(
            store,
            self._models,
            self._downloads,
            self._reporter,
            ingest=self._ingest,
            backlog=self._backlog,
            searching=self._searching,
        )
        strips = Strips(catalog, emit, lambda: self._searching.asked)
        self._words = Wording(
            catalog,
            self._models,
            self._reporter,
            pool=self._pool,
            pace=self._pace,
            weights=directories.models,
            wake=wake,
            online=self._sync.online,
            resting=lambda: watching and not self._ingest.pending,
        )
        self._whereabouts = Whereabouts(
            catalog,
            self._reporter,
            self._recognising,
            sync=self._sync,
            ingest=self._ingest,
            backlog=self._backlog,
        )
        self._departing = Departing(
            catalog, self._reporter, self._sync, self._ingest, self._backlog
        )
        self._commands = Commands(
            library,
            self._reporter,
            sync=self._sync,
            ingest=self._ingest,
            backlog=self._backlog,
            pace=self._pace,
            searching=self._searching,
            shows=self._shows,
            listings=self._listings,
            sifting=self._sifting,
            handlers={
                **choosing.handlers,
                **self._whereabouts.handlers,
                **self._departing.handlers,
                **self._words.handlers,
                **self._maps.handlers,
                **self._teaching.handlers,
                **self._examining.handlers,
                **strips.handlers,
            },
        )
        self._stumbled = False

    # ── for whoever runs it ────────────────────────────────────────────────────────────────

    def run(self) -> None:
        """Work until a `Stop` comes, then close."""
        try:
            self.start()
            while not self._inbox.stopped:
                if not self.step():
                    self._inbox.wait(self._patience())
        finally:
            self.close()

    def run_until_idle(self) -> None:
        """Work until there is nothing left to do."""
        while not self._inbox.stopped:
            if not self.step():
                if self.idle:
                    self._reporter.flush()
                    return
                self._inbox.wait(self._patience())

    def start(self, model: str = "", *, unhurried: bool = False) -> None:
        """Begin to load the encoder (and to change to ``model``), and to follow the folders.

        Where it is ``unhurried`` nobody waits for answers, see `Models.start`.
        """
        self._models.start(model, unhurried=unhurried)
        self._sync.start()
        self._words.start()
        self._reporter.emit(self._models.state())
        self._reporter.emit(PaceChanged(self._pace.only_plugged_in))
        self._reporter.changed(RootsChanged, ProblemsChanged)

    def take_in(self, folder: Path, *, anew: bool = False) -> None:
        """Look through a folder once; one that is not in the library becomes a root of it.

        Where it holds the pictures of one that is not there, that is offered instead; not ``anew``.
        """
        self._whereabouts.take_in(folder, anew=anew)

    def problems(self) -> tuple[Problem, ...]:
        """The files that could not be read."""
        return self._reporter.problems()

    @property
    def tally(self) -> Tally:
        """What has been done since the start."""
        return self._reporter.tally

    @property
    def model(self) -> str:
        """The model that answers searches."""
        return self._models.name

    @property
    def idle(self) -> bool:
        """Nothing is under way, and nothing is waiting that could be begun."""
        return not (
            self._models.loading
            or self._searching.waiting
            or self._shows.busy
            or self._listings.busy
            or self._words.busy
            or self._sifting.busy
            or self._departing.busy
            or self._recognising.busy
            or self._maps.busy
            or self._sync.busy_with is not None
            or self._sync.settling
            or self._sync.unsure
            or ((self._ingest.pending or self._screening.pending) and not self._pace.paused)
        )

    def close(self) -> None:
        """Stop what was started; the way out is the same as after a crash."""
        self._words.close()
        self._sync.close()
        self._pool.close()
        self._ingest.close()
        self._downloads.close()
        self._maps.close()
        self._teaching.close()
        self._examining.close()
        self._chores.close()
        self._models.close()
        try:
            for space in self._models.spaces:
                if space.dirty:
                    space.save()
        except OSError as error:
            log.info("the vector index was not saved, it will be replayed: %s", error)
        self.library.close()

    # ── the order of urgency ───────────────────────────────────────────────────────────────

    def step(self) -> bool:
        """Do the most urgent short thing; whether there was one."""
        try:
            with in_words(self.library.catalog.path):  # a disk may fail at any read
                return self._step()
        except LibraryError as error:
            # What was under way is lost; the folders are looked through again afterwards.
            self._pace.interrupt()
            self._reporter.changed(Progress)
            self._reporter.notice(Level.ERROR, error)
        except ClipDeskError as error:
            self._reporter.notice(Level.WARNING, error)
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
            self._reporter.notice(Level.ERROR, error)
        self._inbox.wait(0.2)

    def _step(self) -> bool:
        message = self._inbox.take()
        if message is not None:
            self._commands.do(message)
            return True
        for urgent in (self._searching, self._shows, self._listings, self._words, self._sifting):
            if urgent.step():
                return True
        self._sync.look(self._inbox.take_looks())
        worked = self._departing.step()
        if not self._departing.merging:
            worked |= self._look_at_folders()
        if self._pace.free:
            worked |= self._bring_in()
            worked |= self._screen()
        worked |= self._chores.step()
        worked |= self._words.rest()
        worked |= self._maps.step(pending=bool(self._ingest.pending))
        self._reporter.step()
        return worked

    def _patience(self) -> float | None:
        waits = [
            self._sync.due_in(),
            self._ingest.due_in if self._pace.free else self._pace.due_in,
            self._reporter.due_in,
            self._maps.due_in,
            self._words.due_in,
        ]
        known = [wait for wait in waits if wait is not None]
        return min(known) if known else None

    def _look_at_folders(self) -> bool:
        busy = self._sync.busy_with
        found = self._sync.step()
        if self._sync.busy_with != busy:
            self._reporter.changed(RootsChanged, Progress)
        if found is None:
            for question in self._sync.questions():
                self._reporter.emit(question)
            return False
        self._reporter.queued(self._ingest.add(found.candidates))
        self._reporter.found(found)
        return True

    def _bring_in(self) -> bool:
        try:
            done = self._ingest.step(ahead=not self._pace.gentle)
        except EncoderFailed as failure:
            self._commands.encoder_failed(failure, self._models)
            return True
        if done is None:
            return False
        for space in self._models.spaces:
            space.catch_up()
        self._pace.worked()
        self._screening.reopen()
        self._reporter.brought(done)
        return True

    def _screen(self) -> bool:
        try:
            done = self._screening.step(ahead=not self._pace.gentle)
        except EncoderFailed as failure:
            self._commands.encoder_failed(failure, self._models)
            return True
        if done is None:
            return False
        if done.frames:
            self._pace.worked()
        self._reporter.screened(done)
        return True
