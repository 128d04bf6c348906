"""Pictures as an encoder wants them, again and again, in bounded memory."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.adaptation.batches import Numbers
from clipdesk.core.embedding import prepared
from clipdesk.core.errors import PictureError
from clipdesk.core.pictures import DecoderPool
from clipdesk.core.types import ImageSpec

MOST_BYTES = 512 << 20
"""What is kept of decoded pictures; the others are decoded whenever they are wanted."""


class Pixels:
    """The pictures of some files by their numbers."""

    def __init__(self, files: Sequence[Path], spec: ImageSpec, pool: DecoderPool) -> None:
        self._files, self._spec, self._pool = files, spec, pool
        self._kept: dict[int, NDArray[np.uint8]] = {}
        self._room = MOST_BYTES // (3 * spec.size**2)

    def look(self) -> Iterator[PictureError | None]:
        """Decode each file once, in order: what is the matter with it, or nothing."""
        found = prepared(self._spec, self._files, self._pool)
        for number, (_, pixels) in enumerate(found):
            if isinstance(pixels, PictureError):
                yield pixels
                continue
            if len(self._kept) < self._room:
                self._kept[number] = pixels
            yield None

    def __call__(self, numbers: Numbers) -> NDArray[np.uint8]:
        """These pictures (n, size, size, 3); raises `PictureError` for one that can't be read."""
        wanted = [int(number) for number in numbers]
        missing = [number for number in wanted if number not in self._kept]
        files = [self._files[number] for number in missing]
        anew: dict[int, NDArray[np.uint8]] = {}
        for number, (_, pixels) in zip(
            missing, prepared(self._spec, files, self._pool), strict=True
        ):
            if isinstance(pixels, PictureError):
                raise pixels
            anew[number] = pixels
        return np.stack([self._kept.get(number, anew.get(number)) for number in wanted])  # type: ignore[misc]  # one of both has it

    def without(self, lost: Sequence[int]) -> "Pixels":
        """The same where these files are left out: the numbers of the others move up."""
        gone = set(lost)
        left = [number for number in range(len(self._files)) if number not in gone]
        less = Pixels([self._files[number] for number in left], self._spec, self._pool)
        place = {number: new for new, number in enumerate(left)}
        less._kept = {place[n]: pixels for n, pixels in self._kept.items() if n in place}
        return less
