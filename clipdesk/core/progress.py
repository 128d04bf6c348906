"""How far the work is, how fast it goes, and how long it will take."""

import time
from collections import deque

_WINDOW_S = 10.0
"""The rate is that of the last seconds: it follows what the person sees."""


class Meter:
    """Counts pictures from one idle moment to the next."""

    def __init__(self) -> None:
        self.done = 0
        self.total = 0
        self._marks: deque[tuple[float, int]] = deque()

    def expect(self, count: int) -> None:
        """So many more are to be done; negative when some need not be any more."""
        if not self.total:
            self._marks.append((time.monotonic(), 0))
        self.total += count

    def advance(self, count: int) -> None:
        """So many are done, whatever came of them."""
        self.done += count
        now = time.monotonic()
        self._marks.append((now, self.done))
        while len(self._marks) > 2 and now - self._marks[0][0] > _WINDOW_S:
            self._marks.popleft()

    def reset(self) -> None:
        """All is done: the next count begins at nothing."""
        self.done = self.total = 0
        self._marks.clear()

    @property
    def images_per_second(self) -> float:
        if len(self._marks) < 2:
            return 0.0
        (begun, before), (now, done) = self._marks[0], self._marks[-1]
        return (done - before) / max(now - begun, 1e-3)

    @property
    def seconds_left(self) -> float | None:
        """None until there is a rate to tell by."""
        rate = self.images_per_second
        return (self.total - self.done) / rate if rate > 0 else None
