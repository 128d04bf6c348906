"""Killed at any moment, at whatever stage: nothing that was committed is lost."""

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clipdesk.core.types import Stamp
from tests.conftest import REPOSITORY
from tests.core.colours import NAMES
from tests.core.house import house, paint
from tests.faults.ledger import fault, often
from tests.story.test_killed import batches, finish, indexer, run, survey

PICTURES = often(60, 120)

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


@pytest.mark.parametrize("merge", [True, False])
def test_killed_while_a_folder_leaves(tmp_path: Path, merge: bool) -> None:
    """Gone on with at the next start, whether it is forgotten or becomes part of another."""
    pictures, times = 1_000, often(2, 15)
    paint(tmp_path / "outer" / "inner" / "red.png", "red")
    name = "killed while folders become one" if merge else "killed while a folder is removed"
    with fault(name, times) as row:
        with house(tmp_path / "library") as home:
            inner = home.add(tmp_path / "outer" / "inner")
            catalog, path = home.engine.library.catalog, home.directories.catalog
            (known,) = catalog.assets.known(inner).values()
            with catalog.transaction():
                for number in range(pictures - 1):
                    stamp = Stamp(1, 1, -number - 1)
                    catalog.assets.put(inner, f"{number}.png", stamp, known.content_id)
            ids = catalog.assets.ids(inner)
            outer = catalog.roots.add(tmp_path / "outer")
            with catalog.transaction():
                if merge:
                    place = tmp_path / "outer" / "inner"
                    catalog.departures.merge(inner, outer, "inner", place)
                else:
                    catalog.departures.forget(inner)
        for _ in range(times):
            killed_between_slices(path)
        with house(tmp_path / "library") as home:
            row.begun = time.monotonic()
            home.engine.run_until_idle()
            row.right()
            catalog = home.engine.library.catalog
            assert [root.id for root in catalog.roots.all()] == [outer]
            assert catalog.assets.ids(outer) == (ids if merge else frozenset())
            total = catalog._db.execute("SELECT count(*), total(pictures) FROM root").fetchone()
            assert total == (1, pictures if merge else 0)
            left = {item.path for item in catalog.assets.items()}
            assert len(left) == (pictures if merge else 0)
            if merge:
                assert str(tmp_path / "outer" / "inner" / "red.png") in left
            vectors = catalog._db.execute("SELECT count(*) FROM embedding").fetchone()
            row.vectors_lost = 1 - int(vectors[0])
            row.re_encodes = home.encoder.images


def killed_between_slices(catalog: Path) -> None:
    command = [sys.executable, "-m", "tests.faults.leaver", str(catalog)]
    with subprocess.Popen(
        command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("go on\n")
        process.stdin.flush()
        assert process.stdout.readline() == "a slice\n"
        process.stdin.write("go on\n")  # killed in the midst of this one, or about it
        process.stdin.flush()
        process.kill()
        process.wait()


def kill(library: Path, folder: Path, diary: Path, after: float) -> None:
    with indexer(library, folder, diary) as process:
        try:
            process.wait(timeout=after)
        except subprocess.TimeoutExpired:
            finish(process)
