"""Watched folders in the catalogue."""

import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

from clipdesk.core.catalog.names import from_blob, to_blob
from clipdesk.core.types import Identity


@dataclass(frozen=True, slots=True)
class RootRow:
    """A root as it is kept; ``device``, ``inode`` and ``is_mount`` tell it from an impostor."""

    id: int
    path: Path
    device: int | None
    inode: int | None
    is_mount: bool | None

    @property
    def identity(self) -> Identity | None:
        """Which folder it was when it was last there."""
        if self.device is None or self.inode is None:
            return None
        return Identity(self.device, self.inode, bool(self.is_mount))

    def identified(self, identity: Identity) -> "RootRow":
        """The same root, now that it is this folder."""
        return RootRow(self.id, self.path, identity.device, identity.inode, identity.is_mount)


class Roots:
    """The table of watched folders."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def all(self) -> tuple[RootRow, ...]:
        rows = self._db.execute("SELECT id, path, device, inode, is_mount FROM root ORDER BY id")
        return tuple(
            RootRow(
                id_, Path(from_blob(path)), device, inode, None if mount is None else bool(mount)
            )
            for id_, path, device, inode, mount in rows
        )

    def add(self, path: Path) -> int:
        """Remember a root; the id of the one that has this path if there is one."""
        self._db.execute(
            "INSERT INTO root (path, added_at) VALUES (?, ?) ON CONFLICT (path) DO NOTHING",
            (to_blob(path), time.time()),
        )
        row = self._db.execute("SELECT id FROM root WHERE path = ?", (to_blob(path),)).fetchone()
        return int(row[0])

    def identify(self, root_id: int, identity: Identity) -> None:
        """Keep what tells this root from another folder at the same path."""
        self._db.execute(
            "UPDATE root SET device = ?, inode = ?, is_mount = ? WHERE id = ?",
            (identity.device, identity.inode, identity.is_mount, root_id),
        )

    def absorb(self, inner: int, outer: int, name: str) -> None:
        """Give the files of root ``inner`` to ``outer``, in which it is the folder ``name``."""
        prefix = to_blob(name) + b"/"
        for table in ("asset", "problem"):
            self._db.execute(
                f"UPDATE OR REPLACE {table} SET root_id = ?, name = CAST(? || name AS BLOB)"
                " WHERE root_id = ?",
                (outer, prefix, inner),
            )
        self._db.execute("DELETE FROM root WHERE id = ?", (inner,))

    def remove(self, root_id: int) -> tuple[int, ...]:
        """Forget a root and its files; answers their asset ids. Contents and vectors stay."""
        ids = self._db.execute(
            "SELECT id FROM asset WHERE root_id = ? AND missing_since IS NULL", (root_id,)
        ).fetchall()
        self._db.execute("DELETE FROM root WHERE id = ?", (root_id,))
        return tuple(id_ for (id_,) in ids)

    def counts(self) -> dict[int, int]:
        """How many pictures are known in each root."""
        return dict(self._db.execute("SELECT id, pictures FROM root"))
