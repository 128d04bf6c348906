"""Does the window hold still while a model is chosen? ``python -m tests.benchmarks.choosing``.

The real program over a library that was indexed with the starter. A larger model is chosen: for
the first time, when it is made quick for this computer, and once it is. All the while somebody
scrolls and types. What the heartbeat tells is told for each stage: the model is made quick, opened,
shown all pictures, and answers.
"""

import os
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

from tests.benchmarks.decode import photo
from tests.benchmarks.encoders import LARGE
from tests.benchmarks.findings import Findings, alone
from tests.benchmarks.indexing import index
from tests.benchmarks.models import never_seen, ready, weights
from tests.benchmarks.screen import Beat, heartbeat, run, screen

PICTURES = {"quick": 12, "usual": 300, "full": 1_000}
AT_MOST_S = {"quick": 60, "usual": 180, "full": 240}
STAGES = {
    "made": "it is made quick",
    "opened": "it is opened",
    "shown": "it is shown all pictures",
    "answers": "it answers",
}


def measure(size: str) -> Findings:
    findings = Findings()
    model = f"{LARGE}:{weights(LARGE)}"
    ready(model)
    with tempfile.TemporaryDirectory(prefix="clipdesk-") as folder, screen() as environment:
        photos = Path(folder) / "photographs"
        photos.mkdir()
        originals = [photo(560, 420, seed) for seed in range(60)]
        for number in range(PICTURES[size]):
            data = originals[number % len(originals)] + number.to_bytes(4)
            (photos / f"{number:04}.jpg").write_bytes(data)
        for when in ("known", "for the first time"):
            library = Path(folder) / when / "library"
            index(library, photos, "starter")
            with never_seen() if when == "for the first time" else nullcontext():
                home = {"XDG_DATA_HOME": os.environ["XDG_DATA_HOME"]}
                begun = time.monotonic()
                beats = run(
                    library,
                    environment | home,
                    PICTURES[size],
                    f"choose:{model}",
                    at_most=AT_MOST_S[size],
                )
            _tell(findings, f"{LARGE}, {when}", beats["stages"], time.monotonic() - begun)
    return findings


def _tell(findings: Findings, what: str, stages: dict[str, list[Beat]], took: float) -> None:
    if "answers" not in stages:
        findings.add(f"it did not come to answer in time, {what}", took, "s")
    for name, words in STAGES.items():
        if beats := stages.get(name):
            heartbeat(findings, f"{words}, {what}", beats)


if __name__ == "__main__":
    alone(measure, __doc__)
