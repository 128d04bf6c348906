"""The parent's side of a `describer`: a process that is asked, and ended when nobody asks."""

import queue
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.children.child import Child
from clipdesk.core.errors import ChildError, ModelError
from clipdesk.core.types import ImageSpec

_PATIENCE_S = 5


class Describer:
    """Pictures in, sentences out, one at a time and in their order.

    ``ready`` is a future of the model's name and of how pictures are prepared for it; it fails
    with `ModelError` when there is no model that can.
    """

    def __init__(self, models: Path, preferred: str) -> None:
        self.ready: Future[tuple[str, ImageSpec]] = Future()
        self._asked: queue.SimpleQueue[tuple[bytes, Future[str]] | None] = queue.SimpleQueue()
        self._child = Child("clipdesk.core.encoders.describer", models, preferred)
        self._thread = threading.Thread(target=self._run, name="describer", daemon=True)
        self._thread.start()

    def describe(self, pixels: NDArray[np.uint8]) -> "Future[str]":
        """A sentence for a picture (size, size, 3); fails with `ModelError` if there is no more."""
        future: Future[str] = Future()
        self._asked.put((pixels.tobytes(), future))
        return future

    def close(self) -> None:
        """End it at once; what was asked is not answered."""
        self._child.kill()
        self._asked.put(None)
        self._thread.join(_PATIENCE_S)

    def _run(self) -> None:
        try:
            with self._child as child:
                self._introduce(child)
                self._serve(child)
        except ChildError as error:
            self.ready.set_exception(ModelError(str(error), hint=error.hint))
            self._serve(self._child)

    def _introduce(self, child: Child) -> None:
        try:
            self.ready.set_result(_introduced(child.hear()))
        except ModelError as error:
            self.ready.set_exception(error)

    def _serve(self, child: Child) -> None:
        """Answer until `close`; of a child that has ended, that it has."""
        while (asked := self._asked.get()) is not None:
            pixels, future = asked
            child.write(pixels)
            said = child.hear() or {}
            if "caption" in said:
                future.set_result(str(said["caption"]))
            else:
                future.set_exception(ModelError("The model that describes has ended."))


def _introduced(said: Any) -> tuple[str, ImageSpec]:
    """What it says of itself; raises `ModelError`."""
    match said:
        case {"failed": words, "hint": hint}:
            raise ModelError(str(words), hint=str(hint))
        case {"model": str(model), "spec": {"mean": [*mean], "std": [*std]}}:
            spec = said["spec"] | {"mean": tuple(mean), "std": tuple(std)}
            return model, ImageSpec(**spec)
    raise ModelError("The model that describes pictures could not be loaded.")
