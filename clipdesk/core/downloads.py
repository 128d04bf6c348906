"""Fetching weights, in a thread of its own, and only when the person has agreed."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from clipdesk.core.encoders.store import ModelStore
from clipdesk.core.errors import ClipDeskError
from clipdesk.core.inbox import Post
from clipdesk.core.messages.events import (
    DownloadEnded,
    DownloadOffered,
    DownloadProgress,
    Event,
)
from clipdesk.core.paths import printable
from clipdesk.core.types import Secret

log = logging.getLogger(__name__)

_TELL_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class Said:
    """Posted by the thread: an event that the engine passes on."""

    event: Event


@dataclass(frozen=True, slots=True)
class Fetched:
    """Posted by the thread: these weights are here now."""

    name: str


class Downloads:
    """One download, or one question about one, at a time."""

    def __init__(self, store: ModelStore, post: Post) -> None:
        self._store = store
        self._post = post
        self._cancelled = threading.Event()
        self._thread: threading.Thread | None = None

    def offer(self, name: str) -> None:
        """Find out what fetching this model would mean; posts `DownloadOffered`."""

        def ask() -> None:
            self._post(Said(DownloadOffered(self._store.offer(name))))

        self._begin(name, ask)

    def download(self, name: str) -> None:
        """Fetch this model; posts `DownloadProgress`, and at the end `Fetched`."""

        def fetch() -> None:
            self._store.download(name, self._progress(name), self._cancelled.is_set)
            self._post(Said(DownloadEnded(name)))
            self._post(Fetched(name))

        self._begin(name, fetch)

    def take_in(self, file: Path, architecture: str) -> None:
        """Keep the person's own weights; posts `DownloadProgress`, and at the end `Fetched`."""
        name = printable(file.name)

        def copy() -> None:
            made = self._store.take_in(
                file, architecture, self._progress(name), self._cancelled.is_set
            )
            self._post(Said(DownloadEnded(made)))
            self._post(Fetched(made))

        self._begin(name, copy)

    def set_up(self, name: str, settings: Mapping[str, str], key: Secret) -> None:
        """Set up a hosted model, to whose terms the person has agreed; posts `Fetched`."""

        def agree() -> None:
            self._store.set_up(name, settings, key)
            self._post(Said(DownloadEnded(name)))
            self._post(Fetched(name))

        self._begin(name, agree)

    def cancel(self) -> None:
        self._cancelled.set()

    def close(self) -> None:
        self.cancel()
        if self._thread:
            self._thread.join(timeout=5)

    def _progress(self, name: str) -> Callable[[int, int], None]:
        """Tells of bytes done and in all, and not more often than eyes can follow."""
        told = 0.0

        def progress(done: int, total: int) -> None:
            nonlocal told
            if done == total or time.monotonic() - told >= _TELL_EVERY_S:
                told = time.monotonic()
                self._post(Said(DownloadProgress(name, done, total)))

        return progress

    def _begin(self, name: str, work: Callable[[], None]) -> None:
        if self._thread and self._thread.is_alive():
            self._post(Said(DownloadEnded(name, "Another download is under way.")))
            return
        self._cancelled.clear()

        def run() -> None:
            try:
                work()
            except ClipDeskError as error:
                words = " ".join(filter(None, (str(error), error.hint)))
                self._post(Said(DownloadEnded(name, words)))
            except Exception as error:  # a bug of ours, or of the client's
                log.exception("fetching %s", name)
                self._post(Said(DownloadEnded(name, f"{name} could not be fetched: {error}")))

        # A daemon: a connection that hangs must not keep the program from ending.
        self._thread = threading.Thread(target=run, name=f"fetch {name}", daemon=True)
        self._thread.start()
