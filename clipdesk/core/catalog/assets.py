"""Files and their contents in the catalogue."""

import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from clipdesk.core.catalog.names import from_blob, place, to_blob, under
from clipdesk.core.types import Item, Stamp


@dataclass(frozen=True, slots=True)
class Known:
    """A file that the catalogue knows."""

    asset_id: int
    root_id: int
    name: str
    stamp: Stamp
    missing: bool
    """It is not shown: gone, or left out."""
    left_out: bool
    content_id: int


@dataclass(frozen=True, slots=True)
class Witness:
    """A file by which a folder can be recognised: its name in the root, size, and hash."""

    name: str
    size: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Content:
    """The facts of a file's content; ``hash`` is BLAKE2b-128 of all its bytes."""

    hash: bytes
    size: int
    width: int
    height: int
    format: str
    colour: int
    glance: bytes | None = None
    """The hash of a few of its bytes; None of contents that older versions have kept."""


_KNOWN = "id, root_id, name, size, mtime_ns, inode, missing_since IS NOT NULL, left_out, content_id"
_ITEM_COLUMNS = "asset.id, content.id, root.path, asset.name, width, height, colour, duration_ms"
_ITEM = f"""
    SELECT {_ITEM_COLUMNS}
    FROM asset JOIN content ON content.id = content_id
    JOIN root ON root.id = root_id AND NOT root.leaving
"""
_STAYS = "root_id NOT IN (SELECT id FROM root WHERE leaving)"


