"""Retrieval, measured: does a caption find its picture?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The usual figures of text-to-image retrieval, each between 0 and 1 but for the rank."""

    queries: int
    gallery: int
    recall_at_1: float
    recall_at_5: float
    recall_at_10: float
    mrr: float
    """Mean reciprocal rank."""
    median_rank: float
    """1 is best."""


def retrieval(
    captions: NDArray[np.float32], pictures: NDArray[np.float32], targets: Sequence[int]
) -> Retrieval:
    """Rank (m, d) pictures for each of (n, d) captions, whose right picture is ``targets[n]``.

    Vectors are of unit length. Among equal scores the right one is counted last, so that an
    encoder that says the same of everything gains nothing.
    """
    scores = captions @ pictures.T
    right = scores[np.arange(len(targets)), list(targets)][:, None]
    ranks = (scores >= right).sum(axis=1)
    return Retrieval(
        queries=len(captions),
        gallery=len(pictures),
        recall_at_1=float((ranks <= 1).mean()),
        recall_at_5=float((ranks <= 5).mean()),
        recall_at_10=float((ranks <= 10).mean()),
        mrr=float((1 / ranks).mean()),
        median_rank=float(np.median(ranks)),
    )
