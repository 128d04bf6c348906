"""Loads damaged indexes, one after another; prints how many were got over, and the longest time."""

import sys
import time
from pathlib import Path

import numpy as np

from clipdesk.core.vectors import VectorIndex
from tests.core.colours import NAMES


def main(folder: Path, pictures: int, identity: str) -> str:
    done, longest = 0, 0.0
    for path in sorted(folder.glob("damaged */*.vectors")):
        begun = time.monotonic()
        index = VectorIndex(path, identity, len(NAMES))
        keys, scores = index.search(np.ones(len(NAMES), np.float32) / 3, 10)
        assert len(index) in {0, pictures}
        assert len(keys) == len(scores) <= 10
        done, longest = done + 1, max(longest, time.monotonic() - begun)
    return f"{done} {longest}"


if __name__ == "__main__":
    sys.stdout.write(f"{main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])}\n")
