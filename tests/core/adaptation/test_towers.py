"""The training of networks, and how what was taught comes back through the one door."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from clipdesk.core.adaptation.learner import Pace
from clipdesk.core.adaptation.session import Parts, Session
from clipdesk.core.adaptation.towers import Towers
from clipdesk.core.encoders import forms, loading
from clipdesk.core.encoders.converted import ConvertedEncoder
from clipdesk.core.encoders.converting import convert
from clipdesk.core.encoders.name import ModelName
from clipdesk.core.encoders.openclip import OpenClipEncoder
from clipdesk.core.encoders.store import Store
from clipdesk.core.errors import ModelError, QueryError, WeightsBroken
from clipdesk.core.pairs import Pair, Pairs
from tests.core.encoders import coca, tiny

WORDS = ("red", "green", "blue", "white")
COLOURS = np.array([(220, 30, 30), (30, 170, 60), (30, 60, 220), (250, 250, 250)])
COUNT = 64


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A real CLIP with random weights, that can't tell anything yet."""
    folder = tmp_path_factory.mktemp("models") / "tiny"
    tiny.folder(folder, tiny.config(vocab_size=49408))
    return f"tiny:{folder}"


def pixels(numbers: np.ndarray) -> np.ndarray:
    noise = np.random.default_rng(1).integers(0, 30, (COUNT, 32, 32, 3))
    made = np.clip(COLOURS[np.arange(COUNT) % 4][:, None, None] + noise, 0, 255).astype(np.uint8)
    return made[numbers]


def pairs() -> Pairs:
    """Each picture with its colour; the second word of each has half the weight."""
    files = tuple(Path(f"/{n}.png") for n in range(COUNT))
    told = [Pair(n % 4, n) for n in range(COUNT)] + [Pair(4 + n % 4, n, 0.5) for n in range(COUNT)]
    captions = (*WORDS, *(f"a picture that is {word}" for word in WORDS))
    return Pairs(files, (0,) * COUNT, ("",) * COUNT, captions, tuple(told))


def session(name: str, models: Path, **how: str) -> Session:
    encoder = loading.network(name, models)
    vectors = encoder.encode_images(pixels(np.arange(COUNT)))
    parts = Parts.of(pairs())
    wishes = {"depth": "lora", "sides": "text", "loss": "softmax"} | how
    learner = Towers(encoder, pairs(), parts.taught, vectors, pixels, **wishes)  # type: ignore[arg-type]  # words of the kinds that are wanted
    learner.pace = Pace(most_steps=30, look_every=10, patience=9)
    return Session(pairs(), parts, learner)


@pytest.mark.parametrize(
    ("depth", "sides", "loss"),
    [("lora", "text", "softmax"), ("lora", "both", "sigmoid"), ("all", "both", "softmax")],
)
def test_what_is_taught_comes_back_through_the_same_door(
    base: str, tmp_path: Path, depth: str, sides: str, loss: str
) -> None:
    before = loading.network(base, tmp_path)
    it = session(base, tmp_path, depth=depth, sides=sides, loss=loss)
    merits = [merit for merit in it.run() if merit is not None]
    assert max(merits) > it_knew(before)
    verdict = it.verdict()
    out = tmp_path / "mine.safetensors"
    it.save(out, verdict)
    name = f"adapted:{out}"
    after = loading.load(name, tmp_path)
    every = np.arange(COUNT)
    assert np.allclose(after.encode_texts(WORDS), it.learner.read(np.arange(4)), atol=1e-5)
    assert np.allclose(after.encode_images(pixels(every)), it.learner.see(every), atol=1e-5)
    assert not np.allclose(after.encode_texts(WORDS), before.encode_texts(WORDS), atol=1e-3)
    sees_as_before = np.allclose(
        after.encode_images(pixels(every)), before.encode_images(pixels(every)), atol=1e-5
    )
    assert sees_as_before == (sides == "text")
    same = after.space.weights_hash == before.space.weights_hash
    assert same == (sides == "text"), (
        "the library's vectors remain good only where they are the same"
    )
    assert after.space.model == name
    with safe_open(out, "np") as file:
        about = json.loads(file.metadata()["clipdesk_adaptation"])
    assert (about["base"], about["held_out"]) == (base, "16")
    # Given to another, it is dropped on the same dialog as weights are.
    taken = Store(tmp_path / "models").take_in(out, "", lambda *_: None, lambda: False)
    again = loading.load(taken, tmp_path / "models")
    assert np.allclose(again.encode_texts(WORDS), after.encode_texts(WORDS), atol=1e-5)
    if depth == "lora":
        assert out.stat().st_size < Path(base[5:], "open_clip_model.safetensors").stat().st_size / 9


def it_knew(encoder: OpenClipEncoder) -> float:
    """The mean reciprocal rank of all pictures, by one of each colour, before anything."""
    cosines = encoder.encode_texts(WORDS) @ encoder.encode_images(pixels(np.arange(4))).T
    ranks = (cosines > np.diag(cosines)[:, None]).sum(axis=1) + 1
    return float((1 / ranks).mean())


