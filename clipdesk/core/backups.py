"""Copies of the catalogue, made now and then beside everything else; the last three are kept."""

import logging
import shutil
import threading
import time
from pathlib import Path

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.errors import LibraryError

log = logging.getLogger(__name__)

_EVERY_S = 24 * 3600
_NOT_BEFORE_S = 120.0
"""After the start there is more urgent work."""
_KEEP = 3


class Backups:
    """In a thread of its own, which only reads the catalogue."""

    def __init__(self, catalog: Path, folder: Path, *, not_before: float = _NOT_BEFORE_S) -> None:
        self._catalog = catalog
        self._folder = folder
        self._next = time.monotonic() + not_before
        self._thread: threading.Thread | None = None

    def step(self) -> None:
        """Begin a copy if it is time and something has changed since the last one."""
        if time.monotonic() < self._next or (self._thread and self._thread.is_alive()):
            return
        self._next = time.monotonic() + 3600
        newest = max((copy.stat().st_mtime for copy in self.copies()), default=0.0)
        # A clock that was set back must not put it off for ever.
        recent = 0 <= time.time() - newest < _EVERY_S
        if not recent and self._changed_at() > newest:
            self._thread = threading.Thread(target=self._copy, name="backup", daemon=True)
            self._thread.start()

    def copies(self) -> list[Path]:
        """The copies there are, the oldest first."""
        return sorted(self._folder.glob("catalog-*.sqlite"))

    def close(self) -> None:
        """Wait for a copy that is being made; half of one is thrown away at the next."""
        if self._thread:
            self._thread.join(timeout=10)

    def _changed_at(self) -> float:
        wal = self._catalog.with_name(self._catalog.name + "-wal")
        return max(path.stat().st_mtime for path in (self._catalog, wal) if path.exists())

    def _copy(self) -> None:
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            for half in self._folder.glob("*.part"):
                half.unlink()
            if shutil.disk_usage(self._folder).free < 3 * self._catalog.stat().st_size:
                log.info("no copy of the catalogue is made: the disk is nearly full")
                return
            catalog = Catalog(self._catalog, read_only=True)
            try:
                catalog.backup(self._folder / time.strftime("catalog-%Y%m%d-%H%M%S.sqlite"))
            finally:
                catalog.close()
            for old in self.copies()[:-_KEEP]:
                old.unlink()
        except (OSError, LibraryError) as error:
            log.info("no copy of the catalogue was made: %s", error)
