"""A program to be killed: it indexes a folder and says how many pictures are committed.

Run as ``python -m tests.story.indexer LIBRARY FOLDER DIARY``. Every batch is written into the
diary before it is encoded, so that whoever killed it can tell what the kill has cost.
"""

import os
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.engine import Engine
from clipdesk.core.inbox import Inbox
from clipdesk.core.messages.events import (
    Added,
    Event,
)
from clipdesk.core.paths import Directories
from tests.core.colours import ColourEncoder
from tests.core.house import Shelf

SIZE = 224
"""Pixels that make an encoder as slow as real ones are, so that its batches are small."""


class DiaryEncoder(ColourEncoder):
    """Writes down how many pictures each batch has."""

    def __init__(self, diary: Path) -> None:
        super().__init__("starter", SIZE)
        self._diary = os.open(diary, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def encode_images(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        os.write(self._diary, f"{len(pixels)}\n".encode())
        return super().encode_images(pixels)


def main(library: Path, folder: Path, diary: Path) -> None:
    """Index the folder; the last line is ``done``."""

    def hear(event: Event) -> None:
        if isinstance(event, Added):
            say(str(engine.library.catalog.assets.count()))

    shelf = Shelf(DiaryEncoder(diary))
    engine = Engine(Directories.under(library), Inbox(), hear, store=shelf, watching=False)
    say("ready")
    try:
        engine.start()
        engine.take_in(folder)
        engine.run_until_idle()
    finally:
        engine.close()
    say("done")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
