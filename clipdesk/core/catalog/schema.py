"""The catalogue's schema, grown in numbered steps (``PRAGMA user_version`` counts them)."""

import sqlite3
from contextlib import closing

from clipdesk.core.catalog.names import from_blob, place

STEPS: tuple[str, ...] = (
    """
    CREATE TABLE root (
        id INTEGER PRIMARY KEY,
        path BLOB NOT NULL UNIQUE,
        device INTEGER, inode INTEGER, is_mount INTEGER,
        added_at REAL NOT NULL,
        pictures INTEGER NOT NULL DEFAULT 0
    );
    -- One row for each different file content. Vectors and thumbnails belong to it, so they
    -- outlive renames, moves, and files that were gone for a while.
    CREATE TABLE content (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        hash BLOB NOT NULL UNIQUE,
        size INTEGER NOT NULL,
        width INTEGER NOT NULL, height INTEGER NOT NULL,
        format TEXT NOT NULL, colour INTEGER NOT NULL
    );
    CREATE INDEX content_size ON content (size);
    -- One row for each file. Names are bytes: not every file name is text.
    CREATE TABLE asset (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        root_id INTEGER NOT NULL REFERENCES root (id) ON DELETE CASCADE,
        name BLOB NOT NULL,
        size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,
        content_id INTEGER NOT NULL REFERENCES content (id),
        missing_since REAL,
        UNIQUE (root_id, name)
    );
    CREATE INDEX asset_content ON asset (content_id);
    CREATE INDEX asset_inode ON asset (inode);
    -- Counting half a million rows takes longer than a search may: they are counted as they
    -- come and go.
    CREATE TRIGGER asset_comes AFTER INSERT ON asset WHEN new.missing_since IS NULL BEGIN
        UPDATE root SET pictures = pictures + 1 WHERE id = new.root_id;
    END;
    CREATE TRIGGER asset_goes AFTER DELETE ON asset WHEN old.missing_since IS NULL BEGIN
        UPDATE root SET pictures = pictures - 1 WHERE id = old.root_id;
    END;
    CREATE TRIGGER asset_turns AFTER UPDATE OF root_id, missing_since ON asset BEGIN
        UPDATE root SET pictures = pictures - (old.missing_since IS NULL) WHERE id = old.root_id;
        UPDATE root SET pictures = pictures + (new.missing_since IS NULL) WHERE id = new.root_id;
    END;
    CREATE TABLE problem (
        root_id INTEGER NOT NULL REFERENCES root (id) ON DELETE CASCADE,
        name BLOB NOT NULL,
        size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,
        reason TEXT NOT NULL,
        PRIMARY KEY (root_id, name)
    ) WITHOUT ROWID;
    CREATE TABLE space (
        id INTEGER PRIMARY KEY,
        model TEXT NOT NULL, architecture TEXT NOT NULL, weights_hash TEXT NOT NULL,
        dimensions INTEGER NOT NULL, spec TEXT NOT NULL,
        UNIQUE (architecture, weights_hash, dimensions, spec)
    );
    -- seq rises with every insert and is never used again: an index that knows its highest
    -- seq knows what it has missed.
    CREATE TABLE embedding (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        space_id INTEGER NOT NULL REFERENCES space (id) ON DELETE CASCADE,
        content_id INTEGER NOT NULL REFERENCES content (id) ON DELETE CASCADE,
        vector BLOB NOT NULL,
        UNIQUE (space_id, content_id)
    );
    CREATE TABLE option (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    """,
    # A row's seq comes last in every index: what is new in a space is found at once, however
    # much there is.
    "CREATE INDEX embedding_space ON embedding (space_id)",
    # What the person leaves out is put away, not forgotten. And every file has its place in
    # browsing order, so that half a million can be listed a page at a time.
    """
    ALTER TABLE root ADD COLUMN rules TEXT NOT NULL DEFAULT '{}';
    ALTER TABLE asset ADD COLUMN left_out INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE asset ADD COLUMN place BLOB NOT NULL DEFAULT x'';
    UPDATE asset SET place = browsing_place(name);
    CREATE INDEX asset_place ON asset (root_id, place, name) WHERE missing_since IS NULL;
    """,
    # What is said of pictures belongs to contents, as vectors do: it follows a picture wherever it
    # goes. No cascade from there: a content that somebody has said something of can't be deleted.
    # ``made_by`` is a model's name, or empty where it was the person. (The words of notes are
    # found by FTS5; no trigger keeps them, since a schema that is not trusted has no such.)
    """
    CREATE TABLE tag (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        key TEXT NOT NULL UNIQUE
    );
    CREATE TABLE content_tag (
        tag_id INTEGER NOT NULL REFERENCES tag (id) ON DELETE CASCADE,
        content_id INTEGER NOT NULL REFERENCES content (id),
        made_by TEXT NOT NULL DEFAULT '',
        UNIQUE (tag_id, content_id)
    );
    CREATE INDEX content_tag_content ON content_tag (content_id);
    CREATE TABLE note (
        content_id INTEGER PRIMARY KEY REFERENCES content (id),
        text TEXT NOT NULL,
        made_by TEXT NOT NULL DEFAULT ''
    );
    CREATE VIRTUAL TABLE note_words USING fts5 (
        text, content = 'note', content_rowid = 'content_id',
        tokenize = 'unicode61 remove_diacritics 2'
    );
    CREATE TABLE to_describe (
        content_id INTEGER PRIMARY KEY REFERENCES content (id) ON DELETE CASCADE
    );
    CREATE TABLE label_set (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        key TEXT NOT NULL UNIQUE,
        labels TEXT NOT NULL,
        templates TEXT NOT NULL
    );
    """,
    # A glance at a large file (a few of its bytes) tells most apart without reading them; a small
    # one is seen whole. What older versions have kept is learnt when it is read again.
    """
    ALTER TABLE content ADD COLUMN glance BLOB;
    UPDATE content SET glance = hash WHERE size <= 196608;
    CREATE INDEX content_glance ON content (size, glance);
    DROP INDEX content_size;
    """,
    # Which pictures were used after which search: written only while the person wants it.
    """
    CREATE TABLE used (
        query TEXT NOT NULL,
        content_id INTEGER NOT NULL REFERENCES content (id) ON DELETE CASCADE,
        deed TEXT NOT NULL,
        at REAL NOT NULL,
        UNIQUE (query, content_id, deed)
    );
    CREATE INDEX used_content ON used (content_id);
    """,
    # A video is a content that lasts, and has been looked through so far. What it shows at its
    # moments are contents without a file; the one that stands for it is among them.
    """
    ALTER TABLE content ADD COLUMN duration_ms INTEGER;
    ALTER TABLE content ADD COLUMN looked_ms INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX content_video ON content (looked_ms, id) WHERE duration_ms IS NOT NULL;
    CREATE TABLE frame (
        content_id INTEGER PRIMARY KEY REFERENCES content (id) ON DELETE CASCADE,
        video_id INTEGER NOT NULL REFERENCES content (id) ON DELETE CASCADE,
        at_ms INTEGER NOT NULL,
        UNIQUE (video_id, at_ms)
    );
    """,
    # A root on its way out: its files go some at a time, to be forgotten (it is ``leaving``) or to
    # become those of its heir.
    """
    ALTER TABLE root ADD COLUMN leaving INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE root ADD COLUMN heir INTEGER REFERENCES root (id);
    ALTER TABLE root ADD COLUMN heir_name BLOB NOT NULL DEFAULT x'';
    """,
)


def version(db: sqlite3.Connection) -> int:
    """How many steps this database has taken."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def is_whole(db: sqlite3.Connection) -> bool:
    """Whether the tables and columns are those of the steps; a damaged page may say otherwise."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as ideal:
        migrate(ideal)
        return _columns(ideal) <= _columns(db)


def _columns(db: sqlite3.Connection) -> set[tuple[str, str]]:
    return set(
        db.execute(
            "SELECT m.name, c.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c"
            " WHERE m.type = 'table'"
        )
    )


def migrate(db: sqlite3.Connection) -> None:
    """Take the steps that are missing, each in one transaction."""
    db.create_function("browsing_place", 1, lambda name: place(from_blob(name)), deterministic=True)
    for number in range(version(db), len(STEPS)):
        db.executescript(
            f"BEGIN IMMEDIATE;{STEPS[number]};PRAGMA user_version = {number + 1};COMMIT;"
        )
