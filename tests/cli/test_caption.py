"""``clipdesk caption``: descriptions by a model that was taught these very pictures."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.conftest import Place
from tests.core.encoders import coca
from tests.core.encoders.coca import SAID, pictures


@pytest.fixture
def taught(empty: Place, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A model that knows the five pictures there."""
    empty.pictures.mkdir()
    for number, pixels in enumerate(pictures()):
        Image.fromarray(np.kron(pixels, np.ones((4, 4, 1), np.uint8))).save(
            empty.pictures / f"{number}.png"
        )
    (empty.pictures / "broken.png").write_bytes(b"no picture")
    return coca.taught(tmp_path_factory)


def test_pictures_are_described(empty: Place, taught: str) -> None:
    answer = empty.clipdesk("caption", empty.pictures, "--model", taught, "--json").json
    assert list(answer) == ["model", "machine_made", "results", "failed"]
    assert (answer["model"], answer["machine_made"]) == (taught, True)
    told = {Path(each["path"]).name: each["caption"] for each in answer["results"]}
    assert told == {f"{number}.png": caption for number, caption in enumerate(SAID)}
    assert [each["path"] for each in answer["failed"]] == [str(empty.pictures / "broken.png")]
    said = empty.clipdesk("caption", empty.pictures / "3.png", "--model", taught)
    assert said.out == f"{empty.pictures / '3.png'}\t{SAID[3]}\n"
    assert not empty.library.exists(), "asking must not make a library"


def test_no_model_that_can(empty: Place, _starter_is_here: None) -> None:
    said = empty.clipdesk("caption", empty.pictures / "a.png")
    assert said.complains("No model that describes", "clipdesk models get coca_")
    said = empty.clipdesk("caption", empty.pictures / "a.png", "--model", "starter", "--json")
    assert said.complains("starter finds pictures, but can't describe them")
