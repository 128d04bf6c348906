"""How soon the window is there, and if it ever holds still: ``python -m tests.benchmarks.window``.

The real program on a real X screen (Xvfb), over a library of 20,000 pictures: started, scrolled,
and scrolled while it indexes. A heartbeat in the GUI's thread tells how long it was ever away.
"""

import tempfile
import time
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from clipdesk.core.catalog.assets import Content
from clipdesk.core.encoders.store import Store
from clipdesk.core.folders import stamp
from clipdesk.core.library import Library
from clipdesk.core.paths import Directories
from tests.benchmarks.crowd import Crowd
from tests.benchmarks.decode import photo
from tests.benchmarks.findings import Curve, Findings, alone
from tests.benchmarks.screen import heartbeat, run, screen

ROWS = {"quick": (300,), "usual": (1_000, 20_000), "full": (1_000, 20_000, 50_000)}
_IN_A_FOLDER = 500


def measure(size: str) -> Findings:
    findings = Findings()
    visible: list[tuple[float, float]] = []
    listed: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory(prefix="clipdesk-") as folder, screen() as environment:
        for rows in ROWS[size]:
            place = Path(folder) / str(rows)
            _library(place, rows)
            library = place / "library"
            starts = [run(library, environment, rows, "start") for _ in range(4)][1:]
            bounds = {"must": 0.7} if rows >= 20_000 else {}
            seen = min(start["visible"] for start in starts)
            findings.add(f"window visible, warm, {rows:,} pictures", seen, "s", **bounds)
            there = min(start["listed"] for start in starts)
            findings.add(f"all pictures listed, {rows:,}", there, "s")
            visible.append((rows, seen))
            listed.append((rows, there))
        place = Path(folder) / str(ROWS[size][min(1, len(ROWS[size]) - 1)])
        rows = int(place.name)
        for what, new in (("scrolling", 0), ("scrolling while it indexes", 160)):
            folders = [_newcomers(Path(folder), new)] if new else []
            told = run(place / "library", environment, rows, "scroll", folders)
            heartbeat(findings, f"{what}, {rows:,} pictures", told["stages"]["scrolled"])
    if len(visible) > 1:
        lines = {"visible": visible, "listed": listed}
        findings.curves.append(Curve("Start", "pictures", "s", lines))
    return findings


def _library(place: Path, rows: int) -> None:
    """A library as if these many pictures had been indexed with the starter."""
    directories = Directories.under(place / "library")
    encoder = Store(directories.models).load("starter")
    crowd = Crowd(encoder.space.dimensions)
    folder = place / "pictures"
    pictures = [_thumbnail(seed) for seed in range(40)]
    library = Library(directories)
    catalog = library.catalog
    with catalog.transaction():
        root = catalog.roots.add(folder)
        space = catalog.embeddings.space(encoder.space)
        for start in range(0, rows, _IN_A_FOLDER):
            ids = []
            for number in range(start, min(rows, start + _IN_A_FOLDER)):
                name = f"shoot {number // _IN_A_FOLDER:03}/IMG_{number:06}.jpg"
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(name.encode())
                seen = stamp(path)
                assert seen is not None
                content = Content(number.to_bytes(16), seen.size, 320, 240, "JPEG", 0x808080)
                ids.append(catalog.assets.put_content(content))
                catalog.assets.put(root, name, seen, ids[-1])
            catalog.embeddings.put(space, ids, crowd.pictures(len(ids)))
            library.thumbnails.put((id_, pictures[id_ % len(pictures)]) for id_ in ids)
    library.close()


def _thumbnail(seed: int) -> bytes:
    dice = np.random.default_rng(seed)
    out = BytesIO()
    soft = Image.fromarray(dice.integers(0, 256, (6, 8, 3), np.uint8))
    soft.resize((320, 240), Image.Resampling.BICUBIC).save(out, "JPEG", quality=82)
    return out.getvalue()


def _newcomers(place: Path, count: int) -> Path:
    folder = place / f"new {time.monotonic_ns()}"
    folder.mkdir()
    for number in range(count):
        data = photo(1600, 1200, number % 8) + number.to_bytes(4)
        (folder / f"{number}.jpg").write_bytes(data)
    return folder


if __name__ == "__main__":
    alone(measure, __doc__)
