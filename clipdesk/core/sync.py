"""Keeps the catalogue in step with the watched folders.

Events are hints and the scan is the truth: all that an event does is to have a place looked at.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.catalog.names import relative
from clipdesk.core.catalog.roots import RootRow
from clipdesk.core.clocks import Clocks
from clipdesk.core.errors import FolderError
from clipdesk.core.folders import Identity, Mode, Probe, Settling, Sieve, Watcher, Watching
from clipdesk.core.inbox import Post
from clipdesk.core.jobs import Jobs
from clipdesk.core.messages.events import (
    RemovalAsked,
)
from clipdesk.core.messages.requests import (
    Look,
    Rescan,
    RootSeen,
)
from clipdesk.core.moving import Moved, relocate
from clipdesk.core.newcomers import Newcomers
from clipdesk.core.reconcile import Findings, Reconcile
from clipdesk.core.types import Root, Rules
from clipdesk.core.watched import Watched

_CHECK_S = 5.0
"""How often the watcher is asked whether it is still alive: it dies in silence."""


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
        self._roots: dict[int, Watched] = {}
        self._newcomers = Newcomers(catalog)
        self._settling = Settling()
        self._jobs = Jobs()
        self._watching = watching
        self._watcher = Watcher(
            lambda root_id, path: post(Look(root_id, path)),
            lambda root_id, _reason: post(Rescan(root_id)),
        )
        self._probe = Probe(
            lambda root_id, seen: post(RootSeen(root_id, seen.present, seen.changed, seen.identity))
        )
        self._clocks = Clocks()
        self._checking: threading.Thread | None = None
        self._checked_at = time.monotonic()

    # ── roots ──────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Follow every root of the catalogue; when watching, look through each."""
        for row in self._catalog.roots.all():
            self._follow(row, scan=self._watching)

    def add(self, path: Path) -> int:
        """Watch a folder, once the probe has seen it; answers its number until then.

        Raises `FolderError` if it can't be watched.
        """
        path = path.absolute()
        number = self._newcomers.add(path)
        self._probe.follow(number, path, None, known=False)
        return number

    def newcomer(self, number: int) -> Path | None:
        """The folder that goes by this number until it is watched."""
        return self._newcomers.path(number)

    def turn_away(self, number: int) -> None:
        """A folder that was to be watched is not to be."""
        self._probe.unfollow(number)
        self._newcomers.drop(number)

    def relocate(self, root_id: int, path: Path) -> Moved:
        """A root is at this path now, with all that is known of it."""
        moved = relocate(self._catalog, root_id, path)
        for id_ in {root_id, moved.root_id, *moved.merged}:
            self._forget(id_)
        row = self._catalog.roots.get(moved.root_id)
        assert row is not None
        self._follow(row, scan=True)
        return moved

    def remove(self, root_id: int) -> None:
        """Stop watching; the catalogue lets go of it."""
        self._forget(root_id)
        with self._catalog.transaction():
            self._catalog.departures.forget(root_id)

    def roots(self) -> tuple[Root, ...]:
        """The roots as the window shows them."""
        counts = self._catalog.roots.counts()
        return tuple(
            Root(
                id_,
                root.row.path,
                root.state(scanning=any(job.whole for job in self._jobs.of(id_))),
                counts.get(id_, 0),
                root.note,
                root.row.rules,
            )
            for id_, root in sorted(self._roots.items())
        )

    def online(self, root_id: int) -> bool:
        """Whether its files can be read, as far as is known."""
        return root_id in self._roots and bool(self._roots[root_id].online)

    @property
    def offline(self) -> tuple[RootRow, ...]:
        """The roots that are not there."""
        return tuple(root.row for root in self._roots.values() if root.online is False)

    def title(self, root_id: int) -> str:
        """The root's name for people."""
        root = self._roots.get(root_id)
        return root.title if root else ""

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
            elif root_id in (None, id_):
                root.wanted = True  # as soon as it is there
                self._probe.poke()

    def rule(self, root_id: int, rules: Rules) -> None:
        """From now on this is left out of a root; what the catalogue says of it is not touched."""
        root = self._roots.get(root_id)
        if root:
            with self._catalog.transaction():
                self._catalog.roots.rule(root_id, rules)
            root.row = replace(root.row, rules=rules)
            self._jobs.drop(root_id)

    def seen(self, message: RootSeen) -> bool:
        """The probe's word; whether the root went offline or came back.

        Raises `FolderError` when it is a folder to be added, and is not there.
        """
        if message.root_id in self._newcomers:
            self._probe.unfollow(message.root_id)
            self._take_in(message.root_id, message.identity)
            return False
        root = self._roots.get(message.root_id)
        if root is None:
            return False
        before, root.online = root.online, message.present
        if not message.present:
            root.wanted = root.wanted or bool(self._jobs.of(root.row.id))  # it was not finished
            self._stop_watching(root)
            self._jobs.drop(root.row.id)
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
            root.doubts.agree()
            self._scan(root)

    def questions(self) -> list[RemovalAsked]:
        """What the person is to be asked now, or need no longer answer.

        Only when all places have been looked at: what is gone here may have moved there.
        """
        if self._jobs or self.settling:
            return []
        questions = map(self._question, self._roots.values())
        return [question for question in questions if question]

    def _question(self, root: Watched) -> RemovalAsked | None:
        doubts = root.doubts
        if not root.online or doubts.kept == doubts.asked:
            return None
        here = self._catalog.assets.ids(root.row.id)
        if doubts.settled(here):
            self._scan(root)
            return None
        doubts.asked = doubts.kept
        return RemovalAsked(root.row.id, root.title, len(doubts.kept), len(here))

    # ── work ───────────────────────────────────────────────────────────────────────────────

    @property
    def settling(self) -> bool:
        """Whether places wait until they are quiet."""
        return len(self._settling) > 0

    @property
    def unsure(self) -> bool:
        """Whether it is not known yet of every folder if it is there."""
        return bool(self._newcomers) or self.undecided

    @property
    def undecided(self) -> bool:
        """Whether it is not known yet of every root if it is there."""
        return any(root.online is None for root in self._roots.values())

    @property
    def busy_with(self) -> int | None:
        """The root that is being looked through."""
        return self._jobs.busy_with

    def due_in(self) -> float | None:
        """Seconds until there is something to look at; None when only a hint can change that."""
        if self._jobs.next():
            return 0.0
        quiet = self._settling.next_due()
        periodic = [
            root.looked_at + root.period - time.monotonic()
            for root in self._roots.values()
            if root.online and self._watching and not self._jobs.of(root.row.id)
        ]
        if periodic:
            periodic.append(_CHECK_S)
        waits = [*periodic, *([] if quiet is None else [quiet])]
        return max(0.0, min(waits)) if waits else None

    def step(self) -> Findings | None:
        """A slice of looking; None when there is nothing due."""
        self._gather()
        job = self._jobs.next()
        if job is None:
            return None
        try:
            findings = self._jobs.step(job)
        except FolderError:
            self._probe.poke()  # it is the probe that decides who is offline
            return Findings()
        if findings is None:
            return Findings()
        root = self._roots[job.root.id]
        if job.watching:
            root.mode, root.note = job.watching.mode, job.watching.note
        root.doubts.learn(job, findings)
        if job.whole and job.concluded:
            root.renumbered = not root.numbered
        return findings

    def close(self) -> None:
        self._jobs.close()
        self._watcher.close()
        self._probe.close()

    # ── inside ─────────────────────────────────────────────────────────────────────────────

    def _follow(self, row: RootRow, *, scan: bool) -> None:
        self._roots[row.id] = Watched(row, wanted=scan)
        self._probe.follow(row.id, row.path, row.identity, known=False)

    def _take_in(self, number: int, identity: Identity | None) -> None:
        row, swallowed = self._newcomers.take_in(number, identity)
        for inner in swallowed:
            self._forget(inner.id)
        numbered = identity is None or identity.numbered
        root = Watched(row, wanted=True, numbered=numbered, renumbered=not numbered)
        self._roots[row.id] = root
        self._probe.follow(row.id, row.path, root.row.identity)
        self._scan_anew(root)

    def _resume(self, root: Watched, identity: Identity) -> None:
        before = root.row.identity
        # Many file systems number their files anew each time they are mounted, or at any time.
        moved = before is None or before.device != identity.device or identity.is_mount
        root.numbered = identity.numbered
        root.renumbered = root.renumbered or moved or not root.numbered
        if identity != before:
            with self._catalog.transaction():
                self._catalog.roots.identify(root.row.id, identity)
            root.row = root.row.identified(identity)
        self._scan_anew(root)

    def _scan_anew(self, root: Watched) -> None:
        """The root is there: watch it, then look through it, so that nothing falls between."""
        root.online, root.wanted = True, False
        self._scan(root, watch=True)

    def _scan(self, root: Watched, *, watch: bool = False) -> None:
        root.looked_at = time.monotonic()
        id_, path, sieve = root.row.id, root.row.path, Sieve(root.row.rules)
        # A job that has not come to watching the root yet leaves that to its successor.
        watch |= any(job.whole and not job.watching for job in self._jobs.of(id_))
        self._settling.forget(id_)
        self._jobs.drop(id_)

        def begin(wanted: Callable[[], bool]) -> Watching:
            return self._watcher.watch(id_, path, wanted, sieve=sieve)

        self._jobs.add(
            Reconcile(
                self._catalog,
                root.row,
                self._wake,
                kept=root.doubts.kept,
                agreed=root.doubts.agreed,
                renumbered=root.renumbered,
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
                kept = root.doubts.kept
                self._jobs.add(Reconcile(self._catalog, root.row, self._wake, paths, kept=kept))
            elif root and root.online is None:
                for path in paths:
                    self._settling.add(root_id, path)
        if not self._watching:
            return
        now = time.monotonic()
        for root in self._roots.values():
            late = now - root.looked_at >= root.period
            if root.online and late and not self._jobs.of(root.row.id):
                self._scan(root)
        if now - self._checked_at >= _CHECK_S:
            self._check(now)

    def _check(self, now: float) -> None:
        """See whether the watcher lives; beside, since it may have to watch large trees anew."""
        self._checked_at = now
        if self._clocks.jumped():
            self._probe.poke()
            self.rescan()  # nobody told what has happened meanwhile
        if self._checking is None or not self._checking.is_alive():
            self._checking = threading.Thread(
                target=self._watcher.check, name="watcher check", daemon=True
            )
            self._checking.start()

    def _forget(self, root_id: int) -> None:
        root = self._roots.pop(root_id, None)
        if root:
            self._probe.unfollow(root_id)
            self._settling.forget(root_id)
            self._stop_watching(root)
            self._jobs.drop(root_id)

    def _stop_watching(self, root: Watched) -> None:
        self._watcher.unwatch(root.row.id)
        root.mode, root.note = Mode.NONE, ""
