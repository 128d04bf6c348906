"""What every encoder is to the rest of the program."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.types import Calibration, Space


class Encoder(Protocol):
    """Maps pictures and captions into one vector space, where near means alike.

    It is shown pictures by one thread at a time, and captions by one; both may go on at once.
    """

    @property
    def space(self) -> Space:
        """Where this encoder's vectors may be compared."""

    @property
    def calibration(self) -> Calibration:
        """How this encoder's cosines are read as probabilities."""

    def encode_images(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Embed pictures prepared by the space's `ImageSpec`.

        ``pixels`` is (n, size, size, 3), RGB, 0–255; the answer (n, dimensions), of unit length.
        """

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed captions of any length; the answer is (n, dimensions), of unit length."""


@runtime_checkable
class DistantEncoder(Encoder, Protocol):
    """An encoder whose answers take long to come: whoever asks has other things to do meanwhile.

    It may be asked by several threads at once; `beside` gives it one for each question.
    """

    @property
    def batch(self) -> int:
        """How many pictures it is best asked about at once."""


@runtime_checkable
class Sleeper(Protocol):
    """An encoder that gets ready for pictures only when it is shown one, which takes a moment."""

    def open_eyes(self) -> None:
        """Pictures are about to come: get ready, from any thread."""


@runtime_checkable
class Stoppable(Protocol):
    """An encoder that may be waiting for something outside this computer."""

    def stop(self) -> None:
        """Nobody wants the answers any more: what waits between two tries gives up."""
