"""One picture file → what indexing and the preview need, in one reading.

These functions run decoders on whatever the file holds: call them through `DecoderPool`, which
survives a crash, unless the file is your own.
"""

import warnings
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clipdesk.core.errors import PictureError, PictureTooLarge, UnreadablePicture
from clipdesk.core.pictures import colour, formats, thumbnail
from clipdesk.core.pictures.moments import Window
from clipdesk.core.pictures.nouns import Decoded, Footage, Limits, Rendered
from clipdesk.core.pictures.prepare import prepare, scale_for
from clipdesk.core.pictures.reading import hashes, head, read
from clipdesk.core.pictures.showing import shown
from clipdesk.core.types import ImageSpec, Stamp

_REDUCE_FROM = 2


def decode(
    source: Path | bytes,
    specs: tuple[ImageSpec, ...],
    *,
    thumbnail_side: int = 320,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
) -> Decoded:
    """Open a picture by its content: hash, size, thumbnail, and an input for each spec.

    Raises UnreadablePicture or PictureTooLarge, in words for the person.
    """
    if isinstance(source, Path) and _is_video(source):
        side = thumbnail_side
        filmed: Decoded = _frames().decode(source, specs, thumbnail_side=side, limits=limits)
        return filmed
    data = read(source, limits)
    with _words_for_faults(limits):
        image, loaded = _open(data, specs, thumbnail_side, limits)
        small = thumbnail.fit(image, thumbnail_side)
        glimpse = thumbnail.on_ground(small)
        content_hash, glance = hashes(data)
        return Decoded(
            width=loaded.width,
            height=loaded.height,
            format=loaded.format,
            content_hash=content_hash,
            glance=glance,
            colour=thumbnail.mean_colour(glimpse),
            thumbnail=thumbnail.encode(small),
            inputs=tuple(_inputs(image, glimpse, loaded, specs)),
        )


def render(
    source: Path | bytes,
    max_side: int,
    *,
    at_ms: int | None = None,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
) -> Rendered:
    """Open a picture to be shown: its longer side ``max_side`` pixels at most.

    Of a video the frame ``at_ms``, or the one that stands for it.
    Raises UnreadablePicture or PictureTooLarge, in words for the person.
    """
    if isinstance(source, Path) and _is_video(source):
        rendered: Rendered = _frames().render(source, max_side, at_ms, limits=limits)
        return rendered
    data = read(source, limits)
    with _words_for_faults(limits):
        image, _ = _open(data, (), max_side, limits)
        return shown(thumbnail.fit(image, max_side))


def frames(
    path: Path,
    windows: Sequence[Window],
    specs: tuple[ImageSpec, ...],
    *,
    distinct: bool = True,
    known: Collection[int] = (),
    look: bytes = b"",
    stamp: Stamp | None = None,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
) -> Footage:
    """Frames of a video: one of each window that has one, as many as a slice has time for.

    If ``distinct``, those are left out that show nothing new (the first, nothing but ``look``);
    so are in any case those at a time that is ``known``. Raises UnreadablePicture or
    PictureTooLarge; PictureGone where the file is not the one of this ``stamp`` any more.
    """
    footage: Footage = _frames().take(
        path,
        windows,
        specs,
        distinct=distinct,
        known=known,
        look=look,
        stamp=stamp,
        limits=limits,
    )
    return footage


def survey(path: Path, count: int, spec: ImageSpec, *, limits: Limits = Limits()) -> Footage:  # noqa: B008 (frozen)
    """A few frames from all over a video: enough to ask by it. Raises as `frames` does."""
    footage: Footage = _frames().survey(path, count, spec, limits=limits)
    return footage


def _is_video(path: Path) -> bool:
    """Whether this is to be read as a video; what is called one may be a picture."""
    return formats.is_video(path) and formats.recognised(head(path)) is None


def _frames() -> ModuleType:
    try:
        return import_module("clipdesk.core.pictures.frames")
    except ImportError:
        raise UnreadablePicture(
            "Not readable: videos need a part that is not installed", hint=formats.WITHOUT_VIDEOS
        ) from None


def _open(
    data: bytes, specs: tuple[ImageSpec, ...], side: int, limits: Limits
) -> tuple[Image.Image, formats.Loaded]:
    """The picture in sRGB, upright, about as small as these uses of it allow."""

    def scale(width: int, height: int) -> float:
        return max(side / max(width, height), *(scale_for(s, width, height) for s in specs), 0.0)

    loaded = formats.load(data, scale, limits)
    image = colour.plain(loaded.image)
    # Colours are dear, so they are reckoned on few pixels.
    spare = image.width / loaded.width / max(scale(loaded.width, loaded.height), 1e-9)
    if spare >= _REDUCE_FROM:
        info = image.info
        image = image.reduce(int(spare))
        image.info = info
    return colour.to_srgb(image), loaded


def _inputs(
    image: Image.Image, glimpse: Image.Image, loaded: formats.Loaded, specs: tuple[ImageSpec, ...]
) -> Iterator[NDArray[np.uint8]]:
    """What the encoders take, from the thumbnail's pixels where they are enough: it is cheaper."""
    full = (loaded.width, loaded.height)
    whole: Image.Image | None = None
    for spec in specs:
        if glimpse.width >= loaded.width * scale_for(spec, *full):
            yield prepare(glimpse, full, spec)
        else:
            whole = whole or thumbnail.on_ground(image)
            yield prepare(whole, full, spec)


@contextmanager
def _words_for_faults(limits: Limits) -> Iterator[None]:
    """Say in plain words whatever a decoder says on hostile bytes."""
    allowed = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = None  # opening may tell any size: the families weigh it themselves
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except PictureError:
        raise
    except Image.DecompressionBombError:
        raise PictureTooLarge(
            f"Too large: more than {limits.max_pixels / 1_000_000:,.0f} million pixels"
        ) from None
    except MemoryError:
        raise PictureTooLarge("Too large: it takes more memory than it may") from None
    except Exception as error:
        # Pillow's plug-ins raise anything on damage: OSError, ValueError, struct.error, KeyError.
        raise UnreadablePicture(f"Not readable: {_reason(error)}") from None
    finally:
        Image.MAX_IMAGE_PIXELS = allowed


def _reason(error: Exception) -> str:
    said = str(error).lower()
    if any(sign in said for sign in ("truncated", "eof", "too early", "end of", "not enough")):
        return "the file ends too early"
    if "unsupported" in said or "not support" in said or "unknown" in said:
        return "it is a variant of its format that can't be read"
    return "the file is damaged"
