"""HEIC and HEIF, by libheif: Pillow's opener that pi_heif brings."""

import pi_heif

from clipdesk.core.pictures.formats import Loaded, Scale, raster
from clipdesk.core.pictures.nouns import Limits

# Only the picture itself; a decoder process is one of several, so one thread is its share.
pi_heif.register_heif_opener(
    thumbnails=False, depth_images=False, aux_images=False, decode_threads=1
)


def load(data: bytes, scale: Scale, limits: Limits) -> Loaded:
    """Decode the primary picture of a HEIF file, turned upright by libheif itself."""
    return raster.load(data, scale, limits, ("HEIF",))
