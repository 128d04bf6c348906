"""Pairs by the handful: what one step of a training looks at."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.adaptation.losses import Matrix
from clipdesk.core.pairs import Pairs

Numbers = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Batch:
    """The numbers of captions (m,) and pictures (n,), and how well they fit (m, n), 0 to 1."""

    captions: Numbers
    pictures: Numbers
    fit: Matrix


class Batches:
    """Drawn anew for each step, by its number: what is resumed goes on as it would have."""

    def __init__(self, pairs: Pairs, files: Numbers, *, pictures: int, captions: int) -> None:
        """Of these files only, so many pictures and captions at once at most."""
        rows = [(p.caption, p.file, p.relevance) for p in pairs.pairs if p.relevance > 0]
        table = np.array(rows, np.float64).reshape(-1, 3)
        table = table[np.isin(table[:, 1], files)]
        self._caption, self._file = table[:, 0].astype(np.intp), table[:, 1].astype(np.intp)
        self._relevance = (table[:, 2] / max(table[:, 2].max(initial=0), 1e-12)).astype(np.float32)
        self._files = np.unique(self._file)
        self._pictures_at_once, self._captions_at_once = pictures, captions

    def take(self, step: int) -> Batch:
        """The batch of a step, counted from 1."""
        dice = np.random.default_rng(step)
        pictures = _some(self._files, self._pictures_at_once, dice)
        chosen = np.flatnonzero(np.isin(self._file, pictures))
        captions = np.unique(self._caption[chosen])
        if len(captions) > self._captions_at_once:
            captions = _some(captions, self._captions_at_once, dice)
            chosen = chosen[np.isin(self._caption[chosen], captions)]
        fit = np.zeros((len(captions), len(pictures)), np.float32)
        row = np.searchsorted(captions, self._caption[chosen])
        fit[row, np.searchsorted(pictures, self._file[chosen])] = self._relevance[chosen]
        return Batch(captions, pictures, fit)


def _some(numbers: Numbers, count: int, dice: np.random.Generator) -> Numbers:
    if len(numbers) <= count:
        return numbers
    return np.sort(dice.choice(numbers, count, replace=False))
