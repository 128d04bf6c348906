"""Which pictures were used after which search: kept here only while the person wants it."""

import sqlite3
import time
from collections.abc import Iterable, Iterator
from typing import Literal, get_args

Deed = Literal["opened", "shown", "copied", "dragged"]
"""Opened in its program, shown in its folder, copied, or dragged out."""


class Uses:
    """The table of what was used; the same search, picture and deed count once."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def add(self, query: str, content_ids: Iterable[int], deed: Deed) -> None:
        """After searching for ``query`` this was done with these contents."""
        if deed not in get_args(Deed):
            raise ValueError(deed)
        now = time.time()
        self._db.executemany(
            "INSERT INTO used SELECT ?, id, ?, ? FROM content WHERE id = ?"
            " ON CONFLICT DO UPDATE SET at = excluded.at",
            ((query, deed, now, id_) for id_ in content_ids),
        )

    def count(self) -> int:
        """How many are known."""
        return int(self._db.execute("SELECT count(*) FROM used").fetchone()[0])

    def all(self) -> Iterator[tuple[str, int, str]]:
        """Each query, the content that was used after it, and what was done with it."""
        return self._db.execute("SELECT query, content_id, deed FROM used ORDER BY at")

    def forget(self) -> None:
        """Forget them all."""
        self._db.execute("DELETE FROM used")
