"""What people, programs and accidents do to the files in a folder."""

import os
import random
import shutil
import signal
import time
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clipdesk.core.messages.requests import (
    AddRoot,
    Rescan,
    Retry,
)
from clipdesk.core.pictures import SUFFIXES
from tests.core.house import House, house, paint
from tests.faults.ledger import Row, fault, often


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path / "library", watching=True) as it:
        yield it


def on_disk(folder: Path) -> set[str]:
    return {os.fspath(path) for path in folder.rglob("*.png") if path.is_file()}


def in_library(home: House) -> set[str]:
    return {item.path for item in home.engine.library.catalog.assets.items()}


def right(home: House, row: Row, folder: Path, seconds: float = 60) -> None:
    """Wait until the catalogue says what the disk says."""
    row.begun = time.monotonic()
    there = on_disk(folder)
    home.until(lambda: in_library(home) == there and home.engine.idle, seconds)
    row.right()
    row.files_lost += len(there - in_library(home))


def test_a_storm_of_renames(home: House, tmp_path: Path) -> None:
    files, renames = often(100, 500), often(2_000, 100_000)
    folder, chance = tmp_path / "pictures", random.Random(8)
    for number in range(files):
        paint(folder / f"{number}.png", "red", number)
    home.add(folder)
    with fault("event storm: renames", renames) as row:
        here = sorted(folder.iterdir())
        for turn in range(renames):
            place = chance.randrange(files)
            here[place] = here[place].rename(folder / f"{place} {turn}.png")
            if turn % 500 == 0:
                home.engine.step()
        right(home, row, folder, 120)
        row.re_encodes = home.encoder.images - files


def test_the_observer_dies(home: House, tmp_path: Path) -> None:
    folder = paint(tmp_path / "pictures" / "one.png", "red").parent
    home.add(folder)
    with fault("observer's thread killed") as row:
        observer = home.engine._sync._watcher._observer
        assert observer is not None
        observer.stop()
        observer.join(60)
        paint(folder / "unheard.png", "blue", 2)
        right(home, row, folder)
        row.re_encodes = home.encoder.images - 2


