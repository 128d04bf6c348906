"""Encoders from weights on the disk, against open_clip's own way of using them."""

import json
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from clipdesk.core import paths
from clipdesk.core.encoders import Encoder, load, loading, notes, openclip
from clipdesk.core.encoders.openclip import OpenClipEncoder
from clipdesk.core.errors import ModelError, ModelNotHere, UnknownModel, WeightsBroken
from tests.core.encoders import tiny

CAPTIONS = ["a red square on white", "Ein Vogel über dem Meer", "海の上の鳥", "🦜 parrot!"]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder in open_clip's layout."""
    folder = tmp_path_factory.mktemp("models") / "tiny"
    tiny.folder(folder, tiny.config())
    return folder


@pytest.fixture
def resources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program whose starter is a tiny one."""
    tiny.starter(tmp_path / "resources")
    monkeypatch.setattr(paths, "resources", lambda: tmp_path / "resources")
    return tmp_path / "resources"


@pytest.fixture(scope="module")
def encoder(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return load(f"tiny:{model}", tmp_path_factory.mktemp("notes"))


def pictures(count: int = 5) -> list[Image.Image]:
    noise = np.random.default_rng(7)
    return [
        Image.fromarray(noise.integers(0, 256, (40 + 9 * i, 70 - 7 * i, 3), np.uint8))
        for i in range(count)
    ]


def prepared(transform: Any, images: list[Image.Image]) -> np.ndarray:
    """Pictures as open_clip's own transform resizes them, before it makes tensors of them."""
    from torchvision.transforms import Normalize, ToTensor

    steps = [s for s in transform.transforms if not isinstance(s, ToTensor | Normalize)]
    made = []
    for image in images:
        done = image
        for step in steps:
            done = step(done)
        made.append(np.asarray(done))
    return np.stack(made)


@pytest.mark.parametrize("weights", ["folder", "w.pt", "w.safetensors"])
def test_vectors_are_those_of_open_clip(model: Path, tmp_path: Path, weights: str) -> None:
    import open_clip
    import torch

    theirs, _, transform = open_clip.create_model_and_transforms(f"local-dir:{model}")
    if weights != "folder":
        tiny.save(theirs, tmp_path / weights)
        shutil.copy(model / "open_clip_config.json", tmp_path)
        (tmp_path / "open_clip_config.json").rename(tmp_path / "tiny-test.json")
        description = json.loads((tmp_path / "tiny-test.json").read_text())["model_cfg"]
        (tmp_path / "tiny-test.json").write_text(json.dumps(description))
        open_clip.add_model_config(tmp_path / "tiny-test.json")
        transform = open_clip.create_model_and_transforms("tiny-test")[2]
        encoder = load(f"tiny-test:{tmp_path / weights}", tmp_path)
    else:
        encoder = load(f"tiny:{model}", tmp_path)

    images = pictures()
    with torch.inference_mode():
        seen = theirs.encode_image(torch.stack([transform(i) for i in images]), normalize=True)
        read = theirs.encode_text(open_clip.tokenize(CAPTIONS, 24), normalize=True)
    ours = encoder.encode_images(prepared(transform, images))
    assert (np.sum(ours * seen.numpy(), axis=1) > 0.9999).all()
    assert (np.sum(encoder.encode_texts(CAPTIONS) * read.numpy(), axis=1) > 0.9999).all()
    assert encoder.space.dimensions == 32
    assert encoder.space.spec.size == 32


# ── on a graphics card: here a processor stands in for it ──────────────────────────────────


def network(model: Path, folder: Path) -> OpenClipEncoder:
    return loading.network(f"tiny:{model}", folder)


def test_halves_are_used_where_they_come_out_the_same(model: Path, tmp_path: Path) -> None:
    encoder = network(model, tmp_path)
    side = encoder.space.spec.size
    pixels = np.random.default_rng(1).integers(0, 256, (3, side, side, 3), np.uint8)
    whole = encoder.encode_images(pixels)
    loading.halve(encoder)
    assert encoder.halves
    assert not np.array_equal(encoder.encode_images(pixels), whole)
    assert encoder.encode_images(pixels) == pytest.approx(whole, abs=0.02)


def test_a_network_that_leaves_the_range_of_halves_stays_whole(model: Path, tmp_path: Path) -> None:
    encoder = network(model, tmp_path)
    encoder.network.visual.proj.data *= 1e7  # unit vectors do not notice
    loading.halve(encoder)
    assert not encoder.halves


