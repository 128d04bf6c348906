"""The child's side of a process beside: who has started it, and how it behaves."""

import contextlib
import faulthandler
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from typing import IO, Any, NoReturn

LESS = 5
"""Less than the window and the indexing, but more would starve it."""
LEAST = 10
"""Less than all else: it is worth waiting for."""


class Parent:
    """Who has started this process: what it sends, and the way to tell it something."""

    def __init__(self) -> None:
        self.source: IO[bytes] = sys.stdin.buffer
        # What libraries print must not come between our lines.
        self.target: IO[bytes] = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def tell(self, **words: Any) -> None:
        """Say a line; raises BrokenPipeError when nobody listens any more."""
        self.send(json.dumps(words).encode() + b"\n")

    def send(self, data: bytes) -> None:
        """Say this as it is."""
        self.target.write(data)
        self.target.flush()

    def when_done(self, then: Callable[[], None] = lambda: os._exit(1)) -> None:
        """Once it wants no more, or is gone, do this in another thread: leave, as a rule.

        What it sends is to be read before.
        """

        def listen() -> None:
            self.source.read()
            then()

        threading.Thread(target=listen, daemon=True).start()


def run(work: Callable[[Parent], int], niceness: int) -> NoReturn:
    """Do the work of this process, at ease, and end with the status that it answers."""
    be_nice(niceness)
    faulthandler.enable()
    status = 1
    try:
        status = work(Parent())
    except BrokenPipeError:
        pass  # nobody listens any more
    except Exception:  # a bug of ours: the parent keeps what is said of it
        traceback.print_exc()
    # Threads of the libraries outlive their work; nothing of ours is open any more.
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    os._exit(status)


def be_nice(niceness: int) -> None:
    """Take little of the processor: the person's own programs come first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the parent, which ends us
    if sys.platform == "win32":
        import psutil  # noqa: PLC0415 (needed there only, and each start pays for it)

        idle, less = psutil.IDLE_PRIORITY_CLASS, psutil.BELOW_NORMAL_PRIORITY_CLASS
        psutil.Process().nice(idle if niceness >= LEAST else less)
    else:
        with contextlib.suppress(OSError):
            os.nice(niceness)
