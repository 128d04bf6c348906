"""A picture made ready for a screen: the window's thread has nothing left to convert."""

import numpy as np
from PIL import Image

from clipdesk.core.pictures.nouns import Rendered

_SIDE = 16
_NEARLY_ALL = 0.999


def shown(image: Image.Image) -> Rendered:
    """The pixels of a picture as they are painted, and how light it is."""
    pixels = image.convert("RGBA")
    opaque = pixels.getchannel("A").getextrema()[0] == 255
    light = None if opaque else lightness(pixels)
    return Rendered(*pixels.size, pixels.tobytes("raw", "BGRA"), opaque, light)


def lightness(image: Image.Image) -> float | None:
    """That of HSL, 0–1, on average of what can be seen of it; None if that is nearly all of it."""
    # Averaged by weight of the alpha, so that hidden colours do not count.
    small = image.resize((_SIDE, _SIDE), Image.Resampling.BOX)
    pixels = np.asarray(small, np.float64) / 255
    colours, alpha = pixels[..., :3], pixels[..., 3]
    seen = alpha.sum()
    if seen > _NEARLY_ALL * alpha.size:
        return None
    light = (colours.max(-1) + colours.min(-1)) / 2
    return float((light * alpha).sum() / seen) if seen else 0.0
