"""Pixels in files, by Pillow: JPEG, PNG, WebP, GIF, TIFF, BMP, ICO, AVIF and their like.

Of a file of many pages the first is taken, of an icon file the largest, of an animation the
first frame that shows something.
"""

from io import BytesIO
from math import ceil

from PIL import (  # each registers itself; without these lines Pillow imports all of its own
    AvifImagePlugin,
    BmpImagePlugin,  # noqa: F401
    CurImagePlugin,  # noqa: F401
    GifImagePlugin,  # noqa: F401
    IcnsImagePlugin,  # noqa: F401
    IcoImagePlugin,  # noqa: F401
    Image,
    Jpeg2KImagePlugin,  # noqa: F401
    MpoImagePlugin,  # noqa: F401
    PngImagePlugin,
    PpmImagePlugin,  # noqa: F401
    QoiImagePlugin,  # noqa: F401
    TiffImagePlugin,  # noqa: F401
    UnidentifiedImageError,
    WebPImagePlugin,  # noqa: F401
)

from clipdesk.core.errors import PictureTooLarge, UnreadablePicture
from clipdesk.core.pictures.formats import Loaded, Scale
from clipdesk.core.pictures.nouns import Limits

FORMATS = (
    "JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "DIB", "ICO", "CUR", "AVIF",
    "JPEG2000", "ICNS", "QOI", "PPM",
)  # fmt: skip

_JPEG_HEADROOM = 4
_ANIMATED = ("GIF", "WEBP", "PNG", "AVIF")
_BLANK_FRAMES = 8
_TAG_ORIENTATION = 0x0112
_TAG_SUBIMAGES = 0x014A
_TAG_SUBFILE_TYPE = 0x00FE
_TAG_DNG = 0xC612

# Photoshop writes XMP of several megabytes; Pillow would refuse the picture for it.
PngImagePlugin.MAX_TEXT_CHUNK = 16 << 20
# A thread for each core would take gigabytes of address space for a moment's gain.
AvifImagePlugin.DEFAULT_MAX_THREADS = 1


def load(data: bytes, scale: Scale, limits: Limits, formats: tuple[str, ...] = FORMATS) -> Loaded:
    """Decode the first picture of a file, upright; a JPEG no larger than ``scale`` needs."""
    try:
        image = Image.open(BytesIO(data), formats=formats)
    except UnidentifiedImageError:
        # Its first bytes are right, its header is not.
        raise UnreadablePicture("Not readable: the file is damaged or ends too early") from None
    with image:
        return _load(image, scale, limits)


def _load(image: Image.Image, scale: Scale, limits: Limits) -> Loaded:
    kind = image.format or ""
    if kind == "TIFF":
        _refuse_raw(image)
    width, height = image.size
    pixels = width * height
    if kind in ("JPEG", "MPO") and pixels <= _JPEG_HEADROOM * limits.max_pixels:
        part = min(1.0, scale(width, height))
        image.draft(None, (max(1, ceil(width * part)), max(1, ceil(height * part))))
        pixels = image.width * image.height
    if pixels > limits.max_pixels:
        raise PictureTooLarge(
            f"Too large: {width:,} × {height:,} pixels"
            f" (limit {limits.max_pixels / 1_000_000:,.0f} million)"
        )
    drafted = image.size != (width, height)
    # From here on Pillow watches over what only loading brings to light: an icon's true size.
    Image.MAX_IMAGE_PIXELS = limits.max_pixels
    image.load()
    if kind in _ANIMATED and getattr(image, "is_animated", False):
        image = _telling_frame(image)
    try:
        orientation = image.getexif().get(_TAG_ORIENTATION, 1)
    except Exception:  # Pillow's readers raise anything; damaged metadata spoil no picture
        orientation = 1
    if orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[orientation])
    if not drafted:
        width, height = image.size
    elif orientation in (5, 6, 7, 8):
        width, height = height, width
    return Loaded(image, width, height, kind)


_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _telling_frame(image: Image.Image) -> Image.Image:
    """The first frame, or where that is blank one soon after; damage there does not matter."""
    if not _is_blank(image):
        return image
    first = image.copy()
    try:
        for number in range(1, _BLANK_FRAMES + 1):
            image.seek(number)
            image.load()
            if not _is_blank(image):
                return image
    except Exception:  # a damaged later frame spoils no picture either: the first has loaded
        return first
    return first


def _is_blank(image: Image.Image) -> bool:
    extrema = image.getextrema()
    bands = extrema if isinstance(extrema[0], tuple) else (extrema,)
    return all(low == high for low, high in bands) or (
        image.mode in ("LA", "RGBA") and bands[-1] == (0, 0)
    )


def _refuse_raw(image: Image.Image) -> None:
    """Camera raw is TIFF outside; its first page is a stamp-sized preview, not the picture."""
    tags = getattr(image, "tag_v2", {})
    if _TAG_DNG in tags or (_TAG_SUBIMAGES in tags and tags.get(_TAG_SUBFILE_TYPE, 0) & 1):
        raise UnreadablePicture("Not readable: camera raw can't be read yet")
