"""Small pictures drawn for the tests, and what to look at in what comes out."""

from functools import lru_cache
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from clipdesk.core.pictures import Decoded, Rendered
from clipdesk.core.types import ImageSpec

SPEC = ImageSpec(64)
SQUASH = ImageSpec(64, resize_mode="squash")
RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 180, 60), (30, 60, 220), (255, 255, 255)

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
ENDLESS = (
    SVG + 'viewBox="0 0 9 9"><filter id="f"><feTurbulence baseFrequency="0.01"'
    ' numOctaves="100000000"/></filter><rect width="9" height="9" filter="url(#f)"/></svg>'
).encode()
"""A drawing that is legal, small, and takes hours."""


def corners(width: int = 120, height: int = 80) -> Image.Image:
    """Red, green / blue, white: each quarter tells where it has gone."""
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    middle = (width // 2, height // 2)
    draw.rectangle((0, 0, *middle), fill=RED)
    draw.rectangle((middle[0], 0, width, middle[1]), fill=GREEN)
    draw.rectangle((0, middle[1], middle[0], height), fill=BLUE)
    draw.rectangle((*middle, width, height), fill=WHITE)
    return image


@lru_cache(maxsize=4)
def photo(width: int, height: int, seed: int = 0) -> Image.Image:
    """Soft shapes under a little grain."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 256, (9, 12, 3), np.uint8))
    soft = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC), np.float32)
    grain = rng.normal(0, 6, (height, width, 1))
    return Image.fromarray(np.clip(soft + grain, 0, 255).astype(np.uint8))


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    """The picture's file."""
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def quarters(pixels: NDArray[np.uint8]) -> list[tuple[int, ...]]:
    """The colours in the middle of the four quarters, row by row."""
    height, width = pixels.shape[:2]
    return [
        tuple(int(value) for value in pixels[height * y // 4, width * x // 4])
        for y in (1, 3)
        for x in (1, 3)
    ]


def near(found: tuple[int, ...], wanted: tuple[int, ...], by: int = 12) -> bool:
    return all(abs(a - b) <= by for a, b in zip(found, wanted, strict=True))


def assert_upright(decoded: Decoded, by: int = 12) -> None:
    """What came out is `corners`, as it was drawn."""
    found = quarters(decoded.inputs[0])
    for colour, wanted in zip(found, (RED, GREEN, BLUE, WHITE), strict=True):
        assert near(colour, wanted, by), found


def rgba(shown: Rendered) -> bytes:
    """What was rendered, in the order of its name."""
    return Image.frombytes("RGBA", (shown.width, shown.height), shown.bgra, "raw", "BGRA").tobytes()


def thumbnail_of(decoded: Decoded) -> Image.Image:
    with Image.open(BytesIO(decoded.thumbnail)) as image:
        image.load()
        return image
