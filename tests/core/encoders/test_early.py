"""Captions are read before an encoder is loaded as a whole, and the same vectors come of it."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from clipdesk.core.encoders import (
    Encoder,
    converting,
    early,
    exam,
    forms,
    kept,
    loading,
    notes,
    tower,
)
from clipdesk.core.encoders.early import EarlyEncoder
from clipdesk.core.encoders.name import ModelName
from clipdesk.core.encoders.openclip import OpenClipEncoder
from clipdesk.core.encoders.store import Store
from clipdesk.core.encoders.tried import TRIED
from clipdesk.core.errors import ModelDoubted, UnknownModel
from tests.core.encoders import tiny
from tests.core.encoders.test_converted import drawn
from tests.core.encoders.test_merges import HOSTILE


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the starter was tried, and ``tiny`` was converted, and accepted as it is."""
    folder = tmp_path_factory.mktemp("models")
    Store(folder).load("starter")
    tiny.folder(folder / "tiny", tiny.config())
    patch = pytest.MonkeyPatch()
    patch.setattr(forms, "_image_forms", lambda *_: {})
    converting.convert(loading.find(ModelName.parse(tiny_in(folder)), folder), folder)
    patch.undo()
    Store(folder).accept(tiny_in(folder))
    return folder


@pytest.fixture
def own(models: Path, tmp_path: Path) -> Iterator[Path]:
    """The same place, to be spoiled."""
    shutil.copytree(models, tmp_path / "backup")
    yield models
    shutil.rmtree(models)
    (tmp_path / "backup").rename(models)


def tiny_in(models: Path) -> str:
    return f"tiny:{models / 'tiny'}"


def load(name: str, models: Path) -> Encoder:
    return early.load(name, models, Store(models).load)


def same(one: Encoder, other: Encoder) -> bool:
    assert (one.space, one.calibration) == (other.space, other.calibration)
    pixels = drawn(one.space.spec.size, 3)
    assert one.encode_texts([]).shape == (0, one.space.dimensions)
    return np.array_equal(one.encode_texts(HOSTILE), other.encode_texts(HOSTILE)) and np.allclose(
        one.encode_images(pixels), other.encode_images(pixels), atol=1e-5
    )


@pytest.mark.parametrize("name", ["starter", "tiny"])
def test_the_answers_are_those_of_the_whole(name: str, models: Path) -> None:
    name = tiny_in(models) if name == "tiny" else name
    encoder = load(name, models)
    assert isinstance(encoder, EarlyEncoder)
    assert same(encoder, Store(models).load(name))


def test_neither_openvino_nor_torch_is_loaded_for_a_caption(models: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from clipdesk.core.encoders import early;"
        f"encoder = early.load({tiny_in(models)!r}, Path({str(models)!r}), None);"
        "print(encoder.encode_texts(['a sea']).shape);"
        "heavy = {'torch', 'open_clip', 'openvino', 'transformers', 'PIL', 'regex', 'ftfy'};"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "(1, 32)\n"


def test_captions_do_not_depend_on_openvino(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tower, "version", lambda: "another")
    monkeypatch.setattr(tower, "available", lambda: False)
    assert kept.find(tiny_in(own), own) is None
    encoder = load(tiny_in(own), own)
    assert isinstance(encoder, EarlyEncoder)
    whole = loading.load(tiny_in(own), own)
    assert isinstance(whole, OpenClipEncoder)
    read, wanted = encoder.encode_texts(HOSTILE), whole.encode_texts(HOSTILE)
    assert exam.lowest(read, wanted) >= 0.9999


@pytest.mark.parametrize("why", ["never tried", "other weights", "damaged", "half of it gone"])
def test_else_it_is_loaded_as_a_whole(own: Path, why: str) -> None:
    towers = next((own / "converted").glob("*-*"))
    match why:
        case "never tried":
            (own / TRIED).unlink()
        case "other weights":
            tiny.save(tiny.network(tiny.config(), seed=9), next((own / "tiny").glob("*.s*")))
        case "damaged":
            file = towers / "captions.safetensors"
            file.write_bytes(file.read_bytes()[:-99])
        case "half of it gone":
            (towers / "captions.safetensors").unlink()
    if why in ("never tried", "other weights"):
        with pytest.raises(ModelDoubted):  # its weights are random: that is told by asking it
            load(tiny_in(own), own)
    else:
        assert isinstance(load(tiny_in(own), own), OpenClipEncoder)


def test_one_that_is_doubted_is_refused_as_ever(own: Path) -> None:
    noted = notes.read(own / TRIED)
    trial = noted["starter"]
    assert isinstance(trial, dict)
    notes.write(own / TRIED, {**noted, "starter": {**trial, "score": 0.0}})
    with pytest.raises(ModelDoubted):
        load("starter", own)


def test_what_there_is_not_is_told_as_ever(models: Path) -> None:
    with pytest.raises(UnknownModel):
        load("nothing of the kind", models)
