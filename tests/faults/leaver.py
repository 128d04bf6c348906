"""A program to be killed while roots leave its library, a slice whenever it is given a line.

Run as ``python -m tests.faults.leaver CATALOGUE``; it says when a slice is done.
"""

import sys
from pathlib import Path

from clipdesk.core.catalog.catalog import Catalog

SLICE = 50


def main(path: Path) -> None:
    """Work off what is on its way out."""
    catalog = Catalog(path)
    for _ in sys.stdin:
        departure = catalog.departures.next()
        if departure is None:
            break
        with catalog.transaction():
            catalog.departures.work_off(departure, SLICE)
        sys.stdout.write("a slice\n")
        sys.stdout.flush()
    catalog.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
