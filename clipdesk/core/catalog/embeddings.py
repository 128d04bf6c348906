"""Vector spaces and the embeddings in them."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.types import Space

# A vector of another size (a damaged file) must not spoil the rest; the doctor drops it.
_WHOLE = "length(vector) = (SELECT 2 * dimensions FROM space WHERE space.id = space_id)"


class Embeddings:
    """The tables of spaces and vectors; vectors are kept as float16, of unit length."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def find_space(self, space: Space) -> int | None:
        """The id of this space, None when nothing was ever encoded in it."""
        row = self._db.execute(
            "SELECT id FROM space WHERE architecture = ? AND weights_hash = ?"
            " AND dimensions = ? AND spec = ?",
            _key(space),
        ).fetchone()
        return int(row[0]) if row else None

    def space(self, space: Space) -> int:
        """The id of this space, which is made if it is new."""
        found = self.find_space(space)
        if found is not None:
            return found
        cursor = self._db.execute(
            "INSERT INTO space (architecture, weights_hash, dimensions, spec, model)"
            " VALUES (?, ?, ?, ?, ?)",
            (*_key(space), space.model),
        )
        return int(cursor.lastrowid or 0)

    def spaces(self) -> tuple[tuple[int, str, str, int], ...]:
        """Every space: its id, model, weights hash, and dimensions."""
        rows = self._db.execute("SELECT id, model, weights_hash, dimensions FROM space")
        return tuple(rows.fetchall())

    def put(self, space_id: int, content_ids: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Keep (n, dimensions) vectors of n contents; those already there stay as they are."""
        half = vectors.astype(np.float16)
        self._db.executemany(
            "INSERT INTO embedding (space_id, content_id, vector) VALUES (?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (
                (space_id, content_id, row.tobytes())
                for content_id, row in zip(content_ids, half, strict=True)
            ),
        )

    def get(self, space_id: int, content_id: int) -> NDArray[np.float32] | None:
        """The vector of one content."""
        row = self._db.execute(
            "SELECT vector FROM embedding WHERE space_id = ? AND content_id = ?",
            (space_id, content_id),
        ).fetchone()
        return np.frombuffer(row[0], np.float16).astype(np.float32) if row else None

    def has(self, space_ids: Iterable[int], content_id: int) -> bool:
        """Whether the content has a vector in every one of these spaces."""
        return all(
            self._db.execute(
                "SELECT 1 FROM embedding WHERE space_id = ? AND content_id = ?", (id_, content_id)
            ).fetchone()
            for id_ in space_ids
        )

    def of(
        self, space_id: int, content_ids: Sequence[int]
    ) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
        """The vectors (n, d) of those of these contents that have one, and which they are (n,)."""
        rows = self._db.execute(
            "SELECT content_id, vector FROM embedding WHERE space_id = ?"
            f" AND content_id IN (SELECT value FROM json_each(?)) AND {_WHOLE}",
            (space_id, json.dumps(list(content_ids))),
        ).fetchall()
        return _columns(rows)

    def since(
        self, space_id: int, seq: int, limit: int
    ) -> tuple[int, NDArray[np.int64], NDArray[np.float16]]:
        """The next vectors after ``seq``: the last seq given, content ids (n,), vectors (n, d)."""
        rows = self._db.execute(
            "SELECT seq, content_id, vector FROM embedding WHERE space_id = ? AND seq > ?"
            f" AND {_WHOLE} ORDER BY seq LIMIT ?",
            (space_id, seq, limit),
        ).fetchall()
        return (rows[-1][0] if rows else seq, *_columns([row[1:] for row in rows]))

    def present(
        self, space_id: int, after: int, limit: int
    ) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """The next contents (n,) after ``after`` that have a vector here and a file that is there.

        With them their mean colours (n,) as 0xRRGGBB.
        """
        rows = self._db.execute(
            "SELECT embedding.content_id, colour FROM embedding"
            " JOIN content ON content.id = embedding.content_id"
            " WHERE space_id = ? AND embedding.content_id > ? AND EXISTS (SELECT 1 FROM asset"
            "   WHERE asset.content_id = embedding.content_id AND missing_since IS NULL)"
            " ORDER BY embedding.content_id LIMIT ?",
            (space_id, after, limit),
        ).fetchall()
        table = np.array(rows, np.int64).reshape(-1, 2)
        return table[:, 0], table[:, 1].astype(np.uint32)

    def highest(self, space_id: int) -> int:
        """The highest seq of a space, 0 when it is empty."""
        row = self._db.execute(
            "SELECT seq FROM embedding WHERE space_id = ? ORDER BY seq DESC LIMIT 1", (space_id,)
        ).fetchone()
        return int(row[0]) if row else 0

    def lacking(self, space_id: int, limit: int, after: int = 0) -> tuple[int, ...]:
        """Assets (above the id ``after``) whose content has no vector in this space yet."""
        rows = self._db.execute(
            "SELECT min(asset.id) FROM asset WHERE missing_since IS NULL AND asset.id > ?"
            " AND root_id NOT IN (SELECT id FROM root WHERE leaving OR heir IS NOT NULL)"
            " AND NOT EXISTS (SELECT 1 FROM embedding"
            "   WHERE space_id = ? AND embedding.content_id = asset.content_id)"
            " GROUP BY content_id ORDER BY 1 LIMIT ?",
            (after, space_id, limit),
        )
        return tuple(id_ for (id_,) in rows)


def _columns(
    rows: Sequence[tuple[int, bytes]],
) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
    """Contents (n,) and vectors (n, d) of rows."""
    if not rows:
        return np.empty(0, np.int64), np.empty((0, 0), np.float16)
    ids = np.fromiter((id_ for id_, _ in rows), np.int64, len(rows))
    vectors = np.frombuffer(b"".join(vector for _, vector in rows), np.float16)
    return ids, vectors.reshape(len(rows), -1)


def _key(space: Space) -> tuple[str, str, int, str]:
    spec = json.dumps(asdict(space.spec), sort_keys=True)
    return space.architecture, space.weights_hash, space.dimensions, spec
