"""How a large library behaves: ``python -m tests.benchmarks.library [FILES [RENAMED [ROWS]]]``.

Files are small and are written into the catalogue as if they had been indexed, so that what is
measured is keeping in step, not decoding. Prints one line for each figure.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from clipdesk.core.catalog.assets import Content
from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.folders import stamp
from clipdesk.core.messages import Browse, Listing
from clipdesk.core.types import Stamp
from tests.core.colours import ColourEncoder
from tests.core.house import House

_IN_A_FOLDER = 500


def main(files: int = 100_000, renamed: int = 10_000, rows: int = 500_000) -> None:
    with tempfile.TemporaryDirectory(prefix="clipdesk-") as place:
        rescans(Path(place), files, renamed)
        idles(Path(place))
    with tempfile.TemporaryDirectory(prefix="clipdesk-") as place:
        memory(Path(place), rows)


def rescans(place: Path, files: int, renamed: int) -> None:
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
    tell(f"rescan of {files:,} unchanged files", scan(home, folder))
    assert home.engine.tally.unchanged == files
    (folder / "old").rename(folder / "new")
    seconds = scan(home, folder)
    assert home.engine.tally.moved == renamed
    assert home.encoder.images == 0
    tell(f"folder of {renamed:,} files renamed, 0 encoded again", seconds)
    home.close()


def idles(place: Path, seconds: float = 20.0) -> None:
    """Nothing happens in three watched folders."""
    home = House(place / "quiet", watching=True)
    for name in ("one", "two", "three"):
        (place / name).mkdir()
        home.add(place / name)
    home.engine.run_until_idle()
    before, until = cpu(), time.monotonic() + seconds
    while time.monotonic() < until:
        if not home.engine.step():
            home.inbox.wait(min(home.engine._patience() or 1.0, until - time.monotonic()))
    used = (cpu() - before) / seconds
    sys.stdout.write(f"{'idle with three folders, part of one core':<52}{used:>9.2%}\n")
    home.close()


def memory(place: Path, rows: int) -> None:
    home = House(place / "library")
    folder = place / "pictures"
    folder.mkdir()
    root_id = root_of(home, folder)
    catalog = home.engine.library.catalog
    with catalog.transaction():
        for number in range(rows):
            name = f"{number // _IN_A_FOLDER}/photograph {number}.png"
            known(catalog, root_id, name, Stamp(number, number, number), number)
    home.engine.run_until_idle()  # the index has caught up: it is not what is measured here
    home.inbox.put(Browse(1))
    begun = time.perf_counter()
    while not home.of(Listing):
        home.engine.step()
    tell(f"listing of {rows:,} pictures", time.perf_counter() - begun)
    assert len(home.of(Listing)[-1].items) == rows
    home.until(lambda: home.engine.idle and not home.engine.step(), 300)
    peak = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
    sys.stdout.write(f"{f'memory at most with {rows:,} rows, listed':<52}{peak:>7.0f} MB\n")
    home.close()


def root_of(home: House, folder: Path) -> int:
    """The id of the folder, added as a root with nothing known of it."""
    catalog = home.engine.library.catalog
    with catalog.transaction():
        root_id = catalog.roots.add(folder)
    home.engine._sync.start()
    home.engine.run_until_idle()
    return root_id


def known(catalog: Catalog, root_id: int, name: str, seen: Stamp, number: int) -> None:
    """Put a file into the catalogue, as if it had been indexed."""
    content = Content(number.to_bytes(16), seen.size, 10, 10, "PNG", 0)
    content_id = catalog.assets.put_content(content)
    catalog.assets.put(root_id, name, seen, content_id)
    space = ColourEncoder("starter").space
    vector = np.zeros((1, space.dimensions), np.float32)
    vector[0, number % space.dimensions] = 1
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


def tell(what: str, seconds: float) -> None:
    sys.stdout.write(f"{what:<52}{seconds:>8.2f} s\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