def test_events_are_lost(home: House, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    for number in range(60):
        paint(folder / f"{number}.png", "red", number)
    home.add(folder)
    with fault("every event lost, then a reconcile", 60) as row:
        home.engine._sync._watcher.unwatch(1)
        for number in range(0, 60, 3):
            (folder / f"{number}.png").rename(folder / f"renamed {number}.png")
            (folder / f"{number + 1}.png").unlink()
        home.inbox.take_looks()
        home.send(Rescan())
        right(home, row, folder)
        row.re_encodes = home.encoder.images - 60


def test_the_computer_sleeps(home: House, tmp_path: Path) -> None:
    folder, times = tmp_path / "pictures", often(3, 30)
    for number in range(60):
        paint(folder / f"{number}.png", "red", number)
    home.add(folder)
    sync, slept = home.engine._sync, 0.0
    sync._clocks._wall = lambda: time.time() + slept
    with fault("sleep, with work by others meanwhile", times) as row:
        for turn in range(times):
            sync._watcher.unwatch(1)
            (folder / f"{turn}.png").rename(folder / f"{turn} renamed.png")
            paint(folder / f"{turn} new.png", "blue", 1000 + turn)
            home.inbox.take_looks()
            slept += 8 * 3600 if turn % 2 else -3600  # or the clock was set back
            sync._checked_at = float("-inf")
            right(home, row, folder)
        row.re_encodes = home.encoder.images - 60 - times


def test_a_root_is_removed_and_made_again(home: House, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    for number in range(30):
        paint(folder / f"{number}.png", "red", number)
    shutil.copytree(folder, tmp_path / "copy")
    home.add(folder)
    with fault("root removed and made again") as row:
        shutil.rmtree(folder)
        shutil.copytree(tmp_path / "copy", folder)
        right(home, row, folder)
        paint(folder / "new.png", "blue", 99)  # it is watched again
        right(home, row, folder)
        row.re_encodes = home.encoder.images - 31


def test_clocks_that_are_wrong(home: House, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    for number in range(30):
        paint(folder / f"{number}.png", "red", number)
    home.add(folder)
    with fault("clock wrong: mtimes of the past and future", 30) as row:
        for number, moment in enumerate((0, 1, 2**31, 4_000_000_000) * 7):
            os.utime(folder / f"{number}.png", (moment, moment))
        paint(folder / "0.png", "blue", 77)  # another content, at an old time
        os.utime(folder / "0.png", (0, 0))
        home.send(Rescan())
        right(home, row, folder)
        row.re_encodes = home.encoder.images - 31


def test_names_that_differ_by_case_or_composition(home: House, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    names = ["café.png", "Ångström.png", "plain.png"]
    for number, name in enumerate(names):
        paint(folder / unicodedata.normalize("NFC", name), "red", number)
    home.add(folder)
    with fault("renames of case, and of Unicode's form", 6) as row:
        for name in names:
            (folder / unicodedata.normalize("NFC", name)).rename(
                folder / unicodedata.normalize("NFD", name)
            )
        right(home, row, folder)
        for path in list(folder.iterdir()):
            path.rename(path.with_name(path.name.upper().replace(".PNG", ".png")))
        right(home, row, folder)
        row.re_encodes = home.encoder.images - 3


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_loops_and_copies(home: House, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    one = paint(folder / "one.png", "red")
    for number in range(20):
        (folder / f"link {number}").mkdir()
        os.link(one, folder / f"link {number}" / "hard.png")
        shutil.copy(one, folder / f"link {number}" / "copy.png")
    (folder / "loop").symlink_to(folder)
    (folder / "self").symlink_to(folder / "self")
    (folder / "up").symlink_to(tmp_path)
    with fault("hard links, loops, identical files", 40) as row:
        home.add(folder)
        right_here = {path for path in on_disk(folder) if "/loop/" not in path}
        home.until(lambda: in_library(home) == right_here and home.engine.idle)
        (folder / "link 3").rename(folder / "moved")
        one.unlink()
        right_here = {path for path in on_disk(folder) if "/loop/" not in path}
        home.until(lambda: in_library(home) == right_here and home.engine.idle)
        row.right()
        row.re_encodes = home.encoder.images - 1


_DEADLY = (signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS)


@pytest.mark.skipif(os.name == "nt", reason="kills by signals")
def test_decoders_are_killed(home: House, tmp_path: Path) -> None:
    files, kills, chance = often(60, 600), often(6, 60), random.Random(10)
    folder = tmp_path / "pictures"
    for number in range(files):
        paint(folder / f"{number}.png", "red", number)
    with fault("decoder crashes while it reads", kills) as row:
        home.inbox.put(AddRoot(folder))
        for turn in range(kills):
            home.until(lambda turn=turn: read(home) > turn * files // (kills + 2))
            for _, process in home.engine._pool._feeders:
                pid = process.pid
                if pid is not None:
                    with suppress(ProcessLookupError):  # it is still dying of the last time
                        os.kill(pid, chance.choice(_DEADLY))
        home.until(lambda: home.engine.idle)
        decoders = len(home.engine._pool._feeders)
        assert len(home.engine.problems()) <= decoders * kills  # each holds one file
        assert len(in_library(home)) + len(home.engine.problems()) == files
        home.send(Retry())
        right(home, row, folder)
        row.re_encodes = home.encoder.images - files
        assert not home.engine.problems()


def read(home: House) -> int:
    return home.encoder.images + len(home.engine.problems())


FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP", "ICO", "AVIF", "SVG")
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


def test_mutated_files(tmp_path: Path) -> None:
    each, chance = often(12, 1_000), random.Random(9)
    folder = tmp_path / "mutants"
    folder.mkdir()
    pixels = np.random.default_rng(3).integers(0, 255, (40, 50, 3)).astype(np.uint8)
    for kind in FORMATS:
        whole = tmp_path / f"whole.{kind.lower()}"
        if kind == "SVG":
            whole.write_bytes(DRAWING)
        else:
            Image.fromarray(pixels).save(whole, kind)
        data = whole.read_bytes()
        for number in range(each):
            (folder / f"{number}{whole.suffix}").write_bytes(mutant(data, chance))
    with (
        fault("mutated files of each format", each * len(FORMATS)) as row,
        house(tmp_path / "library") as home,
    ):
        home.add(folder)
        listed = len(in_library(home)) + len(home.engine.problems())
        row.files_lost = each * len(FORMATS) - listed
        assert all(problem.reason for problem in home.engine.problems())
        row.right()


def test_mutated_real_files(tmp_path: Path, shared_pictures: Path) -> None:
    times, chance = often(40, 6_000), random.Random(11)
    real = [
        path
        for part in ("e-formats", "f-hostile")
        for path in sorted((shared_pictures / part).rglob("*"))
        if path.suffix.lower() in SUFFIXES and path.is_file() and 0 < path.stat().st_size < 1 << 20
    ]
    folder = tmp_path / "mutants"
    folder.mkdir()
    for number in range(times):
        path = real[number % len(real)] if times > len(real) else chance.choice(real)
        (folder / f"{number}{path.suffix.lower()}").write_bytes(mutant(path.read_bytes(), chance))
    with (
        fault("mutated real files, hostile ones too", times) as row,
        house(tmp_path / "library") as home,
    ):
        home.add(folder)
        row.files_lost = times - len(in_library_of_all(home)) - len(home.engine.problems())
        assert all(problem.reason for problem in home.engine.problems())
        row.right()


def in_library_of_all(home: House) -> set[str]:
    return {item.path for item in home.engine.library.catalog.assets.items()}


def mutant(data: bytes, chance: random.Random) -> bytes:
    """Some bytes flipped, doubled, dropped, or the end cut off."""
    bytes_ = bytearray(data)
    for _ in range(chance.choice((1, 2, 8, 40))):
        place = chance.randrange(len(bytes_))
        match chance.randrange(4):
            case 0:
                bytes_[place] ^= 1 << chance.randrange(8)
            case 1:
                bytes_[place] = chance.choice((0, 255, 127, 128))
            case 2:
                bytes_[place:place] = bytes_[place : place + chance.randrange(1, 16)]
            case _:
                del bytes_[place : place + chance.randrange(1, 4)]
        if not bytes_:
            return b""
    return bytes(bytes_[: chance.randrange(len(bytes_))] if chance.random() < 0.1 else bytes_)
