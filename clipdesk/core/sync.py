"""Keeps the catalogue in step with the watched folders.

Events are hints and the scan is the truth: all that an event does is to have a place looked at.
"""

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.catalog.names import relative
from clipdesk.core.catalog.roots import RootRow
from clipdesk.core.errors import FolderError
from clipdesk.core.folders import Identity, Mode, Probe, Settling, Watcher, identify, judge
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
    online: bool = True
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

    def __init__(self, catalog: Catalog, post: Post, *, watching: bool = True) -> None:
        self._catalog = catalog
        self._roots: dict[int, _Watched] = {}
        self._settling = Settling()
        self._jobs: deque[Reconcile] = deque()
        self._slices: Iterator[Findings] | None = None
        self._watching = watching
        self._watcher = Watcher(
            lambda root_id, path: post(Look(root_id, path)),
            lambda root_id, _reason: post(Rescan(root_id)),
        )
        self._probe = Probe(
            lambda root_id, seen: post(RootSeen(root_id, seen.present, seen.changed))
        )

    # ── roots ──────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Follow every root of the catalogue; when watching, look through each."""
        for row in self._catalog.roots.all():
            self._follow(row, scan=self._watching)

    def add(self, path: Path) -> int:
        """Watch a folder; answers its id. Raises `FolderError` if it can't be."""
        path = path.absolute()
        identity = identify(path)
        if identity is None:
            raise FolderError(
                f"There is no folder {printable(path)}.", hint="See whether the name is right."
            )
        inner = []
        for row in self._catalog.roots.all():
            if row.path == path:
                raise FolderError(f"{printable(path)} is watched already.")
            if relative(path, row.path):
                raise FolderError(
                    f"{printable(path)} is watched already, as a part of {printable(row.path)}."
                )
            if relative(row.path, path):
                inner.append(row)
        with self._catalog.transaction():
            root_id = self._catalog.roots.add(path)
            self._identify(root_id, identity)
            for row in inner:  # a folder around watched ones takes over what is known of them
                self._catalog.roots.absorb(row.id, root_id, relative(row.path, path))
        for row in inner:
            self._forget(row.id)
        row = next(row for row in self._catalog.roots.all() if row.id == root_id)
        self._follow(row, scan=True)
        return root_id

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
        return root_id in self._roots and self._roots[root_id].online

    @property
    def offline_roots(self) -> tuple[Path, ...]:
        return tuple(root.row.path for root in self._roots.values() if not root.online)

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
            elif id_ == root_id:
                self._resume(root)  # its watch may be the very thing that was lost

    def seen(self, message: RootSeen) -> bool:
        """The probe's word; whether the root went offline or came back."""
        root = self._roots.get(message.root_id)
        if root is None:
            return False
        if not message.present:
            was, root.online = root.online, False
            self._stop_watching(root)
            self._drop_jobs(root.row.id)
            return was
        if root.online and not message.changed:
            return False
        self._resume(root)
        return True

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
    def busy_with(self) -> int | None:
        """The root that is being looked through."""
        return self._jobs[0].root.id if self._jobs else None

    def due_in(self) -> float | None:
        """Seconds until there is something to look at; None when only a hint can change that."""
        if self._jobs:
            return 0.0
        quiet = self._settling.next_due()
        periodic = [
            root.looked_at + self._period(root) - time.monotonic()
            for root in self._roots.values()
            if root.online and self._watching
        ]
        if periodic:
            periodic.append(_CHECK_S)
        waits = [*periodic, *([] if quiet is None else [quiet])]
        return max(0.0, min(waits)) if waits else None

    def step(self) -> Findings | None:
        """A slice of looking; None when there is nothing due."""
        if not self._jobs:
            self._gather()
        if not self._jobs:
            return None
        job = self._jobs[0]
        if self._slices is None:
            self._slices = job.slices()
        try:
            findings = next(self._slices)
        except StopIteration:
            self._done()
        except FolderError:
            self._done()
            self._probe.poke()  # it is the probe that decides who is offline
        else:
            self._doubt(job, findings)
            return findings
        return Findings()

    def close(self) -> None:
        self._watcher.close()
        self._probe.close()

    # ── inside ─────────────────────────────────────────────────────────────────────────────

    def _follow(self, row: RootRow, *, scan: bool) -> None:
        root = self._roots[row.id] = _Watched(row)
        identity = identify(row.path)
        before = _identity(row)
        if identity is None or (before and not judge(before, identity).present):
            root.online = False
        elif scan:
            self._resume(root)
        if self._watching:
            self._probe.follow(row.id, row.path, _identity(root.row) or identity)

    def _resume(self, root: _Watched) -> None:
        """The root is there: watch it, then look through it, so that nothing falls between."""
        identity = identify(root.row.path)
        if identity is None:
            root.online = False
            return
        with self._catalog.transaction():
            self._identify(root.row.id, identity)
        root.row = RootRow(
            root.row.id, root.row.path, identity.device, identity.inode, identity.is_mount
        )
        root.online = True
        if self._watching:
            self._stop_watching(root)
            watching = self._watcher.watch(root.row.id, root.row.path)
            root.mode, root.note = watching.mode, watching.note
        self._scan(root)

    def _scan(self, root: _Watched) -> None:
        root.looked_at = time.monotonic()
        self._settling.forget(root.row.id)
        self._drop_jobs(root.row.id)
        self._jobs.append(Reconcile(self._catalog, root.row, kept=root.doubted, agreed=root.agreed))

    def _gather(self) -> None:
        """Make jobs of the places that have become quiet, and of the roots whose time has come."""
        places: dict[int, list[Path]] = {}
        for root_id, path in self._settling.due():
            places.setdefault(root_id, []).append(path)
        for root_id, paths in places.items():
            root = self._roots.get(root_id)
            if root and root.online:
                self._jobs.append(Reconcile(self._catalog, root.row, paths, kept=root.doubted))
        if self._watching:
            self._watcher.check()
            for root in self._roots.values():
                if root.online and time.monotonic() - root.looked_at >= self._period(root):
                    self._scan(root)

    def _done(self) -> None:
        self._jobs.popleft()
        self._slices = None

    def _doubt(self, job: Reconcile, findings: Findings) -> None:
        root = self._roots[job.root.id]
        if job.whole and job.concluded:  # what has come back is doubted no more
            root.doubted &= findings.absent
            root.agreed = frozenset()
        root.doubted |= set(findings.doubted)

    def _drop_jobs(self, root_id: int) -> None:
        if self._jobs and self._jobs[0].root.id == root_id:
            self._slices = None
        self._jobs = deque(job for job in self._jobs if job.root.id != root_id)

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
        if not root.online:
            return RootState.OFFLINE
        if any(job.root.id == root.row.id and job.whole for job in self._jobs):
            return RootState.SCANNING
        return RootState.WATCHED if root.mode is Mode.EVENTS else RootState.POLLED

    def _period(self, root: _Watched) -> float:
        return _RECONCILE_S if root.mode is Mode.EVENTS else _POLL_S


def _identity(row: RootRow) -> Identity | None:
    if row.device is None or row.inode is None:
        return None
    return Identity(row.device, row.inode, bool(row.is_mount))
