"""Damaged files of the library itself: told, set aside or mended, never a crash or a lie."""

import json
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clipdesk.core.doctor import examine
from clipdesk.core.errors import LibraryError
from clipdesk.core.paths import Directories
from tests.conftest import REPOSITORY
from tests.core.house import House, house, paint
from tests.faults.ledger import fault, often

PICTURES = 40


@pytest.fixture
def library(tmp_path: Path) -> Path:
    for number in range(PICTURES):
        paint(tmp_path / "pictures" / f"{number}.png", "red", number)
    with house(tmp_path / "library") as home:
        home.add(tmp_path / "pictures")
    return tmp_path / "library"


def spoil(path: Path, chance: random.Random) -> None:
    """Flip some bytes, or cut it short."""
    data = bytearray(path.read_bytes())
    if chance.random() < 0.2:
        del data[chance.randrange(len(data)) :]
    for _ in range(chance.choice((1, 4, 64))):
        if data:
            data[chance.randrange(len(data))] ^= chance.randrange(1, 256)
    path.write_bytes(data)


def test_damaged_indexes(tmp_path: Path, library: Path) -> None:
    """Loaded in a process of its own: a file that is mapped into memory may do anything."""
    times, chance = often(20, 400), random.Random(4)
    folder = Directories.under(library).indexes
    with fault("index file damaged", times) as row:
        for turn in range(times):
            place = tmp_path / f"damaged {turn}"
            shutil.copytree(folder, place)
            spoil(chance.choice(sorted(place.iterdir())), chance)
        stamp = json.loads(next(folder.glob("*.stamp")).read_bytes())
        many, whose = str(PICTURES), stamp["identity"]
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.load_indexes", tmp_path, many, whose],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        loaded, longest = done.stdout.split()
        assert int(loaded) == times
        row.seconds = float(longest)


def test_damaged_catalogues(tmp_path: Path, library: Path) -> None:
    times, chance = often(12, 300), random.Random(5)
    directories = Directories.under(tmp_path / "spoilt")
    told = seen = harmless = 0
    with fault("catalogue damaged", times) as row:
        for _ in range(times):
            shutil.copytree(library, directories.data)
            spoil(directories.catalog, chance)
            row.begun = time.monotonic()
            try:
                findings = list(examine(directories))
            except LibraryError as error:
                assert error.hint
                told += 1
            else:
                seen += not findings[0].sound
                harmless += findings[0].sound
            row.right()
            shutil.rmtree(directories.data)
    assert told + seen + harmless == times
    assert told and seen + harmless


@pytest.mark.logs_faults
def test_damaged_thumbnails(tmp_path: Path, library: Path) -> None:
    times, chance = often(8, 100), random.Random(6)
    spoilt = tmp_path / "spoilt"
    directories = Directories.under(spoilt)
    with fault("thumbnails damaged", times) as row:
        for _ in range(times):
            shutil.copytree(library, spoilt)
            spoil(directories.thumbnails, chance)
            row.begun = time.monotonic()
            assert all(found.sound or found.mended for found in examine(directories, mend=True))
            home = House(spoilt)
            try:
                home.take_in(tmp_path / "pictures")
                row.files_lost += PICTURES - home.search("red").total
                row.re_encodes += home.encoder.images
            finally:
                home.close()
            row.right()
            shutil.rmtree(spoilt)


def test_two_at_once(library: Path, tmp_path: Path) -> None:
    with fault("two instances on one library", 2) as row, house(library) as home:
        with pytest.raises(LibraryError, match="Another ClipDesk"):
            House(library)
        cli = [sys.executable, "-m", "clipdesk", "index", str(tmp_path / "pictures")]
        done = subprocess.run(
            [*cli, "--library", str(library)],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert "Another ClipDesk" in done.stderr
        assert "Traceback" not in done.stderr
        home.take_in(tmp_path / "pictures")
        row.right()
        row.re_encodes = home.encoder.images
