"""The catalogue: all or nothing, in words, and never of the future."""

import sqlite3
import stat
from pathlib import Path

import pytest

from clipdesk.core.catalog import schema
from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.catalog.thumbnails import ThumbnailReader, Thumbnails
from clipdesk.core.errors import LibraryError
from clipdesk.core.library import Library
from clipdesk.core.paths import Directories, printable


def test_it_is_its_owners_only(tmp_path: Path) -> None:
    directories = Directories.under(tmp_path / "library")
    Library(directories).close()
    assert stat.S_IMODE(directories.data.stat().st_mode) == 0o700
    for file in (directories.catalog, directories.thumbnails):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "c.sqlite")
    with pytest.raises(RuntimeError), catalog.transaction():
        catalog.roots.add(tmp_path)
        raise RuntimeError
    assert not catalog.roots.all()
    catalog.close()


@pytest.mark.parametrize(
    "content", [b"no database at all" * 100, b"SQLite format 3\0" + b"\1" * 999]
)
def test_a_damaged_catalogue_is_told_in_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "c.sqlite").write_bytes(content)
    with pytest.raises(LibraryError) as caught:
        Catalog(tmp_path / "c.sqlite")
    assert "c.sqlite" in str(caught.value)
    assert caught.value.hint


def test_a_catalogue_of_the_future_is_left_alone(tmp_path: Path) -> None:
    Catalog(tmp_path / "c.sqlite").close()
    db = sqlite3.connect(tmp_path / "c.sqlite")
    db.execute(f"PRAGMA user_version = {len(schema.STEPS) + 1}")
    db.close()
    with pytest.raises(LibraryError, match="newer ClipDesk"):
        Catalog(tmp_path / "c.sqlite")


def test_it_is_copied_before_it_is_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "c.sqlite"
    old = Catalog(path)
    old.roots.add(tmp_path)
    old.close()
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, "CREATE TABLE more (x)"))
    with pytest.raises(LibraryError, match="older ClipDesk"):
        Catalog(path, read_only=True)
    Catalog(path).close()
    backup = sqlite3.connect(path.with_suffix(".v1.backup"))
    assert backup.execute("SELECT count(*) FROM root").fetchone() == (1,)
    assert schema.version(backup) == 1
    backup.close()


def test_a_place_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError, match="can't be made"):
        Library(Directories.under(tmp_path / "file" / "library"))


def test_thumbnails_are_read_while_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "t.sqlite"
    reader = ThumbnailReader(path)
    assert reader.read(1) is None
    thumbnails = Thumbnails(path, "mine")
    thumbnails.put([(1, b"one")])
    assert reader.read(1) == b"one"
    assert reader.read(2) is None
    reader.close()
    assert reader.read(1) is None
    thumbnails.close()


def test_another_librarys_thumbnails_are_thrown_away(tmp_path: Path) -> None:
    path = tmp_path / "t.sqlite"
    mine = Thumbnails(path, "mine")
    mine.put([(1, b"one")])
    mine.close()
    other = Thumbnails(path, "other")
    assert not other.has(1)
    other.close()


def test_a_broken_cache_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "t.sqlite"
    path.write_bytes(b"broken" * 1000)
    thumbnails = Thumbnails(path, "mine")
    thumbnails.put([(1, b"one")])
    assert thumbnails.has(1)
    thumbnails.close()


def test_names_cannot_fool_a_terminal() -> None:
    assert printable("a\x1b[31mb\n\u202egpj.exe") == "a\\x1b[31mb\\n\\u202egpj.exe"
    assert printable("caf\udce9 🎨") == "caf\\udce9 🎨"
