"""Where the right answers come, for each question."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Numbers = NDArray[np.float64]

_QUESTIONS_AT_ONCE = 256
DEPTH = 10
"""How far down a list nDCG looks: nobody looks much further."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The right answers to one question: their numbers (r,), and how right each is (r,)."""

    answers: NDArray[np.intp]
    grades: Numbers
    itself: int | None = None
    """The number of the asking picture among the answers, which is no answer."""


@dataclass(frozen=True, slots=True)
class Places:
    """For each of n questions: the place of the best right answer (1 is best), and how good
    the order is that puts the right ones there, from 0 to 1."""

    first: Numbers
    precision: Numbers
    """Average precision (Manning et al., Introduction to Information Retrieval, 8.4)."""
    gain: Numbers
    """nDCG of the first `DEPTH` answers, gain linear in the grade (Järvelin & Kekäläinen 2002)."""


def rank(questions: Vectors, answers: Vectors, wanted: Sequence[Wanted]) -> Places:
    """Rank (m, d) answers for each of (n, d) questions; vectors are of unit length.

    Among equal scores the right ones are counted last, and the better of those after the worse:
    an encoder that says the same of everything gains nothing.
    """
    rows = []
    for start in range(0, len(questions), _QUESTIONS_AT_ONCE):
        scores = questions[start : start + _QUESTIONS_AT_ONCE] @ answers.T
        rows += [
            _question(row, want)
            for row, want in zip(scores, wanted[start : start + len(scores)], strict=True)
        ]
    return Places(*np.array(rows, np.float64).reshape(-1, 3).T)


def _question(scores: Vectors, want: Wanted) -> tuple[float, float, float]:
    if want.itself is not None:
        scores[want.itself] = -np.inf
    right = scores[want.answers]
    order = np.lexsort((want.grades, -right))
    right, grades = right[order], want.grades[order]
    ordered = np.sort(scores)
    as_good = len(scores) - np.searchsorted(ordered, right, "left")
    right_as_good = len(right) - np.searchsorted(right[::-1], right, "left")
    hits = np.arange(1, len(right) + 1)
    places = hits + as_good - right_as_good
    near = places <= DEPTH
    best = np.sort(grades)[::-1][:DEPTH]
    ideal = (best / np.log2(np.arange(2, len(best) + 2))).sum()
    gain = (grades[near] / np.log2(1 + places[near])).sum() / ideal
    return float(places[0]), float((hits / places).mean()), float(gain)
