"""What the person has said of their pictures, all of it; what models have said is left out."""

import sqlite3
from collections.abc import Iterator

from clipdesk.core.catalog.names import from_blob


class Sayings:
    """Reads across the tables of tags, notes, uses and files."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def tags(self) -> Iterator[tuple[int, str]]:
        """Each content and a tag that the person gave it."""
        return self._db.execute(
            "SELECT content_id, name FROM content_tag JOIN tag ON tag.id = tag_id"
            " WHERE made_by = '' ORDER BY content_id, key"
        )

    def notes(self) -> Iterator[tuple[int, str]]:
        """Each content and the note that the person wrote on it."""
        return self._db.execute(
            "SELECT content_id, text FROM note WHERE made_by = '' ORDER BY content_id"
        )

    def uses(self) -> Iterator[tuple[int, str, str]]:
        """Each content that was used after a search, the search, and what was done with it."""
        return self._db.execute("SELECT content_id, query, deed FROM used ORDER BY content_id")

    def places(self) -> Iterator[tuple[int, str, str]]:
        """Each content of a file that is there, its root's folder, and its name below that."""
        rows = self._db.execute(
            "SELECT content_id, root.path, name FROM asset JOIN root ON root.id = root_id"
            " WHERE missing_since IS NULL ORDER BY content_id, root_id, name"
        )
        return ((id_, from_blob(root), from_blob(name)) for id_, root, name in rows)
