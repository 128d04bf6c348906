"""Tags: the person's own words for pictures, each for any number of contents."""

import json
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge

from clipdesk.core.errors import QueryError
from clipdesk.core.paths import printable
from clipdesk.core.types import TagCount, TagUse

LONGEST = 80
"""Characters of a tag at most."""
_AT_ONCE = 10_000
"""Contents of a tag that are looked up at a time: some 10 ms."""
_MOST = 2**63 - 1


def tidy(name: str) -> str:
    """The name as it is kept: one line, composed (NFC), without the ``#`` it may be written with.

    Raises `QueryError` if nothing is left, or too much.
    """
    seen = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in name)
    seen = "".join(c for c in seen if unicodedata.category(c) != "Cs")
    tidied = " ".join(unicodedata.normalize("NFC", seen).split()).lstrip("#").strip()
    if not tidied:
        raise QueryError("A tag needs a name.")
    if len(tidied) > LONGEST:
        raise QueryError(
            f"“{printable(tidied[:LONGEST])}…” is too long for a tag.",
            hint=f"It may have {LONGEST} characters; a note may have more.",
        )
    return tidied


def key(name: str) -> str:
    """What tells tags apart: capital letters do not."""
    return tidy(name).casefold()


class Tags:
    """The tables of tags. A tag that no picture has any more is gone."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def put(self, name: str, content_ids: Sequence[int], made_by: str = "") -> int:
        """Give contents a tag; answers how many did not have it.

        ``made_by`` is the model that did it, or empty: then it is the person's from now on.
        """
        tag_id = self._id(name)
        before = self._db.total_changes
        self._db.executemany(
            "INSERT INTO content_tag (tag_id, content_id, made_by) VALUES (?, ?, ?)"
            " ON CONFLICT (tag_id, content_id) DO UPDATE SET made_by = excluded.made_by"
            " WHERE made_by <> '' AND excluded.made_by = ''",
            ((tag_id, content_id, made_by) for content_id in content_ids),
        )
        return self._db.total_changes - before

    def take(self, name: str, content_ids: Sequence[int]) -> None:
        """Take a tag away from contents."""
        tag_id = self.find(name)
        self._db.executemany(
            "DELETE FROM content_tag WHERE tag_id = ? AND content_id = ?",
            ((tag_id, content_id) for content_id in content_ids),
        )
        self._db.execute(
            "DELETE FROM tag WHERE id = ? AND NOT EXISTS"
            " (SELECT 1 FROM content_tag WHERE tag_id = tag.id)",
            (tag_id,),
        )

    def inherit(self, old: int, new: int) -> None:
        """A file of the old content has the new one now: what was said of it still holds."""
        self._db.execute(
            "INSERT INTO content_tag (tag_id, content_id, made_by)"
            " SELECT tag_id, ?, made_by FROM content_tag WHERE content_id = ?"
            " ON CONFLICT DO NOTHING",
            (new, old),
        )

    # ── what is known ──────────────────────────────────────────────────────────────────────

    def find(self, name: str) -> int | None:
        """The id of the tag that is called so, whatever its capital letters."""
        row = self._db.execute("SELECT id FROM tag WHERE key = ?", (key(name),)).fetchone()
        return int(row[0]) if row else None

    def names(self) -> tuple[str, ...]:
        """Every tag, in the order of the alphabet."""
        return tuple(name for (name,) in self._db.execute("SELECT name FROM tag ORDER BY key"))

    def count(self, name: str) -> TagCount:
        """How many pictures that are there have this tag."""
        row = self._db.execute(
            "SELECT count(*) FROM content_tag JOIN asset ON asset.content_id ="
            " content_tag.content_id WHERE tag_id = ? AND asset.missing_since IS NULL",
            (self.find(name),),
        ).fetchone()
        return TagCount(name, int(row[0]))

    def of(self, content_ids: Iterable[int]) -> dict[int, tuple[TagUse, ...]]:
        """The tags of each of these contents that has any, in the order of the alphabet."""
        rows = self._db.execute(
            "SELECT content_id, name, made_by FROM content_tag JOIN tag ON tag.id = tag_id"
            " WHERE content_id IN (SELECT value FROM json_each(?)) ORDER BY key",
            (json.dumps(list(content_ids)),),
        )
        found: dict[int, tuple[TagUse, ...]] = {}
        for content_id, name, made_by in rows:
            found[content_id] = (*found.get(content_id, ()), TagUse(name, made_by))
        return found

    def shared(self, content_ids: Sequence[int]) -> tuple[TagUse, ...]:
        """The tags of any of these contents, and how many of them have each."""
        rows = self._db.execute(
            "SELECT name, min(made_by), count(*) FROM content_tag JOIN tag ON tag.id = tag_id"
            " WHERE content_id IN (SELECT value FROM json_each(?)) GROUP BY tag.id ORDER BY key",
            (json.dumps(list(content_ids)),),
        )
        return tuple(TagUse(name, made_by, count) for name, made_by, count in rows)

    def contents(self, names: Sequence[str], root_id: int | None = None) -> tuple[int, ...]:
        """The contents that have all these tags, once for each file that is there (in this root).

        Raises `QueryError` naming a tag that there is not.
        """
        return tuple(id_ for (id_,) in self._with("asset.content_id", self._ids(names), root_id))

    def assets(self, names: Sequence[str], root_id: int) -> tuple[int, ...]:
        """The files of a root that have all these tags, in browsing order; raises the same."""
        return tuple(asset_id for *_, asset_id in merge(*self.runs(names, root_id)))

    def runs(self, names: Sequence[str], root_id: int) -> Iterator[list[tuple[bytes, bytes, int]]]:
        """The same files, some at a time: where each comes in browsing order, and its id.

        Each of the lists is in that order; all are when they are merged. Raises the same.
        """
        ids, after = self._ids(names), 0
        what, order = "asset.place, asset.name, asset.id", " ORDER BY asset.place, asset.name"
        while True:
            last = self._db.execute(
                "SELECT max(content_id) FROM (SELECT content_id FROM content_tag"
                " WHERE tag_id = ? AND content_id > ? ORDER BY content_id LIMIT ?)",
                (ids[0], after, _AT_ONCE),
            ).fetchone()[0]
            if last is None:
                return
            yield self._with(what, ids, root_id, order, after=after, last=last).fetchall()
            after = last

    def _with(
        self,
        what: str,
        ids: Sequence[int],
        root_id: int | None,
        order: str = "",
        *,
        after: int = 0,
        last: int = _MOST,
    ) -> sqlite3.Cursor:
        """Of the files whose contents have these tags, and are of those after one to a last one."""
        first, *rest = ids
        # The plus says: from the tag's pictures, not by looking through the whole root.
        also = " AND EXISTS (SELECT 1 FROM content_tag AS c WHERE c.tag_id = ? AND c.content_id"
        return self._db.execute(
            f"SELECT {what} FROM content_tag AS t JOIN asset ON asset.content_id = t.content_id"
            " WHERE t.tag_id = ? AND t.content_id > ? AND t.content_id <= ?"
            " AND asset.missing_since IS NULL"
            f" AND (? IS NULL OR +root_id = ?){(also + ' = t.content_id)') * len(rest)}{order}",
            (first, after, last, root_id, root_id, *rest),
        )

    def _ids(self, names: Sequence[str]) -> list[int]:
        return [self._require(name) for name in names]

    def _require(self, name: str) -> int:
        found = self.find(name)
        if found is None:
            raise QueryError(f"No picture has the tag “{printable(tidy(name))}”.")
        return found

    def _id(self, name: str) -> int:
        found = self.find(name)
        if found is not None:
            return found
        cursor = self._db.execute(
            "INSERT INTO tag (name, key) VALUES (?, ?)", (tidy(name), key(name))
        )
        return int(cursor.lastrowid or 0)
