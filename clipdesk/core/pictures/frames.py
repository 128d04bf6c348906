"""A video file → the frames that stand for its moments, ready to be shown and to be encoded.

These functions run FFmpeg's decoders on whatever the file holds: call them through `DecoderPool`.
"""

import os
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame
from PIL import Image

from clipdesk.core.errors import PictureError, PictureGone, PictureTooLarge, UnreadablePicture
from clipdesk.core.pictures import moments, sniff, thumbnail
from clipdesk.core.pictures.nouns import Decoded, Footage, Frame, Limits, Rendered, Timing
from clipdesk.core.pictures.prepare import prepare, scale_for
from clipdesk.core.pictures.reading import fingerprint, glance, opened
from clipdesk.core.pictures.showing import shown
from clipdesk.core.pictures.video import Video
from clipdesk.core.types import ImageSpec, Stamp

_SLICE_S = 2.0
"""Of the processor's time: the frames of one video, until those of another may come."""
_ALIKE = 6.0
"""Mean difference of colours (0–255) up to which a frame shows nothing new."""
_DARK = 24
_FLAT = 24
_HEAD = 4096
_SIDE = 320
_LOOK_SIDE = 64
"""Pixels of the longer side that are enough to see whether there is something new."""


def decode(
    path: Path, specs: tuple[ImageSpec, ...], *, thumbnail_side: int, limits: Limits
) -> Decoded:
    """What `clipdesk.core.pictures.decode` tells of a picture, of a video and its telling frame."""
    with _opened(path, limits) as video:
        video.measure()
        at_ms, frame = _telling(video)
        found = _frame(video, frame, at_ms, specs, thumbnail_side)
        width, height = video.size(frame)
        timing = Timing(video.duration_ms, at_ms)
        kind = video.format
    return Decoded(
        width=width,
        height=height,
        format=kind,
        content_hash=fingerprint(path),
        glance=glance(path).hash,
        colour=found.colour,
        thumbnail=found.thumbnail,
        inputs=found.inputs,
        timing=timing,
    )


def take(
    path: Path,
    windows: Sequence[moments.Window],
    specs: tuple[ImageSpec, ...],
    *,
    distinct: bool = True,
    known: Collection[int] = (),
    look: bytes = b"",
    stamp: Stamp | None = None,
    limits: Limits,
) -> Footage:
    """See `clipdesk.core.pictures.frames`; as many as a slice has time for, one at least."""
    if stamp:
        _must_be(path, stamp)
    frames: list[Frame] = []
    done, until = 0, time.process_time() + _SLICE_S
    mine = False
    """Whether the look is that of the newest of these frames."""
    with _opened(path, limits) as video:
        for window in windows:
            if done and time.process_time() > until:
                break
            done += 1
            found = video.moment(window)
            if found is None:
                continue
            at_ms, picture = found
            seen = _look(_small(video, picture, (), _LOOK_SIDE))
            alike = distinct and _is_alike(look, seen)
            if at_ms in known:
                if alike and mine:
                    frames.pop()  # the one that is known stands for this scene
                look, mine = seen, False
            elif not alike:  # else the look stays, too: a slow pan ends elsewhere
                look, mine = seen, not (distinct and _is_dark(seen))
                if mine:
                    frames.append(_frame(video, picture, at_ms, specs, _SIDE))
        return Footage(tuple(frames), done, look, video.ended_ms)


def survey(path: Path, count: int, spec: ImageSpec, *, limits: Limits) -> Footage:
    """A few frames from all over a video: enough to ask by it."""
    with _opened(path, limits) as video:
        duration_ms = video.measure()
    footage = take(path, moments.spread(duration_ms, count), (spec,), limits=limits)
    if footage.frames:
        return footage
    one = decode(path, (spec,), thumbnail_side=_LOOK_SIDE, limits=limits)
    assert one.timing
    return Footage((Frame(one.timing.at_ms, one.colour, one.thumbnail, one.inputs),), 1, b"", None)


def render(path: Path, max_side: int, at_ms: int | None, *, limits: Limits) -> Rendered:
    """A frame to be shown: that of this moment, or the one that stands for the video."""
    with _opened(path, limits) as video:
        found = video.moment((at_ms, at_ms + 1)) if at_ms is not None else None
        if found is None:
            found = _telling(video)
        _, frame = found
        image = video.image(frame, min(1.0, max_side / max(video.size(frame))))
        return shown(image)


def _must_be(path: Path, stamp: Stamp) -> None:
    """What was known of the file is no use if it is another one by now."""
    with opened(path) as file:
        now = os.fstat(file.fileno())
    if (now.st_size, now.st_mtime_ns) != (stamp.size, stamp.mtime_ns):
        raise PictureGone("Not readable: the video has changed meanwhile")


def _telling(video: Video) -> tuple[int, VideoFrame]:
    """The first frame that shows something, from where videos have begun."""
    best = None
    for window in moments.telling(video.duration_ms):
        found = video.moment(window)
        if found is None:
            continue
        best = best or found
        look = _look(_small(video, found[1], (), _LOOK_SIDE))
        if max(look) - min(look) >= _FLAT:
            return found
    if best is None:
        raise UnreadablePicture("Not readable: the video is damaged or ends too early")
    return best


def _frame(
    video: Video, frame: VideoFrame, at_ms: int, specs: tuple[ImageSpec, ...], side: int
) -> Frame:
    image = _small(video, frame, specs, side)
    small = thumbnail.fit(image, side)
    full = video.size(frame)
    return Frame(
        at_ms,
        thumbnail.mean_colour(small),
        thumbnail.encode(small),
        tuple(prepare(image, full, spec) for spec in specs),
    )


def _small(video: Video, frame: VideoFrame, specs: tuple[ImageSpec, ...], side: int) -> Image.Image:
    """The frame about as small as these uses of it allow."""
    full = video.size(frame)
    scale = max(side / max(full), *(scale_for(spec, *full) for spec in specs), 0.0)
    return video.image(frame, min(1.0, scale))


def _look(image: Image.Image) -> bytes:
    """What can be seen of it at a glance: 16 × 9 pixels."""
    return image.resize((16, 9), Image.Resampling.BOX).tobytes()


def _is_dark(look: bytes) -> bool:
    return max(look) < _DARK


def _is_alike(before: bytes, look: bytes) -> bool:
    if len(before) != len(look):
        return False
    a, b = (np.frombuffer(each, np.uint8).astype(np.int16) for each in (before, look))
    return float(np.abs(a - b).mean()) < _ALIKE


@contextmanager
def _opened(path: Path, limits: Limits) -> Iterator[Video]:
    """The video at this path; whatever FFmpeg says of it, in plain words."""
    with opened(path) as file:
        try:
            video = Video(file, limits)
            try:
                yield video
            finally:
                video.close()
        except PictureError:
            raise
        except MemoryError:
            raise PictureTooLarge("Too large: it takes more memory than it may") from None
        except Exception:  # hostile bytes: FFmpeg's faults are of many kinds
            file.seek(0)
            raise UnreadablePicture(_why_not(file.read(_HEAD))) from None


def _why_not(head: bytes) -> str:
    words = sniff.why_not(head)
    if "film" in words or "known kind" in words:
        return "Not readable: the video is damaged or ends too early"
    return words.replace("a picture", "a video")
