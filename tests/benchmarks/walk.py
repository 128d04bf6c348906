"""How fast a folder is walked, and watched: ``python -m tests.benchmarks.walk [FILES]``.

Makes a tree of empty files and throws it away. Figures are for a warm cache: on a disk that has
to be asked, the disk decides.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from clipdesk.core.folders import Watcher, walk
from clipdesk.core.types import USUAL, Rules

SUFFIXES = frozenset({".jpg", ".png"})
PER_FOLDER = 100


def plant(root: Path, files: int, *, flat: bool) -> None:
    """Pictures in folders of `PER_FOLDER`, or all in one."""
    for number in range(files):
        folder = root if flat else root / f"shoot {number // PER_FOLDER:04}"
        if number % PER_FOLDER == 0:
            folder.mkdir(exist_ok=True)
        (folder / f"IMG_{number}.jpg").touch()


def timed(title: str, files: int, work: Callable[[], object]) -> None:
    """Say how long it took, the best of three."""
    best = min(_seconds(work) for _ in range(3))
    sys.stdout.write(f"{title:34} {best * 1000:8.1f} ms {files / best:12,.0f} files/s\n")


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def measure(root: Path, files: int) -> None:
    def all_of_it(rules: Rules = USUAL) -> None:
        found = sum(1 for _ in walk(root, suffixes=SUFFIXES, rules=rules))
        assert found == files

    def watch() -> None:
        watcher = Watcher(lambda *_: None, lambda *_: None)
        watcher.watch(1, root)
        watcher.close()

    timed("walk", files, all_of_it)
    timed("walk, first file", 1, lambda: next(walk(root, suffixes=SUFFIXES)))
    timed("walk, two patterns", files, lambda: all_of_it(Rules(("drafts/", "*.tmp.jpg"))))
    timed("begin to watch", files, watch)


def main() -> None:
    files = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    for flat in (False, True):
        with tempfile.TemporaryDirectory(prefix="clipdesk-") as folder:
            root = Path(folder) / "pictures"
            root.mkdir()
            plant(root, files, flat=flat)
            shape = "in one folder" if flat else f"in folders of {PER_FOLDER}"
            sys.stdout.write(f"\n{files:,} files {shape}\n")
            measure(root, files)


if __name__ == "__main__":
    main()
