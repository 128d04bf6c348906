"""Pictures described by a model as notes: one at once when the person asks, the rest in idle time.

What waits is in the catalogue, and is taken from there with the note that it led to: a program
that is killed goes on where it was.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.encoders.description import Describer
from clipdesk.core.errors import ClipDeskError, ModelError, PictureError
from clipdesk.core.messages.events import Event, Level, Notice
from clipdesk.core.messages.words import (
    Describe,
    DescribeAll,
    Describing,
    DescribingFailed,
    StopDescribing,
)
from clipdesk.core.pace import Pace
from clipdesk.core.pictures import Decoded, DecoderPool
from clipdesk.core.types import ImageSpec, Item

_FEW = 8
"""So many pictures the person waits for; of more they are told how far it is."""
_AT_ONCE = 5_000
_KEPT_S = 120.0
"""A model that nobody asks is kept so long: to load it takes seconds, to keep it memory."""
_TRIES = 2
"""A picture at which the model has ended so often is passed over."""
_FAULTS = 5
"""After so many ends, one after the other, it is the model's fault."""

Present = Callable[[Iterable[Item]], tuple[Item, ...]]


@dataclass(slots=True)
class _Job:
    """A picture on its way to its description."""

    content_id: int
    awaited: bool
    """The person waits for it."""
    decoded: Future[Decoded]
    told: Future[str] | None = None


