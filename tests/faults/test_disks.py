"""Disks that go away, fill up, or may not be written to."""

import time
from pathlib import Path

import pytest

from clipdesk.core.doctor import examine
from clipdesk.core.errors import LibraryError
from clipdesk.core.messages.events import (
    Level,
    Notice,
    RootsChanged,
)
from clipdesk.core.messages.requests import (
    AddRoot,
    Pause,
    Relocate,
    Resume,
)
from clipdesk.core.paths import Directories
from clipdesk.core.types import RootState
from tests.core.house import House, house, paint
from tests.faults.disks import (
    block_disk,
    memory_disk,
    mount_device,
    plug,
    remount,
    unmount,
)
from tests.faults.ledger import fault, often


def state(home: House) -> RootState:
    return home.of(RootsChanged)[-1].roots[0].state


def known(home: House) -> int:
    return home.engine.library.catalog.assets.count()


def is_sound(library: Path) -> bool:
    findings = examine(Directories.under(library))
    return all(finding.sound for finding in findings)


def test_a_disk_that_is_pulled_and_plugged_in_again(tmp_path: Path) -> None:
    pictures, times = 80, often(2, 10)
    disk, point = tmp_path / "disk", tmp_path / "point"
    disk.mkdir()
    point.mkdir()
    with (
        memory_disk(disk),
        fault("disk pulled during a scan, plugged in again", times) as row,
        house(tmp_path / "library", watching=True) as home,
    ):
        for number in range(pictures):
            paint(disk / f"{number % 5}" / f"{number}.png", "red", number)
        plug(disk, point)
        home.inbox.put(AddRoot(point))
        for turn in range(times):
            home.until(lambda turn=turn: known(home) >= min(10 * turn + 5, pictures))
            before = known(home)
            unmount(point)
            home.until(lambda: state(home) is RootState.OFFLINE)
            row.files_lost += max(0, before - known(home))
            plug(disk, point)
            row.begun = time.monotonic()
            home.until(lambda: state(home) is not RootState.OFFLINE)
            row.right()
        home.until(lambda: known(home) == pictures and home.engine.idle)
        row.re_encodes = home.encoder.images - pictures
        assert not home.engine.problems()
        unmount(point)


def test_a_file_system_that_is_unmounted_and_comes_back_elsewhere(tmp_path: Path) -> None:
    pictures, times = 60, often(1, 10)
    points = [tmp_path / "mnt" / "disk", tmp_path / "media" / "disk"]
    for point in points:
        point.mkdir(parents=True)
    with (
        block_disk(tmp_path / "image") as device,
        fault("ext4 unmounted mid-scan, mounted elsewhere", times) as row,
        house(tmp_path / "library", watching=True) as home,
    ):
        mount_device(device, points[0])
        for number in range(pictures):
            paint(points[0] / f"{number % 5}" / f"{number}.png", "red", number)
        home.inbox.put(AddRoot(points[0]))
        for turn in range(times):
            old, new = points[turn % 2], points[1 - turn % 2]
            home.until(lambda turn=turn: known(home) >= min(10 * turn + 5, pictures))
            before = known(home)
            unmount(old)
            home.until(lambda: state(home) is RootState.OFFLINE)
            row.files_lost += max(0, before - known(home))
            mount_device(device, new)
            row.begun = time.monotonic()
            home.send(Relocate(1, new))
            home.until(lambda: state(home) is not RootState.OFFLINE)
            row.right()
        home.until(lambda: known(home) == pictures and home.engine.idle)
        row.re_encodes = home.encoder.images - pictures
        assert not home.engine.problems()
        unmount(new)


@pytest.mark.logs_faults
def test_the_library_s_disk_is_full(tmp_path: Path) -> None:
    pictures = 60
    for number in range(pictures):
        paint(tmp_path / "pictures" / f"{number}.png", "red", number)
    library = tmp_path / "library"
    library.mkdir()
    with memory_disk(library, "4m"), fault("library's disk full") as row:
        with house(library) as home:
            home.add(tmp_path / "pictures")
            before = known(home)
            ballast = library / "ballast"
            fill(ballast)
            for number in range(pictures):
                paint(tmp_path / "more" / f"{number}.png", "blue", 1000 + number)
            home.inbox.put(AddRoot(tmp_path / "more"))
            home.until(lambda: any(n.level is Level.ERROR for n in home.of(Notice)))
            told = [notice for notice in home.of(Notice) if notice.level is Level.ERROR]
            assert "full" in told[0].text
            row.files_lost = max(0, before - known(home))
            ballast.unlink()
            row.begun = time.monotonic()
            home.send(Resume())
            if known(home) < 2 * pictures:
                home.send(AddRoot(tmp_path / "more"), Resume())
            row.right()
            row.files_lost += 2 * pictures - known(home)
        assert is_sound(library)


def fill(path: Path) -> None:
    """Write until no byte is left."""
    with path.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue


@pytest.mark.logs_faults
def test_the_library_may_not_be_written_to(tmp_path: Path) -> None:
    for number in range(20):
        paint(tmp_path / "pictures" / f"{number}.png", "red", number)
    library = tmp_path / "library"
    library.mkdir()
    with memory_disk(library), fault("library's disk read-only") as row:
        with house(library) as home:
            home.add(tmp_path / "pictures")
            home.send(Pause())
        remount(library, "ro")
        with pytest.raises(LibraryError) as caught:
            House(library)
        assert caught.value.hint
        remount(library, "rw")
        row.begun = time.monotonic()
        with house(library) as home:
            home.take_in(tmp_path / "pictures")
            row.right()
            row.files_lost = 20 - known(home)
            row.re_encodes = home.encoder.images
        assert is_sound(library)
