"""Every family of models: fetched, loaded and used as open_clip itself would use it.

The architectures are the published ones with fewer and narrower layers (`shrunk`), the weights
random. With CLIPDESK_FULL=1 those of B/32's class are tried in their real size, too.
"""

import copy
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clipdesk.core.encoders import ModelName, download, is_here, load, local
from clipdesk.core.encoders.weights import source
from clipdesk.core.pictures.decoding import decode
from clipdesk.core.types import ImageSpec
from tests.core.encoders import shrunk, tiny
from tests.core.encoders.hub import LocalHub
from tests.core.encoders.test_weights import cut_the_wires

SAME = 0.9999
"""Cosine, at least, of our vectors and open_clip's, given the same pixels and captions."""
SEEN_ALIKE = 0.999
"""The same of whole files: large ones are decoded smaller than they are, for speed, which moves
single pixels by some grey levels."""
CAPTIONS = [
    "red bird",
    "apple sea",
    "a photo of a red apple, by night",
    "Vogel über dem Meer",
    "x " * 200,
]
WEIGHTS = "open_clip_model.safetensors"
PREPROCESSING = ("mean", "std", "interpolation", "resize_mode")
GCL = "hf-hub:Marqo/marqo-fashionSigLIP"
FULL = [
    pytest.param(
        name,
        marks=pytest.mark.skipif(
            not os.environ.get("CLIPDESK_FULL"), reason="real sizes: CLIPDESK_FULL=1 asks for them"
        ),
    )
    for name in (
        "ViT-B-32/openai",
        "RN50/openai",
        "convnext_base_w/laion2b_s13b_b82k",
        "EVA02-B-16/merged2b_s8b_b131k",
        "coca_ViT-B-32/laion2b_s13b_b90k",
        "MobileCLIP-B/datacompdr",
        "PE-Core-B-16/meta",
        "ViTamin-B/datacomp1b",
        "ViT-B-32-SigLIP2-256/webli",
        "MobileCLIP2-S0/dfndr2b",
    )
]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Pictures of several sizes and shapes, as files: soft shapes with some noise."""
    folder = tmp_path_factory.mktemp("pictures")
    made = []
    for number, (width, height, suffix) in enumerate(
        [(640, 400, "jpg"), (300, 500, "png"), (97, 97, "webp"), (1600, 1200, "jpg")]
    ):
        chance = np.random.default_rng(number)
        small = Image.fromarray(chance.integers(0, 256, (7, 9, 3), np.uint8))
        pixels = np.asarray(small.resize((width, height), Image.Resampling.BICUBIC), np.int16)
        pixels = pixels + chance.integers(-6, 7, pixels.shape)
        made.append(folder / f"{number}.{suffix}")
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(made[-1])
    return made


@pytest.fixture(autouse=True)
def _own_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HF_HOME", "HF_HUB_CACHE", "HF_TOKEN"):
        monkeypatch.delenv(variable, raising=False)


class Published:
    """A family's weights, in open_clip's own layout and on a hub."""

    def __init__(self, name: str, folder: Path, *, full: bool = False) -> None:
        import open_clip

        architecture, _, tag = name.partition("/")
        self.name, self.folder = name, folder
        self.config = (
            shrunk.config("ViT-B-16-SigLIP/webli")
            if name == GCL
            else shrunk.config(name, full=full)
        )
        said = (
            open_clip.get_pretrained_cfg("ViT-B-16-SigLIP", "webli")
            if name == GCL
            else open_clip.get_pretrained_cfg(architecture, tag)
        )
        self.preprocessing = {key: said[key] for key in PREPROCESSING}
        own = copy.deepcopy(self.config)
        if said.get("quick_gelu"):
            own["quick_gelu"] = True
        self.beside: dict[str, Path] = {}
        text = own["text_cfg"]
        if repository := text.get("hf_tokenizer_name"):
            words = folder / "words"
            tiny.words(words, full_set=True)
            self.beside[repository] = words
            text["hf_tokenizer_name"] = str(words)
        if tower := text.get("hf_model_name"):
            shrunk.tower_of_words(folder / "words", tower)
            text["hf_model_name"] = str(folder / "words")
            text["hf_model_pretrained"] = False
        model = shrunk.network(own)
        self.model = folder / "model"
        self.model.mkdir(parents=True)
        if self.beside:
            shutil.copytree(folder / "words", self.model, dirs_exist_ok=True)
        tiny.save(model, self.model / WEIGHTS)
        content = {"model_cfg": own, "preprocess_cfg": self.preprocessing}
        (self.model / "open_clip_config.json").write_text(json.dumps(content), "utf-8")

    def on(self, hub: LocalHub) -> None:
        """Publish it as its makers did: the weights here, the tokenizer there."""
        weights = (self.model / WEIGHTS).read_bytes()
        if self.name == GCL:
            content = {"model_cfg": self.config, "preprocess_cfg": self.preprocessing}
            described = json.dumps(content).encode()
            repository = GCL.removeprefix("hf-hub:")
            hub.repositories[repository] = {WEIGHTS: weights, "open_clip_config.json": described}
        else:
            origin = source(ModelName.parse(self.name))
            hub.repositories[origin.repository] = {origin.weights[0]: weights}
        for name, folder in self.beside.items():
            files = {file.name: file.read_bytes() for file in folder.iterdir()}
            hub.repositories[name] = {**hub.repositories.get(name, {}), **files}


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """An open_clip whose architectures are the shrunk ones."""
    by_architecture = {name.partition("/")[0]: name for name in shrunk.VISION}
    monkeypatch.setattr(local, "architecture", lambda name: shrunk.config(by_architecture[name]))


def agree(name: str, published: Published, models: Path, files: list[Path]) -> ImageSpec:
    """Our vectors are open_clip's: of the same pixels, of whole files, and of captions."""
    import open_clip
    import torch

    theirs, _, transform = open_clip.create_model_and_transforms(f"local-dir:{published.model}")
    theirs = theirs.eval()
    read = open_clip.get_tokenizer(f"local-dir:{published.model}")
    ours = load(name, models)
    spec = ours.space.spec
    pixels = torch.stack([transform(Image.open(file).convert("RGB")) for file in files])
    assert pixels.shape[1:] == (3, spec.size, spec.size)
    with torch.inference_mode():
        seen = theirs.encode_image(pixels, normalize=True).numpy()
        said = theirs.encode_text(read(CAPTIONS), normalize=True).numpy()
    assert seen.shape == (len(files), ours.space.dimensions)
    mean, std = torch.tensor(spec.mean).view(3, 1, 1), torch.tensor(spec.std).view(3, 1, 1)
    plain = ((pixels * std + mean) * 255).round().byte().permute(0, 2, 3, 1).contiguous().numpy()
    assert (np.sum(ours.encode_images(plain) * seen, axis=1) >= SAME).all()
    own = np.stack([decode(file, (spec,)).inputs[0] for file in files])
    assert (np.sum(ours.encode_images(own) * seen, axis=1) >= SEEN_ALIKE).all()
    texts = ours.encode_texts(CAPTIONS)
    assert (np.sum(texts * said, axis=1) >= SAME).all()
    assert np.allclose(np.linalg.norm(texts, axis=1), 1, atol=1e-5)
    # It tells captions apart: a tokenizer that makes one thing of all would pass all the above.
    assert (texts[0] @ texts[1:].T < 0.99999).all()
    return spec


