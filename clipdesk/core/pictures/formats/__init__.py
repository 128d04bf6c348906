"""The families of picture formats: one module each, found by a file's content.

A family's module has one function, ``load(data, scale, limits) -> Loaded``. To add a family,
add its module and its line in `FAMILIES`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from clipdesk.core.errors import UnreadablePicture
from clipdesk.core.pictures import sniff
from clipdesk.core.pictures.nouns import Limits

if TYPE_CHECKING:
    from PIL import Image

Scale = Callable[[int, int], float]
"""How large a picture of this width and height must come out; 1.0 is its full size."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A picture out of its file, before its colours are made plain."""

    image: "Image.Image"
    """Upright, in any mode, perhaps smaller or (an SVG) larger than the full size."""
    width: int
    height: int
    """The full size, upright."""
    format: str


@dataclass(frozen=True, slots=True)
class Family:
    """Formats that one decoder opens."""

    module: str
    suffixes: frozenset[str]
    recognises: Callable[[bytes], bool]
    """Whether these bytes, the whole file, are of this family."""

    def load(self, data: bytes, scale: Scale, limits: Limits) -> Loaded:
        # The decoder is imported now: the window needs the suffixes long before.
        loaded: Loaded = import_module(f"{__name__}.{self.module}").load(data, scale, limits)
        return loaded


def _suffixes(names: str) -> frozenset[str]:
    return frozenset(f".{name}" for name in names.split())


FAMILIES = (
    Family("svg", _suffixes("svg svgz"), sniff.is_svg),
    Family("heif", _suffixes("heic heics heif heifs hif"), sniff.is_heif),
    Family(
        "raster",
        _suffixes(
            "jpg jpeg jpe jfif mpo png apng webp gif tif tiff bmp dib ico cur avif avifs "
            "jp2 j2k jpx jpf icns qoi ppm pgm pbm pnm"
        ),
        sniff.is_raster,
    ),
)

PICTURE_SUFFIXES: frozenset[str] = frozenset().union(*(family.suffixes for family in FAMILIES))
"""Lower-case suffixes, with the dot, of pictures."""


VIDEO_SUFFIXES = _suffixes(
    # Not ts and mts: programmers have many more of them than film-makers.
    "mp4 m4v mov qt mkv webm avi mpg mpeg m2v m2ts vob wmv asf flv f4v ogv 3gp 3g2 mxf"
)
"""Those of videos, which are read where PyAV is installed."""

READS_VIDEOS = find_spec("av") is not None
WITHOUT_VIDEOS = "To read videos, install PyAV beside ClipDesk: pip install av"

SUFFIXES = PICTURE_SUFFIXES | VIDEO_SUFFIXES if READS_VIDEOS else PICTURE_SUFFIXES
"""Lower-case suffixes, with the dot, of files worth opening."""


def is_video(path: Path) -> bool:
    """Whether a file is called a video."""
    return path.suffix.lower() in VIDEO_SUFFIXES


def recognised(data: bytes) -> Family | None:
    """The family that these bytes belong to, whatever their name says."""
    return next((family for family in FAMILIES if family.recognises(data)), None)


def load(data: bytes, scale: Scale, limits: Limits) -> Loaded:
    """Open a picture by its content, whatever its name says.

    Raises UnreadablePicture or PictureTooLarge; a decoder may raise anything else on damage.
    """
    family = recognised(data)
    if family:
        return family.load(data, scale, limits)
    raise UnreadablePicture(sniff.why_not(data))
