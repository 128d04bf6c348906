"""Is the catalogue sound? What can be mended in it without losing anything that can't be remade."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from clipdesk.core.catalog.database import transaction

_AT_ONCE = 5_000
_FAR_FROM_ONE = 0.02
"""How far a vector's length may be from 1: they are kept as float16."""


@dataclass(frozen=True, slots=True)
class Checkup:
    """What is wrong."""

    damage: tuple[str, ...]
    """SQLite's own words on the file, at most ten."""
    orphans: int
    """Rows that belong to a row that is not there."""
    broken_vectors: tuple[int, ...]
    """The seqs of embeddings of a wrong size, or that are no unit vectors."""
    lost_words: bool = False
    """Notes are not found by all of their words, or by others."""


def examine(db: sqlite3.Connection) -> Checkup:
    """Look through everything; some seconds for a large library."""
    said = [str(line) for (line,) in db.execute("PRAGMA integrity_check(10)")]
    damage = tuple(line for line in said if line != "ok")
    orphans = len(db.execute("PRAGMA foreign_key_check").fetchall())
    return Checkup(damage, orphans, tuple(_broken(db)), _lost_words(db))


def _lost_words(db: sqlite3.Connection) -> bool:
    """Whether the index of the notes' words is not in step with the notes."""
    try:
        db.execute("INSERT INTO note_words (note_words, rank) VALUES ('integrity-check', 1)")
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        return True
    return False


def mend(db: sqlite3.Connection, checkup: Checkup) -> None:
    """Build SQLite's own indexes anew, drop orphans and broken vectors: they are made again."""
    if checkup.damage:
        db.execute("REINDEX")
    if checkup.damage or checkup.lost_words:
        db.execute("INSERT INTO note_words (note_words) VALUES ('rebuild')")
    with transaction(db):
        for table, rowid, _, _ in db.execute("PRAGMA foreign_key_check").fetchall():
            if rowid is not None:
                db.execute(f'DELETE FROM "{table}" WHERE rowid = ?', (rowid,))
        db.executemany(
            "DELETE FROM embedding WHERE seq = ?", ((seq,) for seq in checkup.broken_vectors)
        )


def _broken(db: sqlite3.Connection) -> Iterator[int]:
    for space_id, dimensions in db.execute("SELECT id, dimensions FROM space").fetchall():
        after = 0
        while True:
            rows = db.execute(
                "SELECT seq, vector FROM embedding WHERE space_id = ? AND seq > ?"
                " ORDER BY seq LIMIT ?",
                (space_id, after, _AT_ONCE),
            ).fetchall()
            if not rows:
                break
            after = rows[-1][0]
            whole = [(seq, blob) for seq, blob in rows if len(blob) == 2 * dimensions]
            yield from {seq for seq, _ in rows} - {seq for seq, _ in whole}
            vectors = np.frombuffer(b"".join(blob for _, blob in whole), np.float16)
            lengths = np.linalg.norm(vectors.reshape(len(whole), -1).astype(np.float32), axis=1)
            sound = np.abs(lengths - 1) <= _FAR_FROM_ONE  # false of NaN
            yield from (seq for (seq, _), good in zip(whole, sound, strict=True) if not good)
