"""The map while somebody looks at it: what is on it, what is not yet, and who lays it out."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.errors import ClipDeskError
from clipdesk.core.inbox import Post
from clipdesk.core.mapping import chart
from clipdesk.core.mapping.chart import Chart
from clipdesk.core.mapping.laying import Task
from clipdesk.core.mapping.projection import SAMPLE
from clipdesk.core.mapping.survey import Survey, available
from clipdesk.core.messages.events import Event
from clipdesk.core.messages.maps import LayMapAnew, MapDrawn, MapProgress, ShowMap
from clipdesk.core.search.space import SearchSpace

log = logging.getLogger(__name__)

_PAGE = 5_000
"""Contents that are read at a time: some ten milliseconds."""
_EVERY_S = 2.0
_TELL_EVERY = 0.02
_OUTGROWN = 3
"""A layout of so much less than there is now says little about it: all are laid out anew."""
_SMALL = 60
"""As long as there are no more, all are laid out anew with each that comes."""
_MANY = 4
"""While pictures are coming, they are placed when this part of those on the map has come."""
_PATIENCE_S = 5

_BUILD_MISSING = (
    "There is no map on this kind of computer: the library that lays it out (openTSNE) is not "
    "made for its processor."
)


@dataclass(frozen=True, slots=True)
class Surveyed:
    """Posted by the thread: how far a survey is, and at the end what came of it."""

    survey: Survey
    done: float
    over: bool = False
    points: NDArray[np.float32] | None = None
    fault: ClipDeskError | None = None


@dataclass(frozen=True, slots=True)
class _UnderWay:
    """What is being laid out."""

    survey: Survey
    space: SearchSpace
    ids: NDArray[np.int64]
    laid: int
    missing: int


class Maps:
    """The map of the space that answers; begins to work when it is looked at."""

    def __init__(
        self,
        catalog: Catalog,
        space: Callable[[], SearchSpace | None],
        emit: Callable[[Event], None],
        post: Post,
    ) -> None:
        """``space`` tells which space answers now."""
        self._catalog = catalog
        self._space = space
        self._emit = emit
        self._post = post
        self._shown = self._anew = False
        self._drawing: Iterator[None] | None = None
        self._drawn: tuple[int, int, int] | None = None
        """What the last drawing was of: the space, its newest vector, how many pictures."""
        self._chart = Chart.empty()
        self._due = 0.0
        self._under_way: _UnderWay | None = None
        self._thread: threading.Thread | None = None
        self.handlers: dict[type, Callable[..., None]] = {
            ShowMap: self._show,
            LayMapAnew: lambda _: self._lay_anew(),
            Surveyed: self._surveyed,
        }

    @property
    def busy(self) -> bool:
        """Something is being drawn, or laid out."""
        return self._drawing is not None or self._under_way is not None

    @property
    def due_in(self) -> float | None:
        """Seconds until it is looked at again whether there is something to draw."""
        wait = self._due - time.monotonic()
        return wait if self._shown and wait > 0 else None

    def step(self, *, pending: bool) -> bool:
        """Draw what has changed, a slice at a time; whether there was anything to do.

        ``pending``: more pictures are coming.
        """
        if not self._shown:
            return False
        if self._drawing is None and self._changed(pending=pending):
            self._drawing = self._draw()
        if self._drawing is None:
            return False
        try:
            next(self._drawing)
        except StopIteration:
            self._drawing = None
        return True

    def close(self) -> None:
        """Give up what is being laid out; the next look begins again."""
        self._cancel()
        if self._thread:
            self._thread.join(_PATIENCE_S)

    # ── what is asked ──────────────────────────────────────────────────────────────────────

    def _show(self, request: ShowMap) -> None:
        self._shown, self._drawing, self._drawn, self._due = request.shown, None, None, 0.0
        if not request.shown:
            self._cancel()

    def _lay_anew(self) -> None:
        self._cancel()
        self._anew, self._drawing, self._drawn, self._due = True, None, None, 0.0

    def _cancel(self) -> None:
        if self._under_way:
            self._under_way.survey.cancel()
            self._under_way = None

    # ── drawing ────────────────────────────────────────────────────────────────────────────

    def _changed(self, *, pending: bool) -> bool:
        """Whether there is another map to draw than the last one."""
        space, now = self._space(), time.monotonic()
        if space is None or self._under_way or now < self._due:
            return False
        self._due = now + _EVERY_S
        state = space.id, space.seq, self._catalog.assets.count()
        if state == self._drawn:
            return False
        if pending and self._drawn and self._drawn[0] == space.id:
            return state[2] - self._drawn[2] > len(self._chart.ids) // _MANY
        return True

    def _draw(self) -> Iterator[None]:
        """Tell what is on the map, then have placed what is not."""
        space = self._space()
        if space is None:
            return
        if self._drawn is None or self._drawn[0] != space.id:
            self._chart = chart.read(_path(space), space.identity)
        self._drawn = space.id, space.seq, self._catalog.assets.count()
        ids, colours, full = [np.empty(0, np.int64)], [np.empty(0, np.uint32)], True
        while full:
            after = int(ids[-1][-1]) if len(ids[-1]) else 0
            page, shades = self._catalog.embeddings.present(space.id, after, _PAGE)
            ids.append(page)
            colours.append(shades)
            full = len(page) == _PAGE
            yield
        here, shades = np.concatenate(ids), np.concatenate(colours)
        points = self._chart.places(here)
        on = np.isfinite(points[:, 0])
        self._emit(MapDrawn(here[on], points[on], shades[on]))
        if int(on.sum()) < len(self._chart.ids):
            self._keep(space, Chart(here[on], points[on], self._chart.laid))
        missing = len(here) - int(on.sum())
        if not space.holds(here).all():
            self._emit(MapProgress(None, missing))  # the index catches up, then it is drawn again
        elif missing or (self._anew and len(here)):
            yield
            self._begin(space, here, points, missing)
        else:
            self._emit(MapProgress(None))

    def _begin(
        self,
        space: SearchSpace,
        ids: NDArray[np.int64],
        points: NDArray[np.float32],
        missing: int,
    ) -> None:
        if not available():
            self._emit(MapProgress(None, missing, _BUILD_MISSING))
            return
        try:
            space.save()  # the process beside reads the index from its file
        except OSError as error:
            self._emit(MapProgress(None, missing, f"The map can't be drawn: {error.strerror}."))
            return
        standing = len(ids) - missing
        outgrown = min(len(ids), SAMPLE) >= _OUTGROWN * self._chart.laid
        anew = self._anew or outgrown or len(ids) <= _SMALL or standing < _SMALL // 2
        self._anew = False
        dimensions = space.encoder.space.dimensions
        task = Task(str(space.place), space.identity, dimensions, ids, points, anew)
        survey = Survey(task)
        laid = len(ids) if anew else self._chart.laid
        self._under_way = _UnderWay(survey, space, ids, laid, missing)
        self._emit(MapProgress(0.0, missing))
        self._thread = threading.Thread(
            target=self._run, args=(survey,), name="lay out the map", daemon=True
        )
        self._thread.start()

    def _run(self, survey: Survey) -> None:
        told = 0.0

        def say(done: float) -> None:
            nonlocal told
            if done >= told + _TELL_EVERY:
                told = done
                self._post(Surveyed(survey, done))

        try:
            points, fault = survey.run(say), None
        except ClipDeskError as error:
            points, fault = None, error
        self._post(Surveyed(survey, 1.0, over=True, points=points, fault=fault))

    def _surveyed(self, message: Surveyed) -> None:
        """Hear how far it is, and draw what came of it."""
        work = self._under_way
        if work is None or message.survey is not work.survey:
            return  # it was given up
        if not message.over:
            self._emit(MapProgress(message.done, work.missing))
            return
        self._under_way = None
        if message.points is None:
            self._emit(MapProgress(None, work.missing, str(message.fault or "")))
            return
        self._keep(work.space, Chart(work.ids, message.points, work.laid))
        self._due = 0.0
        self._drawing = self._draw()

    def _keep(self, space: SearchSpace, laid: Chart) -> None:
        self._chart = laid
        try:
            laid.write(_path(space), space.identity)
        except OSError as error:
            log.info("the map was not saved, it will be laid out again: %s", error)


def _path(space: SearchSpace) -> Path:
    return space.place.with_suffix(".map")
