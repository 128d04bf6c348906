"""``clipdesk similar``: find pictures that look like this one."""

import os
from argparse import Namespace

from clipdesk.cli.reading import ask
from clipdesk.cli.search import tell
from clipdesk.core.errors import QueryError
from clipdesk.core.paths import printable
from clipdesk.core.types import Example, Query


def run(options: Namespace) -> int:
    path = options.image.absolute()
    if not path.is_file():
        raise QueryError(f"There is no picture {printable(path)}.", hint="Check the name.")
    query = Query(examples=(Example(printable(path.name), path),))
    tell(options, os.fspath(path), ask(options.library, query, options.k))
    return 0
