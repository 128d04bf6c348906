"""The step that gives the starter's towers their second form, on the weights as they are."""

import shutil
from pathlib import Path

import numpy as np

from clipdesk.core.encoders import notes
from clipdesk.core.encoders.towers import Towers

STARTER = Path(__file__).resolve().parents[2] / "resources" / "starter"


def test_what_is_committed_was_made_of_the_weights_beside_it(tmp_path: Path) -> None:
    weights = notes.digest(STARTER / "weights.safetensors")
    Towers.read(STARTER / "towers", weights, tmp_path)  # raises if anything is amiss
    assert sum(path.stat().st_size for path in STARTER.rglob("*")) <= 25_000_000


def test_the_step_makes_towers_that_agree_with_the_network(tmp_path: Path) -> None:
    import towers

    folder = tmp_path / "starter"
    shutil.copytree(STARTER, folder, ignore=shutil.ignore_patterns("towers"))
    made = towers.convert(folder)
    assert made.image.cosine >= 0.999
    assert made.text.cosine >= 0.9999
    again = Towers.read(folder / "towers", notes.digest(folder / "weights.safetensors"), tmp_path)
    assert again == made


def test_probes_are_pictures_of_their_size() -> None:
    import towers

    pixels, words = towers.probes(40, 5)
    assert pixels.shape == (5, 40, 40, 3)
    assert pixels.dtype == np.uint8
    assert len(set(words)) > 1
