"""Keeps the catalogue in step with the watched folders.

Events are hints and the scan is the truth: all that an event does is to have a place looked at.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.catalog.names import relative
from clipdesk.core.catalog.roots import RootRow
from clipdesk.core.errors import FolderError
from clipdesk.core.folders import Identity, Mode, Probe, Settling, Watcher, Watching
from clipdesk.core.inbox import Post
from clipdesk.core.messages import Look, RemovalAsked, Rescan, RootSeen
from clipdesk.core.paths import printable
from clipdesk.core.reconcile import Findings, Reconcile, is_mass
from clipdesk.core.types import Root, RootState

_POLL_S = 60.0
"""How often a root that sends no events is looked through."""
_CHECK_S = 5.0
"""How often the watcher is asked whether it is still alive: it dies in silence."""
_RECONCILE_S = 1_800.0
"""How often every root is: events may be lost without anybody noticing."""


@dataclass(slots=True)
class _Watched:
    """What is known of a root while the program runs."""

    row: RootRow
    wanted: bool
    """It is to be looked through as soon as it is there."""
    online: bool | None = None
    """None until the probe has seen whether it is there."""
    mode: Mode = Mode.NONE
    note: str = ""
    looked_at: float = 0.0
    doubted: frozenset[int] = frozenset()
    """Assets that are gone, so many at once that the person is to be asked."""
    agreed: frozenset[int] = frozenset()
    """Those of them that may go."""
    asked: frozenset[int] = frozenset()
    """Those that the person has been asked about."""


class Sync:
    """The watched roots, and the places in them that are to be looked at."""

    def __init__(
        self,
        catalog: Catalog,
        post: Post,
        wake: Callable[[], None] = lambda: None,
        *,
        watching: bool = True,
    ) -> None:
        """``wake`` is called, from any thread, when there is more to do."""
        self._catalog = catalog
        self._wake = wake
        self._roots: dict[int, _Watched] = {}
        self._settling = Settling()
        self._jobs: deque[Reconcile] = deque()
        self._slices: dict[Reconcile, Iterator[Findings]] = {}
        self._adding: dict[int, Path] = {}
        """Folders that the probe is to see before they become roots, by numbers below 0."""
        self._watching = watching
        self._watcher = Watcher(
            lambda root_id, path: post(Look(root_id, path)),
            lambda root_id, _reason: post(Rescan(root_id)),
        )
        self._probe = Probe(
            lambda root_id, seen: post(RootSeen(root_id, seen.present, seen.changed, seen.identity))
        )
        self._checking: threading.Thread | None = None
        self._checked_at = time.monotonic()

    # ── roots ──────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Follow every root of the catalogue; when watching, look through each."""
        for row in self._catalog.roots.all():
            self._follow(row, scan=self._watching)

    def add(self, path: Path) -> None:
        """Watch a folder, once the probe has seen it. Raises `FolderError` if it can't be."""
        path = path.absolute()
        self._refuse(path)
        number = min(self._adding, default=0) - 1
        self._adding[number] = path
        self._probe.follow(number, path, None, known=False)

    def _refuse(self, path: Path) -> None:
        for row in self._catalog.roots.all():
            if row.path == path:
                raise FolderError(f"{printable(path)} is watched already.")
            if relative(path, row.path):
                raise FolderError(
                    f"{printable(path)} is watched already, as a part of {printable(row.path)}."
                )

    def _add(self, path: Path, identity: Identity | None) -> None:
        if identity is None:
            raise FolderError(
                f"There is no folder {printable(path)}, or its disk does not answer.",
                hint="See whether the name is right.",
            )
        self._refuse(path)
        inner = [row for row in self._catalog.roots.all() if relative(row.path, path)]
        with self._catalog.transaction():
            root_id = self._catalog.roots.add(path)
            self._identify(root_id, identity)
            for row in inner:  # a folder around watched ones takes over what is known of them
                self._catalog.roots.absorb(row.id, root_id, relative(row.path, path))
        for row in inner:
            self._forget(row.id)
        row = next(row for row in self._catalog.roots.all() if row.id == root_id)
        self._roots[root_id] = root = _Watched(row, wanted=True)
        self._probe.follow(root_id, path, identity)
        self._resume(root, identity)

    def remove(self, root_id: int) -> tuple[int, ...]:
        """Stop watching; answers the assets that are forgotten."""
        self._forget(root_id)
        with self._catalog.transaction():
            return self._catalog.roots.remove(root_id)

    def roots(self) -> tuple[Root, ...]:
        """The roots as the window shows them."""
        counts = self._catalog.roots.counts()
        return tuple(
            Root(id_, root.row.path, self._state(root), counts.get(id_, 0), root.note)
            for id_, root in sorted(self._roots.items())
        )

    def online(self, root_id: int) -> bool:
        """Whether its files can be read, as far as is known."""
        return root_id in self._roots and bool(self._roots[root_id].online)

    @property
    def offline_roots(self) -> tuple[Path, ...]:
        return tuple(root.row.path for root in self._roots.values() if root.online is False)

    def title(self, root_id: int) -> str:
        """The root's name for people."""
        root = self._roots.get(root_id)
        return printable(root.row.path.name or root.row.path) if root else ""

    # ── hints ──────────────────────────────────────────────────────────────────────────────

    def look(self, looks: list[Look]) -> None:
        """Places where something may have changed: they are looked at once they are quiet."""
        for hint in looks:
            if hint.root_id in self._roots:
                self._settling.add(hint.root_id, hint.path)

    def rescan(self, root_id: int | None = None) -> None:
        """Look through a root, or all of them, from the top."""
        for id_, root in self._roots.items():
            if root_id is None and root.online:
                self._scan(root)
            elif id_ == root_id and root.online:
                self._scan(root, watch=True)  # its watch may be the very thing that was lost
            elif id_ == root_id:
                root.wanted = True
                self._probe.poke()

    def seen(self, message: RootSeen) -> bool:
        """The probe's word; whether the root went offline or came back.

        Raises `FolderError` when it is a folder to be added, and is not there.
        """
        if message.root_id in self._adding:
            self._probe.unfollow(message.root_id)
            self._add(self._adding.pop(message.root_id), message.identity)
            return False
        root = self._roots.get(message.root_id)
        if root is None:
            return False
        before, root.online = root.online, message.present
        if not message.present:
            self._stop_watching(root)
            self._drop_jobs(root.row.id)
        elif message.identity and (
            root.wanted or (self._watching and (message.changed or not before))
        ):
            self._resume(root, message.identity)
        return (before is False) is message.present

    def retry(self, paths: tuple[str, ...] = ()) -> None:
        """Look again at these problem files, or at all of them."""
        wanted = set(paths)
        for problem in self._catalog.problems.all():
            root = self._roots.get(problem.root_id)
            if root and (not wanted or problem.path in wanted):
                place = Path(problem.path)
                with self._catalog.transaction():
                    self._catalog.problems.clear(root.row.id, relative(place, root.row.path))
                self._settling.add(root.row.id, place)

    def agree(self, root_id: int) -> None:
        """The files that the person was asked about may go, if they are still not there."""
        root = self._roots.get(root_id)
        if root and root.online:
            root.agreed, root.doubted = root.doubted, frozenset()
            self._scan(root)

    def questions(self) -> list[RemovalAsked]:
        """What the person is to be asked now, or need no longer answer.

        Only when all places have been looked at: what is gone here may have moved there.
        """
        if self._jobs or self.settling:
            return []
        questions = map(self._question, self._roots.values())
        return [question for question in questions if question]

    def _question(self, root: _Watched) -> RemovalAsked | None:
        if not root.online or root.doubted == root.asked:
            return None
        here = self._catalog.assets.ids(root.row.id)
        left = root.doubted & here
        if left and left != root.doubted and not is_mass(len(left), len(here)):
            # Most have turned up elsewhere: what is still gone is judged like anything else.
            root.doubted = frozenset()
            self._scan(root)
            return None
        root.doubted = root.asked = left
        return RemovalAsked(root.row.id, self.title(root.row.id), len(left), len(here))

    @property
    def doubted(self) -> int:
        """How many pictures are kept though their files are gone, until the person agrees."""
        return sum(len(root.doubted) for root in self._roots.values())

    # ── work ───────────────────────────────────────────────────────────────────────────────

    @property
    def settling(self) -> bool:
        """Whether places wait until they are quiet."""
        return len(self._settling) > 0

    @property
    def unsure(self) -> bool:
        """Whether it is not known yet of every folder if it is there."""
        return bool(self._adding) or any(root.online is None for root in self._roots.values())

    @property
    def busy_with(self) -> int | None:
        """The root that is being looked through."""
        return self._jobs[0].root.id if self._jobs else None

    def due_in(self) -> float | None:
        """Seconds until there is something to look at; None when only a hint can change that."""
        if self._next_job():
            return 0.0
        quiet = self._settling.next_due()
        periodic = [
            root.looked_at + self._period(root) - time.monotonic()
            for root in self._roots.values()
            if root.online and self._watching and not self._has_job(root)
        ]
        if periodic:
            periodic.append(_CHECK_S)
        waits = [*periodic, *([] if quiet is None else [quiet])]
        return max(0.0, min(waits)) if waits else None

    def step(self) -> Findings | None:
        """A slice of looking; None when there is nothing due."""
        self._gather()
        job = self._next_job()
        if job is None:
            return None
        try:
            findings = next(self._slices.setdefault(job, job.slices()))
        except StopIteration:
            self._done(job)
        except FolderError:
            self._done(job)
            self._probe.poke()  # it is the probe that decides who is offline
        else:
            self._learn(job, findings)
            return findings
        return Findings()

    def _next_job(self) -> Reconcile | None:
        """The first job with something to do: one at a time of each root, and any of them may
        be waiting for a disk."""
        roots = set()
        for job in self._jobs:
            if job.root.id not in roots and job.ready:
                return job
            roots.add(job.root.id)
        return None

    def close(self) -> None:
        for job in self._jobs:
            job.cancel()
        self._watcher.close()
        self._probe.close()

    # ── inside ─────────────────────────────────────────────────────────────────────────────

    def _follow(self, row: RootRow, *, scan: bool) -> None:
        self._roots[row.id] = _Watched(row, wanted=scan)
        self._probe.follow(row.id, row.path, _identity(row), known=False)

    def _resume(self, root: _Watched, identity: Identity) -> None:
        """The root is there: watch it, then look through it, so that nothing falls between."""
        root.online, root.wanted = True, False
        if identity != _identity(root.row):
            with self._catalog.transaction():
                self._identify(root.row.id, identity)
            root.row = RootRow(
                root.row.id, root.row.path, identity.device, identity.inode, identity.is_mount
            )
        self._scan(root, watch=True)

    def _scan(self, root: _Watched, *, watch: bool = False) -> None:
        root.looked_at = time.monotonic()
        id_, path = root.row.id, root.row.path
        # A job that has not come to watching the root yet leaves that to its successor.
        watch |= any(job.root.id == id_ and job.whole and not job.watching for job in self._jobs)
        self._settling.forget(id_)
        self._drop_jobs(id_)

        def begin(wanted: Callable[[], bool]) -> Watching:
            return self._watcher.watch(id_, path, wanted)

        self._jobs.append(
            Reconcile(
                self._catalog,
                root.row,
                self._wake,
                kept=root.doubted,
                agreed=root.agreed,
                watch=begin if watch and self._watching else None,
            )
        )

    def _gather(self) -> None:
        """Make jobs of the places that have become quiet, and of the roots whose time has come."""
        places: dict[int, list[Path]] = {}
        for root_id, path in self._settling.due():
            places.setdefault(root_id, []).append(path)
        for root_id, paths in places.items():
            root = self._roots.get(root_id)
            if root and root.online:
                job = Reconcile(self._catalog, root.row, self._wake, paths, kept=root.doubted)
                self._jobs.append(job)
            elif root and root.online is None:
                for path in paths:
                    self._settling.add(root_id, path)
        if not self._watching:
            return
        now = time.monotonic()
        for root in self._roots.values():
            late = now - root.looked_at >= self._period(root)
            if root.online and late and not self._has_job(root):
                self._scan(root)
        if now - self._checked_at >= _CHECK_S:
            self._check(now)

    def _check(self, now: float) -> None:
        """See whether the watcher lives; beside, since it may have to watch large trees anew."""
        self._checked_at = now
        if self._checking is None or not self._checking.is_alive():
            self._checking = threading.Thread(
                target=self._watcher.check, name="watcher check", daemon=True
            )
            self._checking.start()

    def _has_job(self, root: _Watched) -> bool:
        return any(job.root.id == root.row.id for job in self._jobs)

    def _done(self, job: Reconcile) -> None:
        job.cancel()
        self._jobs.remove(job)
        self._slices.pop(job, None)

    def _learn(self, job: Reconcile, findings: Findings) -> None:
        root = self._roots[job.root.id]
        if job.watching:
            root.mode, root.note = job.watching.mode, job.watching.note
        if job.whole and job.concluded:  # what has come back is doubted no more
            root.doubted &= findings.absent
            root.agreed = frozenset()
        root.doubted |= set(findings.doubted)

    def _drop_jobs(self, root_id: int) -> None:
        for job in [job for job in self._jobs if job.root.id == root_id]:
            self._done(job)

    def _forget(self, root_id: int) -> None:
        root = self._roots.pop(root_id, None)
        if root:
            self._probe.unfollow(root_id)
            self._settling.forget(root_id)
            self._stop_watching(root)
            self._drop_jobs(root_id)

    def _stop_watching(self, root: _Watched) -> None:
        self._watcher.unwatch(root.row.id)
        root.mode, root.note = Mode.NONE, ""

    def _identify(self, root_id: int, identity: Identity) -> None:
        self._catalog.roots.identify(
            root_id, identity.device, identity.inode, is_mount=identity.is_mount
        )

    def _state(self, root: _Watched) -> RootState:
        if root.online is False:
            return RootState.OFFLINE
        if any(job.root.id == root.row.id and job.whole for job in self._jobs):
            return RootState.SCANNING
        if root.online is None:
            return RootState.SCANNING
        return RootState.WATCHED if root.mode is Mode.EVENTS else RootState.POLLED

    def _period(self, root: _Watched) -> float:
        return _RECONCILE_S if root.mode is Mode.EVENTS else _POLL_S


def _identity(row: RootRow) -> Identity | None:
    if row.device is None or row.inode is None:
        return None
    return Identity(row.device, row.inode, bool(row.is_mount))
