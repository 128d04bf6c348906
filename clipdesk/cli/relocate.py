"""``clipdesk relocate``: a watched folder is at another place now."""

from argparse import Namespace

from clipdesk.cli.output import put, put_json
from clipdesk.core.errors import FolderError
from clipdesk.core.folders import is_there
from clipdesk.core.library import Library
from clipdesk.core.moving import relocate
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
        moved = relocate(catalog, root.id, new)
        with catalog.transaction():
            catalog.departures.finish()
        pictures = catalog.roots.counts()[moved.root_id]
    finally:
        library.close()
    if options.json:
        put_json({"old": str(old), "new": str(new), "pictures": pictures})
    else:
        put(f"{printable(old)} is at {printable(new)} now, with all of {pictures} pictures.")
    return 0
