"""A walk in a thread that nobody waits for: the disk under it may hang.

The thread looks and tells, nothing else. What it found waits here, a bounded amount of it, until
the engine takes it.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from clipdesk.core.errors import FolderError
from clipdesk.core.folders.names import is_listed
from clipdesk.core.folders.presence import identify, is_empty
from clipdesk.core.folders.walk import Found, Omitted, Unreadable, walk
from clipdesk.core.folders.watch import Watching
from clipdesk.core.types import Identity, Rules

logger = logging.getLogger(__name__)

_FLUSH = 256
_FLUSH_S = 0.05
_MOST = 4_000
"""What waits to be taken at most, more or less: the walker is not to run far ahead."""


@dataclass(frozen=True, slots=True)
class Seen:
    """All places have been walked."""

    identity: Identity | None
    """The root at the end of it."""
    is_empty: bool
    """There is nothing at all in the root."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The answer to `Walker.ask`: those of the paths that are there."""

    paths: frozenset[str]


Step = Watching | Path | Found | Unreadable | Omitted | Seen | Standing
"""In this order: how the root is watched (if asked for); for each place its path and what is
there; the end; answers."""


class _Cancelled(Exception):
    pass


class Walker:
    """Walks places of one root; to be used by one thread, which is woken when there is more."""

    def __init__(
        self,
        root: Path,
        places: Sequence[Path],
        wake: Callable[[], None],
        *,
        suffixes: frozenset[str],
        rules: Rules,
        watch: Callable[[Callable[[], bool]], Watching] | None = None,
    ) -> None:
        """``watch`` has the root watched before it is walked, so that nothing falls between.

        It is given a function that tells whether that is still wanted.
        """
        self._root = root
        self._places = places
        self._wake = wake
        self._suffixes = suffixes
        self._rules = rules
        self._watch = watch
        self._changed = threading.Condition()
        self._steps: list[Step] = []
        self._gathered: list[Step] = []
        self._flushed_at = 0.0
        self._question: Sequence[str] | None = None
        self._fault: FolderError | None = None
        self._cancelled = False
        self._thread = threading.Thread(target=self._run, name="walker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def cancel(self) -> None:
        """Nobody takes any more: the thread ends at its next step, if the disk lets it."""
        with self._changed:
            self._cancelled = True
            self._steps.clear()
            self._changed.notify_all()

    @property
    def ready(self) -> bool:
        """Whether `take` has anything to give."""
        return bool(self._steps or self._fault)

    def take(self) -> list[Step]:
        """What has come in. Raises `FolderError` when the root is not there."""
        with self._changed:
            if self._fault:
                raise self._fault
            steps, self._steps = self._steps, []
            self._changed.notify_all()
            return steps

    def ask(self, paths: Sequence[str]) -> None:
        """Have the walker see which of these are there, now that it has nothing else to do."""
        with self._changed:
            self._question = paths
            self._changed.notify_all()

    # ── the thread ─────────────────────────────────────────────────────────────────────────

    def _run(self) -> None:
        try:
            if self._watch:
                self._tell(self._watch(lambda: not self._cancelled))
            for place in self._places:
                self._tell(place)
                for found in walk(self._root, place, suffixes=self._suffixes, rules=self._rules):
                    self._tell(found)
            self._tell(Seen(identify(self._root), is_empty(self._root)))
            while True:
                self._flush()
                there = frozenset(path for path in self._asked() if is_listed(path))
                self._tell(Standing(there))
        except _Cancelled:
            pass
        except FolderError as error:
            self._give_up(error)
        except Exception:  # a bug of ours must not leave the root waiting for ever
            logger.exception("A walk has ended early")
            self._give_up(FolderError("A folder could not be looked through."))

    def _tell(self, step: Step) -> None:
        self._gathered.append(step)
        late = time.monotonic() - self._flushed_at >= _FLUSH_S
        if late or self._cancelled or len(self._gathered) >= _FLUSH:
            self._flush()

    def _flush(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._cancelled or len(self._steps) < _MOST)
            if self._cancelled:
                raise _Cancelled
            self._steps += self._gathered
        self._gathered = []
        self._flushed_at = time.monotonic()
        self._wake()

    def _asked(self) -> Sequence[str]:
        with self._changed:
            self._changed.wait_for(lambda: self._cancelled or self._question is not None)
            if self._cancelled or self._question is None:
                raise _Cancelled
            paths, self._question = self._question, None
            return paths

    def _give_up(self, error: FolderError) -> None:
        with self._changed:
            self._fault = error
        self._wake()
