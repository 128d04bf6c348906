"""Encoders by other hands: found without running them, used when sound, named when not."""

import logging
import sys
from pathlib import Path

import numpy as np
import pytest

from clipdesk.core.encoders import plugins
from clipdesk.core.encoders.store import Store
from clipdesk.core.errors import ModelNotHere, PluginFaulty, UnknownModel
from tests.core.encoders.packages import package

SOUND = '''
import numpy as np
from clipdesk.core.encoders.plugin import *
from clipdesk.core.errors import ModelNotHere

class Sound:
    """Sees how bright a picture is; is also the plug-in itself, with what a test makes of it."""
    interface = 1
    description = Description("Sound", "MIT", 3)
    space = Space("any", "bright", "1", 3, ImageSpec(8, "squash"))
    audio = AudioSpec(8000, 0.5)
    def __init__(self, **changes):
        self.__dict__ |= changes
    def load(self, storage):
        (storage / "weights").write_text("mine")
        return self
    def encode_images(self, pixels):
        bright = pixels.reshape(len(pixels), -1).mean(axis=1) / 255
        return self.unit(np.stack([bright, 1 - bright, bright * 0], axis=1))
    def encode_texts(self, texts):
        return self.unit(np.array([[len(text), 1, 1] for text in texts]))
    def encode_audio(self, samples):
        assert samples.shape[1] == 4000
        return self.unit(np.ones((len(samples), 3)))
    @staticmethod
    def unit(vectors):
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

def raising(error):
    def fail(*_):
        raise error
    return fail

sound = Sound()
senses = Sound(description=Description("Bind", "MIT", 3, frozenset(Takes)))
deaf = Sound(description=Description("Bind", "MIT", 3, frozenset(Takes)), encode_audio=None)
clap = Sound(description=Description("Clap", "MIT", 3, frozenset({Takes.TEXTS, Takes.AUDIO})))
tomorrow = Sound(interface=2)
undescribed = Sound(description="an encoder")
spaceless = Sound(space=None)
nameless = Sound(space=Space("any", "bright", "", 3, ImageSpec(8)))
wider = Sound(space=Space("any", "bright", "1", 4, ImageSpec(8)))
huge = Sound(space=Space("any", "bright", "1", 3, ImageSpec(100_000)))
odd = Sound(space=Space("any", "bright", "1", 3, ImageSpec(8, "fold")))
crooked = Sound(encode_images=lambda pixels: np.ones((len(pixels), 7)) / 7**0.5)
short = Sound(encode_images=lambda pixels: np.array([[1.0, 0, 0]]))
nan = Sound(encode_texts=lambda texts: np.full((len(texts), 3), np.nan))
long = Sound(encode_texts=lambda texts: np.ones((len(texts), 3)))
words = Sound(encode_texts=lambda texts: "vectors")
same = Sound(encode_images=lambda pixels: np.tile([1.0, 0, 0], (len(pixels), 1)))
bug = Sound(encode_images=raising(KeyError("shape")))
leaving = Sound(load=raising(SystemExit(3)))
hungry = Sound(load=raising(ModelNotHere("Its weights are not here.", hint="Run bright-get.")))
'''
POINTS = [
    *("sound", "senses", "deaf", "clap", "tomorrow", "undescribed", "spaceless", "nameless"),
    *("wider", "huge", "odd", "crooked", "short", "nan", "long", "words", "same", "bug"),
    *("leaving", "hungry"),
]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of packages: one with plug-ins of every sort, one that can't be imported."""
    site = tmp_path / "site"
    package(
        site, "odd-ones", SOUND, {name: name for name in POINTS}, Summary="Of every sort.",
        License_Expression="MIT",
    )  # fmt: skip
    package(site, "broken", "import no_such_library\nit = None", {"broken": "it"})
    monkeypatch.syspath_prepend(site)
    for module in ("odd_ones", "broken"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    return site


@pytest.mark.usefixtures("site")
def test_the_list_runs_nothing(tmp_path: Path) -> None:
    listed = {info.name: info for info in Store(tmp_path / "models").available()}
    info = listed["plugin:sound"]
    assert info.here
    assert (info.summary, info.licence, info.source) == ("Of every sort.", "MIT", "odd-ones 1.0")
    assert "plugin:broken" in listed
    assert not {"odd_ones", "broken"} & sys.modules.keys()


@pytest.mark.usefixtures("site")
def test_a_sound_one_is_used(tmp_path: Path) -> None:
    store = Store(tmp_path / "models")
    store.find("plugin:sound")
    encoder = store.load("plugin:sound")
    pixels = np.stack([np.full((8, 8, 3), level, np.uint8) for level in (0, 255, 255)])
    vectors = encoder.encode_images(pixels)
    assert vectors.dtype == np.float32
    assert np.allclose(vectors, [[0, 1, 0], [1, 0, 0], [1, 0, 0]])
    assert encoder.encode_texts([]).shape == (0, 3)
    assert encoder.encode_images(pixels[:0]).shape == (0, 3)
    assert encoder.calibration.scale == 100
    assert (tmp_path / "models" / "plugins" / "odd-ones" / "weights").is_file()
    # Its space bears the package's name: it can claim to be the starter and is not.
    assert encoder.space.architecture == "plugin:odd-ones/bright"
    assert encoder.space.model == "plugin:sound"


@pytest.mark.usefixtures("site")
def test_one_with_more_senses_is_used_for_pictures(tmp_path: Path) -> None:
    assert plugins.load("plugin:senses", tmp_path).space.dimensions == 3


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("broken", "broken 1.0) can't be loaded: ModuleNotFoundError: No module named 'no_such"),
        ("tomorrow", "interface 2, this one 1"),
        ("clap", "takes audio and texts; ClipDesk searches pictures"),
        ("deaf", "failed on audio"),
        ("undescribed", "its description is none"),
        ("spaceless", "can't be loaded"),
        ("nameless", "no weights_hash"),
        ("wider", "4 dimensions, its description 3"),
        ("huge", "pictures can't be prepared"),
        ("odd", "pictures can't be prepared"),
        ("crooked", "shape (2, 7), where (2, 3)"),
        ("short", "shape (1, 3), where (2, 3)"),
        ("nan", "for captions, vectors that hold no numbers"),
        ("long", "for captions, vectors that are not of unit length"),
        ("words", "failed on captions: ValueError"),
        ("same", "says the same of every picture"),
        ("bug", "failed on pictures: KeyError: 'shape'"),
        ("leaving", "can't be loaded: SystemExit: 3"),
    ],
)
def test_a_faulty_one_is_named_with_its_fault(name: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(PluginFaulty) as fault:
        plugins.load(f"plugin:{name}", tmp_path)
    assert words in str(fault.value)
    assert f"plugin:{name}" in str(fault.value)
    assert fault.value.hint


@pytest.mark.usefixtures("site")
def test_what_it_has_to_tell_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelNotHere, match="Its weights are not here") as told:
        plugins.load("plugin:hungry", tmp_path)
    assert told.value.hint == "Run bright-get."


@pytest.mark.usefixtures("site")
def test_one_that_goes_wrong_later(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    encoder = plugins.load("plugin:sound", tmp_path)
    with caplog.at_level(logging.INFO), pytest.raises(PluginFaulty, match="failed on pictures"):
        encoder.encode_images(np.zeros((1, 0), np.uint8).view("V1"))
    assert "plugin:sound failed" in caplog.text


def test_names(site: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match="no plug-in called “sond”") as unknown:
        Store(tmp_path).find("plugin:sond")
    assert "plugin:sound" in unknown.value.hint
    package(site, "twin", "it = 1", {"sound": "it"})
    with pytest.raises(PluginFaulty, match=r"two packages: odd-ones 1\.0 and twin 1\.0"):
        Store(tmp_path).load("plugin:sound")
