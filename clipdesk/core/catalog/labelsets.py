"""The person's own sets of labels."""

import json
import sqlite3

from clipdesk.core.types import LabelSet


class LabelSets:
    """The table of label sets; capital letters do not tell their names apart."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def all(self) -> tuple[LabelSet, ...]:
        """Every set, in the order of the alphabet."""
        rows = self._db.execute("SELECT name, labels, templates FROM label_set ORDER BY key")
        return tuple(LabelSet(name, text, tuple(json.loads(ways))) for name, text, ways in rows)

    def put(self, labels: LabelSet) -> None:
        """Keep a set, instead of the one of that name."""
        self._db.execute(
            "INSERT INTO label_set (name, key, labels, templates) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET name = excluded.name, labels = excluded.labels,"
            " templates = excluded.templates",
            (labels.name, labels.name.casefold(), labels.text, json.dumps(labels.templates)),
        )

    def remove(self, name: str) -> None:
        self._db.execute("DELETE FROM label_set WHERE key = ?", (name.casefold(),))
