"""What learns: something whose vectors of captions and pictures get better by steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.adaptation.batches import Numbers
from clipdesk.core.adaptation.losses import Matrix

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Pace:
    """How long something may learn."""

    most_steps: int
    look_every: int
    """Steps between two looks at whether it got better."""
    patience: int
    """Looks without a better one before it stops."""


class Learner(Protocol):
    """Knows all captions and pictures by their numbers in the pairs, and learns from some."""

    pace: Pace
    step: int

    def learn(self) -> None:
        """Take one step."""

    def values(self) -> Arrays:
        """What has been learned."""

    def wear(self, values: Mapping[str, NDArray[Any]]) -> None:
        """Be as one was when `values` said this."""

    def momentum(self) -> Arrays:
        """What the next step needs beside the values."""

    def gather(self, momentum: Mapping[str, NDArray[Any]]) -> None:
        """Go on with this `momentum`."""

    def see(self, files: Numbers) -> Matrix:
        """The vectors (n, d) of these pictures as they are now, of unit length."""

    def read(self, captions: Numbers) -> Matrix:
        """The vectors (n, d) of these captions as they are now, of unit length."""

    def save(self, file: Path, rest: tuple[tuple[str, str], ...]) -> None:
        """Write an adapted model; ``rest`` is worth knowing of it. Raises OSError."""


def integer(array: NDArray[Any]) -> int:
    """A number that was kept as an array."""
    return int(np.asarray(array))
