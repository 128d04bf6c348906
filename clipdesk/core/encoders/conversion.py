"""The parent's side of a conversion: a process beside, told to end when it is no longer wanted."""

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import clipdesk
from clipdesk.core import errors
from clipdesk.core.encoders import kept, tower
from clipdesk.core.encoders.encoder import Encoder
from clipdesk.core.encoders.openclip import OpenClipEncoder
from clipdesk.core.errors import ModelError

log = logging.getLogger(__name__)

Say = Callable[[float], None]


def wanted(encoder: Encoder, models: Path) -> bool:
    """Whether this encoder would answer sooner if its towers were converted."""
    return (
        isinstance(encoder, OpenClipEncoder)
        and encoder.device == "cpu"
        and tower.available()
        and not kept.failure(encoder.space.model, encoder.made_of, models)
    )


def made_of(encoder: Encoder) -> str:
    """SHA-256 of all that makes its vectors."""
    return str(getattr(encoder, "made_of", encoder.space.weights_hash))


class Conversion:
    """One model's conversion in another process; `cancel` may come from another thread."""

    def __init__(self, name: str, made_of: str, models: Path) -> None:
        """``made_of`` is the fingerprint of its weights."""
        self._name, self._made_of = name, made_of
        self._models = models
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self.cancelled = False

    def run(self, say: Say) -> bool:
        """Convert, which takes a minute and more; whether that went well.

        ``say`` is told how much is done, of 1. Nothing is left behind when it is cut short.
        Raises `ModelError` where the model itself can't be loaded.
        """
        name, fingerprint, last = self._name, self._made_of, {}
        with self._lock:
            if self.cancelled:
                return False
            self._process = process = _start(name, self._models)
        with process:
            assert process.stdout is not None
            for line in process.stdout:
                last = _understood(line)
                if "note" in last:
                    log.info("converting %s: %s", name, last["note"])
                elif "done" in last:
                    say(float(last["done"]))
            process.kill()
        kept.sweep(name, fingerprint, self._models)
        if "form" in last:
            log.info("%s runs in %s from now on", name, last["form"])
            return True
        if "refused" in last:
            raise _refusal(last["refused"])
        if not self.cancelled:
            why = str(last.get("failed") or f"it ended with {process.returncode}")
            log.info("%s can't be converted: %s", name, why)
            if not last.get("passing"):
                kept.note_failure(name, fingerprint, self._models, why)
        return False

    def cancel(self) -> None:
        """End it at once."""
        with self._lock:
            self.cancelled = True
            if self._process:
                self._process.kill()


def _refusal(said: object) -> ModelError:
    match said:
        case [str(kind), str(words), str(hint)]:
            made = getattr(errors, kind, ModelError)
            return made(words, hint=hint) if issubclass(made, ModelError) else ModelError(words)
    return ModelError("The model can't be loaded.")


def _understood(line: bytes) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _start(name: str, models: Path) -> subprocess.Popen[bytes]:
    # Found from where this package is, never from the current folder (-P).
    root = str(Path(clipdesk.__file__).parent.parent)
    paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.BELOW_NORMAL_PRIORITY_CLASS | subprocess.CREATE_NO_WINDOW
    module = "clipdesk.core.encoders.converting"
    return subprocess.Popen(
        [sys.executable, "-P", "-W", "ignore", "-m", module, os.fspath(models), name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": paths},
        creationflags=flags,
    )
