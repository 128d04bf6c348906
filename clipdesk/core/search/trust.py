"""How many of the first hits stand out: a fixed threshold on the cosine does not tell.

The cosine that means "yes" differs from query to query and from encoder to encoder. So a hit is
compared with what the same query gets from a sample of the whole library: one that is far above
that crowd stands out, and a query where nothing does is one that the encoder can't answer here.
What means nothing to the encoder (another script, a number, a riddle) is about as far from all
pictures: in so narrow a crowd a trifle would stand out. So the crowd counts as no narrower than
it is for ordinary captions.
"""

from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.vectors import VectorIndex

_SAMPLE = 1_024
_ENOUGH = 12
"""With fewer pictures there is no crowd to stand out from, and all can be seen at once."""
_BY_CHANCE = 2.0
"""How many of the library's pictures may stand out by chance, were the crowd normal."""
ORDINARY = (
    "a dog",
    "a mountain",
    "food on a plate",
    "a person reading a book",
    "an old building",
    "a red car",
    "a chair",
    "a drawing of a flower",
)
"""Captions as anyone may ask; whether the library has such pictures does not matter much."""
_NARROWEST = 0.95
"""Of the usual width. On 1,112 pictures with an earlier starter, of 30 captions that mean nothing
67 % then find nothing (47 % without), and of 212 true ones 34 % still trust their own picture
(35 %); on 285 photographs with this one, of 30 that mean nothing 60 % find nothing."""
_THE_SAME = 0.95
"""A cosine like this is the same picture or a copy of it, whatever the crowd is like."""


class Background:
    """A sample of a space's embeddings, renewed as the space grows."""

    def __init__(self) -> None:
        self._seen = 0
        self._sample = np.empty((0, 0), np.float32)
        self._ordinary = np.empty((0, 0), np.float32)
        self._narrowest = 0.0

    @property
    def lacks_ordinary(self) -> bool:
        """Whether `tell_ordinary` is still to come."""
        return not len(self._ordinary)

    def tell_ordinary(self, vectors: NDArray[np.float32]) -> None:
        """Take in the embeddings of the `ORDINARY` captions."""
        self._ordinary = vectors
        self._measure()

    def refresh(self, index: VectorIndex) -> None:
        """Draw a new sample when the space has grown by a quarter since the last."""
        size = len(index)
        if size == self._seen or self._seen * 1.25 > size >= self._seen > _SAMPLE:
            return
        self._seen = size
        _, self._sample = index.sample(_SAMPLE)
        self._measure()

    def trusted(self, vector: NDArray[np.float32], scores: Sequence[float], total: int) -> int:
        """How many of these scores, the best of ``total``, stand out from the sample's."""
        if len(self._sample) < _ENOUGH:
            return len(scores)
        median, width = self._crowd(vector)
        far = NormalDist().inv_cdf(1 - _BY_CHANCE / max(total, len(self._sample)))
        enough = median + far * max(width, self._narrowest)
        cosines = np.asarray(scores)
        return int(np.count_nonzero((cosines >= enough) | (cosines >= _THE_SAME)))

    def _measure(self) -> None:
        if len(self._sample) and len(self._ordinary):
            widths = [self._crowd(vector)[1] for vector in self._ordinary]
            self._narrowest = _NARROWEST * _middle(np.array(widths))

    def _crowd(self, vector: NDArray[np.float32]) -> tuple[float, float]:
        """The middle and the width of what a query gets from the sample."""
        crowd = np.einsum("ij,j->i", self._sample, vector)  # not by BLAS: see `SearchSpace`
        median = _middle(crowd)
        # The median absolute deviation does not mind that some of the crowd are true matches.
        return median, 1.4826 * _middle(np.abs(crowd - median)) + 1e-6


def _middle(values: NDArray[np.floating[Any]]) -> float:
    """The median. NumPy's own imports masked arrays first, which takes longer than a search."""
    middle = len(values) // 2
    parted = np.partition(values, (middle, (len(values) - 1) // 2))
    return float(parted[middle] + parted[(len(values) - 1) // 2]) / 2
