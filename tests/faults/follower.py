"""A program to be frozen: it watches a folder, and tells what it knows of it.

Run as ``python -m tests.faults.follower LIBRARY FOLDER``; each line is a JSON object.
"""

import json
import sys
from pathlib import Path

from clipdesk.core.engine import Engine
from clipdesk.core.inbox import Inbox
from clipdesk.core.messages.events import Event, RootsChanged
from clipdesk.core.messages.requests import AddRoot
from clipdesk.core.paths import Directories
from tests.core.colours import ColourEncoder
from tests.core.house import Shelf


def main(library: Path, folder: Path) -> None:
    """Follow the folder until somebody ends it."""
    encoder, inbox = ColourEncoder("starter"), Inbox()

    def hear(event: Event) -> None:
        if isinstance(event, RootsChanged):
            names = sorted(Path(item.path).name for item in engine.library.catalog.assets.items())
            line = json.dumps({"names": names, "encoded": encoder.images})
            sys.stdout.write(line + "\n")
            sys.stdout.flush()

    engine = Engine(Directories.under(library), inbox, hear, store=Shelf(encoder), watching=True)
    inbox.put(AddRoot(folder))
    engine.run()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
