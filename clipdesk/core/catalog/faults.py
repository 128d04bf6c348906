"""SQLite's faults in words: which are the world's, and what the person can do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clipdesk.core.errors import LibraryError
from clipdesk.core.paths import printable

_RESTORE = (
    "Bring back a copy (some are kept in the folder backups beside it): clipdesk restore FILE "
    "--replace. Or move it away: ClipDesk makes a new one from your folders."
)

# https://www.sqlite.org/rescode.html, the primary codes that are not bugs of ours.
_WORDS = {
    sqlite3.SQLITE_FULL: ("The disk is full", "Make room, then start ClipDesk again."),
    sqlite3.SQLITE_READONLY: (
        "The library can't be written to",
        "Give yourself the right to write there, or choose another place with --library.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "The library can't be opened",
        "See whether the folder exists and is yours, or choose another with --library.",
    ),
    sqlite3.SQLITE_IOERR: ("The disk reports an error", "See whether the disk is in order."),
    sqlite3.SQLITE_BUSY: (
        "Another program holds the library",
        "Close the other ClipDesk, then try again.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "The catalogue is damaged",
        _RESTORE,
    ),
    sqlite3.SQLITE_NOTADB: (
        "The catalogue is not a database",
        _RESTORE,
    ),
    sqlite3.SQLITE_PERM: ("Access to the library is refused", "See whether the folder is yours."),
}


def damaged(path: Path) -> LibraryError:
    """The database at ``path`` is not what it was."""
    what, hint = _WORDS[sqlite3.SQLITE_CORRUPT]
    return LibraryError(f"{what}: {printable(path)}", hint=hint)


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Turn the world's faults on the database at ``path`` into `LibraryError`; bugs pass."""
    try:
        yield
    except UnicodeDecodeError as error:  # sqlite3's own words on a damaged file, cut in two
        raise damaged(path) from error
    except sqlite3.DatabaseError as error:
        if str(error).startswith("Could not decode"):  # text that is none: not SQLite's own words
            raise damaged(path) from error
        code = getattr(error, "sqlite_errorcode", None)
        words = _WORDS.get(code & 0xFF) if code is not None else None
        if words is None:
            raise
        raise LibraryError(f"{words[0]}: {printable(path)}", hint=words[1]) from error
