"""Weights that the person brings along: recognised, taken in, and removed again."""

import json
import shutil
from pathlib import Path

import pytest

from clipdesk.core.encoders import ModelName, identify, kept, load, local
from clipdesk.core.encoders.catalogue import available
from clipdesk.core.encoders.imported import IMPORTED, take_in
from clipdesk.core.encoders.removal import remove
from clipdesk.core.encoders.store import Store
from clipdesk.core.encoders.table import table
from clipdesk.core.errors import (
    ClipDeskError,
    DownloadFailed,
    ModelDoubted,
    ModelError,
    ModelNotHere,
    UnknownModel,
    WeightsBroken,
)
from tests.core.encoders import tiny


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of the size and shape of ViT-S-32-alt's, one of open_clip's smallest."""
    import open_clip

    folder = tmp_path_factory.mktemp("own")
    model = tiny.network(open_clip.get_model_config("ViT-S-32-alt"))
    for name in ("shop.safetensors", "shop.pt"):
        tiny.save(model, folder / name)
    return folder


@pytest.mark.parametrize("name", ["shop.safetensors", "shop.pt"])
def test_the_architecture_is_read_off_the_file(weights: Path, name: str) -> None:
    assert identify.architectures(weights / name) == ("ViT-S-32-alt",)


def test_what_a_file_does_not_tell_its_hash_or_name_does() -> None:
    twins = set(table().with_shapes(table().architectures["ViT-B-32"].shapes))
    assert twins == {"ViT-B-32", "ViT-B-32-quickgelu"}

    def first(file: str, sha256: str = "") -> str:
        known = table().with_hash(sha256) if sha256 else None
        return min(twins, key=lambda name: identify._unlikely(name, file, known))

    assert first("model.pt") == "ViT-B-32"
    assert first("vit_b_32-quickgelu-laion.pt") == "ViT-B-32-quickgelu"
    openai = table().weights["ViT-B-32/openai"]
    assert len(openai.sha256) == 64
    assert first("model.pt", openai.sha256) == "ViT-B-32-quickgelu"


def test_a_file_is_taken_in_and_works_wherever_it_was(weights: Path, tmp_path: Path) -> None:
    source = tmp_path / "Downloads" / "My shop's weights.safetensors"
    source.parent.mkdir()
    shutil.copy(weights / "shop.safetensors", source)
    told: list[tuple[int, int]] = []
    models = tmp_path / "models"
    name = take_in(source, models, progress=lambda *at: told.append(at))
    size = source.stat().st_size
    assert told[-1] == (size, size)
    source.unlink()
    assert name.startswith("ViT-S-32-alt:")
    assert load(name, models).space.dimensions == 256
    (info,) = [info for info in available(models, "en") if info.name == name]
    assert info.here
    assert info.removable
    # A second of the same name does not touch the first.
    shutil.copy(weights / "shop.safetensors", source)
    assert take_in(source, models) != name
    freed = remove(ModelName.parse(name), models)
    assert freed > 0
    assert name not in [info.name for info in available(models, "en")]
    with pytest.raises(ModelNotHere):
        load(name, models)


def test_a_folder_is_taken_in_with_its_tokenizer(tmp_path: Path) -> None:
    folder = tmp_path / "many languages"
    tiny.words(tmp_path / "words")
    tiny.with_words(folder, "studio/words", tmp_path / "words")
    models = tmp_path / "models"
    with pytest.raises(ModelNotHere, match="tokenizer of their own") as raised:
        take_in(folder, models)
    assert "tokenizer.json" in raised.value.hint
    assert not list((models / IMPORTED).iterdir())  # nothing half-made is left
    shutil.copytree(tmp_path / "words", folder, dirs_exist_ok=True)
    name = take_in(folder, models)
    shutil.rmtree(folder)
    red, bird = load(name, models).encode_texts(["red", "bird"])
    assert abs(red @ bird) < 0.999


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (None, ModelNotHere, "no weights at"),
        (b"", WeightsBroken, "damaged"),
        (b"\xff" * 999, WeightsBroken, "damaged"),
        ((1 << 60).to_bytes(8, "little") + b"{}", WeightsBroken, "damaged"),
    ],
)
def test_what_can_not_be_taken_in_says_why(
    tmp_path: Path, content: bytes | None, kind: type[ClipDeskError], words: str
) -> None:
    file = tmp_path / "w.safetensors"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(kind, match=words):
        take_in(file, tmp_path / "models")
    (tmp_path / "picture.png").touch()
    with pytest.raises(WeightsBroken, match="not a file of weights"):
        take_in(tmp_path / "picture.png", tmp_path / "models")


def test_weights_of_no_architecture_ask_for_its_name(tmp_path: Path) -> None:
    tiny.save(tiny.network(tiny.config()), tmp_path / "w.safetensors")
    with pytest.raises(UnknownModel, match="none of the architectures") as raised:
        take_in(tmp_path / "w.safetensors", tmp_path / "models")
    assert "open_clip_config.json" in raised.value.hint


@pytest.mark.parametrize("fault", ["full", "stopped"])
def test_a_copy_that_fails_leaves_nothing(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    import errno
    import os

    def no_link(*_: object) -> None:
        raise OSError(errno.EXDEV, "another disk")

    monkeypatch.setattr(os, "link", no_link)
    if fault == "full":

        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DownloadFailed, match="disk is full" if fault == "full" else "stopped"):
        take_in(weights / "shop.safetensors", tmp_path, cancelled=lambda: fault == "stopped")
    assert not list((tmp_path / IMPORTED).iterdir())


def test_siglip_weights_named_by_hand_are_prepared_as_siglip_wants() -> None:
    assert local.preprocessing("ViT-B-16-SigLIP")["mean"] == (0.5, 0.5, 0.5)
    assert local.preprocessing("ViT-B-16-SigLIP")["resize_mode"] == "squash"
    assert local.preprocessing("ViT-L-14") == {}, "its weights do not agree"
    assert local.preprocessing("ViT-S-32-alt") == {}


def test_known_weights_with_the_wrong_activation_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "w.pt"
    file.touch()
    known = table().weights["ViT-B-32/openai"].sha256
    with pytest.raises(WeightsBroken, match="not made for ViT-B-32") as raised:
        local.check_activation(ModelName.parse(f"ViT-B-32:{file}"), known)
    assert f"ViT-B-32-quickgelu:{file}" in raised.value.hint
    local.check_activation(ModelName.parse(f"ViT-B-32-quickgelu:{file}"), known)
    local.check_activation(ModelName.parse(f"ViT-B-32:{file}"), "0" * 64)


def test_what_is_not_ours_is_not_removed(weights: Path, tmp_path: Path) -> None:
    own = ModelName.parse(f"ViT-S-32-alt:{weights / 'shop.pt'}")
    for name in (own, ModelName.parse("starter"), ModelName.parse("hf-hub:a/b")):
        with pytest.raises(ModelError) as raised:
            remove(name, tmp_path)
        assert "\n" not in str(raised.value)
    assert (weights / "shop.pt").exists()


def test_own_weights_go_through_the_same_door(weights: Path, tmp_path: Path) -> None:
    store = Store(tmp_path)
    name = store.take_in(weights / "shop.pt", "", lambda *_: None, lambda: False)
    with pytest.raises(ModelDoubted):
        store.load(name)  # they are random
    assert [info.name for info in store.available() if info.doubt] == [name]
    store.accept(name)
    assert store.load(name)
    towers = kept.place(name, "f" * 64, tmp_path)
    towers.mkdir(parents=True)
    (towers / "image.bin").write_bytes(b"0" * 1000)
    assert store.remove(name) >= 1000
    assert not towers.exists()
    assert not [info for info in store.available() if info.name == name]
    assert json.loads((tmp_path / "tried.json").read_text()) == {}
