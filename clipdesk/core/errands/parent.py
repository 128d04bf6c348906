"""The parent's side of an errand: a process beside, told to stop when it is no longer wanted."""

import contextlib
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import clipdesk
from clipdesk.core.errands.jobs import ANSWERS, Failed
from clipdesk.core.errands.lines import understood, written

log = logging.getLogger(__name__)

_PATIENCE_S = 5
_LOST = "It ended without a word; the log has the details."


class Errand:
    """One job in another process; what it says is heard in a thread, its end as None."""

    def __init__(self, job: Any, heard: Callable[["Errand", Any], None]) -> None:
        self._heard = heard
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = self._killed = False
        name = type(job).__name__
        self._thread = threading.Thread(target=self._run, args=(job,), name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Tell it to keep what was done and end; that it has is heard."""
        with self._lock:
            self._stopped = True
            if self._process and self._process.stdin:
                with contextlib.suppress(OSError):
                    self._process.stdin.close()

    def kill(self) -> None:
        """End it at once."""
        self.stop()
        with self._lock:
            self._killed = True
            if self._process:
                self._process.kill()

    def close(self) -> None:
        """Stop it, and wait; one that does not heed is ended."""
        self.stop()
        self._thread.join(_PATIENCE_S)
        if self._thread.is_alive():
            self.kill()
            self._thread.join(_PATIENCE_S)

    def _run(self, job: Any) -> None:
        try:
            self._listen(job)
        except OSError as error:
            self._heard(self, Failed(f"It could not be begun: {error}."))
        self._heard(self, None)

    def _listen(self, job: Any) -> None:
        with self._lock:
            if self._stopped:
                return
            self._process = process = _start()
            assert process.stdin is not None
            with contextlib.suppress(BrokenPipeError):  # its end is told below
                process.stdin.write(written(job))
                process.stdin.flush()
        assert process.stdout is not None
        last: Any = None
        with process.stdout:
            for line in process.stdout:
                try:
                    last = understood(line, ANSWERS)
                except ValueError as error:
                    log.info("an errand says %s", error)
                else:
                    self._heard(self, last)
        self.stop()
        status = process.wait()
        if status and not isinstance(last, Failed) and not self._killed:
            log.info("an errand ended with %d", status)
            self._heard(self, Failed(_LOST))


def _start() -> subprocess.Popen[bytes]:
    # Found from where this package is, never from the current folder (-P).
    root = str(Path(clipdesk.__file__).parent.parent)
    paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.BELOW_NORMAL_PRIORITY_CLASS | subprocess.CREATE_NO_WINDOW
    return subprocess.Popen(
        [sys.executable, "-P", "-W", "ignore", "-m", "clipdesk.core.errands.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": paths},
        creationflags=flags,
    )
