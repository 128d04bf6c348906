"""Killed at any moment, at whatever stage: nothing that was committed is lost."""

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.core.colours import NAMES
from tests.core.house import paint
from tests.faults.ledger import fault, often
from tests.story.test_killed import batches, finish, indexer, run, survey

PICTURES = 120

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills by SIGKILL")


def test_killed_at_any_moment(tmp_path: Path) -> None:
    library, folder, diary = tmp_path / "library", tmp_path / "pictures", tmp_path / "diary"
    times, chance = often(6, 220), random.Random(7)
    colours = list(NAMES)
    for number in range(PICTURES):
        colour = colours[number % len(colours)]
        paint(folder / f"{colour} {number}.png", colour, number)
    begun = time.monotonic()
    run(library, folder, diary)
    span = time.monotonic() - begun
    shutil.rmtree(library)
    diary.unlink()
    with fault("kill -9 at a random moment", times) as row:
        committed = wasted = 0
        for _ in range(times):
            before = len(batches(diary))
            kill(library, folder, diary, chance.uniform(0.1, 1.0) * span)
            row.begun = time.monotonic()
            survivors = survey(library) if (library / "catalog.sqlite").exists() else 0
            row.right()
            row.files_lost += max(0, committed - survivors)
            # Encoded, and not committed: the batch at hand and the one before it, no more.
            cost = sum(batches(diary)) - wasted - survivors
            last = batches(diary)[before:][-2:]
            if cost not in {0, sum(last), *last[-1:]}:
                row.re_encodes += cost
            wasted += cost
            committed = survivors
            if committed == PICTURES:
                shutil.rmtree(library)
                diary.unlink()
                committed = wasted = 0
        assert run(library, folder, diary)[-1] == "done"
        row.files_lost += PICTURES - survey(library)


def kill(library: Path, folder: Path, diary: Path, after: float) -> None:
    with indexer(library, folder, diary) as process:
        try:
            process.wait(timeout=after)
        except subprocess.TimeoutExpired:
            finish(process)
