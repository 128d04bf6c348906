"""Small facts that belong to the library: which model it uses, who it is."""

import sqlite3
import uuid


class Options:
    """A table of keys and values; each key is a property here, declared once."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    @property
    def library_id(self) -> str:
        """Tells this library's caches from another's."""
        value = self._get("library_id")
        if not value:
            value = uuid.uuid4().hex
            self._set("library_id", value)
        return value

    def renew(self) -> None:
        """Become a library of one's own, after having been copied from another."""
        self._set("library_id", uuid.uuid4().hex)

    @property
    def model(self) -> str:
        """The model that answers searches; empty until one was chosen."""
        return self._get("model")

    @model.setter
    def model(self, name: str) -> None:
        self._set("model", name)

    @property
    def next_model(self) -> str:
        """The model that the library is being encoded with, or empty."""
        return self._get("next_model")

    @next_model.setter
    def next_model(self, name: str) -> None:
        self._set("next_model", name)

    @property
    def only_plugged_in(self) -> bool:
        """Whether to index only when the computer is plugged in."""
        return bool(self._get("only_plugged_in"))

    @only_plugged_in.setter
    def only_plugged_in(self, only: bool) -> None:
        self._set("only_plugged_in", "yes" if only else "")

    @property
    def remembers_uses(self) -> bool:
        """Whether the person wants it to be kept which pictures they used after which search."""
        return bool(self._get("remembers_uses"))

    @remembers_uses.setter
    def remembers_uses(self, wanted: bool) -> None:
        self._set("remembers_uses", "yes" if wanted else "")

    def _get(self, key: str) -> str:
        row = self._db.execute("SELECT value FROM option WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def _set(self, key: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO option VALUES (?, ?)", (key, value))
