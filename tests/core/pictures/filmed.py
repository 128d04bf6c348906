"""Videos made for the tests, with the library that reads them: known colours at known times."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.core.colours import NAMES

SCENES = (("red", 4.0), ("green", 4.0), ("blue", 4.0), ("yellow", 4.0))
"""Colours and how many seconds they last."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a video is encoded."""

    suffix: str
    codec: str
    pixels: str = "yuv420p"


MPEG4 = Kind(".mp4", "mpeg4")
MJPEG = Kind(".avi", "mjpeg", "yuvj420p")
VP9 = Kind(".webm", "libvpx-vp9")
MPEG2 = Kind(".mpg", "mpeg2video")
FFV1 = Kind(".mkv", "ffv1")


def film(
    path: Path,
    scenes: Iterable[tuple[str | Image.Image, float]] = SCENES,
    kind: Kind = MPEG4,
    *,
    size: tuple[int, int] = (160, 120),
    rate: int = 5,
    gop: int = 5,
    rotation: int = 0,
    seed: int = 0,
    times: Iterable[int] | None = None,
) -> Path:
    """A video of colours (or pictures) for so many seconds each, with a little grain.

    ``gop`` is how many frames there are from one key frame to the next. ``times`` are those of
    the frames (of 1/``rate`` s), if they do not follow each other evenly.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).integers(-6, 7, (size[1], size[0], 3))
    moments = iter(times) if times is not None else iter(range(1 << 30))
    with av.open(str(path), "w") as out:
        stream = out.add_stream(kind.codec, rate=rate)
        stream.width, stream.height = size
        stream.pix_fmt = kind.pixels
        stream.codec_context.gop_size = gop
        if rotation:
            stream.set_display_rotation(rotation)
        for scene, seconds in scenes:
            pixels = np.clip(_pixels(scene, size) + noise, 0, 255).astype(np.uint8)
            for _ in range(round(seconds * rate)):
                frame = av.VideoFrame.from_ndarray(pixels, "rgb24")
                frame.pts, frame.time_base = next(moments), Fraction(1, rate)
                out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def sound(path: Path, seconds: float = 1.0) -> Path:
    """A file of a video's kind in which there is nothing to be seen."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("aac", rate=44_100)
        for number in range(round(seconds * 44_100 / 1024)):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
            frame.sample_rate, frame.pts = 44_100, 1024 * number
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def _pixels(scene: str | Image.Image, size: tuple[int, int]) -> NDArray[np.int64]:
    if isinstance(scene, Image.Image):
        return np.asarray(scene.convert("RGB").resize(size), np.int64)
    return np.full((size[1], size[0], 3), NAMES[scene], np.int64)
