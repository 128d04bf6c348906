"""``clipdesk``, and ``python -m clipdesk``."""

import logging
import os
import sys
import threading

from clipdesk.cli.main import main as run

_LEFT_BEHIND = ("load ", "encode ", "ask ")
"""How threads are called that nobody waits for; see `core.models` and `core.encoders.beside`."""
_WINDOW = "PySide6"


def main() -> int:
    """Run the command that the arguments name; answers the exit status."""
    status = run()
    left = any(thread.name.startswith(_LEFT_BEHIND) for thread in threading.enumerate())
    if left or _WINDOW not in sys.modules:
        # A model is still being loaded, or thinks. That can't be cut short, and Python's own end,
        # with such a thread still running, can crash. All that matters is closed already; and
        # all that was imported would be taken apart piece by piece while a command line waits:
        # a tenth of what a caption costs, and far more where a model was run.
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    return status


if __name__ == "__main__":
    sys.exit(main())
