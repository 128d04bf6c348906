"""Towers in OpenVINO's form answer as the network does, without torch; else torch answers."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from clipdesk.core import paths
from clipdesk.core.children.parent import LESS
from clipdesk.core.encoders import Encoder, Sleeper, load, starter, tower
from clipdesk.core.encoders.converted import ConvertedEncoder
from clipdesk.core.encoders.loading import OpenClipEncoder
from clipdesk.core.encoders.notes import digest
from tests.core.encoders.test_merges import HOSTILE

CAPTIONS = ["a red chair in an empty room", "icon of a magnifying glass", "猫", "sea " * 100, ""]


def drawn(size: int, count: int = 24) -> NDArray[np.uint8]:
    """Coloured discs and bars on gradients, with a little noise."""
    noise = np.random.default_rng(3)
    y, x = np.mgrid[:size, :size] / size
    pictures = np.empty((count, size, size, 3))
    for picture in pictures:
        one, other, shape = noise.integers(0, 256, (3, 3))
        picture[:] = one + (other - one) * (x * noise.random() + y * noise.random())[..., None] / 2
        cx, cy, radius = noise.random(3)
        inside = (x - cx) ** 2 + (y - cy) ** 2 < radius**2 / 5
        picture[inside if noise.random() < 0.6 else abs(x - y * cx - cy / 2) < radius / 6] = shape
    pictures += noise.normal(0, 6, pictures.shape)
    return np.clip(pictures, 0, 255).astype(np.uint8)


@pytest.fixture
def resources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the program's own files, to be damaged."""
    copy = tmp_path / "resources"
    shutil.copytree(paths.resources() / "starter", copy / "starter")
    monkeypatch.setattr(paths, "resources", lambda: copy)
    return copy


def network() -> Encoder:
    """The starter as torch runs it."""
    recipe = starter.recipe()
    return OpenClipEncoder(recipe, digest(recipe.weights))


def test_both_forms_of_the_starter_agree(tmp_path: Path) -> None:
    theirs, ours = network(), load("starter", tmp_path)
    assert isinstance(ours, ConvertedEncoder)
    assert ours.space == theirs.space
    assert ours.calibration == theirs.calibration
    pixels = drawn(ours.space.spec.size)
    seen = np.sum(theirs.encode_images(pixels) * ours.encode_images(pixels), axis=1)
    assert seen.min() >= 0.999, seen.min()
    captions = [*CAPTIONS, *HOSTILE]
    read = np.sum(theirs.encode_texts(captions) * ours.encode_texts(captions), axis=1)
    assert read.min() >= 0.9999, read.min()


def test_more_than_a_batch_none_at_all_and_what_does_not_fit(tmp_path: Path) -> None:
    encoder = load("starter", tmp_path)
    pixels = drawn(encoder.space.spec.size, 40)
    pixels.flags.writeable = False  # as arrays over shared memory are
    together = encoder.encode_images(pixels)
    alone = np.concatenate([encoder.encode_images(one[None]) for one in pixels[15:18]])
    assert together.dtype == np.float32
    assert np.allclose(together[15:18], alone, atol=1e-5)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    # The answer is the caller's own: the next batch does not write over it.
    before = together[:16].copy()
    encoder.encode_images(pixels[::-1])
    assert np.array_equal(together[:16], before)
    assert encoder.encode_images(pixels[:0]).shape == (0, encoder.space.dimensions)
    assert encoder.encode_texts([]).shape == (0, encoder.space.dimensions)
    with pytest.raises(ValueError, match="expected uint8"):
        encoder.encode_images(pixels[:, :16])


def test_its_eyes_can_be_opened_before_the_first_picture(tmp_path: Path) -> None:
    encoder = load("starter", tmp_path)
    assert isinstance(encoder, Sleeper)
    assert isinstance(encoder, ConvertedEncoder)
    assert encoder._see._compiled is None
    encoder.open_eyes()
    assert encoder._see._compiled is not None


