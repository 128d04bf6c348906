"""How a large library behaves: ``python -m tests.benchmarks.library``.

Files are small and are written into the catalogue as if they had been indexed, so that what is
measured is keeping in step, not decoding.
"""

import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.catalog.assets import Content
from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.folders import stamp
from clipdesk.core.messages.events import (
    Listing,
)
from clipdesk.core.messages.requests import (
    Browse,
)
from clipdesk.core.types import Space, Stamp
from tests.benchmarks.findings import Curve, Findings, alone, megabytes
from tests.core.colours import ColourEncoder
from tests.core.house import House

_IN_A_FOLDER = 500


SIZES = {
    # files of each library that is looked through, rows of the one that is listed
    "quick": ((400,), 1_000),
    "usual": ((10_000, 30_000), 100_000),
    "full": ((10_000, 30_000, 60_000), 200_000),
}


def measure(size: str) -> Findings:
    findings = Findings()
    libraries, rows = SIZES[size]
    curve: list[tuple[float, float]] = []
    for files in libraries:
        with tempfile.TemporaryDirectory(prefix="clipdesk-") as place:
            curve.append((files, rescans(findings, Path(place), files, files // 10)))
    findings.curves.append(Curve("Nothing has changed", "files", "s", {"rescan": curve}))
    with tempfile.TemporaryDirectory(prefix="clipdesk-") as place:
        idles(findings, Path(place), 1.0 if size == "quick" else 20.0)
    with tempfile.TemporaryDirectory(prefix="clipdesk-") as place:
        memory(findings, Path(place), rows)
    return findings


def rescans(findings: Findings, place: Path, files: int, renamed: int) -> float:
    folder = place / "pictures"
    names = [f"{n // _IN_A_FOLDER}/{n}.png" for n in range(files - renamed)]
    names += [f"old/{n}.png" for n in range(renamed)]
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    home = House(place / "library")
    folder_id = root_of(home, folder)
    with home.engine.library.catalog.transaction():
        for number, name in enumerate(names):
            seen = stamp(folder / name)
            assert seen is not None
            known(home.engine.library.catalog, folder_id, name, seen, number)
    home.engine.run_until_idle()  # the index takes the vectors in
    unchanged = scan(home, folder)
    findings.add(f"rescan of {files:,} unchanged files", unchanged, "s")
    assert home.engine.tally.unchanged == files
    (folder / "old").rename(folder / "new")
    seconds = scan(home, folder)
    assert home.engine.tally.moved == renamed
    assert home.encoder.images == 0
    findings.add(f"folder of {renamed:,} files renamed, 0 encoded again", seconds, "s")
    home.close()
    return unchanged


def idles(findings: Findings, place: Path, seconds: float) -> None:
    """Nothing happens in ten watched folders."""
    home = House(place / "quiet", watching=True)
    for name in map(str, range(10)):
        (place / name).mkdir()
        home.add(place / name)
    home.engine.run_until_idle()
    before, until = cpu(), time.monotonic() + seconds
    while time.monotonic() < until:
        if not home.engine.step():
            home.inbox.wait(min(home.engine._patience() or 1.0, until - time.monotonic()))
    used = (cpu() - before) / seconds
    findings.add("idle with ten folders, part of one core", 100 * used, "%")
    home.close()


def memory(findings: Findings, place: Path, rows: int) -> None:
    home = House(place / "library", Wide())
    folder = place / "pictures"
    folder.mkdir()
    root_id = root_of(home, folder)
    catalog, space = home.engine.library.catalog, home.encoder.space
    noise = np.random.default_rng(1)
    for start in range(0, rows, 1_000):
        vectors = noise.standard_normal((1_000, space.dimensions), np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        with catalog.transaction():
            for number in range(start, min(start + 1_000, rows)):
                name = f"{number // _IN_A_FOLDER}/photograph {number}.png"
                stamp_ = Stamp(number, number, number)
                known(
                    catalog,
                    root_id,
                    name,
                    stamp_,
                    number,
                    space=space,
                    wide=vectors[number - start],
                )
    home.engine.run_until_idle()  # the index has caught up: it is not what is measured here
    home.inbox.put(Browse(1))
    begun = before = time.perf_counter()
    first = longest = 0.0
    pages: list[Listing] = []
    while not pages or pages[-1].more:
        home.engine.step()
        now = time.perf_counter()
        longest, before = max(longest, now - before), now
        pages = home.of(Listing)
        first = first or (now - begun if pages else 0.0)
    findings.add(f"listing of {rows:,} pictures", time.perf_counter() - begun, "s")
    findings.add(f"first page of {rows:,} pictures", 1000 * first, "ms")
    findings.add(f"longest slice while listing {rows:,} pictures", 1000 * longest, "ms")
    assert sum(len(page.items) for page in pages) == rows
    home.until(lambda: home.engine.idle and not home.engine.step(), 300)
    peak = megabytes(what="VmHWM")
    findings.add(f"memory at most with {rows:,} rows, listed", peak, "MB")
    home.close()


def root_of(home: House, folder: Path) -> int:
    """The id of the folder, added as a root with nothing known of it."""
    catalog = home.engine.library.catalog
    with catalog.transaction():
        root_id = catalog.roots.add(folder)
    home.engine._sync.start()
    home.engine.run_until_idle()
    return root_id


class Wide(ColourEncoder):
    """Of as many dimensions as the models that people use."""

    def __init__(self) -> None:
        super().__init__("starter")
        self.space = replace(self.space, architecture="wide", dimensions=512)


def known(
    catalog: Catalog,
    root_id: int,
    name: str,
    seen: Stamp,
    number: int,
    *,
    space: Space | None = None,
    wide: NDArray[np.float32] | None = None,
) -> None:
    """Put a file into the catalogue, as if it had been indexed."""
    content = Content(number.to_bytes(16), seen.size, 10, 10, "PNG", 0)
    content_id = catalog.assets.put_content(content)
    catalog.assets.put(root_id, name, seen, content_id)
    space = space or ColourEncoder("starter").space
    if wide is None:
        vector = np.zeros((1, space.dimensions), np.float32)
        vector[0, number % space.dimensions] = 1
    else:
        vector = wide[None]
    catalog.embeddings.put(catalog.embeddings.space(space), [content_id], vector)


def scan(home: House, folder: Path) -> float:
    begun = time.perf_counter()
    home.engine.take_in(folder)
    home.engine.run_until_idle()
    return time.perf_counter() - begun


def cpu() -> float:
    """Seconds of processor that this process and its threads have used."""
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    alone(measure, __doc__)
