"""The file system's events, as hints where to look.

What watchdog may not be trusted with is handled here: an exception in a handler ends its thread
in silence; an overflow of the kernel's queue is told in its log only; a tree that has more
folders than the system may watch is watched in part; a root that is a link is not watched at all;
a root that is removed and made again is never seen again.
"""

import errno
import logging
import os
import sys
import threading
import warnings
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from watchdog import events
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from clipdesk.core.folders.excludes import IGNORE_FILE, Sieve, is_system_name
from clipdesk.core.folders.mounts import sends_events

logger = logging.getLogger(__name__)

# Said of a folder that is made and renamed at once; harmless, and not for the person's terminal.
warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning)

# Not among them: opened, read and closed (our own reading), and a folder's "modified", which only
# repeats what the events of its files say and would mean a walk of the folder for each of them.
_WANTED: list[type[events.FileSystemEvent]] = [
    events.FileCreatedEvent,
    events.FileModifiedEvent,
    events.FileAttribEvent,
    events.FileClosedEvent,
    events.FileMovedEvent,
    events.FileDeletedEvent,
    events.DirCreatedEvent,
    events.DirAttribEvent,
    events.DirMovedEvent,
    events.DirDeletedEvent,
]


_PATIENCE_S = 1.0
_USUAL = Sieve()


class Mode(StrEnum):
    """How changes in a root come to be known."""

    EVENTS = "events"
    POLLING = "polling"
    """The root is to be walked from time to time."""
    NONE = "none"
    """The root can't be watched now: it is not there, or not to be read."""


@dataclass(frozen=True, slots=True)
class Watching:
    """The answer to `Watcher.watch`."""

    mode: Mode
    note: str = ""
    """For the person: why there are no events, and what would bring them."""


@dataclass(frozen=True, slots=True)
class _Root:
    path: Path
    sieve: Sieve
    watch: ObservedWatch


class Watcher:
    """Tells which places of the watched roots to look at.

    ``notify(root_id, path)`` names a file or folder that may have changed, come or gone; a folder
    stands for all that is in it, and an ignore file for the folder it is in. ``lost(root_id,
    reason)`` says that events were missed: the root must be walked. Both are called from foreign
    threads (``lost`` also from within `check`) and should only put what they are told into an
    inbox. Hidden and system places are not told.

    There is no polling thread: a root in mode POLLING sends nothing, and its owner, who can weigh
    the cost and knows when the person is idle, walks it again. Links are not watched through.
    Thread-safe, but for calls from within ``notify`` and ``lost``.
    """

    def __init__(
        self,
        notify: Callable[[int, Path], None],
        lost: Callable[[int, str], None],
        *,
        observer: Callable[[], BaseObserver] = Observer,
        sends_events: Callable[[Path], bool] = sends_events,
    ) -> None:
        self._notify = notify
        self._lost = lost
        self._make_observer = observer
        self._sends_events = sends_events
        self._observer: BaseObserver | None = None
        self._roots: dict[int, _Root] = {}
        self._lock = threading.RLock()
        self._leaving: deque[_Root] = deque()
        """Watched no more, but still scheduled."""
        self._overflow = _OverflowEar(self._on_overflow)

    def watch(
        self,
        root_id: int,
        path: Path,
        wanted: Callable[[], bool] = lambda: True,
        *,
        sieve: Sieve = _USUAL,
    ) -> Watching:
        """Watch this root from now on, again if it was watched (after a remount, for instance).

        Takes a moment for each folder below it (the system wants to be asked for each), and for
        ever on a disk that hangs; ``wanted`` tells whether anybody still waits for it.
        """
        self.unwatch(root_id)
        # Not under the lock: a share that hangs must not keep the others.
        if not self._sends_events(path):
            return Watching(
                Mode.POLLING, "This folder is on a network drive and is checked periodically."
            )
        # watchdog does not follow links, not even the root's own.
        real = Path(os.path.realpath(path))
        _go_through(real, wanted)
        with self._lock:
            if not wanted():
                return Watching(Mode.NONE)
            self._leave()
            try:
                watch = self._schedule(root_id, path, real, sieve)
            except OSError as error:
                return _without_events(error)
            self._roots[root_id] = _Root(path, sieve, watch)
            if self._is_exhausted(watch):
                # Watching some folders and not others would look as if all were well.
                self.unwatch(root_id)
                return _without_events(OSError(errno.ENOSPC, "inotify watch limit reached"))
            return Watching(Mode.EVENTS)

    def unwatch(self, root_id: int) -> None:
        """Watch this root no more; an event under way may still arrive. Never waits."""
        root = self._roots.pop(root_id, None)
        if root is not None:
            self._leaving.append(root)
        # Whoever holds the lock now may be about to let go of it without having seen this one.
        while self._leaving and self._lock.acquire(blocking=False):
            try:
                self._leave()
            finally:
                self._lock.release()

    def _leave(self) -> None:
        while self._leaving:
            watch = self._leaving.popleft().watch
            if self._observer is not None:
                _unschedule(self._observer, watch)

    def check(self) -> None:
        """Bring back what has died unseen; to be called every few seconds."""
        with self._lock:
            if self._observer is None:
                return
            if not _is_whole(self._observer):
                logger.info("The observer has died and is made anew")
                _end(self._observer)
                self._observer = None
                dead = set(self._roots)
            else:
                alive = {each.watch for each in self._observer.emitters if each.is_alive()}
                dead = {key for key, each in tuple(self._roots.items()) if each.watch not in alive}
            for root_id in dead:
                root = self._roots.get(root_id)
                if root is None or not root.path.is_dir():
                    continue  # the probe tells of it; tried again at the next check
                answer = self.watch(root_id, root.path, sieve=root.sieve)
                self._lost(root_id, answer.note or "Watching was interrupted.")

    def close(self) -> None:
        """Watch nothing more and end all threads; one that hangs in a disk is left behind."""
        self._overflow.close()
        if not self._lock.acquire(timeout=_PATIENCE_S):
            return
        try:
            self._roots.clear()
            observer, self._observer = self._observer, None
        finally:
            self._lock.release()
        # Not under the lock: a last event may be waiting for it.
        if observer is not None:
            _end(observer)

    def _schedule(self, root_id: int, path: Path, real: Path, sieve: Sieve) -> ObservedWatch:
        if self._observer is None:
            self._observer = self._make_observer()
            self._observer.start()
        handler = _Handler(root_id, path, real, sieve, self._notify)
        return self._observer.schedule(handler, real, recursive=True, event_filter=_WANTED)

    def _is_exhausted(self, watch: ObservedWatch) -> bool:
        """Whether the system grants no further watch, so that some below this one may be missing.

        watchdog keeps silent when only a folder below the root was refused. A second observer
        asks for one watch more, which is a new one because it is another observer's.
        """
        if sys.platform != "linux":
            return False
        canary = None
        try:
            canary = self._make_observer()
            canary.start()
            canary.schedule(events.FileSystemEventHandler(), watch.path, event_filter=_WANTED)
        except OSError as error:
            return error.errno == errno.ENOSPC
        finally:
            if canary is not None:
                _end(canary)
        return False

    def _on_overflow(self) -> None:
        for root_id in tuple(self._roots):
            self._lost(root_id, "So much changed at once that the system lost count.")


