"""The parent's side of a map: a process beside, ended when it is no longer wanted."""

import importlib.util
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.children.child import Child
from clipdesk.core.errors import ChildError, MapError
from clipdesk.core.mapping.laying import Task

Say = Callable[[float], None]


def available() -> bool:
    """Whether the library that lays maps out has a build for this computer."""
    return importlib.util.find_spec("openTSNE") is not None


class Survey:
    """One task in another process; `cancel` may come from another thread."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._child = Child("clipdesk.core.mapping.laying")
        self._why = "the process beside has ended"

    def run(self, say: Say) -> NDArray[np.float32] | None:
        """The points (n, 2), or None if it was cancelled. Raises `MapError`."""
        try:
            with self._child as child:
                child.write(self._task.written())
                points = self._points(child, say)
        except ChildError as error:
            raise MapError(f"The map could not be drawn: {error}", hint=error.hint) from error
        if self._child.killed:
            return None
        if points is None:
            raise MapError(f"The map could not be drawn: {self._why}.")
        return points

    def _points(self, child: Child, say: Say) -> NDArray[np.float32] | None:
        size = 8 * len(self._task.ids)
        for said in child.heard():
            if "done" in said:
                say(float(said["done"]))
            elif said.get("points") == len(self._task.ids):
                data = child.read(size)
                if len(data) == size:
                    return np.frombuffer(data, "<f4").astype(np.float32).reshape(-1, 2)
            elif "failed" in said:
                self._why = str(said["failed"])
        return None

    def cancel(self) -> None:
        """End it at once."""
        self._child.kill()
