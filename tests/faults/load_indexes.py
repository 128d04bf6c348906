"""Loads damaged indexes, one after another; prints how many were got over."""

import sys
from pathlib import Path

import numpy as np

from clipdesk.core.vectors import VectorIndex
from tests.core.colours import NAMES


def main(folder: Path, pictures: int, identity: str) -> int:
    done = 0
    for path in sorted(folder.glob("damaged */*.vectors")):
        index = VectorIndex(path, identity, len(NAMES))
        keys, scores = index.search(np.ones(len(NAMES), np.float32) / 3, 10)
        assert len(index) in {0, pictures}
        assert len(keys) == len(scores) <= 10
        done += 1
    return done


if __name__ == "__main__":
    sys.stdout.write(f"{main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])}\n")