@pytest.mark.usefixtures("_small")
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore:.*sentencepiece.*:UserWarning")
@pytest.mark.parametrize("name", [*shrunk.VISION, GCL])
def test_a_family_is_fetched_and_answers_as_open_clip_does(
    name: str, tmp_path: Path, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    published = Published(name, tmp_path / "published")
    models = tmp_path / "models"
    with LocalHub() as hub:
        published.on(hub)
        download(
            ModelName.parse(name), models, lambda *_: None, lambda: False, endpoint=hub.endpoint
        )
    cut_the_wires(monkeypatch)
    assert is_here(ModelName.parse(name), models)
    spec = agree(name, published, models, files)
    assert spec.mean == tuple(published.preprocessing["mean"])
    assert spec.std == tuple(published.preprocessing["std"])
    assert spec.interpolation == published.preprocessing["interpolation"]
    assert spec.resize_mode == published.preprocessing["resize_mode"]
    size = published.config["vision_cfg"]["image_size"]
    assert spec.size == size


@pytest.mark.parametrize("name", FULL)
def test_real_sizes_answer_as_open_clip_does(name: str, tmp_path: Path, files: list[Path]) -> None:
    published = Published(name, tmp_path / "published", full=True)
    agree(f"{name.partition('/')[0]}:{published.model}", published, tmp_path / "models", files)


REAL = "CLIPDESK_REAL_WEIGHTS"


@pytest.mark.skipif(not os.environ.get(REAL), reason=f"fetches gigabytes: {REAL}=NAME,NAME… asks")
def test_real_weights_answer_as_open_clip_does(
    tmp_path: Path, shared_pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fetch each named model from the hub, and compare it with open_clip's own use of it."""
    import open_clip
    import torch

    from clipdesk.core.encoders import known

    files = sorted(shared_pictures.rglob("*.jpg"))[:8]
    verified = []
    for name in filter(None, os.environ[REAL].split(",")):
        download(ModelName.parse(name), tmp_path, lambda *_: None, lambda: False)
        ours = load(name, tmp_path)
        parsed = ModelName.parse(name)
        made = (
            (f"hf-hub:{parsed.repository}",)
            if parsed.repository
            else (parsed.architecture, parsed.tag)
        )
        theirs, _, transform = open_clip.create_model_and_transforms(*made)
        read = open_clip.get_tokenizer(made[0])
        with torch.inference_mode():
            pixels = torch.stack([transform(Image.open(file).convert("RGB")) for file in files])
            seen = theirs.eval().encode_image(pixels, normalize=True).numpy()
            said = theirs.encode_text(read(CAPTIONS), normalize=True).numpy()
        own = np.stack([decode(file, (ours.space.spec,)).inputs[0] for file in files])
        images = np.sum(ours.encode_images(own) * seen, axis=1).min()
        texts = np.sum(ours.encode_texts(CAPTIONS) * said, axis=1).min()
        answer = known.ask(ours)
        verified.append(
            f"{name}: images {images:.6f}, captions {texts:.6f}, known pairs {answer.score:.1f} "
            f"({answer.found} of {answer.pairs})"
        )
        assert images >= SEEN_ALIKE, name
        assert texts >= SAME, name
        assert answer.matches, name
        shutil.rmtree(tmp_path)
    with capsys.disabled():
        print("\n".join(["", "verified on real weights:", *verified]))  # noqa: T201 (its purpose)
