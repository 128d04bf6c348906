"""Thumbnails, packed in one file of the cache: it may be thrown away at any time."""

import sqlite3
import threading
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path

from clipdesk.core.catalog.database import connect, transaction
from clipdesk.core.catalog.faults import in_words

_SCHEMA = """
    CREATE TABLE IF NOT EXISTS thumbnail (content_id INTEGER PRIMARY KEY, data BLOB NOT NULL);
    CREATE TABLE IF NOT EXISTS owner (library_id TEXT NOT NULL);
"""


def discard(path: Path) -> None:
    """A cache that can't be read is worth nothing: it is begun again."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def adopt(path: Path, library_id: str) -> None:
    """Make the thumbnails at ``path``, copied from another library, this one's."""
    with in_words(path), closing(connect(path)) as db, transaction(db):
        db.execute("UPDATE owner SET library_id = ?", (library_id,))


class Thumbnails:
    """Encoded thumbnails by content id, for the library of this id and no other."""

    def __init__(self, path: Path, library_id: str) -> None:
        self.path = path
        try:
            self._db = self._open(library_id)
        except sqlite3.DatabaseError:
            discard(path)
            self._db = self._open(library_id)

    def _open(self, library_id: str) -> sqlite3.Connection:
        db = connect(self.path)
        try:
            db.executescript(_SCHEMA)
            if db.execute("SELECT library_id FROM owner").fetchall() != [(library_id,)]:
                # Content ids mean nothing in another library.
                with transaction(db):
                    db.execute("DELETE FROM thumbnail")
                    db.execute("DELETE FROM owner")
                    db.execute("INSERT INTO owner VALUES (?)", (library_id,))
        except BaseException:
            db.close()
            raise
        return db

    def backup(self, target: Path) -> None:
        """Copy the cache as it is now."""
        with in_words(target), closing(sqlite3.connect(target)) as copy:
            self._db.backup(copy)

    def put(self, thumbnails: Iterable[tuple[int, bytes]]) -> None:
        """Keep (content id, encoded thumbnail) pairs."""
        with transaction(self._db):
            self._db.executemany("INSERT OR REPLACE INTO thumbnail VALUES (?, ?)", thumbnails)

    def drop(self, content_id: int) -> None:
        """Throw one away; it is made again when somebody wants to see it."""
        self._db.execute("DELETE FROM thumbnail WHERE content_id = ?", (content_id,))

    def ids(self) -> frozenset[int]:
        """The contents that have one. Raises `LibraryError` when the cache can't be read."""
        with in_words(self.path):
            return frozenset(id_ for (id_,) in self._db.execute("SELECT content_id FROM thumbnail"))

    def is_sound(self) -> bool:
        """Whether the whole cache can be read."""
        try:
            return bool(self._db.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",))
        except sqlite3.DatabaseError:
            return False

    def has(self, content_id: int) -> bool:
        return (
            self._db.execute(
                "SELECT 1 FROM thumbnail WHERE content_id = ?", (content_id,)
            ).fetchone()
            is not None
        )

    def close(self) -> None:
        self._db.close()


class ThumbnailReader:
    """Reads thumbnails while the engine writes them; any number of threads may call it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False

    def read(self, content_id: int) -> bytes | None:
        """The encoded thumbnail, or None when it has yet to be made."""
        try:
            row = (
                self._connection()
                .execute("SELECT data FROM thumbnail WHERE content_id = ?", (content_id,))
                .fetchone()
            )
        except sqlite3.DatabaseError:
            return None  # not made yet, thrown away, or closing: the engine will make it again
        return row[0] if row else None

    def some(self, count: int) -> list[bytes]:
        """At most so many encoded thumbnails, evenly from the first to the last."""
        try:
            db = self._connection()
            ends = "SELECT min(content_id), max(content_id) FROM thumbnail"
            first, last = db.execute(ends).fetchone()
            if first is None:
                return []
            after = "SELECT content_id FROM thumbnail WHERE content_id >= ? LIMIT 1"
            # More places than are wanted: where ids are missing, several come to the same.
            places = ((first + (last + 1 - first) * n // (4 * count),) for n in range(4 * count))
            met = list(dict.fromkeys(row for place in places for row in db.execute(after, place)))
            step = max(1, len(met) / count)
            some = [met[int(n * step)] for n in range(min(count, len(met)))]
            data = "SELECT data FROM thumbnail WHERE content_id = ?"
            return [blob for row in some for (blob,) in db.execute(data, row)]
        except sqlite3.DatabaseError:
            return []  # as above

    def _connection(self) -> sqlite3.Connection:
        db: sqlite3.Connection | None = getattr(self._threads, "db", None)
        if db is None:
            db = connect(self._path, read_only=True)
            with self._lock:
                if self._closed:
                    db.close()
                    raise sqlite3.ProgrammingError("closed")
                self._open.append(db)
            self._threads.db = db
        return db

    def close(self) -> None:
        """Close every thread's connection; reads that come later answer None."""
        with self._lock:
            self._closed = True
            for db in self._open:
                with suppress(sqlite3.DatabaseError):
                    db.close()
            self._open.clear()
