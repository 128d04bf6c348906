"""The looks at folders that are under way, a slice at a time."""

from collections import deque
from collections.abc import Iterator

from clipdesk.core.errors import FolderError
from clipdesk.core.reconcile import Findings, Reconcile


class Jobs:
    """In the order they came; of each root one at a time, and any may be waiting for its disk."""

    def __init__(self) -> None:
        self._jobs: deque[Reconcile] = deque()
        self._slices: dict[Reconcile, Iterator[Findings]] = {}

    def __len__(self) -> int:
        return len(self._jobs)

    @property
    def busy_with(self) -> int | None:
        """The root that is being looked through."""
        return self._jobs[0].root.id if self._jobs else None

    def of(self, root_id: int) -> list[Reconcile]:
        """The looks at places of this root."""
        return [job for job in self._jobs if job.root.id == root_id]

    def add(self, job: Reconcile) -> None:
        self._jobs.append(job)

    def drop(self, root_id: int) -> None:
        """Let go of all looks at this root."""
        for job in self.of(root_id):
            self._end(job)

    def next(self) -> Reconcile | None:
        """The first one with something to do."""
        roots = set()
        for job in self._jobs:
            if job.root.id not in roots and job.ready:
                return job
            roots.add(job.root.id)
        return None

    def step(self, job: Reconcile) -> Findings | None:
        """A slice of this one; None when it is done.

        Raises `FolderError`, and is done, when the root is not there.
        """
        try:
            findings = next(self._slices.setdefault(job, job.slices()), None)
        except FolderError:
            self._end(job)
            raise
        if findings is None:
            self._end(job)
        return findings

    def close(self) -> None:
        for job in self._jobs:
            job.cancel()

    def _end(self, job: Reconcile) -> None:
        job.cancel()
        self._jobs.remove(job)
        self._slices.pop(job, None)
