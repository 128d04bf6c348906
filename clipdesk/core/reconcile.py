"""What is here, and what do we know? The one question behind every kind of change.

Created, changed, renamed, moved in, deleted, an event that was lost, a start after a week: all
are answered by walking a place and comparing what is found with what the catalogue knows.
"""

import os
import time
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path

from clipdesk.core.catalog.assets import Known
from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.catalog.names import relative
from clipdesk.core.catalog.roots import RootRow
from clipdesk.core.errors import FolderError
from clipdesk.core.folders import (
    Found,
    Identity,
    Unreadable,
    identify,
    is_empty,
    judge,
    walk,
)
from clipdesk.core.pictures import SUFFIXES
from clipdesk.core.types import Problem, Stamp

_SLICE_S = 0.05
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
    absent: frozenset[int] = frozenset()
    """In the last findings: all that was not seen, those among them that were doubted before."""
    blind: list[Problem] = field(default_factory=list)
    """Places that could not be looked at: what is known of them is kept."""
    problems_changed: bool = False
    same: int = 0
    """Files that are as they were."""


class Reconcile:
    """Compares places of one root with the catalogue, a slice at a time."""

    def __init__(
        self,
        catalog: Catalog,
        root: RootRow,
        places: Sequence[Path] = (),
        *,
        kept: Set[int] = frozenset(),
        agreed: Set[int] = frozenset(),
    ) -> None:
        """Look at these places of the root, or at all of it.

        ``kept`` are assets that were doubted before: they are no news. Those ``agreed`` to may go.
        """
        self.root = root
        self.whole = not places or root.path in places
        self._catalog = catalog
        self._places = (root.path,) if self.whole else tuple(dict.fromkeys(places))
        self.concluded = False
        """Whether the findings given last are the last ones."""
        self._kept = kept
        self._agreed = agreed
        self._nothing_here = self.whole
        self._absent: dict[str, Known] = {}
        self._healed: set[str] = set()

    def slices(self) -> Iterator[Findings]:
        """Findings, some tens of milliseconds of work each.

        What is absent is told last, when all places have been seen: a file that has moved from
        one to another is then no longer absent. Raises `FolderError` when the root is not there.
        """
        blind: list[str] = []
        for place in self._places:
            yield from self._look(place, blind)
        identity = identify(self.root.path)
        if identity is None or _is_another(self.root, identity):
            raise FolderError(f"Not there at the moment: {self.root.path}")
        findings = self._conclude(blind)
        self.concluded = True
        yield findings

    def _look(self, place: Path, blind: list[str]) -> Iterator[Findings]:
        name = relative(place, self.root.path)
        known = self._catalog.assets.known(self.root.id, name)
        problems = self._catalog.problems.known(self.root.id, name)
        findings, until = Findings(), time.monotonic() + _SLICE_S
        for found in walk(self.root.path, place, suffixes=SUFFIXES):
            self._nothing_here = False
            if isinstance(found, Unreadable):
                blind.append(found.name)
                if found.problem:
                    path = str(self.root.path / found.name)
                    findings.blind.append(Problem(path, found.reason, self.root.id))
            elif problems.pop(found.name, None) != found.stamp:
                self._compare(found, known.pop(found.name, None), findings)
            else:
                known.pop(found.name, None)
            if time.monotonic() >= until:
                yield findings
                findings, until = Findings(), time.monotonic() + _SLICE_S
        self._absent |= {n: row for n, row in known.items() if not row.missing}
        self._healed |= set(problems)
        yield findings

    def _compare(self, found: Found, row: Known | None, findings: Findings) -> None:
        if row and row.stamp == found.stamp:
            if row.missing:
                self._settle(row, found)
                findings.back.append(row.asset_id)
            else:
                findings.same += 1
            return
        source = None if row else self._origin(found)
        if source is None:
            path = self.root.path / found.name
            findings.candidates.append(Candidate(self.root.id, found.name, path, found.stamp))
            return
        self._settle(source, found)
        (findings.back if source.missing else findings.moved).append(source.asset_id)

    def _origin(self, found: Found) -> Known | None:
        """The known file that this one was before it was renamed or moved."""
        roots = {root.id: root.path for root in self._catalog.roots.all()}
        for row in self._catalog.assets.by_inode(found.stamp):
            if row.missing or not os.path.lexists(roots[row.root_id] / row.name):
                return row
        return None

    def _settle(self, row: Known, found: Found) -> None:
        with self._catalog.transaction():
            self._catalog.assets.move(row.asset_id, self.root.id, found.name, found.stamp)

    def _conclude(self, blind: list[str]) -> Findings:
        """Mark what is absent, save what lies in places that could not be looked at."""

        def unseen(name: str) -> bool:
            return any(name == place or name.startswith(f"{place}/") for place in blind)

        findings = Findings()
        with self._catalog.transaction():
            absent = []
            for name, row in self._absent.items():
                now = self._catalog.assets.get(row.asset_id)
                if unseen(name) or now is None or (now.root_id, now.name) != (row.root_id, name):
                    continue
                absent.append(row.asset_id)
            findings.absent = frozenset(absent)
            news = [id_ for id_ in absent if id_ not in self._kept and id_ not in self._agreed]
            if self._is_mass(len(news)):
                findings.doubted, news = news, []
            findings.gone = news + [id_ for id_ in absent if id_ in self._agreed]
            self._catalog.assets.mark_missing(findings.gone)
            for name in self._healed:
                if not unseen(name):
                    self._catalog.problems.clear(self.root.id, name)
                    findings.problems_changed = True
        return findings

    def _is_mass(self, gone: int) -> bool:
        """Whether so much is gone that it may rather be the disk that is not there."""
        if not (gone and self.whole):
            return False  # a place is looked at because the system told of a change there
        if self._nothing_here and is_empty(self.root.path):
            return True
        total = self._catalog.roots.counts().get(self.root.id, 0) - len(self._kept)
        return is_mass(gone, total)


def is_mass(gone: int, total: int) -> bool:
    """Whether so many of a root's pictures are not taken for gone before the person agrees."""
    return gone > _MASS and 2 * gone > total


def _is_another(root: RootRow, now: Identity) -> bool:
    if root.device is None or root.inode is None:
        return False
    before = Identity(root.device, root.inode, bool(root.is_mount))
    verdict = judge(before, now)
    return not verdict.present
