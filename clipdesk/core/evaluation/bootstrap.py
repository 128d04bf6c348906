"""How sure a mean is: drawn again and again from what was seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean, and the interval that holds it in 95 of 100 such samples."""

    value: float
    low: float
    high: float

    @property
    def is_zero_outside(self) -> bool:
        """Whether a difference is more than chance."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Draws:
    """Means (columns,) of what was seen, and of `DRAWS` samples drawn from it with replacement."""

    names: tuple[str, ...]
    means: NDArray[np.float64]
    drawn: NDArray[np.float64]

    @classmethod
    def of(cls, columns: Mapping[str, ArrayLike], together: Sequence[object]) -> "Draws":
        """Draw rows of these columns (n,); rows whose ``together`` is equal only as one.

        The draws depend on nothing but ``together``: two models asked the same are compared
        draw by draw (Efron & Tibshirani, An Introduction to the Bootstrap, 1993).
        """
        table = np.array(list(columns.values()), np.float64).T
        number: dict[object, int] = {}
        cluster = np.array([number.setdefault(each, len(number)) for each in together])
        sums = np.zeros((len(number), len(columns)))
        np.add.at(sums, cluster, table)
        sizes = np.bincount(cluster).astype(np.float64)
        dice = np.random.default_rng(0)
        drawn = np.empty((DRAWS, len(columns)))
        for draw in drawn:
            times = np.bincount(dice.integers(len(number), size=len(number)), minlength=len(number))
            draw[:] = times @ sums / (times @ sizes)
        return cls(tuple(columns), table.mean(axis=0), drawn)

    def figures(self) -> dict[str, Figure]:
        """Each column's mean and interval."""
        low, high = np.percentile(self.drawn, [2.5, 97.5], axis=0)
        return {
            name: Figure(float(value), float(low[n]), float(high[n]))
            for n, (name, value) in enumerate(zip(self.names, self.means, strict=True))
        }

    def minus(self, other: "Draws") -> dict[str, Figure]:
        """The mean differences to another's columns."""
        return Draws(self.names, self.means - other.means, self.drawn - other.drawn).figures()
