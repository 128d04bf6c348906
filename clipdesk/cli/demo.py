"""``clipdesk demo``: the main job, on a small demo library or on folders.

With a display it is the window. Without one the same window does the same job offscreen, prints
what it found, and leaves pictures of itself.
"""

import os
from argparse import Namespace
from pathlib import Path

from clipdesk import demo
from clipdesk.cli.output import put
from clipdesk.core.paths import Directories, printable


def run(options: Namespace) -> int:
    # A library of its own: the demo must not put its pictures among the person's.
    mine = options.library == Directories.default()
    library = Directories.under(options.library.data / "demo") if mine else options.library
    folders = list(options.folders) or [_pictures(library)]
    from clipdesk import app  # noqa: PLC0415 - Qt is loaded only when a window is wanted

    if app.has_display() and not options.screenshots:
        return app.run(library, folders)
    put("Without a display: the window works offscreen.")
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    # Qt would tell the person, line by line, what this platform lacks of a screen.
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
    from clipdesk import tour  # noqa: PLC0415 - Qt is loaded only when a window is wanted

    return tour.run(library, folders, options.screenshots or Path("artefacts") / "screenshots")


def _pictures(library: Directories) -> Path:
    folder = library.data / "Demo pictures"
    put(f"The demo pictures are in {printable(folder)}.")
    demo.write(folder)
    return folder
