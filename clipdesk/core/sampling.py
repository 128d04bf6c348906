"""Some of a library's pictures, small and square: what a model's quicker form is tried on."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clipdesk.core import pictures
from clipdesk.core.catalog.thumbnails import ThumbnailReader
from clipdesk.core.errors import PictureError
from clipdesk.core.types import ImageSpec

_SQUARE = ImageSpec(224)


def squares(thumbnails: Path, count: int) -> NDArray[np.uint8] | None:
    """So many pictures, (count, side, side, 3), RGB, from all over the library; None of fewer.

    From their thumbnails, which are our own files; takes some milliseconds each.
    """
    reader = ThumbnailReader(thumbnails)
    made: list[NDArray[np.uint8]] = []
    try:
        for thumbnail in reader.some(count):
            try:
                decoded = pictures.decode(thumbnail, (_SQUARE,), thumbnail_side=1)
                made.append(decoded.inputs[0])
            except PictureError:
                return None  # a cache that is damaged is no sample of anything
    finally:
        reader.close()
    return np.stack(made) if made and len(made) == count else None
