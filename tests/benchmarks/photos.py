"""Photographs as cameras make them, of smaller ones: ``… photos FROM FOLDER [COUNT]``.

Each is enlarged to 1600 pixels, given grain and sharpness, and compressed to about 0.4 MB: what
`tests.benchmarks.peers` and `tests.benchmarks.indexing` take by ``CLIPDESK_PHOTOS``.
"""

import sys
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

SIDE, BYTES = 1600, 400_000


def enlarged(picture: Image.Image, seed: int) -> bytes:
    """The picture as a camera of today would have taken it, as a JPEG."""
    scale = SIDE / max(picture.size)
    size = (round(picture.width * scale), round(picture.height * scale))
    large = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    large = large.filter(ImageFilter.UnsharpMask(4, 80, 0))
    grain = np.random.default_rng(seed).normal(0, 4, (*reversed(size), 1))
    pixels = np.clip(np.asarray(large) + grain, 0, 255).astype(np.uint8)
    made = min(
        (_jpeg(pixels, quality) for quality in (60, 70, 80, 86, 92)),
        key=lambda data: abs(len(data) - BYTES),
    )
    return made


def _jpeg(pixels: np.ndarray, quality: int) -> bytes:
    out = BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=quality)
    return out.getvalue()


def main(source: str, target: str, count: str = "100") -> None:
    """Make at most ``count`` of them, of those that are largest."""
    folder = Path(target)
    folder.mkdir(parents=True, exist_ok=True)
    found = sorted(Path(source).rglob("*.jpg"), key=lambda path: (-path.stat().st_size, path))
    for number, path in enumerate(found[: int(count)]):
        with Image.open(path) as picture:
            (folder / f"{number:04}.jpg").write_bytes(enlarged(picture, number))


if __name__ == "__main__":
    main(*sys.argv[1:])
