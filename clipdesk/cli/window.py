"""``clipdesk [FOLDER…]``: open the window. The only command, with `demo`, that imports Qt."""

from argparse import Namespace

from clipdesk.core.errors import FolderError
from clipdesk.core.paths import printable


def run(options: Namespace) -> int:
    for folder in options.folders:
        if not folder.is_dir():
            raise FolderError(
                f"There is no folder {printable(folder)}.",
                hint="Check the name; clipdesk --help tells the commands.",
            )
    from clipdesk import app  # noqa: PLC0415 - Qt is loaded only when a window is wanted

    if not app.has_display():
        raise FolderError(
            "There is no display to open a window on.", hint="Try: clipdesk demo, or --help."
        )
    return app.run(options.library, options.folders)
