"""Is a watched folder there, and is it still the same one?

An unmounted disk sends no event, so somebody has to look. Looking may hang for minutes (a share
whose server is gone), so each look has a thread of its own that nobody waits for.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISDIR

from clipdesk.core.folders.mounts import keeps_numbers
from clipdesk.core.types import Identity

logger = logging.getLogger(__name__)

# SQLite's integers are signed.
_MAX_ID = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether a root is there; ``changed`` if it is another folder than before."""

    present: bool
    changed: bool = False
    identity: Identity | None = field(default=None, compare=False)
    """The folder that is there now."""


def identify(path: Path) -> Identity | None:
    """The folder at this path, links followed; None if there is none. May hang."""
    try:
        status = path.stat()
        if not S_ISDIR(status.st_mode):
            return None
        is_mount = os.path.ismount(os.path.realpath(path))
        numbered = keeps_numbers(path)
    except OSError:
        return None
    return Identity(status.st_dev & _MAX_ID, status.st_ino & _MAX_ID, is_mount, numbered)


def is_there(path: Path, patience_seconds: float = 5.0) -> bool:
    """Whether there is a folder; one whose disk does not answer in time is not there."""
    found: list[Identity | None] = []
    look = threading.Thread(
        target=lambda: found.append(identify(path)), name="is it there", daemon=True
    )
    look.start()
    look.join(patience_seconds)
    return bool(found and found[0])


def is_empty(path: Path) -> bool:
    """Whether there is nothing at all in this folder, as in a mount point without its disk."""
    try:
        with os.scandir(path) as entries:
            return next(entries, None) is None
    except OSError:
        return False


def judge(before: Identity, now: Identity | None) -> Presence:
    """What has become of a root, given what it was.

    A folder where a disk was mounted, now without the disk, is not the root: it is absent. Any
    other folder at the path is the root, changed: removed and made again, or mounted anew.
    """
    if now is None or (before.is_mount and not now.is_mount):
        return Presence(present=False)
    # Where folders have no numbers of their own, another number is no other folder.
    alike = before.inode == now.inode or not now.numbered
    same = before.device == now.device and alike
    return Presence(present=True, changed=not same, identity=now)


@dataclass(slots=True)
class _Followed:
    path: Path
    identity: Identity | None
    present: bool | None
    """None until the first answer."""
    asked_at: float | None = None
    """When the look under way began; None if none is."""
    again: bool = False
    """It was to be looked at while a look was under way, which may have seen it before."""


class Probe:
    """Looks at every root from time to time and reports what changes, from its own thread.

    A root that does not answer within ``timeout_seconds`` is absent until it does. ``stat`` is
    what looks, `identify`. Thread-safe. A root that vanishes and comes back with the same numbers
    between two rounds is not noticed.
    """

    def __init__(
        self,
        report: Callable[[int, Presence], None],
        interval_seconds: float = 2.0,
        *,
        timeout_seconds: float = 5.0,
        stat: Callable[[Path], Identity | None] = identify,
    ) -> None:
        self._report = report
        self._interval = interval_seconds
        self._timeout = timeout_seconds
        self._stat = stat
        self._followed: dict[int, _Followed] = {}
        self._answers: list[tuple[int, _Followed, Identity | None]] = []
        self._next_round = 0.0
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="presence", daemon=True)
        self._thread.start()

    def follow(
        self, root_id: int, path: Path, identity: Identity | None, *, known: bool = True
    ) -> None:
        """Report changes against this identity; None for a root that is absent so far.

        Unless it is ``known`` whether the root is there, the first answer is reported too.
        """
        present = identity is not None if known else None
        with self._changed:
            self._followed[root_id] = _Followed(path, identity, present)
            self._look_now()

    def unfollow(self, root_id: int) -> None:
        """Report no more of this root; a report under way may still arrive."""
        with self._changed:
            self._followed.pop(root_id, None)

    def poke(self) -> None:
        """Look at all roots now."""
        with self._changed:
            self._look_now()

    def close(self) -> None:
        """End the thread; a look that hangs is left behind, nobody waits for it."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()

    def _look_now(self) -> None:
        self._next_round = 0.0
        self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                if not (self._answers or self._closed):
                    self._changed.wait(self._pause())
                if self._closed:
                    return
                reports = self._hear() + self._give_up()
                if time.monotonic() >= self._next_round:
                    self._begin_round()
            # Outside the lock: whoever is told may follow or unfollow.
            for root_id, presence in reports:
                try:
                    self._report(root_id, presence)
                except Exception:  # whoever is told may fail; the other roots are still watched
                    logger.exception("The report on root %d was not taken", root_id)

    def _pause(self) -> float:
        wakes = [self._next_round]
        wakes += [
            root.asked_at + self._timeout
            for root in self._followed.values()
            if root.asked_at is not None and root.present is not False
        ]
        return max(0.0, min(wakes) - time.monotonic())

    def _begin_round(self) -> None:
        now = time.monotonic()
        self._next_round = now + self._interval
        for root_id, root in self._followed.items():
            if root.asked_at is not None:
                root.again = True
            else:
                root.asked_at = now
                threading.Thread(
                    target=self._look, args=(root_id, root), name=f"look-{root_id}", daemon=True
                ).start()

    def _look(self, root_id: int, root: _Followed) -> None:
        try:
            now = self._stat(root.path)
        except Exception:  # without an answer the root would be asked about no more
            logger.exception("Root %d could not be looked at", root_id)
            now = None
        with self._changed:
            self._answers.append((root_id, root, now))
            self._changed.notify_all()

    def _hear(self) -> list[tuple[int, Presence]]:
        """The answers that have come in, as far as they are news."""
        reports = []
        for root_id, root, now in self._answers:
            root.asked_at = None
            if root.again:
                root.again, self._next_round = False, 0.0
            if self._followed.get(root_id) is not root:
                continue  # unfollowed, or followed anew, since it was asked
            if root.identity is None:
                here = now is not None
                presence = Presence(present=here, changed=here, identity=now)
            else:
                presence = judge(root.identity, now)
            if presence.present != root.present or presence.changed:
                reports.append((root_id, presence))
            root.present = presence.present
            if presence.present:
                root.identity = now
        self._answers.clear()
        return reports

    def _give_up(self) -> list[tuple[int, Presence]]:
        """The roots that have been asked and have not answered for too long."""
        deadline = time.monotonic() - self._timeout
        silent = [
            (root_id, root)
            for root_id, root in self._followed.items()
            if root.present is not False and root.asked_at is not None and root.asked_at <= deadline
        ]
        for _, root in silent:
            root.present = False
        return [(root_id, Presence(present=False)) for root_id, _ in silent]