def test_few_numbers_of_rows_are_ever_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each new one makes OpenVINO compile again, in the middle of the work."""
    request, asked = tower.load().InferRequest, set[int]()
    start = request.start_async

    def noting(of: object, inputs: list[NDArray[np.uint8]]) -> None:
        asked.add(len(inputs[0]))
        start(of, inputs)

    monkeypatch.setattr(request, "start_async", noting)
    encoder = load("starter", tmp_path)
    pixels = drawn(encoder.space.spec.size, 40)
    together = encoder.encode_images(pixels)
    for count in (1, 3, 7, 11, 27, 39):
        assert np.allclose(encoder.encode_images(pixels[:count]), together[:count], atol=1e-5)
    assert asked == {1, 2, 4, 8, 16}


def test_parts_of_a_batch_go_side_by_side(tmp_path: Path) -> None:
    encoder = load("starter", tmp_path)
    assert isinstance(encoder, ConvertedEncoder)
    run = encoder._see.compile()
    assert run.get_property("NUM_STREAMS") == min(2, os.cpu_count() or 1)
    assert [list(tower._parts(count, 2)) for count in (1, 2, 5, 40)] == [
        [slice(0, 1)],
        [slice(0, 1), slice(1, 2)],
        [slice(0, 2), slice(2, 4), slice(4, 5)],
        [slice(0, 16), slice(16, 32), slice(32, 40)],
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="niceness is of whole processes elsewhere")
def test_what_encodes_leaves_the_processor_to_the_window(tmp_path: Path) -> None:
    niceness = """
import os, sys
from pathlib import Path
import numpy as np
from clipdesk.core.encoders.store import Store
encoder = Store(Path(sys.argv[1])).load("starter")
size = encoder.space.spec.size
encoder.encode_images(np.zeros((8, size, size, 3), np.uint8))
threads = [f"/proc/self/task/{thread}/stat" for thread in os.listdir("/proc/self/task")]
niceness = [int(open(stat).read().rpartition(")")[2].split()[16]) for stat in threads]
print(os.nice(0), max(niceness))
"""
    command = [sys.executable, "-c", niceness, str(tmp_path)]
    own, encoding = subprocess.check_output(command, text=True).split()
    assert int(encoding) >= min(19, int(own) + LESS)


@pytest.mark.parametrize("damage", ["no folder", "no file", "cut", "changed", "foreign", "older"])
def test_torch_answers_when_the_towers_can_not_be_trusted(
    resources: Path, tmp_path: Path, damage: str
) -> None:
    towers = resources / "starter" / "towers"
    description = json.loads((towers / "towers.json").read_text())
    match damage:
        case "no folder":
            shutil.rmtree(towers)
        case "no file":
            (towers / "image.bin").unlink()
        case "cut":
            (towers / "image.bin").write_bytes((towers / "image.bin").read_bytes()[:999])
        case "changed":
            content = bytearray((towers / "image.bin").read_bytes())
            content[5000] ^= 1
            (towers / "image.bin").write_bytes(content)
        case "foreign":
            (towers / "towers.json").write_text('[{"files": 3}]')
        case "older":
            (towers / "towers.json").write_text(json.dumps(description | {"recipe": 0}))
    assert isinstance(load("starter", tmp_path), OpenClipEncoder)


def test_towers_of_other_weights_are_not_used(resources: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = resources / "starter" / "weights.safetensors"
    state = load_file(weights)
    save_file({name: value * 1.001 for name, value in state.items()}, weights)
    encoder = load("starter", tmp_path)
    assert isinstance(encoder, OpenClipEncoder)
    assert encoder.space.weights_hash == digest(weights)


def test_a_search_from_cold_loads_no_torch(tmp_path: Path) -> None:
    """The whole of ``clipdesk index`` and ``clipdesk search``, in a process of its own."""
    from PIL import Image

    for name in ("red", "green", "blue"):
        (tmp_path / "pictures").mkdir(exist_ok=True)
        Image.new("RGB", (64, 64), name).save(tmp_path / "pictures" / f"{name}.png")
    library = ["--library", str(tmp_path / "library"), "--json"]
    code = (
        "import sys; from clipdesk.cli.main import main as run;"
        f"assert run(['index', {str(tmp_path / 'pictures')!r}, *{library}]) == 0;"
        f"assert run(['search', 'a green square', *{library}]) == 0;"
        "assert not {'torch', 'open_clip', 'timm', 'transformers'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    hits = json.loads("{" + done.stdout.partition("\n}\n{")[2])["hits"]
    assert len(hits) == 3
    assert "green" in str(hits[0])
