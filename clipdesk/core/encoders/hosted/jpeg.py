"""Pictures as services take them. Written here, never read: what is read is `core.pictures`'."""

import io

import numpy as np
from numpy.typing import NDArray

QUALITY = 90


def jpeg(pixels: NDArray[np.uint8]) -> bytes:
    """A picture (height, width, 3) as the bytes of a JPEG; without any metadata."""
    from PIL import Image  # noqa: PLC0415 (the window is up before it is needed)

    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=QUALITY)
    return stream.getvalue()
