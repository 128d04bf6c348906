"""What is asked and told of the map of the library."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the window is up before numpy is loaded
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ShowMap:
    """The map is looked at from now on, or no more; answered by `MapDrawn` and `MapProgress`.

    While it is, it follows the library. What is being laid out when nobody looks any more is
    given up.
    """

    shown: bool


@dataclass(frozen=True, slots=True)
class LayMapAnew:
    """Lay all pictures out afresh, from where they lie now."""


@dataclass(frozen=True, slots=True, eq=False)
class MapDrawn:
    """The map as it is now: every content on it that has a file; the arrays are not to be changed.

    What was on an earlier one is where it was, unless all were laid out anew.
    """

    content_ids: "NDArray[np.int64]"
    """(n,), rising."""
    points: "NDArray[np.float32]"
    """(n, 2), finite; units mean nothing but among themselves."""
    colours: "NDArray[np.uint32]"
    """Mean colours (n,) as 0xRRGGBB."""


@dataclass(frozen=True, slots=True)
class MapProgress:
    """How far the map is."""

    done: float | None
    """Of 1; None while nothing is being laid out."""
    waiting: int = 0
    """Pictures that are not on the map yet."""
    fault: str = ""
    """Why they won't be, a sentence."""
