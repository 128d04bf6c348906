"""How many of the first hits stand out: a fixed threshold on the cosine does not tell.

The cosine that means "yes" differs from query to query and from encoder to encoder. So a hit is
compared with what the same query gets from a sample of the whole library: one that is far above
that crowd stands out, and a query where nothing does is one that the encoder can't answer here.
"""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.vectors import VectorIndex

_SAMPLE = 1_024
_ENOUGH = 12
"""With fewer pictures there is no crowd to stand out from, and all can be seen at once."""
_BY_CHANCE = 2.0
"""How many of the library's pictures may stand out by chance, were the crowd normal."""
_THE_SAME = 0.95
"""A cosine like this is the same picture or a copy of it, whatever the crowd is like."""


class Background:
    """A sample of a space's embeddings, renewed as the space grows."""

    def __init__(self) -> None:
        self._seen = 0
        self._sample = np.empty((0, 0), np.float32)

    def refresh(self, index: VectorIndex) -> None:
        """Draw a new sample when the space has grown by a quarter since the last."""
        size = len(index)
        if size == self._seen or self._seen * 1.25 > size >= self._seen > _SAMPLE:
            return
        self._seen = size
        _, self._sample = index.sample(_SAMPLE)

    def trusted(self, vector: NDArray[np.float32], scores: Sequence[float], total: int) -> int:
        """How many of these scores, the best of ``total``, stand out from the sample's."""
        if len(self._sample) < _ENOUGH:
            return len(scores)
        crowd = np.einsum("ij,j->i", self._sample, vector)  # not by BLAS: see `SearchSpace`
        median = float(np.median(crowd))
        # The median absolute deviation does not mind that some of the crowd are true matches.
        spread = 1.4826 * float(np.median(np.abs(crowd - median))) + 1e-6
        far = NormalDist().inv_cdf(1 - _BY_CHANCE / max(total, len(self._sample)))
        cosines = np.asarray(scores)
        return int(np.count_nonzero((cosines >= median + far * spread) | (cosines >= _THE_SAME)))
