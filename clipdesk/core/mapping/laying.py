"""Lay a map out, or place new pictures on it: the work itself.

Run as a process of its own (see `survey`), since it takes a minute of a core:
``python -m clipdesk.core.mapping.laying``. Its standard input brings a `Task` and stays open as
long as it is wanted; its standard output tells how far it is, a line of JSON each, and at the
end the points.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.children.parent import LEAST, Parent, run
from clipdesk.core.mapping import projection
from clipdesk.core.vectors import VectorIndex

_BLOCK = 20_000
_JITTER = 0.01

Say = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be mapped."""

    index: str
    identity: str
    dimensions: int
    """Of the vectors, which lie in the index of this identity."""
    ids: NDArray[np.int64]
    """Contents (n,), all of which are in the index."""
    points: NDArray[np.float32]
    """Where they lie (n, 2), NaN where that is to be found out."""
    anew: bool
    """All may move; they are laid out from where they lie now."""

    def written(self) -> bytes:
        """As `read` understands it."""
        head = {
            "index": self.index,
            "identity": self.identity,
            "dimensions": self.dimensions,
            "anew": self.anew,
            "count": len(self.ids),
        }
        arrays = self.ids.astype("<i8").tobytes() + self.points.astype("<f4").tobytes()
        return json.dumps(head).encode() + b"\n" + arrays

    @classmethod
    def read(cls, pipe: IO[bytes]) -> "Task":
        """What was `written`."""
        head = json.loads(pipe.readline())
        count = head["count"]
        ids = np.frombuffer(pipe.read(8 * count), "<i8").astype(np.int64)
        points = np.frombuffer(pipe.read(8 * count), "<f4").astype(np.float32).reshape(-1, 2)
        return cls(
            head["index"], head["identity"], head["dimensions"], ids, points, bool(head["anew"])
        )


def solve(task: Task, say: Say = lambda _: None, jobs: int = 1) -> NDArray[np.float32]:
    """The points (n, 2) of the contents; those that lay somewhere still do, unless it is anew."""
    vectors = _narrowed(task)
    say(0.1)
    known = np.isfinite(task.points[:, 0])
    if task.anew:
        # Spread evenly over all, so that no kind of picture is forgotten.
        first = _some(np.arange(len(vectors)))
        points = np.full((len(vectors), 2), np.nan, np.float32)
        start = _start(vectors, task.points, known, first)
        lay = projection.lay_out(vectors[first], start, lambda done: say(0.1 + 0.7 * done), jobs)
        points[first] = lay
    else:
        first, points = _some(np.flatnonzero(known)), task.points.copy()
        lay = points[first]
    rest = np.flatnonzero(np.isnan(points).any(axis=1))
    if len(rest):
        points[rest] = projection.place(
            vectors[rest], vectors[first], lay, lambda done: say(0.8 + 0.2 * done), jobs
        )
    return points


def _narrowed(task: Task) -> NDArray[np.float32]:
    """The vectors of all contents in their widest directions (n, k)."""
    index = VectorIndex(Path(task.index), task.identity, task.dimensions)
    if not index.holds(task.ids).all():
        raise LookupError("the index does not hold these vectors")
    middle, axes = projection.directions(index.vectors(task.ids[_some(np.arange(len(task.ids)))]))
    parts = [
        (index.vectors(task.ids[first : first + _BLOCK]) - middle) @ axes
        for first in range(0, len(task.ids), _BLOCK)
    ]
    return np.concatenate(parts)


def _some(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """These rows, or as many of them as are laid out at once."""
    if len(rows) <= projection.SAMPLE:
        return rows
    return np.sort(np.random.default_rng(0).choice(rows, projection.SAMPLE, replace=False))


def _start(
    vectors: NDArray[np.float32],
    points: NDArray[np.float32],
    known: NDArray[np.bool_],
    rows: NDArray[np.int64],
) -> NDArray[np.float32] | None:
    """Where these rows begin: where they lay, the new ones beside what they resemble."""
    old = _some(np.flatnonzero(known))
    if len(old) < projection.DIRECTIONS:
        return None
    start, fresh = points[rows].copy(), ~known[rows]
    beside = old[projection.nearest(vectors[rows[fresh]], vectors[old])]
    spread = _JITTER * np.nanstd(points)
    aside = np.random.default_rng(0).normal(0, spread, (int(fresh.sum()), 2))
    start[fresh] = points[beside] + aside.astype(np.float32)
    return start


def work(parent: Parent) -> int:
    """Do the task that comes in; answers the exit status."""
    task = Task.read(parent.source)
    parent.when_done()
    try:
        cores = max(1, (os.cpu_count() or 1) // 2)
        points = solve(task, lambda done: parent.tell(done=done), cores)
    except Exception as error:  # whatever a library makes of vectors that it did not expect
        parent.tell(failed=f"{type(error).__name__}: {' '.join(str(error).split())[:500]}")
        return 1
    parent.tell(points=len(points))
    parent.send(points.astype("<f4").tobytes())
    return 0


if __name__ == "__main__":
    run(work, LEAST)
