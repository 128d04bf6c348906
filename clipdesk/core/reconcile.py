"""What is here, and what do we know? The one question behind every kind of change.

Created, changed, renamed, moved in, deleted, an event that was lost, a start after a week: all
are answered by walking a place and comparing what is found with what the catalogue knows.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TypeVar

from clipdesk.core.catalog.assets import Known
from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.catalog.names import relative
from clipdesk.core.catalog.roots import RootRow
from clipdesk.core.errors import FolderError
from clipdesk.core.folders import (
    Found,
    Omitted,
    Seen,
    Standing,
    Unreadable,
    Walker,
    Watching,
    judge,
)
from clipdesk.core.pictures import SUFFIXES, VIDEO_SUFFIXES
from clipdesk.core.types import Identity, Problem, Stamp

T = TypeVar("T")

_SLICE_S = 0.05
_AT_ONCE = 500
"""Files to be settled in one transaction."""
_MASS = 20
"""Up to so many files may go without a question."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file whose content is not known yet, or may have changed."""

    root_id: int
    name: str
    path: Path
    stamp: Stamp


@dataclass(slots=True)
class Findings:
    """What a slice of looking has found; the catalogue already knows the last three."""

    candidates: list[Candidate] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)
    """Assets that have another name now."""
    back: list[int] = field(default_factory=list)
    """Assets that were missing and are here again, at whatever name."""
    gone: list[int] = field(default_factory=list)
    """Assets that are no longer there."""
    doubted: list[int] = field(default_factory=list)
    """Assets that are gone, but so many at once that they are kept until the person agrees."""
    left_out: list[int] = field(default_factory=list)
    """Assets that the person leaves out now."""
    absent: frozenset[int] = frozenset()
    """In the last findings: all that was not seen, those among them that were doubted before."""
    blind: list[Problem] = field(default_factory=list)
    """Places that could not be looked at: what is known of them is kept."""
    still_blind: tuple[int, frozenset[str]] | None = None
    """At the end of a look at all of a root: which one, and the paths of all such places."""
    problems_changed: bool = False
    same: int = 0
    """Files that are as they were."""


