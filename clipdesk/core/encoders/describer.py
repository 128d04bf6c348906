"""Describes pictures in a process of its own: torch would hold up the window.

Run as ``python -m clipdesk.core.encoders.describer MODELS NAME``. On its standard input come
pictures as they must be prepared, one after the other, as bare bytes; its standard output has a
line of JSON for each, and before them one that says which model it is and how they are prepared.
It ends when its input does. `description` is the other side.
"""

import contextlib
import json
import logging
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import IO

import numpy as np

from clipdesk.core.encoders import describing
from clipdesk.core.encoders.store import Store
from clipdesk.core.errors import ClipDeskError, ModelError, ModelNotHere

_NICE = 10
"""Less than everything else: a description may take seconds, and nobody waits for most."""


def choose(preferred: str, models: Path) -> str:
    """The preferred model if it can describe, else another that is here and can.

    Raises `ModelNotHere` if there is none.
    """
    here = [info.name for info in Store(models).available() if info.here]
    for name in (preferred, *here):
        try:
            if describing.describes(name, models):
                return name
        except ModelError:
            continue  # it went, or is broken: not one to propose
    raise ModelNotHere(
        "No model that describes pictures is on this computer.",
        hint=f"One can be fetched: clipdesk models get {describing.EXAMPLE}",
    )


def serve(models: Path, preferred: str, source: IO[bytes], target: IO[str]) -> None:
    """Describe what comes in until nothing does."""

    def say(**what: object) -> None:
        target.write(json.dumps(what) + "\n")
        target.flush()

    try:
        name = choose(preferred, models)
        captioner = describing.load(name, models)
    except ClipDeskError as error:
        say(failed=str(error), hint=error.hint)
        return
    side = captioner.spec.size
    say(model=name, spec=asdict(captioner.spec))
    while len(blob := source.read(3 * side * side)) == 3 * side * side:
        pixels = np.frombuffer(blob, np.uint8).reshape(1, side, side, 3)
        say(caption=captioner.describe(pixels)[0])


def main() -> None:
    """The process's own beginning."""
    models, preferred = Path(sys.argv[1]), sys.argv[2]
    logging.disable(logging.CRITICAL)
    with contextlib.suppress(OSError, AttributeError):
        os.nice(_NICE)
    # Whatever a library prints must not get among the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(models, preferred, sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
