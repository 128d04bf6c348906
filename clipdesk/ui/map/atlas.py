"""What lies on the map: points, and of each neighbourhood the picture that stands for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.messages.maps import MapDrawn
from clipdesk.core.types import Item

_DENSE = 4_000_000
"""So many squares are counted out, which is quicker than sorting; more are mostly empty."""
_HASH = np.uint64(0x9E3779B97F4A7C15)


class Tiles(NamedTuple):
    """The squares of one size that have wholly lit pictures in them."""

    rows: NDArray[np.int64]
    """The picture (as its place in the atlas) that stands for each of n squares."""
    corners: NDArray[np.float32]
    """The upper left of each on the map (n, 2)."""
    counts: NDArray[np.int64]
    """How many are in it."""


@dataclass(frozen=True, eq=False)
class Atlas:
    """The pictures that the grid shows, lit; and the rest of the library, dimmed.

    Of the answer to a search only what stands out is lit wholly, where anything does.
    """

    content_ids: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    rows: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    """Where each of n pictures is in the grid."""
    points: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 2), np.float32))
    colours: NDArray[np.uint32] = field(default_factory=lambda: np.empty(0, np.uint32))
    sure: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, bool))
    """Which of the n are lit wholly."""
    dim_points: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 2), np.float32))
    dim_colours: NDArray[np.uint32] = field(default_factory=lambda: np.empty(0, np.uint32))

    @classmethod
    def of(cls, items: Sequence[Item], drawn: MapDrawn, trusted: int | None = None) -> "Atlas":
        """The pictures of the grid on the map; those that are not on it yet are left away.

        ``trusted`` of them, the first ones, stand out; None while browsing.
        """
        wanted = np.fromiter((item.content_id for item in items), np.int64, len(items))
        known = drawn.content_ids
        if not len(known):
            return cls()
        at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        rows = np.flatnonzero(known[at] == wanted)
        at = at[rows]
        dim = np.ones(len(known), bool)
        dim[at] = False
        return cls(
            known[at],
            rows,
            drawn.points[at],
            drawn.colours[at],
            rows < trusted if trusted else np.ones(len(rows), bool),
            drawn.points[dim],
            drawn.colours[dim],
        )

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def all_points(self) -> NDArray[np.float32]:
        """Lit and dimmed together."""
        return np.concatenate([self.points, self.dim_points])

    @cached_property
    def _order(self) -> NDArray[np.int64]:
        """By chance, but the same chance always: who stands for a square does so in its part."""
        order = np.argsort(self.content_ids.astype(np.uint64) * _HASH, kind="stable")
        return order[self.sure[order]]

    @cached_property
    def _tiles(self) -> dict[int, Tiles]:
        return {}

    def tiles(self, octave: int) -> Tiles:
        """The squares of side 2**octave; each step down parts a square in four."""
        if octave not in self._tiles:
            self._tiles[octave] = self._cut(2.0**octave)
        return self._tiles[octave]

    def room(self, octave: int) -> int:
        """How many squares of this side there are at most."""
        return int(np.prod(self._span / 2.0**octave + 2)) if len(self) else 0

    @cached_property
    def _span(self) -> NDArray[np.float64]:
        """How wide and how high all is."""
        wide: NDArray[np.float64] = np.ptp(self.points, axis=0).astype(np.float64)
        return wide

    def _cut(self, side: float) -> Tiles:
        points = self.points[self._order]
        squares = np.floor(points / side).astype(np.int64)
        low = squares.min(axis=0, initial=0)
        wide = int(squares[:, 0].max(initial=0) - low[0] + 1)
        high = int(squares[:, 1].max(initial=0) - low[1] + 1)
        keys = (squares[:, 1] - low[1]) * wide + (squares[:, 0] - low[0])
        if wide * high <= _DENSE:
            counts = np.bincount(keys, minlength=wide * high)
            first = np.empty(wide * high, np.int64)
            first[keys[::-1]] = np.arange(len(keys))[::-1]  # of several the last one stays
            taken = np.flatnonzero(counts)
            first, counts = first[taken], counts[taken]
        else:
            _, first, counts = np.unique(keys, return_index=True, return_counts=True)
        corners = (squares[first] * side).astype(np.float32)
        return Tiles(self._order[first], corners, counts.astype(np.int64))

    def nearest(self, x: float, y: float, reach: float) -> int | None:
        """The picture (its place in the atlas) nearest to a point of the map, if within reach."""
        if not len(self):
            return None
        apart = ((self.points - np.array([x, y], np.float32)) ** 2).sum(axis=1)
        best = int(apart.argmin())
        return best if float(apart[best]) <= reach * reach else None

    def beyond(self, row: int, right: int, down: int) -> int | None:
        """The nearest picture in a direction from another one, straight ones first."""
        way = self.points - self.points[row]
        along = way[:, 0] * right + way[:, 1] * down
        aside = np.abs(way[:, 0] * down) + np.abs(way[:, 1] * right)
        effort = np.where(along > 1e-6, along + 2 * aside, np.inf)
        best = int(effort.argmin())
        return best if np.isfinite(effort[best]) else None
