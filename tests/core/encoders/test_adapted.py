"""Adapted models: a file beside the model it was made for, and one door to both."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from clipdesk.core.encoders import adapted
from clipdesk.core.encoders.adapted import Adaptation, AdaptedEncoder
from clipdesk.core.encoders.sharing import About
from clipdesk.core.encoders.store import Store
from clipdesk.core.errors import ModelError, ModelNotHere, WeightsBroken
from tests.core.colours import NAMES, ColourEncoder
from tests.core.encoders import tiny

SIZE = len(NAMES)
TURN = np.roll(np.eye(SIZE, dtype=np.float32), 1, axis=1)
MADE = Adaptation(About("colours", "colours-32", (("held_out", "9"),)), TURN)


def load(file: Path) -> adapted.Encoder:
    return adapted.load(f"adapted:{file}", ColourEncoder)


def test_words_are_read_anew_and_pictures_are_where_they_were(tmp_path: Path) -> None:
    MADE.save(tmp_path / "mine.safetensors")
    assert [file.name for file in tmp_path.iterdir()] == ["mine.safetensors"]
    encoder, base = load(tmp_path / "mine.safetensors"), ColourEncoder()
    # "red" means now what "green", the next in the list, meant.
    assert encoder.encode_texts(["red"]) == pytest.approx(base.encode_texts(["green"]), abs=1e-5)
    pixels = np.zeros((1, 32, 32, 3), np.uint8)
    assert np.array_equal(encoder.encode_images(pixels), base.encode_images(pixels))
    assert encoder.calibration == base.calibration
    name = f"adapted:{tmp_path / 'mine.safetensors'}"
    assert encoder.space == replace(base.space, model=name), "the library's vectors remain good"


def test_where_pictures_are_moved_it_is_another_space(tmp_path: Path) -> None:
    both = replace(MADE, image=TURN)
    both.save(tmp_path / "both.safetensors")
    encoder, base = load(tmp_path / "both.safetensors"), ColourEncoder()
    assert encoder.space.weights_hash not in ("", base.space.weights_hash)
    assert encoder.space == replace(load(tmp_path / "both.safetensors").space)
    other = AdaptedEncoder(base, replace(both, image=TURN.T), "adapted:other")
    assert other.space.weights_hash != encoder.space.weights_hash
    pixels = np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3), np.uint8)
    assert encoder.encode_images(pixels) == pytest.approx(base.encode_images(pixels) @ TURN)


def test_the_model_it_was_made_for_must_be_here_and_the_same(tmp_path: Path) -> None:
    file = tmp_path / "mine.safetensors"
    replace(MADE, about=About("colours", "others")).save(file)
    with pytest.raises(WeightsBroken, match="other weights of colours"):
        load(file)
    wide = np.eye(SIZE + 1, dtype=np.float32)
    replace(MADE, text=wide).save(file)
    with pytest.raises(WeightsBroken, match="does not fit colours"):
        load(file)
    replace(MADE, about=About(f"tiny:{tmp_path / 'nowhere'}", "")).save(file)
    for ask in (Store(tmp_path).find, Store(tmp_path).load):
        with pytest.raises(ModelNotHere, match="nowhere"):
            ask(f"adapted:{file}")
    replace(MADE, about=About(f"adapted:{file}", "")).save(file)
    for ask in (Store(tmp_path).find, Store(tmp_path).load):
        with pytest.raises(ModelError, match="made for itself"):
            ask(f"adapted:{file}")


def test_hostile_files_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.safetensors"
    with pytest.raises(ModelNotHere, match="nothing at"):
        adapted.read(file)
    MADE.save(file)
    content = file.read_bytes()
    for damage in (b"", content[:40], content[:-9], b"\xff" * 99, b"PK\x03\x04"):
        file.write_bytes(damage)
        with pytest.raises(WeightsBroken, match=r"mine\.safetensors is damaged"):
            adapted.read(file)
    about = {"clipdesk_adaptation": json.dumps({"base": "a", "base_weights": "b"})}
    good = np.eye(4, dtype=np.float32)
    weights = {"clipdesk_adaptation": json.dumps({"base": "a", "base_weights": "b", "kind": "x"})}
    for maps, said in (
        ({"text": good}, None),
        ({"text": good}, weights),
        ({"text": good}, {"clipdesk_adaptation": "[1]"}),
        ({"text": good}, {"clipdesk_adaptation": "{}"}),
        ({"image": good}, about),
        ({"text": good[:2]}, about),
        ({"text": good.astype(np.float64)}, about),
        ({"text": good * np.nan}, about),
        ({"text": good.ravel()}, about),
    ):
        save_file(maps, file, said)
        with pytest.raises(WeightsBroken):
            adapted.read(file)


def test_it_is_taken_in_as_weights_are_listed_and_removed(tmp_path: Path) -> None:
    """What another person gives one is dragged onto the same dialog."""
    models = tmp_path / "models"
    tiny.folder(tmp_path / "tiny", tiny.config())
    base = f"tiny:{tmp_path / 'tiny'}"
    store = Store(models)
    store.accept(base)
    made = store.load(base)
    size = made.space.dimensions
    given = tmp_path / "given.safetensors"
    about = About(base, made.space.weights_hash)
    Adaptation(about, -np.eye(size, dtype=np.float32)).save(given)
    name = store.take_in(given, "", lambda *_: None, lambda: False)
    given.unlink()
    (info,) = (each for each in store.available() if each.name == name)
    assert (info.here, info.removable, info.family) == (True, True, "Adapted")
    assert info.title == "given.safetensors (adapted)"
    store.find(name)
    assert store.load(name).encode_texts(["red"]) == pytest.approx(-made.encode_texts(["red"]))
    assert store.remove(name) > 0
    assert name not in {each.name for each in store.available()}
    with pytest.raises(ModelNotHere):
        store.load(name)


def test_arrays_that_lie_otherwise_in_memory_come_back_as_they_were(tmp_path: Path) -> None:
    numbers = np.arange(SIZE**2, dtype=np.float32).reshape(SIZE, SIZE)
    turned = replace(MADE, text=np.asfortranarray(numbers))
    turned.save(tmp_path / "mine.safetensors")
    assert np.array_equal(adapted.read(tmp_path / "mine.safetensors").text, turned.text)
