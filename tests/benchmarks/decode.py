"""How fast pictures are decoded: ``python -m tests.benchmarks.decode``.

Only the ratios mean something on another machine.
"""

import time
from io import BytesIO

import numpy as np
from PIL import Image

from clipdesk.core.pictures import DecoderPool, decode
from clipdesk.core.types import ImageSpec
from tests.benchmarks.findings import Findings, alone, milliseconds

SPECS = (ImageSpec(224),)
STARTER = (ImageSpec(96),)


def photo(width: int, height: int, seed: int) -> bytes:
    """A JPEG of about a photograph's entropy: soft shapes under a little grain."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (9, 12, 3), np.uint8)
    soft = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
    grain = rng.normal(0, 6, (height, width, 1))
    out = BytesIO()
    pixels = np.clip(np.asarray(soft) + grain, 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(out, "JPEG", quality=85)
    return out.getvalue()


def whole(data: bytes) -> object:
    """What decoding would take without the reduced scale: all pixels, then the same results."""
    with Image.open(BytesIO(data)) as image:
        out = BytesIO()
        image.resize((320, 240), Image.Resampling.BICUBIC).save(out, "JPEG", quality=82)
        box = ((image.width - image.height) / 2, 0, (image.width + image.height) / 2, image.height)
        return image.resize((224, 224), Image.Resampling.BICUBIC, box=box)


def measure(size: str) -> Findings:
    findings = Findings()
    small = [photo(560, 420, seed) for seed in range(8 if size == "quick" else 60)]
    large = photo(4000, 3000, 0)
    decode(small[0], SPECS)
    times = 3 if size == "quick" else 9
    one = milliseconds(lambda: decode(small[0], SPECS), times)
    findings.add("560 × 420, thumbnail and 224 px, in this process", one, "ms")
    starter = milliseconds(lambda: decode(small[0], STARTER), times)
    findings.add("560 × 420, thumbnail and 96 px, in this process", starter, "ms")
    drafted = milliseconds(lambda: decode(large, SPECS), times)
    findings.add("4000 × 3000, reduced scale", drafted, "ms")
    full = milliseconds(lambda: whole(large), times)
    findings.add("4000 × 3000, all pixels, against reduced scale", full / drafted, "times")
    for workers in (1, 2) if size == "quick" else (1, 2, 4):
        with DecoderPool(workers) as pool:
            for started in [pool.decode(data, SPECS) for data in small[: 2 * workers]]:
                started.result()
            began = time.perf_counter()
            for future in [pool.decode(data, SPECS) for data in small * 5]:
                future.result()
            rate = 5 * len(small) / (time.perf_counter() - began)
        processes = f"{workers} decoder process{'es' if workers > 1 else ''}"
        note = f"{rate * one / 1000:.2f} times this process alone"
        findings.add(f"560 × 420, {processes}", rate, "images/s", note=note)
    return findings


if __name__ == "__main__":
    alone(measure, __doc__)
