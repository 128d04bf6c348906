"""How fast pictures are decoded: ``python tests/benchmarks/decode.py``.

Only the ratios mean something on another machine.
"""

import statistics
import sys
import time
from collections.abc import Callable
from io import BytesIO

import numpy as np
from PIL import Image

from clipdesk.core.pictures import DecoderPool, decode
from clipdesk.core.types import ImageSpec

SPECS = (ImageSpec(224),)


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


def milliseconds(work: Callable[[], object], times: int = 9) -> float:
    """The median of some runs."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def whole(data: bytes) -> object:
    """What decoding would take without the reduced scale: all pixels, then the same results."""
    with Image.open(BytesIO(data)) as image:
        out = BytesIO()
        image.resize((320, 240), Image.Resampling.BICUBIC).save(out, "JPEG", quality=82)
        box = ((image.width - image.height) / 2, 0, (image.width + image.height) / 2, image.height)
        return image.resize((224, 224), Image.Resampling.BICUBIC, box=box)


def main() -> None:
    small = [photo(560, 420, seed) for seed in range(60)]
    large = photo(4000, 3000, 0)
    decode(small[0], SPECS)

    one = milliseconds(lambda: decode(small[0], SPECS))
    drafted = milliseconds(lambda: decode(large, SPECS))
    full = milliseconds(lambda: whole(large))
    rows = [
        f"560 × 420 in this process      {one:8.1f} ms   {1000 / one:6.0f} /s",
        f"4000 × 3000, reduced scale     {drafted:8.1f} ms   {drafted / one:6.1f} × the small one",
        f"4000 × 3000, all pixels        {full:8.1f} ms   {full / drafted:6.1f} × reduced",
    ]
    for workers in (1, 2):
        with DecoderPool(workers) as pool:
            for started in [pool.decode(data, SPECS) for data in small[: 2 * workers]]:
                started.result()
            began = time.perf_counter()
            for future in [pool.decode(data, SPECS) for data in small * 5]:
                future.result()
            rate = 5 * len(small) / (time.perf_counter() - began)
        rows.append(
            f"560 × 420, {workers} decoder process{'es' if workers > 1 else '  '}"
            f"  {1000 / rate:8.1f} ms   {rate:6.0f} /s   {rate * one / 1000:4.2f} × in this process"
        )
    sys.stdout.write("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