class Captioning:
    """One picture is decoded while the one before it is described."""

    def __init__(
        self,
        catalog: Catalog,
        pool: DecoderPool,
        pace: Pace,
        weights: Path,
        *,
        emit: Callable[[Event], None],
        wake: Callable[[], None],
        present: Present,
        online: Callable[[int], bool],
        changed: Callable[[Sequence[int]], None],
        model: Callable[[], str],
        resting: Callable[[], bool],
    ) -> None:
        """``model`` is the one to ask first; the many are described only while ``resting``."""
        self._catalog = catalog
        self._pool = pool
        self._pace = pace
        self._weights = weights
        self._emit, self._wake, self._present, self._online = emit, wake, present, online
        self._changed, self._model, self._resting = changed, model, resting
        self._urgent: deque[int] = deque()
        self._adding: Iterator[None] | None = None
        self._jobs: deque[_Job] = deque()
        self._describer: Describer | None = None
        self._name = ""
        self._used_at = 0.0
        self._tries: dict[int, int] = {}
        self._faults = 0
        self._done = 0
        self._left = catalog.to_describe.count()
        self._stuck: tuple[int, ...] | None = None
        """The roots that were there when none of what waits was."""
        self._told: Describing | None = None
        self.handlers: dict[type, Callable[..., None]] = {
            Describe: self._describe,
            DescribeAll: self._describe_all,
            StopDescribing: lambda _: self._stop(),
        }

    @property
    def busy(self) -> bool:
        """Somebody waits for it, or it is under way."""
        return bool(self._urgent or self._adding or self._jobs)

    @property
    def due_in(self) -> float | None:
        """Seconds until the model is to be let go of; None while it is needed, or is not there."""
        if self._describer is None or self.busy or self._left:
            return None
        return max(0.0, self._used_at + _KEPT_S - time.monotonic())

    def step(self) -> bool:
        """Go on with what is under way, begin what may begin; whether there was anything to do."""
        if self._adding is not None and next(self._adding, self) is self:
            self._adding = None
        worked = self._adding is not None
        worked |= self._take()
        worked |= self._begin()
        self._tell()
        if self.due_in == 0:
            self._let_go()
        return worked

    def close(self) -> None:
        """End the process that describes."""
        self._let_go()

    # ── what is asked ──────────────────────────────────────────────────────────────────────

    def _describe(self, request: Describe) -> None:
        notes = self._catalog.notes
        known = {job.content_id for job in self._jobs}.union(self._urgent)
        wanted = [id_ for id_ in request.content_ids if id_ not in known]
        if len(wanted) > _FEW:
            self._adding = self._add(wanted)
            return
        of = {content_id: notes.of(content_id) for content_id in wanted}
        free = [content_id for content_id, note in of.items() if note.made_by or not note.text]
        self._urgent.extend(free)
        self._faults = 0
        if wanted and not free:
            self._emit(Notice(Level.INFO, "There is a note of yours; it is not written over."))

    def _describe_all(self, request: DescribeAll) -> None:
        roots = [row.id for row in self._catalog.roots.all() if request.root_id in (None, row.id)]
        assets = self._catalog.assets
        self._adding = self._add([id_ for root_id in roots for id_ in assets.contents(root_id)])
        self._faults = 0

    def _add(self, content_ids: Sequence[int]) -> Iterator[None]:
        for start in range(0, len(content_ids), _AT_ONCE):
            with self._catalog.transaction():
                self._catalog.to_describe.add(content_ids[start : start + _AT_ONCE])
            yield
        self._left = self._catalog.to_describe.count()
        self._stuck = None
        if not self._left and not self._jobs:
            self._emit(Notice(Level.INFO, "All of these pictures have a note already."))

    def _stop(self) -> None:
        with self._catalog.transaction():
            self._catalog.to_describe.clear()
        self._urgent.clear()
        self._jobs.clear()
        self._adding, self._left, self._done = None, 0, 0
        self._let_go()

    # ── pictures ───────────────────────────────────────────────────────────────────────────

    def _begin(self) -> bool:
        """Begin with the next picture, if one may be begun."""
        if len(self._jobs) > 1 or not self._wanted():
            return False
        spec = self._spec()
        if spec is None:
            return False
        awaited = bool(self._urgent)
        content_id = self._urgent.popleft() if awaited else self._next()
        if content_id is None:
            return False
        items = self._catalog.assets.items_of_contents([content_id]).get(content_id, [])
        there = [item for item in self._present(items) if not item.offline]
        if not there:
            self._pass_over(content_id, "It is not there at the moment.", awaited=awaited)
            return True
        decoded = self._pool.decode(Path(there[0].path), (spec,))
        decoded.add_done_callback(lambda _: self._wake())
        self._jobs.append(_Job(content_id, awaited, decoded))
        return True

    def _wanted(self) -> bool:
        if self._urgent:
            return True
        waits = self._left > sum(not job.awaited for job in self._jobs)
        return waits and self._pace.free and self._resting() and self._stuck != self._roots()

    def _next(self) -> int | None:
        roots, besides = self._roots(), [job.content_id for job in self._jobs]
        found = self._catalog.to_describe.next(1, roots, besides)
        if not found and not besides:
            self._stuck = roots
            with self._catalog.transaction():
                self._catalog.to_describe.sweep()
            self._left = self._catalog.to_describe.count()  # some may have got a note meanwhile
        return found[0] if found else None

    def _roots(self) -> tuple[int, ...]:
        """The roots that are there."""
        return tuple(row.id for row in self._catalog.roots.all() if self._online(row.id))

    def _spec(self) -> ImageSpec | None:
        """How the model wants its pictures; None while it is being loaded."""
        if self._describer is None:
            self._describer = Describer(self._weights, self._model())
            self._describer.ready.add_done_callback(lambda _: self._wake())
        if not self._describer.ready.done():
            return None
        try:
            self._name, spec = self._describer.ready.result()
        except ModelError as error:
            self._stop()
            self._emit(DescribingFailed(str(error), error.hint))
            return None
        self._used_at = time.monotonic()
        return spec

    def _take(self) -> bool:
        """Hand on what is decoded, keep what is described; whether there was any."""
        job = next(iter(self._jobs), None)
        if job is None or self._describer is None:
            return False
        if job.told is None:
            if not job.decoded.done():
                return False
            try:
                job.told = self._describer.describe(job.decoded.result().inputs[0])
                job.told.add_done_callback(lambda _: self._wake())
            except PictureError as error:
                self._jobs.popleft()
                self._pass_over(job.content_id, str(error), awaited=job.awaited)
            return True
        if not job.told.done():
            return False
        self._jobs.popleft()
        try:
            self._keep(job, job.told.result())
        except ModelError as error:
            self._stumble(job, error)
        return True

    def _keep(self, job: _Job, text: str) -> None:
        self._faults = 0
        with self._catalog.transaction():
            taken = self._catalog.notes.describe(job.content_id, text, self._name)
            self._catalog.to_describe.done(job.content_id)
        self._count(job)
        self._pace.worked()
        if taken:
            self._changed([job.content_id])

    def _count(self, job: _Job) -> None:
        if job.awaited:
            self._left = self._catalog.to_describe.count()  # the many may have waited for it, too
        else:
            self._done += 1
            self._left -= 1

    def _pass_over(self, content_id: int, reason: str, *, awaited: bool) -> None:
        """This one can't be described."""
        with self._catalog.transaction():
            self._catalog.to_describe.done(content_id)
        if awaited:
            self._emit(Notice(Level.WARNING, f"The picture can't be described. {reason}"))
        else:
            self._done += 1
            self._left -= 1

    def _stumble(self, job: _Job, error: ClipDeskError) -> None:
        """The model has ended: another try, unless it was this picture's fault or always ends."""
        self._let_go()
        self._faults += 1
        tries = self._tries[job.content_id] = self._tries.get(job.content_id, 0) + 1
        if self._faults >= _FAULTS:
            self._stop()
            self._emit(DescribingFailed(str(error), error.hint))
        elif tries >= _TRIES:
            self._pass_over(job.content_id, str(error), awaited=job.awaited)
        elif job.awaited:
            self._urgent.appendleft(job.content_id)

    def _let_go(self) -> None:
        describer, self._describer = self._describer, None
        for job in self._jobs:
            if job.awaited:
                self._urgent.append(job.content_id)
        self._jobs.clear()
        if describer is not None:
            describer.close()

    def _tell(self) -> None:
        """How far the many are, whenever that has changed."""
        if not self._left:
            self._done = 0
        why = "paused" if self._left and self._pace.paused else ""
        now = Describing(self._done, self._done + self._left, self._name, why)
        if now != (self._told or Describing(0, 0, self._name)):
            self._told = now
            self._emit(now)
