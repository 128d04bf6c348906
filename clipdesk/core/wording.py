"""The words that pictures have: tags, suggested ones, notes, descriptions, behind one door."""

from collections.abc import Callable
from pathlib import Path

from clipdesk.core.captioning import Captioning
from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.models import Models
from clipdesk.core.pace import Pace
from clipdesk.core.pictures import DecoderPool
from clipdesk.core.reporter import Reporter
from clipdesk.core.suggesting import Suggesting
from clipdesk.core.tagging import Tagging


class Wording:
    """Its parts, in the order of their urgency."""

    def __init__(
        self,
        catalog: Catalog,
        models: Models,
        reporter: Reporter,
        *,
        pool: DecoderPool,
        pace: Pace,
        weights: Path,
        wake: Callable[[], None],
        online: Callable[[int], bool],
        resting: Callable[[], bool],
    ) -> None:
        """``weights`` is where models are kept; see `Captioning`."""
        emit, present = reporter.emit, reporter.present
        self._tagging = Tagging(catalog, emit)
        self._suggesting = Suggesting(catalog, models, emit, wake, present)
        self.captioning = Captioning(
            catalog,
            pool,
            pace,
            weights,
            emit=emit,
            wake=wake,
            present=present,
            online=online,
            changed=self._tagging.changed,
            model=lambda: models.name,
            resting=resting,
        )
        self.handlers: dict[type, Callable[..., None]] = {
            **self._tagging.handlers,
            **self._suggesting.handlers,
            **self.captioning.handlers,
        }
        self.start = self._tagging.start
        self.close = self.captioning.close

    @property
    def busy(self) -> bool:
        """Something is under way that somebody waits for."""
        return self._tagging.busy or self._suggesting.busy or self.captioning.busy

    @property
    def due_in(self) -> float | None:
        """Seconds until there is something to do, though nobody wakes the engine for it."""
        waits = [part.due_in for part in (self._tagging, self.captioning)]
        return min((wait for wait in waits if wait is not None), default=None)

    def step(self) -> bool:
        """What the window waits for; whether there was any."""
        return self._tagging.step() or self._suggesting.step()

    def rest(self) -> bool:
        """A chore for when nobody waits; whether there was one."""
        counted = self._tagging.count()
        return self.captioning.step() or counted