class Reconcile:
    """Compares places of one root with the catalogue, a slice at a time.

    The walk goes on in a thread of its own; there is nothing to do until it is `ready`.
    """

    def __init__(
        self,
        catalog: Catalog,
        root: RootRow,
        wake: Callable[[], None],
        places: Sequence[Path] = (),
        *,
        kept: Set[int] = frozenset(),
        agreed: Set[int] = frozenset(),
        renumbered: bool = False,
        watch: Callable[[Callable[[], bool]], Watching] | None = None,
    ) -> None:
        """Look at these places of the root, or at all of it.

        ``kept`` are assets that were doubted before: they are no news. Those ``agreed`` to may go.
        ``renumbered`` files are on a disk that came back, or in a root that has moved: the system
        may number them otherwise now, so that size and time have to do.
        ``watch`` has the root watched first; what came of it is in `watching`.
        """
        self.root = root
        self.whole = not places or root.path in places
        self.concluded = False
        """Whether the findings given last are the last ones."""
        self.watching: Watching | None = None
        self._catalog = catalog
        places = (root.path,) if self.whole else tuple(dict.fromkeys(places))
        # Videos that are known stay so where they can't be read any more.
        suffixes = SUFFIXES | VIDEO_SUFFIXES if catalog.videos.any() else SUFFIXES
        self._walker = Walker(
            root.path, places, wake, suffixes=suffixes, rules=root.rules, watch=watch
        )
        self._waiting = False
        """Until the walk has more to tell."""
        self._kept = kept
        self._agreed = agreed
        self._renumbered = renumbered
        self._is_empty = False
        self._known: dict[str, Known] = {}
        """Of the place at hand, what has not been seen yet; so are the problems."""
        self._problems: dict[str, Stamp] = {}
        self._absent: dict[str, Known] = {}
        self._healed: set[str] = set()
        self._strangers: list[tuple[Found, tuple[Known, ...]]] = []
        """Files at new names, and the known files that they may be."""
        self._others: list[tuple[Found, Known]] = []
        """Files that are as they were, but for their number."""
        self._blind: set[str] = set()
        self._told: set[str] = set()
        """The paths of those of them that are problems."""
        self._omitted: set[str] = set()

    @property
    def ready(self) -> bool:
        """Whether there is something to compare."""
        return not self._waiting or self._walker.ready

    def cancel(self) -> None:
        """Let go of it; of a walk that hangs in its disk too."""
        self._walker.cancel()

    def slices(self) -> Iterator[Findings]:
        """Findings, some tens of milliseconds of work each; empty ones while the walk goes on.

        What is absent is told last, when all places have been seen: a file that has moved from
        one to another is then no longer absent. Raises `FolderError` when the root is not there.
        """
        self._walker.start()
        there: frozenset[str] | None = None
        while there is None:
            findings, until = Findings(), time.monotonic() + _SLICE_S
            for step in self._walker.take():
                match step:
                    case Watching():
                        self.watching = step
                    case Seen():
                        self._leave_place()
                        self._end_of_walk(step)
                    case Standing():
                        there = step.paths
                    case Omitted():
                        self._omitted.add(step.name)
                    case Path():
                        self._leave_place()
                        yield from self._enter_place(step)
                    case _:
                        self._look(step, findings)
                if time.monotonic() >= until:
                    yield findings
                    findings, until = Findings(), time.monotonic() + _SLICE_S
            self._waiting = there is None
            yield findings
            self._waiting = False
        for start in range(0, len(self._others), _AT_ONCE):
            with self._catalog.transaction():
                for found, row in self._others[start : start + _AT_ONCE]:
                    self._settle(row, found)
            yield Findings()
        for start in range(0, len(self._strangers), _AT_ONCE):
            yield self._place(self._strangers[start : start + _AT_ONCE], there)
        yield from self._conclude()

    # ── place by place ─────────────────────────────────────────────────────────────────────

    def _enter_place(self, place: Path) -> Iterator[Findings]:
        name = relative(place, self.root.path)
        for page in self._catalog.assets.pages(self.root.id, name):
            if self._known:
                yield Findings()
            self._known |= page
        self._problems = self._catalog.problems.known(self.root.id, name)

    def _leave_place(self) -> None:
        self._absent |= {n: row for n, row in self._known.items() if not row.missing}
        self._healed |= set(self._problems)
        self._known, self._problems = {}, {}

    def _look(self, found: Found | Unreadable, findings: Findings) -> None:
        if isinstance(found, Unreadable):
            self._blind.add(found.name)
            if found.problem:
                path = str(self.root.path / found.name)
                self._told.add(path)
                findings.blind.append(Problem(path, found.reason, self.root.id))
        elif self._problems.pop(found.name, None) != found.stamp:
            self._compare(found, self._known.pop(found.name, None), findings)
        else:
            self._known.pop(found.name, None)

    def _compare(self, found: Found, row: Known | None, findings: Findings) -> None:
        if row and self._is_same(row.stamp, found.stamp):
            if row.stamp != found.stamp and not row.missing:
                self._others.append((found, row))
            if row.missing:
                self._settle(row, found)
                findings.back.append(row.asset_id)
            else:
                findings.same += 1
            return
        maybe = () if row else self._catalog.assets.by_inode(found.stamp)
        if maybe:
            self._strangers.append((found, maybe))
        else:
            findings.candidates.append(self._candidate(found))

    def _is_same(self, before: Stamp, now: Stamp) -> bool:
        if self._renumbered:
            return (before.size, before.mtime_ns) == (now.size, now.mtime_ns)
        return before == now

    def _candidate(self, found: Found) -> Candidate:
        return Candidate(self.root.id, found.name, self.root.path / found.name, found.stamp)

    def _end_of_walk(self, seen: Seen) -> None:
        if seen.identity is None or _is_another(self.root, seen.identity):
            raise FolderError(f"Not there at the moment: {self.root.path}")
        self._is_empty = seen.is_empty
        # Where this walk has not been, somebody has to look. On another disk it can't be the
        # same file, and that disk may hang.
        roots = {root.id: root for root in self._catalog.roots.all()}
        self._walker.ask(
            [
                os.fspath(roots[row.root_id].path / row.name)
                for _, rows in self._strangers
                for row in rows
                if not row.missing
                and roots[row.root_id].device == self.root.device
                and not (row.root_id == self.root.id and (self.whole or row.name in self._absent))
            ]
        )

    # ── who has moved ──────────────────────────────────────────────────────────────────────

    def _place(
        self, strangers: Sequence[tuple[Found, tuple[Known, ...]]], there: frozenset[str]
    ) -> Findings:
        """Files at new names: those that were elsewhere before have moved, the rest is new."""
        findings = Findings()
        roots = {root.id: root for root in self._catalog.roots.all()}
        with self._catalog.transaction():
            for found, rows in strangers:
                row = next((r for r in rows if self._has_left(r, roots, there)), None)
                if row is None:
                    findings.candidates.append(self._candidate(found))
                    continue
                self._settle(row, found)
                (findings.back if row.missing else findings.moved).append(row.asset_id)
        return findings

    def _has_left(self, row: Known, roots: dict[int, RootRow], there: frozenset[str]) -> bool:
        """Whether the file of this row is no longer where it was."""
        if self._catalog.assets.get(row.asset_id) != row:
            return False  # another newcomer was it
        if row.missing:
            return True
        root = roots[row.root_id]
        if row.root_id == self.root.id and (self.whole or row.name in self._absent):
            return row.name in self._absent
        return root.device == self.root.device and os.fspath(root.path / row.name) not in there

    def _settle(self, row: Known, found: Found) -> None:
        with self._catalog.transaction():
            self._catalog.assets.move(row.asset_id, self.root.id, found.name, found.stamp)

    # ── what is gone ───────────────────────────────────────────────────────────────────────

    def _conclude(self) -> Iterator[Findings]:
        """Mark what is absent, save what lies in places that could not be looked at."""
        absent: list[int] = []
        omitted: list[int] = []
        for rows in _in_turn(self._absent.items()):
            for name, row in rows:
                if not _lies_in(self._blind, name) and self._still(name, row.asset_id):
                    out = _lies_in(self._omitted, name)
                    (omitted if out else absent).append(row.asset_id)
            yield Findings()
        news = [id_ for id_ in absent if id_ not in self._kept and id_ not in self._agreed]
        last = Findings(absent=frozenset(absent))
        if self._is_mass(len(news)):
            last.doubted, news = news, []
        names = {row.asset_id: name for name, row in self._absent.items()}
        assets = self._catalog.assets
        for some in _in_turn(omitted):
            with self._catalog.transaction():
                ids = [id_ for id_ in some if self._still(names[id_], id_)]
                assets.leave_out(ids)
            yield Findings(left_out=ids)
        for some in _in_turn(news + [id_ for id_ in absent if id_ in self._agreed]):
            with self._catalog.transaction():
                ids = [id_ for id_ in some if self._still(names[id_], id_)]
                assets.mark_missing(ids)
            yield Findings(gone=ids)
        for healed in _in_turn(self._healed):
            with self._catalog.transaction():
                for name in healed:
                    if not _lies_in(self._blind, name):
                        self._catalog.problems.clear(self.root.id, name)
                        last.problems_changed = True
            yield Findings()
        if self.whole:
            last.still_blind = self.root.id, frozenset(self._told)
        self.concluded = True
        yield last

    def _still(self, name: str, asset_id: int) -> bool:
        """Whether the catalogue still says that this file is here; it may have moved meanwhile."""
        now = self._catalog.assets.get(asset_id)
        return now is not None and (now.root_id, now.name) == (self.root.id, name)

    def _is_mass(self, gone: int) -> bool:
        """Whether so much is gone that it may rather be the disk that is not there."""
        if not (gone and self.whole):
            return False  # a place is looked at because the system told of a change there
        if self._is_empty:
            return True
        total = self._catalog.roots.counts().get(self.root.id, 0) - len(self._kept)
        return is_mass(gone, total)


def is_mass(gone: int, total: int) -> bool:
    """Whether so many of a root's pictures are not taken for gone before the person agrees."""
    return gone > _MASS and 2 * gone > total


def _in_turn(things: Iterable[T]) -> Iterator[list[T]]:
    """Some at a time: there may be hundreds of thousands."""
    rest = iter(things)
    while some := list(islice(rest, _AT_ONCE)):
        yield some


def _lies_in(places: Set[str], name: str) -> bool:
    """Whether a file is one of these places, or in one of them."""
    while name and places:
        if name in places:
            return True
        name = name.rpartition("/")[0]
    return False


def _is_another(root: RootRow, now: Identity) -> bool:
    return root.identity is not None and not judge(root.identity, now).present
