"""How many pictures an encoder is shown at once: as many as it sees in a slice of time."""

MOST = 64
_FIRST = 4
_LEAST = 2
"""A processor sees two side by side, see `encoders.tower`."""
_SLICE_S = 0.35
"""What is paused, or asked with a picture, waits no longer than this."""


class Portion:
    """It adapts to how long the last one took."""

    def __init__(self) -> None:
        self.size = _FIRST
        self._warm = False

    def took(self, count: int, seconds: float) -> None:
        """So many pictures were seen in that time."""
        if not self._warm:
            self._warm = True  # it was getting ready, too: that says nothing of the next ones
            return
        fitting = int(_SLICE_S * count / max(seconds, 1e-6))
        self.size = even(max(_LEAST, min(MOST, fitting, 2 * self.size)))  # grown with care


def even(count: int) -> int:
    """The largest power of two in a count: each new number of rows costs an encoder something.

    See `encoders.tower`.
    """
    return 1 << count.bit_length() - 1
