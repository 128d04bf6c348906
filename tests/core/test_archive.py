"""A library in one file, and back again; nothing is ever overwritten."""

import stat
import tarfile
import time
from pathlib import Path

import pytest

from clipdesk.core.archive import backup, restore
from clipdesk.core.backups import Backups
from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.errors import LibraryError
from clipdesk.core.paths import Directories
from tests.core.house import house, names, paint


@pytest.fixture
def directories(tmp_path: Path) -> Directories:
    for number in range(6):
        paint(tmp_path / "pictures" / f"{number}.png", "red", number)
    with house(tmp_path / "library") as home:
        home.add(tmp_path / "pictures")
        return home.directories


@pytest.mark.parametrize("thumbnails", [False, True])
def test_it_moves_to_another_place(
    directories: Directories, tmp_path: Path, *, thumbnails: bool
) -> None:
    backup(directories, tmp_path / "b.tar", thumbnails=thumbnails)
    assert stat.S_IMODE((tmp_path / "b.tar").stat().st_mode) == 0o600
    there = Directories.under(tmp_path / "other")
    assert restore(there, tmp_path / "b.tar") is None
    with house(tmp_path / "other", watching=False) as home:
        assert home.engine.library.thumbnails.has(1) is thumbnails
        home.take_in(tmp_path / "pictures")
        assert home.encoder.images == 0
        assert len(names(home.search("red").items)) == 6
    ids = []
    for each in (directories, there):
        catalog = Catalog(each.catalog, read_only=True)
        ids.append(catalog.options.library_id)
        catalog.close()
    assert ids[0] != ids[1]


def test_it_can_be_made_while_the_library_is_used(directories: Directories, tmp_path: Path) -> None:
    with house(tmp_path / "library") as home:
        home.send()
        backup(directories, tmp_path / "b.tar")
    with pytest.raises(LibraryError, match="there already"):
        backup(directories, tmp_path / "b.tar")


def test_a_library_is_replaced_only_when_told_and_kept_aside(
    directories: Directories, tmp_path: Path
) -> None:
    backup(directories, tmp_path / "b.tar")
    with house(tmp_path / "library") as home:
        paint(tmp_path / "pictures" / "later.png", "blue", 50)
        home.take_in(tmp_path / "pictures")
        with pytest.raises(LibraryError, match="Another ClipDesk"):
            restore(directories, tmp_path / "b.tar", replace=True)
    with pytest.raises(LibraryError, match="library already"):
        restore(directories, tmp_path / "b.tar")
    aside = restore(directories, tmp_path / "b.tar", replace=True)
    assert aside is not None
    old = Catalog(aside / "catalog.sqlite", read_only=True)
    assert old.assets.count() == 7
    old.close()
    with house(tmp_path / "library") as home:
        home.take_in(tmp_path / "pictures")
        assert home.encoder.images == 1  # what came after the backup
        assert home.search("red").total == 7


def test_what_is_no_backup_is_refused(directories: Directories, tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_bytes(b"no backup" * 500)
    with pytest.raises(LibraryError, match="no backup"):
        restore(directories, tmp_path / "b.tar", replace=True)
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        tar.add(directories.catalog, "../../catalog.sqlite")
    with pytest.raises(LibraryError, match="no backup"):
        restore(directories, tmp_path / "evil.tar", replace=True)
    with pytest.raises(LibraryError, match="no file"):
        restore(directories, tmp_path / "none.tar", replace=True)
    assert not list(directories.data.glob("replaced-*"))


def test_copies_are_made_now_and_then(directories: Directories, tmp_path: Path) -> None:
    keeper = Backups(directories.catalog, directories.backups, not_before=0)
    keeper.step()
    keeper.close()
    (copy,) = keeper.copies()
    again = Backups(directories.catalog, directories.backups, not_before=0)
    again.step()
    again.close()
    assert again.copies() == [copy]  # nothing has changed, and it is too soon
    restore(directories, copy, replace=True)
    with house(tmp_path / "library") as home:
        home.take_in(tmp_path / "pictures")
        assert home.encoder.images == 0


def test_the_last_three_copies_are_kept(directories: Directories) -> None:
    directories.backups.mkdir()
    for day in range(4):
        (directories.backups / f"catalog-2020010{day}-000000.sqlite").touch()
    import os

    for copy in directories.backups.iterdir():
        os.utime(copy, (1, 1))
    keeper = Backups(directories.catalog, directories.backups, not_before=0)
    keeper.step()
    keeper.close()
    copies = keeper.copies()
    assert len(copies) == 3
    assert time.strftime("catalog-%Y") in copies[-1].name
