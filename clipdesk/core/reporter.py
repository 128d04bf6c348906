"""What the window and the command line are told of the work: pictures, numbers, problems."""

import os
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass, replace

from clipdesk.core.arrivals import Ingested
from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.errors import ClipDeskError
from clipdesk.core.ingest import Ingest
from clipdesk.core.messages.events import (
    Added,
    Changed,
    Event,
    Level,
    Notice,
    ProblemsChanged,
    Progress,
    Removed,
    RootsChanged,
)
from clipdesk.core.pace import Pace
from clipdesk.core.progress import Meter
from clipdesk.core.reconcile import Findings
from clipdesk.core.screening import Screened, Screening
from clipdesk.core.sync import Sync
from clipdesk.core.telling import Telling
from clipdesk.core.types import Item, Problem


@dataclass(slots=True)
class Tally:
    """What has been done since the engine started."""

    indexed: int = 0
    """New and changed pictures."""
    seen_again: int = 0
    """Known pictures that another model has looked at."""
    frames: int = 0
    """Moments of videos."""
    encoded: int = 0
    """All that went through the network."""
    unchanged: int = 0
    moved: int = 0
    removed: int = 0


class Reporter:
    """Turns what was found and what was brought in into events, and counts."""

    def __init__(
        self,
        catalog: Catalog,
        sync: Sync,
        ingest: Ingest,
        pace: Pace,
        emit: Callable[[Event], None],
        *,
        screening: Screening,
    ) -> None:
        self.emit = emit
        self.tally = Tally()
        self.meter = Meter()
        self._catalog = catalog
        self._sync = sync
        self._ingest = ingest
        self._pace = pace
        self._screening = screening
        self._blind: dict[str, Problem] = {}
        self._telling = Telling(
            emit,
            {
                RootsChanged: lambda: RootsChanged(self._sync.roots()),
                ProblemsChanged: lambda: ProblemsChanged(self.problems()),
                Progress: self._progress,
            },
        )
        self.changed = self._telling.changed
        self.step = self._telling.step
        self.flush = self._telling.flush

    @property
    def due_in(self) -> float | None:
        """Seconds until there is something to tell."""
        return self._telling.due_in

    def problems(self) -> tuple[Problem, ...]:
        """The files that could not be read."""
        return self._catalog.problems.all() + tuple(self._blind.values())

    def present(self, items: Iterable[Item]) -> tuple[Item, ...]:
        """The items, marked where their root is offline."""
        # With the separator of the system, as items have it; of a root of the disk there is one.
        roots = tuple(os.path.join(row.path, "") for row in self._sync.offline)  # noqa: PTH118
        if not roots:
            return tuple(items)
        return tuple(replace(i, offline=i.path.startswith(roots)) for i in items)

    def notice(self, level: Level, error: ClipDeskError) -> None:
        """A fault, in a sentence."""
        self.emit(Notice(level, str(error), error.hint))

    def queued(self, count: int) -> None:
        """So many more pictures wait to be brought in; negative when some need not be any more."""
        self.meter.expect(count)
        if count:
            self.changed(Progress)

    def found(self, findings: Findings) -> None:
        """A slice of looking at folders."""
        assets = self._catalog.assets
        if findings.gone or findings.left_out:
            self.emit(Removed((*findings.gone, *findings.left_out)))
        if findings.moved:
            self.emit(Changed(self.present(assets.items_by_id(findings.moved))))
        if findings.back:
            self.emit(Added(self.present(assets.items_by_id(findings.back))))
        if findings.problems_changed:
            self.changed(ProblemsChanged)
        if findings.gone or findings.back or findings.left_out:
            self.changed(RootsChanged)
        for problem in findings.blind:
            self._blind[problem.path] = problem
            self.changed(ProblemsChanged)
        if findings.still_blind:
            self._see_again(*findings.still_blind)
        self.tally.unchanged += findings.same
        self.tally.moved += len(findings.moved) + len(findings.back)
        self.tally.removed += len(findings.gone)

    def _see_again(self, root_id: int, blind: Set[str]) -> None:
        """A root has been looked through, and only these places of it could not be."""
        kept = {p: it for p, it in self._blind.items() if it.root_id != root_id or p in blind}
        if kept != self._blind:
            self._blind = kept
            self.changed(ProblemsChanged)

    def sifted(self, leave: list[int], back: list[int]) -> None:
        """Pictures that the person leaves out now, and such that are so no more."""
        if leave:
            self.emit(Removed(tuple(leave)))
        if back:
            self.emit(Added(self.present(self._catalog.assets.items_by_id(back))))
        if leave or back:
            self.changed(RootsChanged)

    def brought(self, done: Ingested) -> None:
        """A small batch of pictures that are in the library now."""
        assets = self._catalog.assets
        if done.added or done.moved:
            self.emit(Added(self.present(assets.items_by_id([*done.added, *done.moved]))))
        if done.changed:
            self.emit(Changed(self.present(assets.items_by_id(done.changed))))
        self.tally.indexed += len(done.added) + len(done.changed)
        self.tally.seen_again += len(done.seen_again)
        self.tally.encoded += done.encoded
        self.tally.moved += len(done.moved)
        self.meter.advance(done.done)
        self.changed(Progress, RootsChanged)
        if done.failed or done.refused:
            self.changed(ProblemsChanged)

    def screened(self, done: Screened) -> None:
        """Some moments of a video that can be found now."""
        if done.expected:
            self.queued(done.expected)
        if done.assets:
            # Known files: what was asked is worth asking once more.
            self.emit(Added(self.present(self._catalog.assets.items_by_id(done.assets))))
        self.tally.frames += done.frames
        self.tally.encoded += done.frames
        if done.moments:
            self.meter.advance(done.moments)
            self.changed(Progress)

    def _progress(self) -> Progress:
        root, pending = self._sync.busy_with, self._ingest.pending
        if not pending and root is None and not self._screening.pending:
            done = Progress(self.meter.done, self.meter.done, paused=self._pace.paused_by_person)
            self.meter.reset()
            return done
        if root is not None:
            what = f"Looking through {self._sync.title(root)}"
        else:
            what = "Indexing" if pending else "Looking through videos"
            what = what if self._ingest.spaces else "Waiting for the model"
        return Progress(
            self.meter.done,
            self.meter.total,
            self.meter.images_per_second,
            self.meter.seconds_left,
            self._pace.paused,
            what,
            self._pace.why,
        )
