"""How fast a folder is walked, and watched: ``python -m tests.benchmarks.walk``.

Makes a tree of empty files and throws it away. Figures are for a warm cache: on a disk that has
to be asked, the disk decides.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

from clipdesk.core.folders import Watcher, walk
from clipdesk.core.types import USUAL, Rules
from tests.benchmarks.findings import Findings, alone, milliseconds

SUFFIXES = frozenset({".jpg", ".png"})
PER_FOLDER = 100
FILES = {"quick": 200, "usual": 20_000, "full": 100_000}


def plant(root: Path, files: int, *, flat: bool) -> None:
    """Pictures in folders of `PER_FOLDER`, or all in one."""
    for number in range(files):
        folder = root if flat else root / f"shoot {number // PER_FOLDER:04}"
        if number % PER_FOLDER == 0:
            folder.mkdir(exist_ok=True)
        (folder / f"IMG_{number}.jpg").touch()


def measure(size: str) -> Findings:
    findings = Findings()
    files = FILES[size]
    for flat in (False, True):
        with tempfile.TemporaryDirectory(prefix="clipdesk-") as folder:
            root = Path(folder) / "pictures"
            root.mkdir()
            plant(root, files, flat=flat)
            shape = "in one folder" if flat else f"in folders of {PER_FOLDER}"
            _walks(findings, root, files, f"{files:,} files {shape}")
    return findings


def _walks(findings: Findings, root: Path, files: int, what: str) -> None:
    def all_of_it(rules: Rules = USUAL) -> None:
        found = sum(1 for _ in walk(root, suffixes=SUFFIXES, rules=rules))
        assert found == files

    def watch() -> None:
        watcher = Watcher(lambda *_: None, lambda *_: None)
        watcher.watch(1, root)
        watcher.close()

    patterns = Rules(("drafts/", "*.tmp.jpg"))
    findings.add(f"walk, {what}", _best(all_of_it), "ms")
    findings.add(
        f"its first file, {what}", _best(lambda: next(walk(root, suffixes=SUFFIXES))), "ms"
    )
    findings.add(f"walk, two patterns, {what}", _best(lambda: all_of_it(patterns)), "ms")
    findings.add(f"begin to watch, {what}", _best(watch), "ms")


def _best(work: Callable[[], object]) -> float:
    """Milliseconds, the best of three."""
    return min(milliseconds(work, 1) for _ in range(3))


if __name__ == "__main__":
    alone(measure, __doc__)
