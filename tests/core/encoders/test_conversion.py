"""A model's towers are converted beside, proven, kept, and used from then on without torch."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clipdesk.core.children import child as children
from clipdesk.core.encoders import (
    Encoder,
    conversion,
    converting,
    exam,
    export,
    forms,
    kept,
    load,
    loading,
    probes,
    tower,
)
from clipdesk.core.encoders.ahead import lacking
from clipdesk.core.encoders.conversion import Conversion
from clipdesk.core.encoders.converted import ConvertedEncoder
from clipdesk.core.encoders.name import ModelName
from clipdesk.core.encoders.openclip import OpenClipEncoder
from clipdesk.core.encoders.recipe import Recipe
from clipdesk.core.errors import WeightsBroken
from clipdesk.core.types import ImageSpec
from tests.core.encoders import tiny
from tests.core.encoders.test_converted import drawn
from tests.core.encoders.test_merges import HOSTILE

ALL_FORMS = forms._image_forms


@pytest.fixture(scope="module", autouse=True)
def _quickly() -> Iterator[None]:
    """Few probes, and but one form: what is tried here is the machinery."""
    patch = pytest.MonkeyPatch()
    patch.setattr(forms, "_PICTURES", (24, 24))
    patch.setattr(forms, "_ROUND_S", 0.01)
    patch.setattr(forms, "_image_forms", lambda *_: {})
    yield
    patch.undo()


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model, and its towers in ``models``."""
    folder = tmp_path_factory.mktemp("shelf")
    tiny.folder(folder / "tiny", tiny.config())
    converting.convert(found(folder), folder / "models")
    return folder