def test_the_fastest_device_that_works_is_used(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first card is too old for this torch: the processor it is, and nothing is said."""
    asked: list[str] = []
    move = OpenClipEncoder.move_to

    def moved(self: OpenClipEncoder, device: str) -> None:
        asked.append(device)
        if device == "cuda":
            raise RuntimeError("no kernel image is available for execution on the device")
        move(self, device)

    monkeypatch.setattr(loading, "devices", lambda: ("cuda", "cpu"))
    monkeypatch.setattr(OpenClipEncoder, "move_to", moved)
    encoder = network(model, tmp_path)
    assert (encoder.device, asked) == ("cpu", ["cpu", "cuda", "cpu"])
    assert not encoder.halves


def test_the_card_comes_first_then_apples_then_the_processor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert openclip.devices() == ("cuda", "mps", "cpu")


def test_with_too_little_memory_batches_get_smaller(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    encoder = network(model, tmp_path)
    side = encoder.space.spec.size
    pixels = np.random.default_rng(2).integers(0, 256, (11, side, side, 3), np.uint8)
    whole, see, sizes = encoder.encode_images(pixels), encoder.see, []

    def tight(batch: torch.Tensor) -> torch.Tensor:
        if len(batch) > 3:
            raise torch.OutOfMemoryError
        sizes.append(len(batch))
        return see(batch)

    monkeypatch.setattr(encoder, "see", tight)
    assert encoder.encode_images(pixels) == pytest.approx(whole, abs=1e-5)
    assert sizes == [2, 2, 2, 2, 2, 1]


def test_the_space_tells_what_the_vectors_are(model: Path, tmp_path: Path) -> None:
    import hashlib

    space = load(f"tiny:{model}", tmp_path).space
    weights = (model / "open_clip_model.safetensors").read_bytes()
    assert space.model == f"tiny:{model}"
    assert space.architecture == "tiny"
    assert space.weights_hash == hashlib.sha256(weights).hexdigest()
    assert (space.spec.resize_mode, space.spec.interpolation) == ("squash", "bicubic")
    assert space.spec.mean == (0.5, 0.4, 0.3)
    assert space.spec.std == (0.2, 0.25, 0.3)


@pytest.mark.parametrize("sigmoid", [False, True])
def test_it_tells_how_cosines_become_probabilities(tmp_path: Path, sigmoid: bool) -> None:
    config = tiny.config()
    bias = {"init_logit_scale": 2.0, "init_logit_bias": -10.0}
    tiny.folder(tmp_path / "tiny", {**config, **bias} if sigmoid else config)
    calibration = load(f"tiny:{tmp_path / 'tiny'}", tmp_path).calibration
    assert calibration.scale == pytest.approx(np.exp(2) if sigmoid else 1 / 0.07, rel=1e-5)
    assert calibration.bias == (-10 if sigmoid else None)


def test_more_pictures_than_a_batch_and_none_at_all(encoder: Encoder) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (40, 32, 32, 3), np.uint8)
    pixels.flags.writeable = False  # as arrays over shared memory are
    together = encoder.encode_images(pixels)
    alone = np.concatenate([encoder.encode_images(one[None]) for one in pixels[15:18]])
    assert together.dtype == np.float32
    assert np.allclose(together[15:18], alone, atol=1e-5)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert encoder.encode_images(pixels[:0]).shape == (0, 32)
    assert encoder.encode_texts([]).shape == (0, 32)
    with pytest.raises(ValueError, match="expected uint8"):
        encoder.encode_images(pixels[:, :16])


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\0\x07\x1b[2J",
        "\ud800\udcff",
        "x" * 10_000,
        "word " * 10_000,
        "e" + "\u0301" * 9999,
        "<start_of_text><end_of_text>",
        "&#0;&#xD800;&lt;",
        "\u202eحصان",
        "नमस्ते दुनिया",
        "👩‍👩‍👧‍👦" * 900,
    ],
)
def test_any_caption_has_a_vector_soon(encoder: Encoder, text: str) -> None:
    start = time.perf_counter()
    vector = encoder.encode_texts([text])
    assert time.perf_counter() - start < 2
    assert np.isclose(np.linalg.norm(vector), 1, atol=1e-5)


def test_control_characters_and_composition_make_no_difference(encoder: Encoder) -> None:
    plain, *same = encoder.encode_texts(
        [
            "a café by night",
            "a\x00 café\n by\x1fnight",
            "a cafe\u0301 by night",
            "\u202aa café by night",
        ]
    )
    assert np.allclose(same, plain, atol=1e-6)


def test_the_starter_is_read_from_its_files_with_its_own_vocabulary(
    resources: Path, tmp_path: Path
) -> None:
    start = time.perf_counter()
    encoder = load("starter", tmp_path)
    assert time.perf_counter() - start < 1
    assert encoder.space.model == encoder.space.architecture == "starter"
    one, other = encoder.encode_texts(["a red kite", "grey houses"])
    assert not np.allclose(one, other, atol=1e-3)


@pytest.mark.parametrize("file", ["open_clip_config.json", "weights.safetensors", "bpe.txt.gz"])
@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "foreign"])
def test_a_damaged_starter_is_told_in_plain_words(
    resources: Path, tmp_path: Path, file: str, damage: str
) -> None:
    path = resources / "starter" / file
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes({"empty": b"", "cut": content[:99], "foreign": b"[1, 2]"}[damage])
    with pytest.raises(ModelNotHere if damage == "missing" else WeightsBroken) as raised:
        load("starter", tmp_path)
    assert "Install ClipDesk again" in raised.value.hint
    assert file in str(raised.value)


def test_a_fingerprint_is_taken_once_and_again_when_the_file_changes(
    model: Path, tmp_path: Path
) -> None:
    weights = tmp_path / "w.safetensors"
    shutil.copy(model / "open_clip_model.safetensors", weights)
    first = notes.fingerprint(weights, tmp_path)
    noted = (tmp_path / "fingerprints.json").read_text()
    (tmp_path / "fingerprints.json").write_text(noted.replace(first, "f" * 64))
    assert notes.fingerprint(weights, tmp_path) == "f" * 64  # read from the note
    weights.write_bytes(weights.read_bytes() + b"\0")
    assert notes.fingerprint(weights, tmp_path) not in (first, "f" * 64)
    (tmp_path / "fingerprints.json").write_text("{broken")
    weights.write_bytes(weights.read_bytes()[:-1])
    assert notes.fingerprint(weights, tmp_path) == first


def test_weights_of_another_architecture_are_refused_naming_both(
    model: Path, tmp_path: Path
) -> None:
    with pytest.raises(WeightsBroken, match=r"open_clip_model\.safetensors.*ViT-B-32"):
        load(f"ViT-B-32:{model / 'open_clip_model.safetensors'}", tmp_path)


def test_weights_that_are_nonsense_are_refused(tmp_path: Path) -> None:
    import torch

    tiny.folder(tmp_path / "nan", tiny.config())
    network = tiny.network(tiny.config())
    torch.nn.init.constant_(network.visual.proj, float("nan"))
    tiny.save(network, tmp_path / "nan" / "open_clip_model.safetensors")
    with pytest.raises(WeightsBroken, match="nonsense"):
        load(f"tiny:{tmp_path / 'nan'}", tmp_path)


class Payload:
    """What a hostile pickle would do."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.mark,))


def test_a_pickle_that_carries_code_is_refused_and_not_run(tmp_path: Path) -> None:
    import torch

    torch.save({"state_dict": Payload(tmp_path / "mark")}, tmp_path / "evil.pt")
    with pytest.raises(WeightsBroken, match="not safe") as raised:
        load(f"ViT-B-32:{tmp_path / 'evil.pt'}", tmp_path)
    assert "safetensors" in raised.value.hint
    assert not (tmp_path / "mark").exists()


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("tiny:{0}/nowhere", ModelNotHere, "nothing at"),
        ("tiny:{0}/empty", ModelNotHere, "no weights in"),
        ("tiny:{0}/text.txt", ModelNotHere, "not a file of weights"),
        ("ViT-B-23:{0}/rubbish.pt", UnknownModel, "no architecture"),
        ("ViT-B-32:{0}/rubbish.pt", WeightsBroken, "rubbish.pt"),
        ("ViT-B-32:{0}/rubbish.safetensors", WeightsBroken, "rubbish.safetensors"),
        ("tiny:{0}/odd", WeightsBroken, "can't be built"),
        ("ViT-B-32/openai", ModelNotHere, "not on this computer"),
        ("ViT-B-32/openia", UnknownModel, "openia"),
        ("hf-hub:nobody/nothing", ModelNotHere, "not on this computer"),
    ],
)
def test_what_can_not_be_loaded_says_why(
    tmp_path: Path, name: str, kind: type[ModelError], words: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.txt").touch()
    for file in ("rubbish.pt", "rubbish.safetensors"):
        (tmp_path / file).write_bytes(b"rubbish" * 99)
    odd = tiny.config()
    odd["vision_cfg"]["surprise"] = 1
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "w.pt").touch()
    (tmp_path / "odd" / "open_clip_config.json").write_text(json.dumps({"model_cfg": odd}))
    with pytest.raises(kind, match=words) as raised:
        load(name.format(tmp_path), tmp_path)
    assert "\n" not in str(raised.value)