def test_a_pause_changes_nothing(base: str, tmp_path: Path) -> None:
    whole = session(base, tmp_path, sides="both")
    list(whole.run())
    begun = session(base, tmp_path, sides="both")
    for _ in zip(range(10), begun.run(), strict=False):
        pass
    resumed = session(base, tmp_path, sides="both")
    resumed.resume({name: np.array(value) for name, value in begun.state().items()})
    assert resumed.learner.step == 10
    list(resumed.run())
    for one, other in zip(
        whole.learner.values().items(), resumed.learner.values().items(), strict=True
    ):
        assert one[0] == other[0]
        assert np.allclose(one[1], other[1], atol=1e-6), one[0]


def test_a_coca_is_taught_and_what_it_says_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "coca"
    folder.mkdir()
    config = {key: value for key, value in coca.CONFIG.items() if key != "custom_text"}
    description = {"model_cfg": coca.CONFIG, "preprocess_cfg": tiny.PREPROCESS}
    (folder / "open_clip_config.json").write_text(json.dumps(description), "utf-8")
    import open_clip
    import torch

    torch.manual_seed(0)
    network = open_clip.CoCa(**config)
    torch.nn.init.normal_(network.text_decoder.text_projection, std=0.1)
    tiny.save(network, folder / "open_clip_model.safetensors")
    it = session(f"coca_tiny:{folder}", tmp_path, sides="both")
    list(it.run())
    it.save(tmp_path / "mine.safetensors", it.verdict())
    changed = load_file(tmp_path / "mine.safetensors")
    assert any(name.startswith("visual.") for name in changed)
    assert any(name.startswith("text.") for name in changed)
    assert not any(name.startswith(("text_decoder.", "logit_")) for name in changed)
    after = loading.load(f"adapted:{tmp_path / 'mine.safetensors'}", tmp_path)
    assert np.allclose(after.encode_texts(WORDS), it.learner.read(np.arange(4)), atol=1e-5)


def test_it_gets_its_quicker_form_like_any_model(
    base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "_image_forms", lambda *_: {})
    monkeypatch.setattr(forms, "_PICTURES", (12, 12))
    it = session(base, tmp_path)
    for _ in zip(range(10), it.run(), strict=False):
        pass
    out = tmp_path / "mine.safetensors"
    it.save(out, it.verdict())
    name = ModelName.parse(f"adapted:{out}")
    plain = loading.load(str(name), tmp_path)
    convert(loading.find(name, tmp_path), tmp_path)
    quick = loading.load(str(name), tmp_path)
    assert isinstance(quick, ConvertedEncoder)
    assert quick.space == plain.space
    assert (quick.encode_texts(WORDS) * plain.encode_texts(WORDS)).sum(axis=1).min() > 0.99
    # Another file at the same place is another model: the towers of the first are not taken for it.
    it.learner.wear({name: 2 * value for name, value in it.learner.values().items()})
    it.learner.save(out, ())
    assert not isinstance(loading.load(str(name), tmp_path), ConvertedEncoder)


def test_what_is_refused(base: str, tmp_path: Path) -> None:
    it = session(base, tmp_path)
    out = tmp_path / "mine.safetensors"
    it.save(out, it.verdict())
    good = load_file(out)
    with safe_open(out, "np") as file:
        about = file.metadata()
    first = next(name for name in good if name.endswith(".up"))
    down = first.removesuffix(".up") + ".down"
    wide = np.zeros((2000, 2000), np.float32)
    for damaged in (
        good | {first: good[first][:, :3]},
        good | {first: good[first] * np.nan},
        good | {first: good[first].astype(np.float64)},
        {name: value for name, value in good.items() if name != down},
        good | {first: np.zeros((len(good[first]), 2000), np.float32), down: wide},
        good | {"no.such.weight": good[first]},
        {"positional_embedding": wide},
    ):
        save_file(damaged, out, about)
        with pytest.raises(WeightsBroken, match=r"damaged|does not fit"):
            loading.load(f"adapted:{out}", tmp_path)
    others = json.loads(about["clipdesk_adaptation"]) | {"base_weights": "0" * 64}
    save_file(good, out, {"clipdesk_adaptation": json.dumps(others)})
    for ask in (Store(tmp_path).load, Store(tmp_path).teachable):
        with pytest.raises(ModelError):
            ask(f"adapted:{out}")
    with pytest.raises(ModelError, match="can't be taught"):
        Store(tmp_path).teachable("plugin:ears")
    encoder = loading.network(base, tmp_path)
    encoder.network = type(encoder.network.ln_final)(4)  # nothing but a norm
    from clipdesk.core.encoders.tuning import Tuner

    with pytest.raises(QueryError, match="no layers"):
        Tuner(encoder, depth="lora", sides="text")
