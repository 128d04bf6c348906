"""``clipdesk backup``: copy the library to one file."""

from argparse import Namespace

from clipdesk.cli.output import put, put_json
from clipdesk.core.archive import backup
from clipdesk.core.errors import LibraryError
from clipdesk.core.paths import printable


def run(options: Namespace) -> int:
    if not options.library.catalog.is_file():
        raise LibraryError("This library is empty: there is nothing to copy.")
    backup(options.library, options.file, thumbnails=options.thumbnails)
    size = options.file.stat().st_size
    if options.json:
        put_json({"file": str(options.file), "bytes": size})
    else:
        put(f"{printable(options.file)}: {size / 1e6:.1f} MB")
    return 0
