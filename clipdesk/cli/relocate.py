"""``clipdesk relocate``: a watched folder is at another place now."""

from argparse import Namespace
from pathlib import Path

from clipdesk.cli.output import put, put_json
from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.errors import FolderError
from clipdesk.core.folders import is_there
from clipdesk.core.library import Library
from clipdesk.core.moving import Moved, along, relocate
from clipdesk.core.paths import printable
from clipdesk.core.recognising import SAMPLE, is_alike


def run(options: Namespace) -> int:
    old, new = options.old.absolute(), options.new.absolute()
    library = Library(options.library)
    try:
        catalog = library.catalog
        root = next((row for row in catalog.roots.all() if row.path == old), None)
        if root is None:
            raise FolderError(f"{printable(old)} is not watched.", hint="See: clipdesk status")
        if not is_there(new):
            raise FolderError(
                f"There is no folder {printable(new)}, or its disk does not answer.",
                hint="Check the name.",
            )
        if not is_alike(new, catalog.assets.witnesses(root.id, SAMPLE)):
            raise FolderError(
                f"{printable(new)} does not hold the pictures of {printable(old)}.",
                hint="To watch it as another folder: clipdesk index FOLDER",
            )
        moved = _relocate(catalog, root.id, new)
        pictures = catalog.roots.counts()[moved.root_id]
        others = _move_along(catalog, old, new)
    finally:
        library.close()
    if options.json:
        answer = {"old": str(old), "new": str(new), "pictures": pictures}
        put_json(answer | ({"along": {str(a): str(b) for a, b in others}} if others else {}))
    else:
        put(f"{printable(old)} is at {printable(new)} now, with all of {pictures} pictures.")
        for was, now in others:
            put(f"{printable(was)} has moved along: it is at {printable(now)} now.")
    return 0


def _move_along(catalog: Catalog, old: Path, new: Path) -> list[tuple[Path, Path]]:
    """The folders that lay beside it on its disk, as far as they are there by their content."""
    moved = []
    for row in catalog.roots.all():
        place = along(row.path, old, new)
        if place is None or is_there(row.path) or not is_there(place):
            continue
        if is_alike(place, catalog.assets.witnesses(row.id, SAMPLE)):
            _relocate(catalog, row.id, place)
            moved.append((row.path, place))
    return moved


def _relocate(catalog: Catalog, root_id: int, path: Path) -> Moved:
    moved = relocate(catalog, root_id, path)
    with catalog.transaction():
        catalog.departures.finish()
    return moved
