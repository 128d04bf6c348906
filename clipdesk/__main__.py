"""``clipdesk``, and ``python -m clipdesk``."""

import gc
import logging
import os
import sys
import threading

from clipdesk.cli.main import main as run

_LEFT_BEHIND = ("load ", "encode ", "ask ")
"""How threads are called that nobody waits for; see `core.models` and `core.encoders.beside`."""
_RUNTIME, _WINDOW = "openvino", "PySide6"


def main() -> int:
    """Run the command that the arguments name; answers the exit status."""
    status = run()
    # At its end Python looks through all there is for cycles, several times, and finds nothing that
    # matters: a caption took a tenth longer. What is to be closed is closed.
    gc.freeze()
    left = any(thread.name.startswith(_LEFT_BEHIND) for thread in threading.enumerate())
    if left or (_RUNTIME in sys.modules and _WINDOW not in sys.modules):
        # A model is still being loaded, or thinks. That can't be cut short, and Python's own end,
        # with such a thread still running, can crash. All that matters is closed already; and
        # what ran a model would give it back piece by piece, while a command line waits.
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    return status


if __name__ == "__main__":
    sys.exit(main())
