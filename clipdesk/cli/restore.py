"""``clipdesk restore``: make the library what a backup holds."""

from argparse import Namespace

from clipdesk.cli.output import put, put_json
from clipdesk.cli.reading import opened
from clipdesk.core.archive import restore
from clipdesk.core.paths import printable


def run(options: Namespace) -> int:
    aside = restore(options.library, options.file, replace=options.replace)
    with opened(options.library) as catalog:
        count = catalog.assets.count()
    if options.json:
        put_json({"pictures": count, "put_aside": str(aside) if aside else None})
        return 0
    put(f"{count} pictures are restored to {printable(options.library.data)}.")
    if aside:
        put(f"The library that was there is now in {printable(aside)}.")
    return 0
