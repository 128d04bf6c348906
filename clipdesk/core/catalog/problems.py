"""Files that could not be indexed, and why."""

import sqlite3
from pathlib import Path

from clipdesk.core.catalog.names import from_blob, to_blob, under
from clipdesk.core.types import Problem, Stamp

_OF_NO_FILE = Stamp(-1, -1, -1)


class Problems:
    """The table of problem files. A file is tried again only when its stamp has changed."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def all(self) -> tuple[Problem, ...]:
        rows = self._db.execute(
            "SELECT path, name, reason, root_id FROM problem JOIN root ON root.id = root_id"
            " ORDER BY path, name"
        )
        return tuple(
            Problem(str(Path(from_blob(root)) / from_blob(name)), reason, root_id)
            for root, name, reason, root_id in rows
        )

    def known(self, root_id: int, name: str = "") -> dict[str, Stamp]:
        """The stamps of a root's problem files by name; below ``name`` if given."""
        query = "SELECT name, size, mtime_ns, inode FROM problem WHERE root_id = ?"
        values: tuple[int | bytes, ...] = (root_id,)
        if name:
            query += " AND (name = ? OR (name >= ? AND name < ?))"
            values += (to_blob(name), *under(name))
        rows = self._db.execute(query, values)
        return {from_blob(blob): Stamp(size, mtime, inode) for blob, size, mtime, inode in rows}

    def put(self, root_id: int, name: str, stamp: Stamp | None, reason: str) -> None:
        """Keep a file's problem; without a stamp it is tried again at the next look."""
        stamp = stamp or _OF_NO_FILE
        self._db.execute(
            "INSERT OR REPLACE INTO problem VALUES (?, ?, ?, ?, ?, ?)",
            (root_id, to_blob(name), stamp.size, stamp.mtime_ns, stamp.inode, reason),
        )

    def clear(self, root_id: int, name: str) -> bool:
        """Forget a problem; whether there was one."""
        return (
            self._db.execute(
                "DELETE FROM problem WHERE root_id = ? AND name = ?", (root_id, to_blob(name))
            ).rowcount
            > 0
        )
