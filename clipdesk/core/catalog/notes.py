"""Notes: what a person, or a model, has written of a content; found by their words."""

import json
import re
import sqlite3
from collections.abc import Iterable, Sequence

from clipdesk.core.types import Note

LONGEST = 20_000
"""Characters of a note at most; what is beyond is cut off."""
_LITTLE = frozenset(("a", "an", "and", "at", "by", "in", "of", "on", "or", "the", "to", "with"))
"""Words that say nothing of a picture: a note need not have them."""


class Notes:
    """The table of notes, and the index of their words, which is changed with it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def of(self, content_id: int) -> Note:
        """The note of a content; an empty one if there is none."""
        row = self._db.execute(
            "SELECT text, made_by FROM note WHERE content_id = ?", (content_id,)
        ).fetchone()
        return Note(*row) if row else Note()

    def write(self, content_id: int, text: str) -> None:
        """The person's own note, instead of whatever was there; an empty one is none."""
        self._put(content_id, text.strip()[:LONGEST], "")

    def describe(self, content_id: int, text: str, model: str) -> bool:
        """A model's note, where the person has written none; whether it was taken."""
        known = self.of(content_id)
        if known.text and not known.made_by:
            return False
        self._put(content_id, text.strip()[:LONGEST], model)
        return True

    def inherit(self, old: int, new: int) -> None:
        """A file of the old content has the new one now: what the person wrote still holds."""
        note = self.of(old)
        if note.text and not note.made_by and not self.of(new).text:
            self._put(new, note.text, "")

    def find(self, text: str, limit: int) -> tuple[int, ...]:
        """Contents whose note has all the words of a question, the last one perhaps begun only."""
        words = re.findall(r"\w+", text)
        told = [word for word in words if word.casefold() not in _LITTLE] or words
        if not told:
            return ()
        quoted = " ".join(f'"{word}"' for word in told) + "*"
        rows = self._db.execute(
            "SELECT rowid FROM note_words WHERE note_words MATCH ? ORDER BY rank LIMIT ?",
            (quoted, limit),
        )
        return tuple(id_ for (id_,) in rows)

    def _put(self, content_id: int, text: str, made_by: str) -> None:
        old = self.of(content_id).text
        if old:
            self._db.execute(
                "INSERT INTO note_words (note_words, rowid, text) VALUES ('delete', ?, ?)",
                (content_id, old),
            )
            self._db.execute("DELETE FROM note WHERE content_id = ?", (content_id,))
        if text:
            self._db.execute("INSERT INTO note VALUES (?, ?, ?)", (content_id, text, made_by))
            self._db.execute(
                "INSERT INTO note_words (rowid, text) VALUES (?, ?)", (content_id, text)
            )


class ToDescribe:
    """The contents that wait to be described: what is begun is gone on with at the next start."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def add(self, content_ids: Iterable[int]) -> None:
        """Those of these contents that have no note are to be described."""
        self._db.execute(
            "INSERT OR IGNORE INTO to_describe SELECT id FROM content WHERE id IN"
            " (SELECT value FROM json_each(?))"
            " AND NOT EXISTS (SELECT 1 FROM note WHERE note.content_id = content.id)",
            (json.dumps(list(content_ids)),),
        )

    def next(self, limit: int, root_ids: Sequence[int], besides: Iterable[int]) -> tuple[int, ...]:
        """Contents that wait and have a file in these roots, ``besides`` those under way."""
        rows = self._db.execute(
            "SELECT content_id FROM to_describe"
            " WHERE content_id NOT IN (SELECT value FROM json_each(?)) AND EXISTS"
            " (SELECT 1 FROM asset WHERE asset.content_id = to_describe.content_id"
            "  AND missing_since IS NULL AND root_id IN (SELECT value FROM json_each(?)))"
            " LIMIT ?",
            (json.dumps(list(besides)), json.dumps(list(root_ids)), limit),
        )
        return tuple(id_ for (id_,) in rows)

    def done(self, content_id: int) -> None:
        """This one waits no more."""
        self._db.execute("DELETE FROM to_describe WHERE content_id = ?", (content_id,))

    def sweep(self) -> None:
        """Those of which no file is left wait no more; a disk that is away is another matter."""
        self._db.execute(
            "DELETE FROM to_describe WHERE NOT EXISTS (SELECT 1 FROM asset"
            " WHERE asset.content_id = to_describe.content_id AND missing_since IS NULL)"
        )

    def clear(self) -> None:
        """None waits any more."""
        self._db.execute("DELETE FROM to_describe")

    def count(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM to_describe").fetchone()[0])
