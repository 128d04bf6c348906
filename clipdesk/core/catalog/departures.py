"""Roots on their way out of the catalogue, some files at a time: there may be a million.

A root that is to be forgotten is seen no more from the start; one that becomes part of another is
no root any more, and its files are its heir's as they come over. What is left of either when the
program ends is gone on with at the next start.
"""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from clipdesk.core.catalog.names import from_blob, place, to_blob


@dataclass(frozen=True, slots=True)
class Departure:
    """A root on its way out."""

    root_id: int
    heir: int | None
    """The root that its files become part of; None where they are forgotten."""
    name: str
    """The folder that it is in its heir; empty if it is the same folder."""


class Departures:
    """The columns of the table of roots that say where those are going that are no roots."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._pending = True

    def forget(self, root_id: int) -> None:
        """Let a root go, and what is on its way into it; contents and vectors stay."""
        self._pending = True
        # No path begins so: the root's own may be watched anew at once.
        self._db.execute(
            "UPDATE root SET leaving = 1, heir = NULL, path = CAST(x'00' || id AS BLOB)"
            " WHERE id = ? OR heir = ?",
            (root_id, root_id),
        )

    def merge(self, root_id: int, heir: int, name: str, path: Path) -> None:
        """Let a root become the folder ``name`` of another, which is at ``path``.

        With an empty name it is the same folder. What was known of it wins over what the heir
        knows by the same names.
        """
        self._pending = True
        # The path of the heir is taken, though it is the same folder.
        shown = to_blob(path) if name else to_blob(path) + b"/."
        self._db.execute(
            "UPDATE root SET heir = ?, heir_name = ?, path = ? WHERE id = ?",
            (heir, to_blob(name), shown, root_id),
        )

    def next(self) -> Departure | None:
        """The one to be worked off next; None when there is none."""
        if not self._pending:
            return None
        # What others are on their way into has to wait for them.
        row = self._db.execute(
            "SELECT id, heir, heir_name FROM root WHERE (leaving OR heir IS NOT NULL)"
            " AND id NOT IN (SELECT heir FROM root WHERE heir IS NOT NULL)"
            " ORDER BY heir IS NULL, id LIMIT 1"
        ).fetchone()
        self._pending = row is not None
        return Departure(row[0], row[1], from_blob(row[2])) if row else None

    def finish(self) -> None:
        """Work off all of it, where nobody waits for anything else."""
        while departure := self.next():
            while self.work_off(departure, 1_000):
                pass

    def work_off(self, departure: Departure, most: int) -> bool:
        """Let so many of its files go; whether there are more. At the end the root is gone."""
        for work_off in (self._files, self._problems):
            if work_off(departure, most):
                return True
        self._db.execute("DELETE FROM root WHERE id = ?", (departure.root_id,))
        return False

    def _files(self, departure: Departure, most: int) -> int:
        some = "id IN (SELECT id FROM asset WHERE root_id = ? LIMIT ?)"
        values = (departure.root_id, most)
        if departure.heir is None:
            return self._db.execute(f"DELETE FROM asset WHERE {some}", values).rowcount
        folder = _inside(departure)
        return self._db.execute(
            "UPDATE OR REPLACE asset SET root_id = ?, name = CAST(? || name AS BLOB),"
            f" place = CAST(? || place AS BLOB) WHERE {some}",
            (departure.heir, to_blob(folder), place(folder) if folder else b"", *values),
        ).rowcount

    def _problems(self, departure: Departure, most: int) -> int:
        some = "root_id = ? AND name IN (SELECT name FROM problem WHERE root_id = ? LIMIT ?)"
        values = (departure.root_id, departure.root_id, most)
        if departure.heir is None:
            return self._db.execute(f"DELETE FROM problem WHERE {some}", values).rowcount
        return self._db.execute(
            "UPDATE OR REPLACE problem SET root_id = ?, name = CAST(? || name AS BLOB)"
            f" WHERE {some}",
            (departure.heir, to_blob(_inside(departure)), *values),
        ).rowcount


def _inside(departure: Departure) -> str:
    return f"{departure.name}/" if departure.name else ""
