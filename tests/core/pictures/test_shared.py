"""Real files of every kind: each comes out, or says why not; none harms the pool."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from clipdesk.core.errors import DecoderLost, PictureError
from clipdesk.core.pictures import DecoderPool, Limits
from tests.core.pictures.drawn import SPEC

REASONED = {"jxl", "psd", "raw", "tga", "exr-hdr"}
"""Features that no decoder here opens yet."""
EVERY = {
    "orientation-jpeg", "jpeg-cmyk-adobe", "jpeg-mpo", "png-suite", "png-16bit", "icc", "apng",
    "gif-animated", "webp", "tiff-multipage", "tiff-tiled", "heic-heif", "avif", "jpeg2000",
    "svg", "ico-cur-icns",
}  # fmt: skip
"""Features of which every file opens."""


def _index(folder: Path) -> list[tuple[Path, str]]:
    with (folder / "index.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows)
        return [(folder / name, kind) for name, kind in rows]


def test_formats(shared_pictures: Path) -> None:
    rows = _index(shared_pictures / "e-formats")
    opened: Counter[str] = Counter()
    with DecoderPool(2) as pool:
        for future, kind in [(pool.decode(path, (SPEC,)), kind) for path, kind in rows]:
            fault = future.exception(60)
            assert fault is None or isinstance(fault, PictureError)
            assert not isinstance(fault, DecoderLost)
            if fault is None:
                opened[kind] += 1
                assert future.result().inputs[0].shape == (64, 64, 3)
                assert future.result().thumbnail
            else:
                assert str(fault).startswith(("Not readable: ", "Not a picture: ", "Too large"))
    everything = Counter(kind for _, kind in rows)
    assert {kind for kind in EVERY if opened[kind] != everything[kind]} == set()
    assert not REASONED & set(opened)
    assert opened.total() >= 165


def test_hostile_files_harm_nothing(shared_pictures: Path) -> None:
    rows = _index(shared_pictures / "f-hostile")
    with DecoderPool(2, Limits(seconds=10)) as pool:
        asked = [
            future
            for path, _ in rows
            for future in (pool.decode(path, (SPEC,)), pool.render(path, 1000))
        ]
        for future in asked:
            fault = future.exception(60)
            assert fault is None or isinstance(fault, PictureError), fault


def test_icons_are_seen(shared_pictures: Path) -> None:
    icons = sorted((shared_pictures / "d-assets").rglob("*.svg"))[::3]
    with DecoderPool(2) as pool:
        for future, icon in [(pool.decode(icon, (SPEC,)), icon) for icon in icons]:
            assert future.result(60).inputs[0].std() > 5, icon


@pytest.mark.parametrize("number", range(1, 9))
def test_all_orientations_look_alike(shared_pictures: Path, number: int) -> None:
    folder = shared_pictures / "e-formats" / "orientation-jpeg"
    with DecoderPool(1) as pool:
        first = pool.decode(folder / "Landscape_1.jpg", (SPEC,))
        other = pool.decode(folder / f"Landscape_{number}.jpg", (SPEC,))
        a, b = (future.result(60).inputs[0].astype(float) for future in (first, other))
    # The number written in the middle differs, the corners don't.
    assert abs(a - b)[:16].mean() < 8
