"""Which moments of a video are looked at: spread evenly, and never more than a few dozen."""

from collections.abc import Sequence
from itertools import pairwise

Window = tuple[int, int]
"""From and until, in milliseconds: one frame stands for all that is between."""

MOST = 60
"""Frames of one video at most."""
_LEAST_MS = 2_000
"""Between two frames of a short video."""
_TELLING = (0.1, 0.35, 0.6, 0.85)
"""Where, of a video's length, to look for the frame that stands for all of it."""


def windows(duration_ms: int) -> tuple[Window, ...]:
    """The parts of a video that a frame each is taken of, in their order."""
    return spread(duration_ms, max(1, min(MOST, -(-duration_ms // _LEAST_MS))))


def spread(duration_ms: int, count: int) -> tuple[Window, ...]:
    """So many windows, one after the other, over the whole length."""
    return tuple(pairwise(duration_ms * number // count for number in range(count + 1)))


def left(duration_ms: int, looked_ms: int) -> tuple[Window, ...]:
    """The windows that begin at ``looked_ms`` or later."""
    return tuple(window for window in windows(duration_ms) if window[0] >= looked_ms)


def telling(duration_ms: int) -> tuple[Window, ...]:
    """Where to look for the frame that stands for the whole video, best first.

    They are windows that a frame is taken of anyway.
    """
    every = windows(duration_ms)
    places = [min(len(every) - 1, int(len(every) * share)) for share in _TELLING]
    return tuple(dict.fromkeys((*(every[place] for place in places), *every[:3])))


def exactly(at_ms: Sequence[int]) -> tuple[Window, ...]:
    """Windows that only these moments are in."""
    return tuple((at, at + 1) for at in at_ms)
