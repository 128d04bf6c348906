"""What videos cost the processor: ``python -m tests.benchmarks.videos``.

Time of the processor, not of the clock; only the ratios mean something on another machine.
"""

import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path

import av
import numpy as np
from PIL import Image

from clipdesk.core.pictures import decode, frames, moments
from clipdesk.core.types import ImageSpec
from tests.benchmarks.findings import Findings, alone

SPECS = (ImageSpec(224),)
_SCENE_S = 4
_RATE = 30


def moving(path: Path, size: tuple[int, int], seconds: int, *, gop: int) -> Path:
    """A film that pans over soft pictures under grain, another one every few seconds."""
    width, height = size
    rng = np.random.default_rng(7)
    grain = rng.integers(-6, 7, (height, width, 1)).astype(np.int16)
    h264 = "libx264" in av.codecs_available
    with av.open(str(path), "w") as out:
        quick = {"preset": "ultrafast"} if h264 else {}
        stream = out.add_stream("libx264" if h264 else "mpeg4", rate=_RATE, options=quick)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.gop_size = gop
        for number in range(seconds * _RATE):
            if number % (_SCENE_S * _RATE) == 0:
                coarse = Image.fromarray(rng.integers(0, 256, (9, 16, 3), np.uint8))
                wide = coarse.resize((width * 5 // 4, height), Image.Resampling.BICUBIC)
                scene = np.asarray(wide, np.int16)
            left = number % (_SCENE_S * _RATE) * (width // 4) // (_SCENE_S * _RATE)
            shown = np.clip(scene[:, left : left + width] + grain, 0, 255).astype(np.uint8)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(shown), "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, _RATE)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def spent(do: Callable[[], object]) -> float:
    """Seconds of the processor."""
    begun = time.process_time()
    do()
    return time.process_time() - begun


def played(path: Path) -> None:
    """What it takes to look at every frame, and to do nothing with it."""
    with av.open(str(path)) as film:
        film.streams.video[0].codec_context.thread_count = 1
        for _ in film.decode(video=0):
            pass


def looked_through(path: Path, duration_ms: int) -> int:
    """All that `Screening` asks of a decoder; how many frames came of it."""
    windows, look, found = moments.windows(duration_ms), b"", 0
    while windows:
        taken = frames(path, windows[:8], SPECS, look=look)
        windows, look = windows[taken.done :], taken.look
        found += len(taken.frames)
    return found


def measure(size: str) -> Findings:
    findings = Findings()
    shape, seconds = ((640, 360), 8) if size == "quick" else ((1920, 1080), 12)
    name = f"{shape[0]} × {shape[1]}"
    with tempfile.TemporaryDirectory(prefix="clipdesk-") as folder:
        for gop, keys in ((_RATE, "a key frame each second"), (10_000, "key frames at scenes")):
            path = moving(Path(folder) / f"{gop}.mp4", shape, seconds, gop=gop)
            decode(path, SPECS)  # the libraries are loaded
            first = spent(partial(decode, path, SPECS))
            findings.add(f"{name}, {keys}: taken in", 1000 * first, "ms of processor")
            found = 0

            def look(path: Path = path) -> None:
                nonlocal found
                found = looked_through(path, 1000 * seconds)

            cost = spent(look)
            findings.add(f"{name}, {keys}: a frame", 1000 * cost / max(1, found), "ms of processor")
            findings.add(f"{name}, {keys}: a minute of film", 60 * cost / seconds, "s of processor")
            whole = spent(partial(played, path))
            note = f"{found} frames of {seconds * _RATE}"
            findings.add(f"{name}, {keys}: playing all of it", whole / cost, "times", note=note)
    return findings


if __name__ == "__main__":
    alone(measure, __doc__)
