"""From vectors to places on a plane: t-SNE, as openTSNE does it.

A part of the vectors, where there are many, is laid out; the others, and whatever comes later,
are placed into that layout without moving it (Poličar, Stražar and Zupan 2023,
"Embedding to reference t-SNE space").
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

SAMPLE = 20_000
"""So many are laid out at once: some forty seconds of one core."""
DIRECTIONS = 32
"""Of the vectors' own, the widest: the rest is noise to a map, and takes time."""

_PERPLEXITY = 30
_FEW = 30
"""Fewer have no neighbourhoods to keep: they lie as they are spread widest."""
_POINT = 1e-3
_GATHER, _SPREAD, _SETTLE = 250, 500, 120
"""Steps of laying out, first gathered and then let go, and of placing."""
_SOME, _AROUND = 500, 100
"""So few are placed by so many of their neighbours each: that takes a second instead of ten."""
_TOGETHER = 10_000
"""Placed at a time."""
_EVERY = 10

Vectors = NDArray[np.float32]
Points = NDArray[np.float32]
Say = Callable[[float], None]


def directions(sample: Vectors) -> tuple[Vectors, Vectors]:
    """The middle (d,) of a sample (n, d), and the directions (d, k) in which it is widest."""
    middle = sample.mean(axis=0)
    centred = sample - middle
    _, axes = np.linalg.eigh(centred.T @ centred)
    return middle, axes[:, ::-1][:, :DIRECTIONS].astype(np.float32)


def lay_out(vectors: Vectors, start: Points | None, say: Say, jobs: int = 1) -> Points:
    """Lay n vectors (n, k) out on a plane (n, 2), alike ones near each other.

    ``start`` is where they lay before, so that the new layout resembles the old one. ``say`` is
    told how much is done, of 1.
    """
    if len(vectors) < _FEW or np.ptp(vectors, axis=0).max() < _POINT:
        return _as_spread(vectors)
    from openTSNE import TSNEEmbedding, affinity, initialization

    perplexity = min(_PERPLEXITY, (len(vectors) - 1) / 3)
    near = affinity.PerplexityBasedNN(vectors, perplexity, n_jobs=jobs, random_state=0)
    say(0.3)
    # Without a former place, where their two widest directions put them.
    begun = initialization.rescale((vectors if start is None else start)[:, :2].astype(np.float64))
    layout = TSNEEmbedding(begun, near, n_jobs=jobs, random_state=0)
    for steps, first, options in (
        (_GATHER, 0, {"exaggeration": 12, "momentum": 0.5}),
        (_SPREAD, _GATHER, {"momentum": 0.8}),
    ):
        told = _told(say, 0.3, 0.7, first, _GATHER + _SPREAD)
        layout.optimize(steps, inplace=True, **told, **options)
    points = np.asarray(layout, np.float32)
    # What is all the same falls into one point.
    return points if points.std() > _POINT else _as_spread(vectors)


def place(
    vectors: Vectors, others: Vectors, layout: Points, say: Say, jobs: int = 1
) -> NDArray[np.float32]:
    """Where m new vectors (m, k) belong in the layout (n, 2) of n others (n, k), which stay."""
    from openTSNE import TSNEEmbedding, affinity

    if len(vectors) <= _SOME < len(others):
        near_by = _around(vectors, others)  # the rest of the map has no say in where they go
        others, layout = others[near_by], layout[near_by]
    perplexity = min(_PERPLEXITY // 3, (len(others) - 1) / 3)
    near = affinity.PerplexityBasedNN(others, perplexity, n_jobs=jobs, random_state=0)
    standing = TSNEEmbedding(layout.astype(np.float64), near, n_jobs=jobs, random_state=0)
    placed = []
    for first in range(0, len(vectors), _TOGETHER):
        part = standing.prepare_partial(
            vectors[first : first + _TOGETHER],
            perplexity=min(5, perplexity),
            initialization="median",
            k=min(10, len(others)),
        )
        part.optimize(_SETTLE, inplace=True, learning_rate=0.1, exaggeration=1.5, momentum=0.8)
        placed.append(np.asarray(part, np.float32))
        say(min(1.0, (first + _TOGETHER) / len(vectors)))
    return np.concatenate(placed)


def _around(vectors: Vectors, others: Vectors) -> NDArray[np.int64]:
    """Which of n others (n, k) are among the nearest of any of m vectors (m, k)."""
    lengths = (others**2).sum(axis=1)
    apart = lengths - 2 * vectors @ others.T
    return np.unique(np.argpartition(apart, _AROUND, axis=1)[:, :_AROUND])


def nearest(vectors: Vectors, others: Vectors) -> NDArray[np.int64]:
    """Which of n others (n, k) is nearest to each of m vectors (m, k)."""
    lengths = (others**2).sum(axis=1)
    found = [
        (lengths - 2 * vectors[first : first + 1_000] @ others.T).argmin(axis=1)
        for first in range(0, len(vectors), 1_000)
    ]
    return np.concatenate(found) if found else np.empty(0, np.int64)


def _as_spread(vectors: Vectors) -> Points:
    """The two widest directions; what would coincide lies on a circle instead."""
    turn = np.arange(len(vectors)) * (2 * np.pi / max(1, len(vectors)))
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1).astype(np.float32)
    centred = vectors - vectors.mean(axis=0)
    wide = centred[:, :2] / (np.abs(centred[:, :2]).max(initial=0) or 1)
    flat = np.zeros((len(vectors), 2), np.float32)
    flat[:, : wide.shape[1]] = wide
    return 4 * flat + circle


def _told(say: Say, start: float, share: float, first: int, total: int) -> dict[str, Any]:
    """Options that make openTSNE tell how far it is."""

    def heard(step: int, _error: float, _layout: object) -> bool:
        say(start + share * (first + step) / total)
        return False  # true would end it

    return {"callbacks": [heard], "callbacks_every_iters": _EVERY}
