"""Draws the demo library into a folder."""

import io
import os
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import resvg_py
from PIL import Image, ImageFont

from clipdesk.demo import creatures  # noqa: F401  adds its pages to the objects'
from clipdesk.demo.canvas import Drawing
from clipdesk.demo.icons import icons
from clipdesk.demo.objects import objects
from clipdesk.demo.patterns import patterns
from clipdesk.demo.places import places
from clipdesk.demo.posters import posters
from clipdesk.demo.scenes import scenes
from clipdesk.demo.screens import screens
from clipdesk.demo.wilds import wilds

VERSION = "1"
"""To be raised when a drawing changes: libraries that were drawn before are drawn anew."""

_LONGEST_PX = 1024
_STAMP = ".clipdesk-demo"
_BOOKS = (scenes, wilds, places, objects, patterns, icons, posters, screens)
_DRAWINGS: tuple[Drawing, ...] = tuple(page for book in _BOOKS for page in book.drawings)
_HOW: Mapping[str, dict[str, Any]] = {
    ".jpg": {"format": "JPEG", "quality": 90},
    ".webp": {"format": "WEBP", "quality": 88, "method": 2},
    ".avif": {"format": "AVIF", "quality": 70, "speed": 9},
    ".tif": {"format": "TIFF", "compression": "tiff_lzw"},
    ".gif": {"format": "GIF"},
    ".png": {"format": "PNG", "compress_level": 3},
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the demo library."""

    name: str
    """Its path under the library's folder, with ``/``."""
    caption: str


CAPTIONS: Mapping[str, tuple[str, ...]] = {page.name: page.captions for page in _DRAWINGS}
"""What each picture shows, the plainest description first."""

PICTURES: tuple[Picture, ...] = tuple(Picture(name, said[0]) for name, said in CAPTIONS.items())

QUERIES = (
    "a sunset over the sea",
    "snowy mountains",
    "a city at night",
    "a red car",
    "a cup of coffee",
    "blue and white stripes",
    "a heart icon",
    "a bar chart",
)
"""What the demo asks for."""

EXAMPLE = "Objects/green apple.png"
"""The picture that the demo drops into the window."""


def write(folder: Path) -> tuple[Picture, ...]:
    """Draw what is missing; at once if all is there. An interrupted call is taken up again.

    Beside the pictures there is ``captions.tsv`` (file, caption), to measure by.
    """
    stamp = folder / _STAMP
    current = stamp.is_file() and stamp.read_text(encoding="utf-8") == VERSION
    wanted = [page for page in _DRAWINGS if not (current and (folder / page.name).is_file())]
    if not wanted and (folder / "captions.tsv").is_file():
        return PICTURES
    for sub in {(folder / page.name).parent for page in wanted}:
        sub.mkdir(parents=True, exist_ok=True)
    with _type_file() as font, ThreadPoolExecutor() as hands:
        for page, data in zip(
            wanted, hands.map(lambda page: _bytes(page, font), wanted), strict=True
        ):
            _put(folder / page.name, data)
    lines = [f"{name}\t{caption}\n" for name, said in CAPTIONS.items() for caption in said]
    _put(folder / "captions.tsv", "".join(["file\tcaption\n", *lines]).encode())
    _put(stamp, VERSION.encode())
    return PICTURES


def _bytes(page: Drawing, font: str) -> bytes:
    svg = page.svg()
    ending = Path(page.name).suffix
    if ending == ".svg":
        return svg.encode()
    scale = min(1.0, _LONGEST_PX / max(page.size))
    png = resvg_py.svg_to_bytes(
        svg_string=svg,
        width=round(page.size[0] * scale),
        height=round(page.size[1] * scale),
        skip_system_fonts=True,  # the same picture on every computer
        font_files=[font],
    )
    with Image.open(io.BytesIO(bytes(png))) as drawn:
        opaque = drawn.getchannel("A").getextrema()[0] == 255
        picture = drawn.convert("RGB") if opaque else drawn.copy()
    kept = io.BytesIO()
    picture.save(kept, **_HOW[ending])
    return kept.getvalue()


@contextmanager
def _type_file() -> Iterator[str]:
    """The typeface that Pillow carries, as the file that resvg asks for."""
    face = ImageFont.load_default(10)
    if not isinstance(face, ImageFont.FreeTypeFont) or not isinstance(face.path, io.BytesIO):
        raise TypeError("This Pillow carries no typeface.")
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "type.ttf"
        file.write_bytes(face.path.getvalue())
        yield str(file)


def _put(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
