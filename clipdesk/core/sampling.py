"""Some of a library's pictures, small and square: what a model's quicker form is tried on."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clipdesk.core import pictures
from clipdesk.core.catalog.thumbnails import ThumbnailReader
from clipdesk.core.errors import PictureError
from clipdesk.core.types import ImageSpec

_SQUARE = ImageSpec(224)


def squares(thumbnails: Path, count: int) -> Iterator[NDArray[np.uint8]]:
    """At most so many pictures, each (side, side, 3), RGB, from all over the library.

    From their thumbnails, which are our own files; takes some milliseconds each. One by one, since
    the window shares the process: what copies them all at once would hold it up.
    """
    reader = ThumbnailReader(thumbnails)
    try:
        for thumbnail in reader.some(count):
            try:
                decoded = pictures.decode(thumbnail, (_SQUARE,), thumbnail_side=1)
            except PictureError:
                continue  # it is made anew when somebody wants to see it
            yield decoded.inputs[0]
    finally:
        reader.close()
