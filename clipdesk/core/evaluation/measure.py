"""From vectors to figures: three tasks, each with intervals."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clipdesk.core.evaluation.bootstrap import Draws, Figure
from clipdesk.core.evaluation.ranking import DEPTH, Places, Vectors, Wanted, rank
from clipdesk.core.pairs import Pair, Pairs

CUTS = (1, 5, 10)


class Task(StrEnum):
    """Who asks, and who answers."""

    TEXT_IMAGE = "text-image"
    IMAGE_TEXT = "image-text"
    IMAGE_IMAGE = "image-image"


@dataclass(frozen=True, slots=True)
class Measured:
    """One model at one task."""

    task: Task
    gallery: int
    places: Places
    figures: dict[str, Figure]
    """recall@k, mrr, map and ndcg@10, each from 0 to 1: means over the questions."""
    draws: Draws
    asked: tuple[int, ...]
    """The numbers of the captions or files that ask."""

    @property
    def queries(self) -> int:
        return len(self.places.first)

    @property
    def median_rank(self) -> float:
        """1 is best."""
        return float(np.median(self.places.first))

    def compared(self, other: "Measured") -> dict[str, Figure]:
        """How much better this is than ``other``, which was asked the same."""
        return self.draws.minus(other.draws)

    def recall(self, cuts: Sequence[int]) -> NDArray[np.float64]:
        """The share of questions with a right answer among the first k, for each k."""
        return np.array([(self.places.first <= cut).mean() for cut in cuts])


def measure(pairs: Pairs, pictures: Vectors, captions: Vectors) -> tuple[Measured, ...]:
    """Measure what the table allows: pictures (files, d) and captions (captions, d), unit length.

    A caption's right answers are its pictures, a picture's its captions, or the other pictures
    of its group. Recall@k is the share of questions with a right answer among the first k.
    """
    found = []
    right = [pair for pair in pairs.pairs if pair.relevance > 0]
    if right:
        texts = wanted(right, by_caption=True)
        # Captions of one picture are no independent witnesses: they are drawn together.
        owner = [int(want.answers[0]) for want in texts.values()]
        found.append(_task(Task.TEXT_IMAGE, captions, pictures, texts, owner))
        images = wanted(right, by_caption=False)
        found.append(_task(Task.IMAGE_TEXT, pictures, captions, images, list(images)))
    alike = _alike(pairs)
    if alike:
        groups = [pairs.groups[number] for number in alike]
        found.append(_task(Task.IMAGE_IMAGE, pictures, pictures, alike, groups))
    return tuple(found)


def wanted(pairs: Sequence[Pair], *, by_caption: bool) -> dict[int, Wanted]:
    """For each caption its pictures, or for each picture its captions, by number."""
    of: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
    for pair in pairs:
        asks, answers = (pair.caption, pair.file) if by_caption else (pair.file, pair.caption)
        of[asks].append((answers, pair.relevance))
    return {
        asks: Wanted(
            np.array([number for number, _ in answers]), np.array([grade for _, grade in answers])
        )
        for asks, answers in sorted(of.items())
    }


def _alike(pairs: Pairs) -> dict[int, Wanted]:
    members: defaultdict[str, list[int]] = defaultdict(list)
    for number, group in enumerate(pairs.groups):
        if group:
            members[group].append(number)
    return {
        number: Wanted(
            np.array([other for other in members[group] if other != number]),
            np.ones(len(members[group]) - 1),
            itself=number,
        )
        for number, group in enumerate(pairs.groups)
        if group and len(members[group]) > 1
    }


def _task(
    task: Task,
    questions: Vectors,
    answers: Vectors,
    right: dict[int, Wanted],
    together: Sequence[object],
) -> Measured:
    places = rank(questions[list(right)], answers, tuple(right.values()))
    columns: dict[str, ArrayLike] = {f"recall@{cut}": places.first <= cut for cut in CUTS}
    columns |= {"mrr": 1 / places.first, "map": places.precision, f"ndcg@{DEPTH}": places.gain}
    draws = Draws.of(columns, together)
    return Measured(
        task=task,
        gallery=len(answers) - (task is Task.IMAGE_IMAGE),
        places=places,
        figures=draws.figures(),
        draws=draws,
        asked=tuple(right),
    )
