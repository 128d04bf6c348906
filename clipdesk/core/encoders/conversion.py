"""The parent's side of a conversion: a process beside, told to end when it is no longer wanted."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import clipdesk
from clipdesk.core.encoders import kept, tower
from clipdesk.core.encoders.encoder import Encoder
from clipdesk.core.encoders.openclip import OpenClipEncoder

log = logging.getLogger(__name__)

Say = Callable[[float], None]
Cancelled = Callable[[], bool]


def wanted(encoder: Encoder, models: Path) -> bool:
    """Whether this encoder would answer sooner if its towers were converted."""
    return (
        isinstance(encoder, OpenClipEncoder)
        and encoder.device == "cpu"
        and tower.available()
        and not kept.failure(encoder.space.model, encoder.space.weights_hash, models)
    )


def run(encoder: Encoder, models: Path, say: Say, cancelled: Cancelled) -> bool:
    """Convert the model of this encoder in another process; whether that went well.

    ``say`` is told how much is done, of 1, and ``cancelled`` asked now and then. Takes a minute
    and more; nothing is left behind when it is cut short.
    """
    space = encoder.space
    last: dict[str, Any] = {}
    with _start(space.model, models) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                last = _understood(line)
                if "note" in last:
                    log.info("converting %s: %s", space.model, last["note"])
                elif "done" in last:
                    say(float(last["done"]))
                if cancelled():
                    return False
        finally:
            process.kill()
            process.wait()
            kept.sweep(space.model, space.weights_hash, models)
    if "form" in last:
        log.info("%s runs in %s from now on", space.model, last["form"])
        return True
    why = str(last.get("failed") or f"it ended with {process.returncode}")
    log.info("%s can't be converted: %s", space.model, why)
    if not (last.get("passing") or cancelled()):
        kept.note_failure(space.model, space.weights_hash, models, why)
    return False


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
