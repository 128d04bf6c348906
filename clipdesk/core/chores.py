"""What is done when nobody waits: indexes brought up to date, pictures seen by a new model."""

from clipdesk.core.backlog import Backlog
from clipdesk.core.backups import Backups
from clipdesk.core.ingest import Ingest
from clipdesk.core.models import Models
from clipdesk.core.reporter import Reporter
from clipdesk.core.screening import Screening

_SAVE_AFTER = 5_000
"""Embeddings that the index file may lack while there is work; when idle it is brought up."""


class Chores:
    """One short thing at a time."""

    def __init__(
        self,
        models: Models,
        reporter: Reporter,
        *,
        ingest: Ingest,
        screening: Screening,
        backlog: Backlog,
        backups: Backups | None,
    ) -> None:
        self._models = models
        self._reporter = reporter
        self._ingest = ingest
        self._screening = screening
        self._backlog = backlog
        self._backups = backups

    def step(self) -> bool:
        """Bring the indexes up to date, find what has no vector yet, change model.

        Whether there was anything of it to do.
        """
        for space in self._models.spaces:
            if space.catch_up():
                return True
        free = self._models.spaces and not self._ingest.pending and not self._screening.pending
        worked = self._work_off() if free else False
        if self._backups and not worked:
            self._backups.step()
        for space in self._models.spaces:
            if space.dirty >= (_SAVE_AFTER if worked or self._ingest.pending else 1):
                space.save()
        return worked

    def close(self) -> None:
        """Break off what is being copied."""
        if self._backups:
            self._backups.close()

    def _work_off(self) -> bool:
        """Queue pictures that lack a vector in the newest space; when none does, change model."""
        if self._backlog.exhausted:
            return False
        candidates = self._backlog.next(self._models.spaces[-1])
        if candidates is not None:
            self._reporter.queued(self._ingest.add(candidates))
        elif self._models.next:
            self._models.swap()
            self._ingest.spaces = self._models.spaces
            self._reporter.emit(self._models.state())
        return True
