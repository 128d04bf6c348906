"""What goes into and comes out of decoding a picture."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clipdesk.core.errors import PictureTooLarge

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Limits:
    """What one picture may cost."""

    max_pixels: int = 300_000_000
    """Pixels to be decoded. A JPEG may have four times as many if it is decoded smaller."""
    max_bytes: int = 1 << 30
    """Bytes of the file."""
    seconds: float = 30.0
    """Wall-clock time of one decode in a `DecoderPool`."""
    memory_bytes: int = 3 << 30
    """Address space of a decoder process; kept by the system on Linux only."""


def too_many_bytes(limits: Limits) -> PictureTooLarge:
    """The fault of a file that is larger than ``limits.max_bytes``."""
    return PictureTooLarge(f"Too large: more than {limits.max_bytes / (1 << 20):,.0f} MB")


@dataclass(frozen=True, slots=True)
class Decoded:
    """All that indexing needs of one picture, from one reading of its file."""

    width: int
    height: int
    """The whole picture's pixels, upright; of an SVG the size that it asks for."""
    format: str
    """Pillow's name of the format (``JPEG``, ``PNG``, ``HEIF`` …) or ``SVG``."""
    content_hash: bytes
    """BLAKE2b of the file's bytes, 16 bytes long."""
    glance: bytes
    """See `Glance`."""
    colour: int
    """The mean colour as 0xRRGGBB."""
    thumbnail: bytes
    """An encoded picture: JPEG if opaque, else WebP; PNG if it is tiny."""
    inputs: "tuple[NDArray[np.uint8], ...]"
    """One (size, size, 3) RGB array for each `ImageSpec` asked for."""
    timing: "Timing | None" = None
    """Of a video, whose picture is one of its frames."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a video is, and when the frame is shown that stands for it."""

    duration_ms: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class Frame:
    """A moment of a video, as `Decoded` tells of a picture."""

    at_ms: int
    colour: int
    thumbnail: bytes
    inputs: "tuple[NDArray[np.uint8], ...]"


@dataclass(frozen=True, slots=True)
class Footage:
    """Frames of a video, in their order."""

    frames: tuple[Frame, ...]
    done: int
    """How many of the windows asked for were looked at; there may be no frame of one."""
    look: bytes
    """What was new last, in a few bytes: so that what follows can be told from it."""
    ended_ms: int | None
    """Where the video ends, if its end was met."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What a few bytes say of a file: two whose glances differ are not the same."""

    size: int
    hash: bytes
    """BLAKE2b of its ends and its middle, 16 bytes long."""
    whole: bool
    """So small a file is seen whole: this is its content hash."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A picture's pixels, to be shown."""

    width: int
    height: int
    bgra: bytes
    """width × height × 4 bytes, as screens order them; not premultiplied, sRGB, upright."""
    opaque: bool = True
    lightness: float | None = None
    """Of what can be seen of a transparent picture, 0–1; None if that is nearly all of it."""
