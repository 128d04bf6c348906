"""The catalogue: all or nothing, in words, and never of the future."""

import sqlite3
import stat
from pathlib import Path

import pytest

from clipdesk.core.catalog import schema
from clipdesk.core.catalog.assets import Content
from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.catalog.faults import in_words
from clipdesk.core.catalog.thumbnails import ThumbnailReader, Thumbnails
from clipdesk.core.errors import LibraryError
from clipdesk.core.library import Library
from clipdesk.core.paths import Directories, printable
from clipdesk.core.types import Stamp


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
    before = len(schema.STEPS)
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, "CREATE TABLE more (x)"))
    with pytest.raises(LibraryError, match="older ClipDesk"):
        Catalog(path, read_only=True)
    Catalog(path).close()
    (copy,) = (tmp_path / "backups").glob(f"before-{before + 1}-*.sqlite")
    backup = sqlite3.connect(copy)
    assert backup.execute("SELECT count(*) FROM root").fetchone() == (1,)
    assert schema.version(backup) == before
    backup.close()


def test_text_that_is_damaged_is_told(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "c.sqlite")
    catalog._db.execute("INSERT INTO option VALUES ('model', CAST(x'ff41' AS TEXT))")
    with pytest.raises(LibraryError, match="damaged"), in_words(catalog.path):
        catalog.options.model  # noqa: B018 - to read it is enough
    catalog.close()


def test_pictures_are_counted_as_they_come_and_go(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "c.sqlite")
    roots, assets = catalog.roots, catalog.assets
    outer, inner = roots.add(tmp_path), roots.add(tmp_path / "inner")
    content = assets.put_content(Content(b"hash", 1, 1, 1, "PNG", 0))
    ids = [assets.put(inner, f"{n}.png", Stamp(1, 1, n), content) for n in range(5)]
    assets.put(inner, "0.png", Stamp(2, 2, 2), content)
    assert (roots.counts(), assets.count()) == ({outer: 0, inner: 5}, 5)
    assets.mark_missing(ids[:2])
    assert roots.counts()[inner] == 3
    assets.put(inner, "0.png", Stamp(1, 1, 1), content)  # it is back
    assets.move(ids[2], outer, "moved.png", Stamp(1, 1, 1))
    assert roots.counts() == {outer: 1, inner: 3}
    assets.move(ids[3], inner, "4.png", Stamp(1, 1, 1))  # over another
    assert roots.counts() == {outer: 1, inner: 2}
    catalog.departures.merge(inner, outer, "inner", tmp_path / "inner")
    departure = catalog.departures.next()
    assert departure
    while catalog.departures.work_off(departure, 2):
        assert sum(roots.counts().values()) == 3
    assert catalog.departures.next() is None
    assert roots.counts() == {outer: 3}
    truth = catalog._db.execute("SELECT count(*) FROM asset WHERE missing_since IS NULL")
    assert truth.fetchone() == (3,)
    catalog.close()


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
