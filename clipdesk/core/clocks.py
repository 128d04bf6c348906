"""Has the computer slept, or has somebody set its clock?"""

import time
from collections.abc import Callable

_SUSPICIOUS_S = 30.0
"""More than the clock is corrected by in passing."""
_LONG_S = 120.0
"""Where both clocks go on during sleep, a check that comes so late has slept."""


class Clocks:
    """Compares the wall's clock with the steady one, which may stand still during sleep."""

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall = wall
        self._steady = steady
        self._before = wall(), steady()

    def jumped(self) -> bool:
        """Whether time has leapt since this was asked last; to be asked every few seconds."""
        before, self._before = self._before, (self._wall(), self._steady())
        passed = self._before[1] - before[1]
        leapt = abs(self._before[0] - before[0] - passed)
        return leapt > _SUSPICIOUS_S or passed > _LONG_S
