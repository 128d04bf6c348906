"""Describes pictures in a process of its own: torch would hold up the window.

Run as ``python -m clipdesk.core.encoders.describer MODELS NAME``. On its standard input come
pictures as they must be prepared, one after the other, as bare bytes; its standard output has a
line of JSON for each, and before them one that says which model it is and how they are prepared.
It ends when its input does. `description` is the other side.
"""

import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np

from clipdesk.core.children.parent import LEAST, Parent, run
from clipdesk.core.encoders import describing
from clipdesk.core.encoders.store import Store
from clipdesk.core.errors import ClipDeskError, ModelError, ModelNotHere


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


def work(parent: Parent) -> int:
    """Describe what comes in until nothing does."""
    models, preferred = Path(sys.argv[1]), sys.argv[2]
    try:
        name = choose(preferred, models)
        captioner = describing.load(name, models)
    except ClipDeskError as error:
        parent.tell(failed=str(error), hint=error.hint)
        return 1
    side = captioner.spec.size
    parent.tell(model=name, spec=asdict(captioner.spec))
    while len(blob := parent.source.read(3 * side * side)) == 3 * side * side:
        pixels = np.frombuffer(blob, np.uint8).reshape(1, side, side, 3)
        parent.tell(caption=captioner.describe(pixels)[0])
    return 0


if __name__ == "__main__":
    run(work, LEAST)
