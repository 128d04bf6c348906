"""The doctor finds what is wrong, mends copies, and leaves the truth alone."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from clipdesk.core.doctor import Finding, examine
from clipdesk.core.messages.words import WriteNote
from clipdesk.core.paths import Directories
from tests.core.house import house, paint


@pytest.fixture
def directories(tmp_path: Path) -> Directories:
    for number in range(12):
        paint(tmp_path / "pictures" / f"{number}.png", "red", number)
    with house(tmp_path / "library") as home:
        home.add(tmp_path / "pictures")
        return home.directories


def wrong(directories: Directories, *, mend: bool = False) -> list[Finding]:
    return [found for found in examine(directories, mend=mend) if not found.sound]


def test_a_sound_library_is_left_alone(directories: Directories) -> None:
    findings = list(examine(directories, mend=True))
    assert [finding.subject for finding in findings] == [
        "catalogue",
        "index",
        "thumbnails",
        "folder",
    ]
    assert all(finding.sound and not finding.mended for finding in findings)
    assert "12 as they were, 0 new, 0 changed, 0 gone" in findings[-1].text


def test_it_tells_how_the_disk_differs(directories: Directories, tmp_path: Path) -> None:
    (tmp_path / "pictures" / "3.png").unlink()
    paint(tmp_path / "pictures" / "4.png", "blue", 99)
    paint(tmp_path / "pictures" / "new.png", "blue", 100)
    last = list(examine(directories))[-1]
    assert "10 as they were, 1 new, 1 changed, 1 gone" in last.text


@pytest.mark.parametrize("vector", [b"short", b"\xff\x7f" * 8, b"\0" * 16])
def test_broken_vectors_are_dropped_and_made_again(
    directories: Directories, tmp_path: Path, vector: bytes
) -> None:
    with closing(sqlite3.connect(directories.catalog)) as db, db:
        db.execute("UPDATE embedding SET vector = ? WHERE seq IN (2, 5)", (vector,))
    (found,) = [each for each in wrong(directories) if each.subject == "catalogue"]
    assert "2 vectors" in found.text
    assert all(found.mended for found in wrong(directories, mend=True))
    assert not wrong(directories)
    with house(tmp_path / "library") as home:
        home.send()
        assert home.encoder.images == 2
        assert home.search("red").total == 12
    assert not wrong(directories)


def test_words_of_notes_are_found_again(directories: Directories, tmp_path: Path) -> None:
    with house(tmp_path / "library") as home:
        home.send(WriteNote(3, "a boat"))
    assert not wrong(directories)
    with closing(sqlite3.connect(directories.catalog)) as db, db:
        db.execute("INSERT INTO note_words (note_words) VALUES ('delete-all')")
    (found,) = wrong(directories)
    assert "notes are not found" in found.text
    assert wrong(directories, mend=True)[0].mended
    assert not wrong(directories)
    with house(tmp_path / "library") as home:
        home.send()
        assert home.search("boat").items[0].content_id == 3


def test_orphans_are_dropped(directories: Directories) -> None:
    with closing(sqlite3.connect(directories.catalog)) as db, db:
        db.execute("DELETE FROM content WHERE id = 3")  # its file and its vector are left
    assert wrong(directories, mend=True)[0].mended
    assert not wrong(directories)


def test_an_index_that_lies_is_built_anew(directories: Directories) -> None:
    with closing(sqlite3.connect(directories.catalog)) as db, db:
        db.execute("UPDATE embedding SET content_id = 13 - content_id + 100 WHERE 0")
        vectors = dict(db.execute("SELECT seq, vector FROM embedding").fetchall())
        far = b"\x00\x3c" + b"\0" * (len(vectors[1]) - 2)  # 1, 0, 0, …
        db.execute("UPDATE embedding SET vector = ? WHERE seq = 4", (far[-2:] + far[:-2],))
    (found,) = wrong(directories)
    assert found.subject == "index"
    assert wrong(directories, mend=True)[0].mended
    assert not wrong(directories)


def test_an_index_ahead_of_the_catalogue_is_not_trusted(
    directories: Directories, tmp_path: Path
) -> None:
    """As after a power cut that took the catalogue's last word."""
    with closing(sqlite3.connect(directories.catalog)) as db, db:
        db.execute("DELETE FROM embedding WHERE seq > 9")
        db.execute("UPDATE sqlite_sequence SET seq = 9 WHERE name = 'embedding'")
    assert wrong(directories)
    with house(tmp_path / "library") as home:
        home.send()
        assert home.encoder.images == 3
    assert not wrong(directories)


def test_thumbnails_that_cannot_be_read_are_thrown_away(
    directories: Directories, tmp_path: Path
) -> None:
    data = bytearray(directories.thumbnails.read_bytes())
    data[4096:8192] = b"\xaa" * 4096
    directories.thumbnails.write_bytes(data)
    (found,) = wrong(directories, mend=True)
    assert found.subject == "thumbnails"
    assert not wrong(directories)
