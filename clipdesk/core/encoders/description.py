"""The parent's side of a `describer`: a process that is asked, and ended when nobody asks."""

import contextlib
import json
import logging
import os
import queue
import subprocess
import sys
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import clipdesk
from clipdesk.core.errors import ModelError
from clipdesk.core.types import ImageSpec

log = logging.getLogger(__name__)

_PATIENCE_S = 5


class Describer:
    """Pictures in, sentences out, one at a time and in their order.

    ``ready`` is a future of the model's name and of how pictures are prepared for it; it fails
    with `ModelError` when there is no model that can.
    """

    def __init__(self, models: Path, preferred: str) -> None:
        self.ready: Future[tuple[str, ImageSpec]] = Future()
        self._asked: queue.SimpleQueue[tuple[bytes, Future[str]] | None] = queue.SimpleQueue()
        self._process = _start(models, preferred)
        self._thread = threading.Thread(target=self._run, name="describer", daemon=True)
        self._thread.start()

    def describe(self, pixels: NDArray[np.uint8]) -> "Future[str]":
        """A sentence for a picture (size, size, 3); fails with `ModelError` if there is no more."""
        future: Future[str] = Future()
        self._asked.put((pixels.tobytes(), future))
        return future

    def close(self) -> None:
        """End it at once; what was asked is not answered."""
        self._process.kill()
        self._asked.put(None)
        self._thread.join(_PATIENCE_S)

    def _run(self) -> None:
        try:
            self._serve()
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.info("the describer has ended: %s", error)
            if not self.ready.done():
                gone = ModelError("The model that describes pictures could not be loaded.")
                self.ready.set_exception(gone)
        finally:
            self._process.kill()
            for pipe in (self._process.stdin, self._process.stdout):
                with contextlib.suppress(OSError):  # what it did not read any more
                    if pipe is not None:
                        pipe.close()
            self._process.wait()
        while not self._asked.empty():
            left = self._asked.get()
            if left is not None:
                left[1].set_exception(_ended())

    def _serve(self) -> None:
        source, target = self._process.stdout, self._process.stdin
        assert source is not None
        assert target is not None
        self._introduce(json.loads(source.readline()))
        while (asked := self._asked.get()) is not None:
            pixels, future = asked
            try:
                target.write(pixels)
                target.flush()
                caption = str(json.loads(source.readline())["caption"])
            except (OSError, ValueError, KeyError):
                future.set_exception(_ended())
                raise
            future.set_result(caption)

    def _introduce(self, said: dict[str, Any]) -> None:
        if "failed" in said:
            self.ready.set_exception(ModelError(said["failed"], hint=said["hint"]))
            return
        spec = said["spec"]
        told = {**spec, "mean": tuple(spec["mean"]), "std": tuple(spec["std"])}
        self.ready.set_result((str(said["model"]), ImageSpec(**told)))


def _ended() -> ModelError:
    return ModelError("The model that describes has ended.")


def _start(models: Path, preferred: str) -> subprocess.Popen[bytes]:
    # Found from where this package is, never from the current folder (-P).
    root = str(Path(clipdesk.__file__).parent.parent)
    paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.IDLE_PRIORITY_CLASS | subprocess.CREATE_NO_WINDOW
    module = "clipdesk.core.encoders.describer"
    return subprocess.Popen(
        [sys.executable, "-P", "-W", "ignore", "-m", module, os.fspath(models), preferred],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": paths},
        creationflags=flags,
    )
