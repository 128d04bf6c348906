"""The parent's side of a map: a process beside, ended when it is no longer wanted."""

import importlib.util
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import clipdesk
from clipdesk.core.errors import MapError
from clipdesk.core.mapping.laying import Task

Say = Callable[[float], None]


def available() -> bool:
    """Whether the library that lays maps out has a build for this computer."""
    return importlib.util.find_spec("openTSNE") is not None


class Survey:
    """One task in another process; `cancel` may come from another thread."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._cancelled = threading.Event()
        self._why = ""

    def run(self, say: Say) -> NDArray[np.float32] | None:
        """The points (n, 2), or None if it was cancelled. Raises `MapError`."""
        with self._lock:
            if self._cancelled.is_set():
                return None
            self._process = process = _start()
        data: bytes | None = None
        try:
            with process:
                data = self._converse(process, say)
        except OSError as error:  # it has ended before it had heard all
            self._why = str(error)
        if self._cancelled.is_set():
            return None
        if data is None or len(data) != 8 * len(self._task.ids):
            raise MapError(f"The map could not be drawn: {self._why or process.returncode}.")
        return np.frombuffer(data, "<f4").astype(np.float32).reshape(-1, 2)

    def _converse(self, process: subprocess.Popen[bytes], say: Say) -> bytes | None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._task.send(process.stdin)
        for line in process.stdout:
            said = json.loads(line)
            if "done" in said:
                say(float(said["done"]))
            elif "points" in said:
                return process.stdout.read(8 * int(said["points"]))
            else:
                self._why = str(said.get("failed"))
        return None

    def cancel(self) -> None:
        """End it at once."""
        with self._lock:
            self._cancelled.set()
            if self._process:
                self._process.kill()


def _start() -> subprocess.Popen[bytes]:
    # Found from where this package is, never from the current folder (-P).
    root = str(Path(clipdesk.__file__).parent.parent)
    paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.BELOW_NORMAL_PRIORITY_CLASS | subprocess.CREATE_NO_WINDOW
    return subprocess.Popen(
        [sys.executable, "-P", "-W", "ignore", "-m", "clipdesk.core.mapping.laying"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": paths},
        creationflags=flags,
    )
