"""A root that is at another place now, with all that is known of its files."""

from dataclasses import dataclass
from pathlib import Path

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.catalog.names import relative


@dataclass(frozen=True, slots=True)
class Moved:
    """What has become of the roots."""

    root_id: int
    """The root that has the files now."""
    merged: tuple[int, ...]
    """Roots that are part of it now, and no roots any more."""


def relocate(catalog: Catalog, root_id: int, path: Path) -> Moved:
    """Let the root be at this path; where that is watched already, the two become one.

    What was known before wins over what has been found at the new place since.
    """
    roots = catalog.roots
    others = [row for row in roots.all() if row.id != root_id]
    around = next((row for row in others if row.path == path or relative(path, row.path)), None)
    with catalog.transaction():
        if around:
            _merge(catalog, root_id, around.id, path, around.path)
            roots.renumber(around.id)
            return Moved(around.id, (root_id,))
        inner = [row for row in others if relative(row.path, path)]
        for row in inner:
            _merge(catalog, row.id, root_id, row.path, path)
        roots.relocate(root_id, path)
        return Moved(root_id, tuple(row.id for row in inner))


def _merge(catalog: Catalog, inner: int, outer: int, path: Path, around: Path) -> None:
    name = relative(path, around)
    catalog.roots.inherit(inner, outer, name)
    catalog.departures.merge(inner, outer, name, path)


def along(path: Path, old: Path, new: Path) -> Path | None:
    """Where a folder should be now, if it has come along when ``old`` went to ``new``.

    A disk has another mount point or letter: what differs above the two has changed for all that
    was on it. None for a folder that did not lie there.
    """
    while old.name == new.name and old != old.parent and new != new.parent:
        old, new = old.parent, new.parent
    name = relative(path, old)
    return new / name if name and old != new else None