@pytest.fixture
def own(shelf: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of it, at the place where the original was, to be spoiled."""
    backup = tmp_path / "backup"
    shutil.copytree(shelf, backup)
    yield shelf
    shutil.rmtree(shelf)
    backup.rename(shelf)


def found(folder: Path) -> Recipe:
    return loading.find(ModelName.parse(f"tiny:{folder / 'tiny'}"), folder / "models")


def loaded(folder: Path) -> Encoder:
    return load(f"tiny:{folder / 'tiny'}", folder / "models")


def towers(folder: Path) -> Path:
    return next((folder / "models" / "converted").glob("*-*"))


def network(folder: Path) -> OpenClipEncoder:
    return OpenClipEncoder(found(folder), "0" * 64)


def test_converted_towers_answer_in_the_same_space(shelf: Path) -> None:
    ours, theirs = loaded(shelf), network(shelf)
    assert isinstance(ours, ConvertedEncoder)
    assert ours.space.spec == theirs.space.spec
    assert ours.space.architecture == theirs.space.architecture
    assert ours.space.weights_hash == kept.notes.digest(found(shelf).weights)
    assert ours.calibration == theirs.calibration
    pixels = drawn(32)
    seen = np.sum(theirs.encode_images(pixels) * ours.encode_images(pixels), axis=1)
    assert seen.min() >= 0.995
    read = np.sum(theirs.encode_texts(HOSTILE) * ours.encode_texts(HOSTILE), axis=1)
    assert read.min() >= 0.9999
    assert not conversion.wanted(ours, shelf / "models")
    assert conversion.wanted(theirs, shelf / "models")


def test_towers_lie_ready_compiled_for_this_processor(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled: list[Path] = []
    opened: list[Any] = []
    core = tower.core()
    pixels = drawn(32)

    class Watched:
        def compile_model(self, file: Path, *more: object) -> object:
            compiled.append(file)
            return core.compile_model(file, *more)

        def import_model(self, tensor: object, *more: object) -> object:
            opened.append(tensor)
            return core.import_model(tensor, *more)

        def __getattr__(self, name: str) -> object:
            return getattr(core, name)

    monkeypatch.setattr(tower, "core", Watched)
    ready = loaded(own)
    seen, read = ready.encode_images(pixels), ready.encode_texts(HOSTILE)
    assert not compiled
    assert isinstance(ready, ConvertedEncoder)
    mapped = ready._see._mapped
    assert mapped is not None
    assert any(np.shares_memory(tensor.data, mapped) for tensor in opened)  # no copy of it all
    # On another one, or with another OpenVINO, they are compiled; what comes out is the same.
    monkeypatch.setattr(tower, "here", lambda: "elsewhere")
    other = loaded(own)
    assert np.allclose(other.encode_images(pixels), seen, atol=1e-4)
    assert np.allclose(other.encode_texts(HOSTILE), read, atol=1e-4)
    assert [file.name for file in compiled] == ["image.xml"]


def test_a_compiled_form_that_can_not_be_opened_is_no_harm(shelf: Path, tmp_path: Path) -> None:
    (tmp_path / "bad").write_bytes(b"nonsense" * 99)
    for ready in (tmp_path / "bad", tmp_path / "none"):
        run = tower.Tower(towers(shelf) / "image.xml", ready=ready)
        assert run(drawn(32)[:1]).shape[0] == 1


@pytest.mark.parametrize("bad", [1, 99])
def test_a_stream_that_answers_with_nonsense_is_not_used(
    shelf: Path, monkeypatch: pytest.MonkeyPatch, bad: int
) -> None:
    """As was seen in one conversion of thirty; see `Tower`."""
    core = tower.core()
    asked: list[int] = []

    class Request:
        def __init__(self, request: Any, *, spoilt: bool) -> None:
            self._request, self._spoilt = request, spoilt

        def get_output_tensor(self, number: int) -> Any:
            made = self._request.get_output_tensor(number)
            if self._spoilt:
                made.data[:] = np.roll(made.data, 1, axis=-1)
            return made

        def __getattr__(self, name: str) -> object:
            return getattr(self._request, name)

    class Compiled:
        def __init__(self, run: Any, *, spoilt: bool) -> None:
            self._run, self._spoilt, self._requests = run, spoilt, 0

        def create_infer_request(self) -> Request:
            self._requests += 1
            spoilt = self._spoilt and self._requests % 2 == 0
            return Request(self._run.create_infer_request(), spoilt=spoilt)

        def __getattr__(self, name: str) -> object:
            return getattr(self._run, name)

    class Core:
        def compile_model(self, file: Path, device: str, options: dict[str, Any]) -> Compiled:
            asked.append(options["NUM_STREAMS"])
            spoilt = options["NUM_STREAMS"] > 1 and len(asked) <= bad
            return Compiled(core.compile_model(file, device, options), spoilt=spoilt)

    pixels = drawn(32)
    file = towers(shelf) / "image.xml"
    right = tower.Tower(file, streams=1)(pixels)
    monkeypatch.setattr(tower, "core", Core)
    found = tower.Tower(file, streams=2)(pixels)
    assert np.sum(found * right, axis=1).min() > 0.999
    assert asked == ([2, 2] if bad == 1 else [2, 2, 2, 1])


def test_the_next_start_needs_no_torch(shelf: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from clipdesk.core.encoders import load;"
        f"load('tiny:{shelf / 'tiny'}', Path({str(shelf / 'models')!r})).encode_texts(['a sea']);"
        "assert not {'torch', 'open_clip', 'timm', 'transformers', 'nncf'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("damage", ["cut", "foreign", "description", "other weights", "half made"])
def test_what_can_not_be_trusted_is_made_anew(own: Path, damage: str) -> None:
    place = towers(own)
    match damage:
        case "cut":
            (place / "image.bin").write_bytes((place / "image.bin").read_bytes()[:-99])
        case "foreign":
            (place / "image.xml").write_text("<?xml version='1.0'?><net/>")
        case "description":
            (place / "recipe.json").write_text("{")
        case "other weights":
            tiny.save(tiny.network(tiny.config(), seed=9), found(own).weights)
        case "half made":
            place.rename(place.with_name(f"{place.name}.part"))
    encoder = loaded(own)
    assert isinstance(encoder, OpenClipEncoder)
    assert conversion.wanted(encoder, own / "models")
    if damage not in ("cut", "other weights"):
        return  # the others are made anew in the same way
    converting.convert(found(own), own / "models")
    again = loaded(own)
    assert isinstance(again, ConvertedEncoder)
    assert again.space == encoder.space
    assert [folder.name for folder in (own / "models" / "converted").iterdir()] == [
        towers(own).name
    ]


def test_when_the_weights_are_gone_the_model_is(own: Path) -> None:
    shutil.rmtree(own / "tiny")
    with pytest.raises(loading.ModelNotHere):
        loaded(own)


def test_a_form_that_is_not_good_enough_is_not_used(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exam, "COSINE", 1.1)
    made = converting.convert(found(own), own / "models")
    assert (made.image.name, made.text.name) == ("float32", "float16")


def test_what_was_compiled_wrong_once_is_compiled_again(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tower.Tower] = []

    class Once(tower.Tower):
        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            made.append(self)

        def __call__(self, rows: Any) -> Any:
            return np.roll(super().__call__(rows), int(self is made[0]), axis=-1)

    monkeypatch.setattr(converting, "Tower", Once)
    assert converting.convert(found(own), own / "models").image.cosine >= 0.995
    assert made[0].file == made[1].file


def test_bytes_are_tried_and_measured(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "_image_forms", ALL_FORMS)
    rates = {"float32": 1.0, "bfloat16": 2.0, "int8": 3.0}
    tried: list[str] = []

    def paces(candidates: dict[str, object], rows: object) -> dict[str, float]:
        tried[:] = candidates
        return {name: rates.get(name, 0.0) for name in candidates}

    monkeypatch.setattr(forms, "paces", paces)
    made = converting.convert(found(own), own / "models")
    assert "int8" in tried
    assert (made.image.name, made.image.per_second) == ("int8", 3.0)
    pixels = drawn(32)
    seen = np.sum(network(own).encode_images(pixels) * loaded(own).encode_images(pixels), axis=1)
    assert seen.min() >= 0.99
    # A quarter of the size: these really are bytes.
    size = (towers(own) / "image.bin").stat().st_size
    assert size < 0.45 * sum(4 * p.numel() for p in network(own).network.visual.parameters())


def test_a_network_that_comes_out_otherwise_is_run_by_torch(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of the last layer is lost on the way."""
    shutil.rmtree(towers(own))
    exported = export.image_tower

    def spoiled(network: Any, spec: ImageSpec) -> Any:
        weights = network.visual.proj.data
        whole = weights.clone()
        weights[::2] = 0
        made = exported(network, spec)
        weights[:] = whole
        return made

    monkeypatch.setattr(export, "image_tower", spoiled)
    with pytest.raises(converting.NotFaithful, match="pictures come out otherwise"):
        converting.convert(found(own), own / "models")
    assert list((own / "models" / "converted").iterdir()) == []
    by_torch = loaded(own)
    assert isinstance(by_torch, OpenClipEncoder)
    assert np.isfinite(by_torch.encode_images(drawn(32))).all()


def test_a_tokenizer_of_hugging_face_is_kept_too(tmp_path: Path) -> None:
    repository = tmp_path / "words"
    tiny.words(repository)
    tiny.with_words(tmp_path / "tiny", "studio/words", repository)
    recipe = found_with_words(tmp_path, repository)
    made = converting.convert(recipe, tmp_path / "models")
    assert (made.folder / "tokens.json").is_file()
    code = (
        "import sys; from pathlib import Path; from clipdesk.core.encoders import load;"
        f"load({recipe.name!r}, Path({str(tmp_path / 'models')!r})).encode_texts(['red bird']);"
        "assert not {'torch', 'open_clip', 'transformers'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def found_with_words(folder: Path, words: Path) -> Recipe:
    from dataclasses import replace

    return replace(found(folder), tokenizer=words, text_model=words)


def begun(encoder: Encoder, folder: Path) -> Conversion:
    return Conversion(encoder.space.model, encoder.space.weights_hash, folder / "models")


def test_the_process_beside_converts_and_says_how_far_it_is(
    own: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(towers(own))
    encoder = loaded(own)
    said: list[float] = []
    pictures = np.tile(probes.pictures(48, 16, seed=9), (probes.ENOUGH // 16, 1, 1, 1))
    space = encoder.space
    made = Conversion(space.model, space.weights_hash, own / "models", lambda: pictures)
    assert made.run(said.append)
    assert said == sorted(said)
    assert said[-1] == 1.0
    assert isinstance(loaded(own), ConvertedEncoder)


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch, own: Path) -> Callable[[str], Encoder]:
    """Let the process beside say this, and half a tower lie there; the encoder to convert."""
    shutil.rmtree(towers(own))
    encoder = loaded(own)

    def say(code: str) -> Encoder:
        command = [sys.executable, "-c", f"import json, sys, time\n{code}"]
        monkeypatch.setattr(children, "command", lambda *_: command)
        half = kept.draft(encoder.space.model, encoder.space.weights_hash, own / "models")
        half.mkdir()
        (half / "image.bin").write_bytes(b"half")
        return encoder

    return say


def test_a_conversion_that_is_no_longer_wanted_ends_and_leaves_nothing(
    own: Path, child: Callable[[str], Encoder]
) -> None:
    encoder = child("print(json.dumps({'done': 0.1}), flush=True); time.sleep(600)")
    cut_short = begun(encoder, own)
    assert not cut_short.run(lambda _: cut_short.cancel())
    assert not cut_short.run(lambda _: None)
    assert list((own / "models" / "converted").iterdir()) == []
    assert conversion.wanted(encoder, own / "models")  # the next start goes on


@pytest.mark.parametrize(
    ("code", "again"),
    [
        ("print(json.dumps({'failed': 'no room', 'passing': True}))", True),
        ("print(json.dumps({'failed': 'RuntimeError: odd'}))", False),
    ],
    ids=["passing", "failed"],
)
def test_what_can_not_be_converted_is_not_tried_again(
    own: Path, child: Callable[[str], Encoder], code: str, again: bool
) -> None:
    encoder = child(code)
    assert not begun(encoder, own).run(lambda _: None)
    assert conversion.wanted(encoder, own / "models") is again
    assert not list((own / "models" / "converted").glob("*.part"))


def test_one_that_died_without_a_word_is_tried_again_but_not_for_ever(
    own: Path, child: Callable[[str], Encoder]
) -> None:
    encoder = child("print('{nonsense'); sys.exit(3)")
    for again in (True, True, False, False):
        assert not begun(encoder, own).run(lambda _: None)
        assert conversion.wanted(encoder, own / "models") is again
    made_of = conversion.made_of(encoder)
    assert kept.failure(encoder.space.model, made_of, own / "models") == "it ended with 3"
    assert not list((own / "models" / "converted").glob("*.part"))


def test_why_a_model_is_refused_is_told(own: Path, child: Callable[[str], Encoder]) -> None:
    said = ["WeightsBroken", "They are odd.", "Fetch them again."]
    encoder = child(f"print(json.dumps({{'refused': {said!r}}}))")
    with pytest.raises(WeightsBroken, match="They are odd") as raised:
        begun(encoder, own).run(lambda _: None)
    assert raised.value.hint == "Fetch them again."
    assert conversion.wanted(encoder, own / "models")


def test_the_process_beside_refuses_weights_that_answer_with_nonsense(own: Path) -> None:
    shutil.rmtree(towers(own))
    network_ = tiny.network(tiny.config())
    for weights in network_.parameters():
        weights.data.zero_()
    tiny.save(network_, found(own).weights)
    with pytest.raises(WeightsBroken, match="nonsense"):
        converting.convert(found(own), own / "models")


def test_only_what_is_not_converted_yet_is_lacking(own: Path) -> None:
    name, models = f"tiny:{own / 'tiny'}", own / "models"
    assert not lacking(name, models)
    assert not lacking("starter", models)
    assert not lacking("tiny:/nowhere", models)
    assert not lacking("service:cohere", models)
    assert not lacking("ViT-B-32/openai", models)
    (towers(own) / "image.bin").write_bytes(b"damaged")
    made_of = kept.notes.digest(found(own).weights)
    assert lacking(name, models) == (name, made_of)
    kept.note_failure(name, made_of, models, "odd")
    assert not lacking(name, models)


def test_to_ask_what_is_lacking_loads_neither_open_clip_nor_torch(tmp_path: Path) -> None:
    """With a bare file of weights, whose architecture only open_clip knows."""
    weights = tmp_path / "w.safetensors"
    weights.write_bytes(b"any")
    kept.notes.note_fetched("ViT-B-32/openai", weights, tmp_path)
    code = (
        "import sys; from pathlib import Path; from clipdesk.core.encoders.ahead import lacking;"
        "from clipdesk.core.encoders.store import Store;"
        f"models = Path({str(tmp_path)!r}); names = ['ViT-B-32:{weights}', 'ViT-B-32/openai'];"
        "found = [lacking(name, models) for name in names];"
        "assert len({made_of for _, made_of in found}) == 1;"
        "assert [name for name, _ in found] == names, found;"
        "[Store(models).find(name) for name in names];"
        "assert not {'torch', 'open_clip'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_where_openvino_is_missing_torch_answers(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tower, "available", lambda: False)
    encoder = loaded(shelf)
    assert isinstance(encoder, OpenClipEncoder)
    assert not conversion.wanted(encoder, shelf / "models")


def test_a_graphics_card_is_asked_first(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(loading.accelerator, "likely", lambda: True)
    monkeypatch.setattr(loading, "devices", lambda: asked.append("torch") or ("cpu",))
    # Torch found none: the converted towers are quicker than torch on the processor.
    assert isinstance(loaded(shelf), ConvertedEncoder)
    assert asked == ["torch"]


def test_the_description_is_plain_to_read(shelf: Path) -> None:
    said = json.loads((towers(shelf) / "towers.json").read_text())
    assert said["made_with"] == tower.version()
    files = {"image.xml", "image.bin", "image.ready", "captions.safetensors", "recipe.json"}
    assert set(said["files"]) == files
