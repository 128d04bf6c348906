"""The catalogue: the truth about the library."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from clipdesk.core.catalog import checkup, schema
from clipdesk.core.catalog.assets import Assets
from clipdesk.core.catalog.checkup import Checkup
from clipdesk.core.catalog.database import connect, transaction
from clipdesk.core.catalog.departures import Departures
from clipdesk.core.catalog.embeddings import Embeddings
from clipdesk.core.catalog.faults import damaged, in_words
from clipdesk.core.catalog.labelsets import LabelSets
from clipdesk.core.catalog.notes import Notes, ToDescribe
from clipdesk.core.catalog.options import Options
from clipdesk.core.catalog.problems import Problems
from clipdesk.core.catalog.roots import Roots
from clipdesk.core.catalog.sayings import Sayings
from clipdesk.core.catalog.tags import Tags
from clipdesk.core.catalog.uses import Uses
from clipdesk.core.catalog.videos import Videos
from clipdesk.core.errors import LibraryError
from clipdesk.core.paths import BACKUPS, printable

_COPIES = 2


class Catalog:
    """One SQLite file, used by one thread at a time. Raises `LibraryError` in the open."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        with in_words(path):
            self._db = connect(path, read_only=read_only)
            try:
                self._prepare(read_only=read_only)
            except BaseException:
                self._db.close()
                raise
        self.roots = Roots(self._db)
        self.departures = Departures(self._db)
        self.assets = Assets(self._db)
        self.embeddings = Embeddings(self._db)
        self.problems = Problems(self._db)
        self.options = Options(self._db)
        self.uses = Uses(self._db)
        self.sayings = Sayings(self._db)
        self.videos = Videos(self._db)
        self.tags = Tags(self._db)
        self.notes = Notes(self._db)
        self.to_describe = ToDescribe(self._db)
        self.label_sets = LabelSets(self._db)

    def _prepare(self, *, read_only: bool) -> None:
        has = schema.version(self._db)
        if has > len(schema.STEPS):
            raise LibraryError(
                f"This library was made by a newer ClipDesk: {printable(self.path)}",
                hint="Install the newer version, or choose another library with --library.",
            )
        if has == len(schema.STEPS):
            if not schema.is_whole(self._db):
                raise damaged(self.path)
            return
        if read_only:
            raise LibraryError(
                f"This library was made by an older ClipDesk: {printable(self.path)}",
                hint="Open it once in the window, or index a folder, to bring it up to date.",
            )
        if has:
            self._keep(has)
        schema.migrate(self._db)

    def _keep(self, version: int) -> None:
        """A copy of what is about to be changed, beside the others; the last two are kept."""
        folder = self.path.parent / BACKUPS
        folder.mkdir(mode=0o700, exist_ok=True)
        self.backup(folder / time.strftime(f"before-{version + 1}-%Y%m%d-%H%M%S.sqlite"))
        copies = sorted(folder.glob("before-*.sqlite"), key=lambda copy: copy.stat().st_mtime)
        for old in copies[:-_COPIES]:
            old.unlink()

    def backup(self, target: Path) -> None:
        """Copy the catalogue as it is now, consistent, to a file that appears whole."""
        half = target.with_name(target.name + ".part")
        try:
            with in_words(target), closing(sqlite3.connect(half)) as copy:
                half.chmod(0o600)
                self._db.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, that may be moved
            with half.open("rb+") as file:
                os.fsync(file.fileno())
            half.replace(target)
        except BaseException:
            half.unlink(missing_ok=True)
            raise

    def examine(self) -> Checkup:
        """Is it sound? Raises `LibraryError` when that can't even be asked."""
        with in_words(self.path):
            try:
                return checkup.examine(self._db)
            except (sqlite3.OperationalError, TypeError, ValueError) as error:
                # A table that is no longer there, a number where bytes should be.
                return Checkup((str(error),), 0, ())

    def mend(self, found: Checkup) -> None:
        """Mend what a look at it has found, as far as that is safe."""
        with in_words(self.path), suppress(sqlite3.OperationalError):
            checkup.mend(self._db, found)

    def inherit(self, old: int, new: int) -> None:
        """A file of the old content has the new one now: the person's words stay with it."""
        self.tags.inherit(old, new)
        self.notes.inherit(old, new)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Raises `LibraryError` when the world is in the way."""
        with in_words(self.path), transaction(self._db):
            yield

    def close(self) -> None:
        self._db.close()