class Assets:
    """The tables of files and contents."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    # ── what is known ──────────────────────────────────────────────────────────────────────

    def known(self, root_id: int, name: str = "") -> dict[str, Known]:
        """The files of a root by name; below a folder, or the one file, of ``name`` if given."""
        query = f"SELECT {_KNOWN} FROM asset WHERE root_id = ?"
        values: tuple[int | bytes, ...] = (root_id,)
        if name:
            query += " AND (name = ? OR (name >= ? AND name < ?))"
            values += (to_blob(name), *under(name))
        return {row.name: row for row in map(_known, self._db.execute(query, values))}

    def pages(self, root_id: int, name: str = "", size: int = 4_000) -> Iterator[dict[str, Known]]:
        """What `known` tells, some at a time: there may be hundreds of thousands."""
        query = f"SELECT {_KNOWN} FROM asset WHERE root_id = ? AND name > ?"
        values: tuple[bytes, ...] = ()
        if name:
            query += " AND (name = ? OR (name >= ? AND name < ?))"
            values = (to_blob(name), *under(name))
        query += " ORDER BY name LIMIT ?"
        after = b""
        while True:
            rows = self._db.execute(query, (root_id, after, *values, size)).fetchall()
            yield {row.name: row for row in map(_known, rows)}
            if len(rows) < size:
                return
            after = rows[-1][2]

    def by_inode(self, stamp: Stamp) -> tuple[Known, ...]:
        """The files that had this very stamp: one of them may have moved."""
        rows = self._db.execute(
            f"SELECT {_KNOWN} FROM asset WHERE inode = ? AND size = ? AND mtime_ns = ?"
            f" AND {_STAYS}",
            (stamp.inode, stamp.size, stamp.mtime_ns),
        )
        return tuple(map(_known, rows))

    def missing_with(self, content_id: int) -> Known | None:
        """A file of this content that is missing: the newcomer may be it."""
        row = self._db.execute(
            f"SELECT {_KNOWN} FROM asset WHERE content_id = ? AND missing_since IS NOT NULL"
            f" AND {_STAYS} ORDER BY left_out, missing_since DESC LIMIT 1",
            (content_id,),
        ).fetchone()
        return _known(row) if row else None

    def get(self, asset_id: int) -> Known | None:
        row = self._db.execute(f"SELECT {_KNOWN} FROM asset WHERE id = ?", (asset_id,)).fetchone()
        return _known(row) if row else None

    def facts(self, content_id: int) -> tuple[str, int, int]:
        """The format of a content, its size in bytes, and how many files that are there have it."""
        row = self._db.execute(
            "SELECT format, size, (SELECT count(*) FROM asset WHERE content_id = content.id"
            " AND missing_since IS NULL) FROM content WHERE id = ?",
            (content_id,),
        ).fetchone()
        return (str(row[0]), int(row[1]), int(row[2])) if row else ("", 0, 0)

    def of_size(self, size: int) -> bool:
        """Whether any known content has this size: only then can a new file be a copy."""
        return (
            self._db.execute("SELECT 1 FROM content WHERE size = ? LIMIT 1", (size,)).fetchone()
            is not None
        )

    def resembles(self, size: int, glance: bytes) -> bool:
        """Whether a content of this size and glance is known, or one whose glance is not."""
        row = self._db.execute(
            "SELECT 1 FROM content WHERE size = ? AND (glance = ? OR glance IS NULL) LIMIT 1",
            (size, glance),
        ).fetchone()
        return row is not None

    def content(self, hash_: bytes) -> int | None:
        """The id of the content with this hash."""
        row = self._db.execute("SELECT id FROM content WHERE hash = ?", (hash_,)).fetchone()
        return int(row[0]) if row else None

    def ids(self, root_id: int) -> frozenset[int]:
        """The files of a root that are not missing."""
        rows = self._db.execute(
            "SELECT id FROM asset WHERE root_id = ? AND missing_since IS NULL", (root_id,)
        )
        return frozenset(id_ for (id_,) in rows)

    def shown(
        self, root_id: int, after: tuple[bytes, bytes], size: int
    ) -> tuple[tuple[int, ...], tuple[bytes, bytes]]:
        """Some of `ids` in browsing order, and where they end; see `listed`."""
        rows = self._db.execute(
            "SELECT id, place, name FROM asset WHERE root_id = ? AND missing_since IS NULL"
            " AND (place, name) > (?, ?) ORDER BY place, name LIMIT ?",
            (root_id, *after, size),
        ).fetchall()
        return tuple(row[0] for row in rows), rows[-1][1:] if rows else after

    def contents(self, root_id: int) -> tuple[int, ...]:
        """The contents of a root's files that are not missing."""
        rows = self._db.execute(
            "SELECT DISTINCT content_id FROM asset WHERE root_id = ? AND missing_since IS NULL",
            (root_id,),
        )
        return tuple(id_ for (id_,) in rows)

    def witnesses(self, root_id: int, count: int) -> tuple[Witness, ...]:
        """Files spread evenly over a root, at most ``count`` of them."""
        total = self._db.execute("SELECT pictures FROM root WHERE id = ?", (root_id,)).fetchone()
        step = max(1, (total[0] if total else 0) // count)
        rows = self._db.execute(
            "SELECT name, asset.size, hash FROM"
            " (SELECT name, size, content_id, row_number() OVER (ORDER BY place, name) AS nth"
            "  FROM asset WHERE root_id = ? AND missing_since IS NULL) AS asset"
            " JOIN content ON content.id = content_id WHERE nth % ? = 0 LIMIT ?",
            (root_id, step, count),
        )
        return tuple(Witness(from_blob(name), size, hash_) for name, size, hash_ in rows)

    def count(self) -> int:
        """How many pictures are known and not missing."""
        total = self._db.execute("SELECT total(pictures) FROM root WHERE NOT leaving")
        return int(total.fetchone()[0])

    # ── what becomes known ─────────────────────────────────────────────────────────────────

    def put_content(self, content: Content) -> int:
        """Keep a content, or find the one of this hash; answers its id."""
        known = self.content(content.hash)
        if known is not None:
            if content.glance:
                self.glanced(known, content.glance)
            return known
        cursor = self._db.execute(
            "INSERT INTO content (hash, size, width, height, format, colour, glance)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                content.hash,
                content.size,
                content.width,
                content.height,
                content.format,
                content.colour,
                content.glance,
            ),
        )
        return int(cursor.lastrowid or 0)

    def glanced(self, content_id: int, glance: bytes) -> None:
        """Keep the glance of a content that had none."""
        self._db.execute(
            "UPDATE content SET glance = ? WHERE id = ? AND glance IS NULL", (glance, content_id)
        )

    def put(self, root_id: int, name: str, stamp: Stamp, content_id: int) -> int:
        """Keep a file at this name, new or changed; answers its asset id."""
        row = self._db.execute(
            "INSERT INTO asset (root_id, name, place, size, mtime_ns, inode, content_id)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (root_id, name) DO UPDATE SET size = excluded.size,"
            " mtime_ns = excluded.mtime_ns, inode = excluded.inode,"
            " content_id = excluded.content_id, missing_since = NULL, left_out = 0 RETURNING id",
            (
                root_id,
                to_blob(name),
                place(name),
                stamp.size,
                stamp.mtime_ns,
                stamp.inode,
                content_id,
            ),
        ).fetchone()
        return int(row[0])

    def move(self, asset_id: int, root_id: int, name: str, stamp: Stamp) -> None:
        """The file of this asset is at another name now; what stood there is replaced."""
        self._db.execute(
            "DELETE FROM asset WHERE root_id = ? AND name = ? AND id <> ?",
            (root_id, to_blob(name), asset_id),
        )
        self._db.execute(
            "UPDATE asset SET root_id = ?, name = ?, place = ?, size = ?, mtime_ns = ?, inode = ?,"
            " missing_since = NULL, left_out = 0 WHERE id = ?",
            (
                root_id,
                to_blob(name),
                place(name),
                stamp.size,
                stamp.mtime_ns,
                stamp.inode,
                asset_id,
            ),
        )

    def mark_missing(self, asset_ids: Iterable[int]) -> None:
        """These files are not where they were; they are kept in case they come back."""
        now = time.time()
        self._db.executemany(
            "UPDATE asset SET missing_since = ? WHERE id = ?", ((now, id_) for id_ in asset_ids)
        )

    def leave_out(self, asset_ids: Iterable[int]) -> None:
        """The person does not want to see these; all that is known of them is kept."""
        now = time.time()
        self._db.executemany(
            "UPDATE asset SET missing_since = ?, left_out = 1 WHERE id = ?",
            ((now, id_) for id_ in asset_ids),
        )

    def take_back(self, asset_ids: Iterable[int]) -> None:
        """These were left out, and are so no more."""
        self._db.executemany(
            "UPDATE asset SET missing_since = NULL, left_out = 0 WHERE id = ? AND left_out",
            ((id_,) for id_ in asset_ids),
        )

    # ── what the window shows ──────────────────────────────────────────────────────────────

    def items(self, root_id: int | None = None) -> Iterator[Item]:
        """The pictures of a root, or of all, in no particular order."""
        if root_id is None:
            return map(_item, self._db.execute(f"{_ITEM} WHERE missing_since IS NULL"))
        where = " WHERE missing_since IS NULL AND root_id = ?"
        return map(_item, self._db.execute(_ITEM + where, (root_id,)))

    def listed(
        self, root_id: int, after: tuple[bytes, bytes], size: int
    ) -> tuple[list[Item], tuple[bytes, bytes]]:
        """A page of a root's pictures in browsing order, and where it ends.

        ``after`` is where the page before it ended, at first ``(b"", b"")``.
        """
        rows = self._db.execute(
            f"SELECT {_ITEM_COLUMNS}, asset.place FROM asset"
            " JOIN content ON content.id = content_id"
            " JOIN root ON root.id = root_id AND NOT root.leaving"
            " WHERE root_id = ? AND missing_since IS NULL AND (asset.place, asset.name) > (?, ?)"
            " ORDER BY asset.place, asset.name LIMIT ?",
            (root_id, *after, size),
        ).fetchall()
        end = (rows[-1][-1], rows[-1][3]) if rows else after
        return [_item(row[:-1]) for row in rows], end

    def items_by_id(self, asset_ids: Sequence[int]) -> tuple[Item, ...]:
        """These pictures, in this order; missing ones are left out."""
        found = {item.asset_id: item for item in self._some("asset.id", asset_ids)}
        return tuple(found[id_] for id_ in asset_ids if id_ in found)

    def items_of_contents(
        self, content_ids: Sequence[int], root_id: int | None = None
    ) -> dict[int, list[Item]]:
        """The pictures that have these contents, by content id."""
        of: dict[int, list[Item]] = {}
        for item in self._some("content.id", content_ids, root_id):
            of.setdefault(item.content_id, []).append(item)
        return of

    def _some(self, column: str, ids: Sequence[int], root_id: int | None = None) -> Iterator[Item]:
        for start in range(0, len(ids), 500):  # SQLite's limit of variables is larger, but finite
            chunk = ids[start : start + 500]
            marks = ", ".join("?" * len(chunk))
            where = f" WHERE missing_since IS NULL AND {column} IN ({marks})"
            values = list(chunk)
            if root_id is not None:
                # The plus says: not by looking through the whole root.
                where, values = where + " AND +root_id = ?", [*values, root_id]
            yield from map(_item, self._db.execute(_ITEM + where, values))


def _known(row: tuple[int, int, bytes, int, int, int, int, int, int]) -> Known:
    id_, root_id, name, size, mtime_ns, inode, missing, left_out, content_id = row
    seen = Stamp(size, mtime_ns, inode)
    return Known(id_, root_id, from_blob(name), seen, bool(missing), bool(left_out), content_id)


def _item(row: tuple[int, int, bytes, bytes, int, int, int, int | None]) -> Item:
    asset_id, content_id, root, name, width, height, colour, duration_ms = row
    path = full_path(root, name)
    return Item(asset_id, content_id, path, width, height, colour, duration_ms=duration_ms)


def full_path(root: bytes, name: bytes) -> str:
    """The path of the file of this name in a root, as the system writes it."""
    # Not by `Path`, nor by `os.path`: half a million of them take many seconds.
    folder = from_blob(root)
    return f"{folder.removesuffix(os.sep)}{os.sep}{from_blob(name).replace('/', os.sep)}"
