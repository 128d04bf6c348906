"""An adaptation of a network from files on the disk: seen once, broken off, gone on with, kept."""

from pathlib import Path

import numpy as np
import pytest

from clipdesk.core.adaptation import pixels
from clipdesk.core.adaptation.learner import Pace
from clipdesk.core.adaptation.towers import Towers
from clipdesk.core.adaptation.work import Step, Task, teach
from clipdesk.core.encoders import Encoder, loading, sharing
from clipdesk.core.encoders.openclip import OpenClipEncoder
from clipdesk.core.pairs import Pairs, in_words, read
from clipdesk.core.paths import Directories
from tests.core.colours import NAMES
from tests.core.encoders import tiny
from tests.core.house import paint

COLOURS = list(NAMES)


class Enough(Exception):
    """The person wants to go home."""


class Models:
    """The program's own loader, without the trial that random weights do not pass."""

    def __init__(self, models: Path) -> None:
        self.models = models

    def load(self, name: str) -> Encoder:
        return loading.load(name, self.models)

    def teachable(self, name: str) -> OpenClipEncoder:
        return loading.network(name, self.models)


def pairs(folder: Path) -> Pairs:
    lines = ["file\tcaption"]
    for number in range(24):
        colour = COLOURS[number % len(COLOURS)]
        paint(folder / f"{number}.png", colour, number)
        lines.append(f"{number}.png\t{colour}")
    (folder / "broken.png").write_bytes(b"no picture")
    lines.append("broken.png\tred")
    (folder / "pairs.tsv").write_text("\n".join(lines))
    return read(folder / "pairs.tsv")


@pytest.mark.parametrize("room", [1 << 29, 10 * 3 * 32**2])
def test_both_towers_from_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    """Also where memory has no room for all pictures, which are decoded again and again then."""
    monkeypatch.setattr(pixels, "MOST_BYTES", room)
    monkeypatch.setattr(Towers, "pace", Pace(most_steps=6, look_every=3, patience=9))
    tiny.folder(tmp_path / "tiny", tiny.config())
    library, models = Directories.under(tmp_path / "library"), Models(tmp_path / "models")
    out = tmp_path / "mine.safetensors"
    task = Task(f"tiny:{tmp_path / 'tiny'}", out, "lora", "both", anyway=True)
    told = pairs(tmp_path / "pictures")
    steps: list[Step] = []

    def tired(step: Step) -> None:
        steps.append(step)
        if step.stage == "learning" and step.done == 4:
            raise Enough

    with pytest.raises(Enough):
        teach(task, told, library, models, tired)
    assert [step.done for step in steps if step.stage == "seeing"] == list(range(1, 26))
    assert not out.exists()
    assert Path(f"{out}.paused").exists()
    steps.clear()
    taught = teach(task, told, library, models, steps.append)
    assert next(step.done for step in steps if step.stage == "learning") == 4, "where it was"
    assert taught.adopted
    assert sum(taught.counts.values()) == 24
    assert "line 26: " in next(in_words(taught.pairs.problems))
    assert sharing.about(out).kind == "weights"
    assert not Path(f"{out}.paused").exists()
    after = loading.load(f"adapted:{out}", tmp_path / "models")
    assert np.isfinite(after.encode_texts(COLOURS)).all()
