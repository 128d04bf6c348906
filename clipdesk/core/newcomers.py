"""Folders that are to be watched from now on: seen first, then taken in."""

from pathlib import Path

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.catalog.names import relative
from clipdesk.core.catalog.roots import RootRow
from clipdesk.core.errors import FolderError
from clipdesk.core.paths import printable
from clipdesk.core.types import Identity


class Newcomers:
    """They wait, by numbers below 0, until somebody has seen that they are there."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._waiting: dict[int, Path] = {}

    def path(self, number: int) -> Path | None:
        """The folder of this number, while it waits."""
        return self._waiting.get(number)

    def drop(self, number: int) -> None:
        """It is not to be a root."""
        self._waiting.pop(number, None)

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, number: int) -> bool:
        return number in self._waiting

    def add(self, path: Path) -> int:
        """Let it wait; answers its number. Raises `FolderError` when it is watched already."""
        self._refuse(path)
        number = min(self._waiting, default=0) - 1
        self._waiting[number] = path
        return number

    def take_in(self, number: int, identity: Identity | None) -> tuple[RootRow, list[RootRow]]:
        """Make it a root, now that it was seen; answers it, and the roots that it has swallowed.

        Raises `FolderError` when it is not there.
        """
        path = self._waiting.pop(number)
        if identity is None:
            raise FolderError(
                f"There is no folder {printable(path)}, or its disk does not answer.",
                hint="See whether the name is right.",
            )
        self._refuse(path)
        roots = self._catalog.roots
        inner = [row for row in roots.all() if relative(row.path, path)]
        with self._catalog.transaction():
            root_id = roots.add(path)
            roots.identify(root_id, identity)
            for row in inner:  # a folder around watched ones takes over what is known of them
                name = relative(row.path, path)
                roots.inherit(row.id, root_id, name)
                self._catalog.departures.merge(row.id, root_id, name, row.path)
        return next(row for row in roots.all() if row.id == root_id), inner

    def _refuse(self, path: Path) -> None:
        for row in self._catalog.roots.all():
            if row.path == path:
                raise FolderError(f"{printable(path)} is watched already.")
            if relative(path, row.path):
                raise FolderError(
                    f"{printable(path)} is watched already, as a part of {printable(row.path)}."
                )
