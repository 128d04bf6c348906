"""A file of ours copied to where the person wants it; a disk may be slow, so in a thread."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

from clipdesk.core.messages.events import Level, Notice
from clipdesk.core.paths import printable


def copy(source: Path, target: Path, tell: Callable[[Notice], None]) -> threading.Thread:
    """Begin to copy, whole or not at all; ``tell`` is called in the thread, how it went."""

    def run() -> None:
        half = target.with_name(target.name + ".part")
        try:
            shutil.copyfile(source, half)
            half.replace(target)
        except OSError as error:
            half.unlink(missing_ok=True)
            words = f"{printable(target)} can't be written: {error.strerror}."
            tell(Notice(Level.WARNING, words))
        else:
            tell(Notice(Level.INFO, f"Saved as {printable(target)}."))

    thread = threading.Thread(target=run, name="copy", daemon=True)
    thread.start()
    return thread
