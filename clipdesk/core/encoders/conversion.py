"""The parent's side of a conversion: a process beside, told to end when it is no longer wanted."""

import json
import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from clipdesk.core import errors
from clipdesk.core.children.child import Child
from clipdesk.core.encoders import kept, tower
from clipdesk.core.encoders.encoder import Encoder
from clipdesk.core.encoders.openclip import OpenClipEncoder
from clipdesk.core.encoders.probes import Pixels
from clipdesk.core.errors import ChildError, ModelError

log = logging.getLogger(__name__)

Say = Callable[[float], None]
Pictures = Callable[[], Iterable[Pixels]]
"""Gives some of the person's pictures, square and all of one size."""


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

    def __init__(self, name: str, made_of: str, models: Path, pictures: Pictures = tuple) -> None:
        """``made_of`` is the fingerprint of its weights.

        ``pictures`` is called when it runs: quicker forms are tried on what it gives.
        """
        self._pictures = pictures
        self._name, self._made_of = name, made_of
        self._models = models
        self._child = Child("clipdesk.core.encoders.converting", models, name)

    @property
    def cancelled(self) -> bool:
        return self._child.killed

    def run(self, say: Say) -> bool:
        """Convert, which takes a minute and more; whether that went well.

        ``say`` is told how much is done, of 1. Nothing is left behind when it is cut short.
        Raises `ModelError` where the model itself can't be loaded.
        """
        name, fingerprint = self._name, self._made_of
        last: dict[str, Any] = {}
        try:
            with self._child as child:
                self._show(child)
                for last in child.heard():
                    if "note" in last:
                        log.info("converting %s: %s", name, last["note"])
                    elif "done" in last:
                        say(float(last["done"]))
        except ChildError as error:
            last = {"failed": str(error), "passing": True}
        kept.sweep(name, fingerprint, self._models)
        if "form" in last:
            log.info("%s runs in %s from now on", name, last["form"])
            return True
        if "refused" in last:
            raise _refusal(last["refused"])
        if self.cancelled:
            return False
        why = str(last.get("failed") or f"it ended with {self._child.status}")
        log.info("%s can't be converted: %s", name, why)
        if "failed" not in last:
            kept.note_death(name, fingerprint, self._models, why)
        elif not last.get("passing"):
            kept.note_failure(name, fingerprint, self._models, why)
        return False

    def _show(self, child: Child) -> None:
        """Send the pictures, each after a line that tells its shape; an empty one ends them."""
        for picture in self._pictures():
            if child.killed:
                return
            child.write(json.dumps(picture.shape).encode() + b"\n")
            child.write(picture.tobytes())
        child.write(b"[]\n")

    def cancel(self) -> None:
        """End it at once."""
        self._child.kill()


def _refusal(said: object) -> ModelError:
    match said:
        case [str(kind), str(words), str(hint)]:
            made = getattr(errors, kind, ModelError)
            return made(words, hint=hint) if issubclass(made, ModelError) else ModelError(words)
    return ModelError("The model can't be loaded.")
