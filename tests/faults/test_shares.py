"""Folders on another computer, and on sticks: file systems that tell and remember less."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clipdesk.core.messages.events import RootsChanged
from clipdesk.core.messages.requests import Rescan
from clipdesk.core.types import RootState
from tests.core.house import House, house, paint
from tests.faults.disks import Share, Stick, share, stick, unmount
from tests.faults.ledger import fault, often

PICTURES = 20
SECONDS = 60


def state(home: House) -> RootState:
    return home.of(RootsChanged)[-1].roots[0].state


def in_library(home: House, folder: Path) -> set[str]:
    items = home.engine.library.catalog.assets.items()
    return {str(Path(item.path).relative_to(folder)) for item in items}


def on_disk(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*.png")}


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    folder = tmp_path / "remote"
    for number in range(PICTURES):
        paint(folder / f"{number % 3}" / f"{number}.png", "red", number)
    return folder


@pytest.fixture
def server(tmp_path: Path, remote: Path) -> Iterator[Share]:
    (tmp_path / "point").mkdir()
    with share(remote, tmp_path / "point", tmp_path) as it:
        yield it


def test_a_share_of_another_computer(
    tmp_path: Path, remote: Path, server: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody tells of what others do there: it is looked through from time to time."""
    monkeypatch.setattr("clipdesk.core.watched._POLL_S", 1.0)
    times = often(1, 10)
    with (
        fault("sshfs: others' work, server stopped, killed", 3 * times) as row,
        house(tmp_path / "library", watching=True) as home,
    ):
        home.add(server.point)
        home.until(lambda: state(home) is RootState.POLLED, SECONDS)
        painted = PICTURES

        def right() -> None:
            row.begun = time.monotonic()
            home.until(lambda: in_library(home, server.point) == on_disk(remote), SECONDS)
            row.right()

        for turn in range(times):
            paint(remote / "new" / f"{turn}.png", "blue", 1000 + turn)
            next(remote.glob("*/*9*.png")).rename(remote / "0" / f"other {turn} 9.png")
            painted += 1
            right()

            server.stop()
            home.until(lambda: state(home) is RootState.OFFLINE, SECONDS)
            row.files_lost += painted - len(in_library(home, server.point))
            server.go_on()
            home.until(lambda: state(home) is not RootState.OFFLINE, SECONDS)
            right()

            server.kill()
            home.until(lambda: state(home) is RootState.OFFLINE, SECONDS)
            row.files_lost += painted - len(in_library(home, server.point))
            paint(remote / "meanwhile" / f"{turn}.png", "green", 2000 + turn)
            painted += 1
            server.unmount()
            server.mount()
            right()
        home.until(lambda: home.engine.idle, SECONDS)
        row.re_encodes = home.encoder.images - painted
        assert not home.engine.problems()


@pytest.fixture
def plugged(tmp_path: Path) -> Iterator[tuple[Stick, Path]]:
    point = tmp_path / "stick"
    point.mkdir()
    with stick(tmp_path / "image") as it:
        it.mount(point)
        try:
            yield it, point
        finally:
            unmount(point)


def test_a_folder_of_a_stick_is_not_read_again(
    tmp_path: Path, plugged: tuple[Stick, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its files have other numbers each time: their sizes and times have to do."""
    it, point = plugged
    folder, times = point / "pictures", often(2, 10)
    for number in range(PICTURES):
        paint(folder / f"{number}.png", "red", number)
    with fault("exFAT stick unplugged, and plugged in again", times) as row:
        with house(tmp_path / "library", watching=True) as home:
            home.add(folder)
            assert home.encoder.images == PICTURES
            for ask in ("glance", "fingerprint", "decode"):
                monkeypatch.setattr(home.engine._pool, ask, None)
            for _ in range(times):
                unmount(point)
                home.until(lambda: state(home) is RootState.OFFLINE, SECONDS)
                it.mount(point)
                shuffle(folder)
                before = home.engine.tally.unchanged
                home.until(lambda n=before: home.engine.tally.unchanged >= n + PICTURES, SECONDS)
                home.until(lambda: home.engine.idle, SECONDS)
        unmount(point)
        it.mount(point)
        shuffle(folder)
        row.begun = time.monotonic()
        with house(tmp_path / "library", watching=True) as home:
            monkeypatch.setattr(home.engine._pool, "glance", None)
            home.until(lambda: home.engine.tally.unchanged >= PICTURES, SECONDS)
            home.send(Rescan())
            row.files_lost = PICTURES - len(in_library(home, folder))
            row.re_encodes = home.encoder.images
            row.right()


def shuffle(folder: Path) -> None:
    """Have the driver number the files otherwise: it does so as they are asked for."""
    for path in sorted(folder.iterdir(), reverse=True):
        path.stat()


def test_names_that_differ_in_case_only_where_that_makes_no_difference(
    tmp_path: Path, plugged: tuple[Stick, Path]
) -> None:
    _, point = plugged
    for number in range(PICTURES):
        paint(point / "Pictures" / f"Photo {number}.PNG", "red", number)
    if not (point / "pictures" / "photo 0.png").exists():
        pytest.skip("this file system tells them apart")
    with (
        fault("renames of case only, where case is one", PICTURES + 1) as row,
        house(tmp_path / "library", watching=True) as home,
    ):
        home.add(point)
        for path in list((point / "Pictures").iterdir()):
            path.rename(path.with_name(path.name.lower()))
        (point / "Pictures").rename(point / "pictures")
        there = {f"pictures/photo {number}.png" for number in range(PICTURES)}
        home.until(lambda: in_library(home, point) == there and home.engine.idle, SECONDS)
        row.right()
        shutil.copy(point / "pictures" / "photo 0.png", point / "pictures" / "copy.png")
        home.until(lambda: len(in_library(home, point)) == PICTURES + 1, SECONDS)
        row.re_encodes = home.encoder.images - PICTURES