class _Handler(events.FileSystemEventHandler):
    def __init__(
        self,
        root_id: int,
        path: Path,
        real: Path,
        sieve: Sieve,
        notify: Callable[[int, Path], None],
    ) -> None:
        self._root_id = root_id
        self._path = path
        self._real = real
        self._sieve = sieve
        self._notify = notify

    def dispatch(self, event: events.FileSystemEvent) -> None:
        for place in (event.src_path, event.dest_path):
            try:
                if place:
                    self._tell(Path(os.fsdecode(place)))
            except Exception:  # anything that escapes would end the observer's thread
                logger.exception("An event was lost")

    def _tell(self, place: Path) -> None:
        if not place.is_relative_to(self._real):
            return  # the other end of a move
        inside = place.relative_to(self._real)
        if inside.name == IGNORE_FILE:
            inside = inside.parent
        if not any(is_system_name(part) or self._sieve.hides(part) for part in inside.parts):
            self._notify(self._root_id, self._path / inside)


class _OverflowEar(logging.Handler):
    """watchdog says in its log only that the kernel's queue overflowed."""

    _source = logging.getLogger("watchdog.observers.inotify_c")

    def __init__(self, tell: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._tell = tell
        self._source.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        if "overflow" in record.msg:
            try:
                self._tell()
            except Exception:  # watchdog is only logging: its thread must not end here
                logger.exception("An overflow was not told")

    def close(self) -> None:
        self._source.removeHandler(self)
        super().close()


def _go_through(folder: Path, wanted: Callable[[], bool]) -> None:
    """Look into every folder, as watching them will: a disk that hangs is to do so here."""
    folders = [os.fspath(folder)]
    while folders and wanted():
        try:
            with os.scandir(folders.pop()) as entries:
                folders += [each.path for each in entries if each.is_dir(follow_symlinks=False)]
        except OSError:
            continue  # not to be read, or gone: watching it will tell


def _without_events(error: OSError) -> Watching:
    """What to do without events, and how the person can have them."""
    if error.errno in (errno.ENOSPC, errno.EMFILE):
        limit, value = (
            ("max_user_watches", 1048576)
            if error.errno == errno.ENOSPC
            else ("max_user_instances", 1024)
        )
        return Watching(
            Mode.POLLING,
            "The system's limit for watching folders is reached, so this folder is checked "
            f"periodically. To lift it: sudo sysctl fs.inotify.{limit}={value}",
        )
    logger.info("No events: %s", error)
    return Watching(Mode.NONE, "This folder can't be watched at the moment.")


def _unschedule(observer: BaseObserver, watch: ObservedWatch) -> None:
    try:
        observer.unschedule(watch)
    except (KeyError, OSError) as error:  # died with its folder
        logger.debug("Unscheduling %s: %r", watch, error)


def _is_whole(observer: BaseObserver) -> bool:
    """Whether the observer lives, and the thread it has for reading from inotify."""
    # watchdog gives no other way to that thread, and without it nothing is ever heard again.
    reader: threading.Thread | None = getattr(observer, "_inotify_fd", None)
    return observer.is_alive() and (reader is None or reader.is_alive())


def _end(observer: BaseObserver) -> None:
    observer.stop()
    if observer.ident is not None:
        observer.join()
