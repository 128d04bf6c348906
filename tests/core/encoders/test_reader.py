"""A text tower in NumPy answers as open_clip's does; one that does not is left to OpenVINO."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clipdesk.core.encoders import converting, exam, export, forms, loading, probes
from clipdesk.core.encoders.converted import ConvertedEncoder
from clipdesk.core.encoders.name import ModelName
from clipdesk.core.encoders.openclip import OpenClipEncoder
from clipdesk.core.encoders.reader import BATCH, Reader
from clipdesk.core.encoders.towers import TEXT
from tests.core.encoders import tiny
from tests.core.encoders.test_merges import HOSTILE

CAPTIONS = [
    *HOSTILE,
    *probes.ODD,
    *probes.CAPTIONS,
    *(f"{one}, once more" for one in probes.CAPTIONS),
]
CLIPS: dict[str, dict[str, Any]] = {
    "as OpenAI had it": tiny.config() | {"quick_gelu": True},
    "as it is usual": tiny.config(),
    "a tower of its own": tiny.config() | {"custom_text": True},
    "with a bias": tiny.config(proj_bias=True) | {"custom_text": True},
    "many heads": tiny.config(heads=8, mlp_ratio=2.0),
}
OTHERS: dict[str, dict[str, Any]] = {
    "looks ahead": tiny.config(no_causal_mask=True) | {"custom_text": True},
    "the last place tells": tiny.config(pool_type="last") | {"custom_text": True},
    "scaled layers": tiny.config(ls_init_value=0.1),
    "another activation": tiny.config(act_kwargs={"approximate": "tanh"}) | {"custom_text": True},
    "no projection": tiny.config(dimensions=32, proj_type="none") | {"custom_text": True},
}


def encoder(folder: Path, model_cfg: dict[str, Any]) -> OpenClipEncoder:
    """A network with the weights that training would leave: none of them is nought or one."""
    import torch

    network = tiny.folder(folder / "tiny", dict(model_cfg))
    with torch.no_grad():
        for name, weights in network.named_parameters():
            if not name.startswith("visual."):
                weights.add_(torch.randn_like(weights) * 0.05)
    tiny.save(network, folder / "tiny" / "open_clip_model.safetensors")
    recipe = loading.find(ModelName.parse(f"tiny:{folder / 'tiny'}"), folder / "models")
    return OpenClipEncoder(recipe, "0" * 64)


@pytest.mark.parametrize("kind", CLIPS)
def test_captions_come_out_the_same(kind: str, tmp_path: Path) -> None:
    theirs = encoder(tmp_path, CLIPS[kind])
    said = export.reading(theirs.network, tmp_path / "captions.safetensors")
    read = Reader(tmp_path / said.file, said.heads, quick=said.quick)
    numbers = theirs.numbers(CAPTIONS)
    assert len(numbers) > 200
    found = read(numbers)
    assert found.dtype == np.float32
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    assert exam.lowest(theirs.encode_texts(CAPTIONS), found) >= 0.99999
    # Whatever stands beside a caption in its batch does not matter.
    for row in (0, BATCH - 1, BATCH, len(numbers) - 1):
        assert np.allclose(read(numbers[row : row + 1])[0], found[row], atol=1e-5)


@pytest.mark.parametrize("kind", OTHERS)
def test_what_is_not_quite_clip_is_seen(kind: str, tmp_path: Path) -> None:
    theirs = encoder(tmp_path, OTHERS[kind])
    numbers, wanted = theirs.numbers(CAPTIONS), theirs.encode_texts(CAPTIONS)
    assert converting._read(theirs.network, tmp_path, numbers, wanted) is None
    assert not list(tmp_path.glob("*.safetensors"))


def test_and_is_left_to_openvino(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "_image_forms", lambda *_: {})
    theirs = encoder(tmp_path, OTHERS["looks ahead"])
    recipe = loading.find(ModelName.parse(f"tiny:{tmp_path / 'tiny'}"), tmp_path / "models")
    made = converting.convert(recipe, tmp_path / "models")
    assert made.reading is None
    assert {file.name for file in made.folder.iterdir()} >= {TEXT, "text.bin", "text.ready"}
    ours = loading.load(recipe.name, tmp_path / "models")
    assert isinstance(ours, ConvertedEncoder)
    assert exam.lowest(theirs.encode_texts(HOSTILE), ours.encode_texts(HOSTILE)) >= 0.99


@pytest.mark.parametrize("damage", ["empty", "cut", "nonsense", "a lie", "foreign"])
def test_a_damaged_file_is_refused(damage: str, tmp_path: Path) -> None:
    theirs = encoder(tmp_path, CLIPS["as it is usual"])
    file = tmp_path / "captions.safetensors"
    export.reading(theirs.network, file)
    content = file.read_bytes()
    match damage:
        case "empty":
            content = b""
        case "cut":
            content = content[: len(content) // 2]
        case "nonsense":
            content = b"nonsense" * 99
        case "a lie":
            content = content.replace(b'"shape":[32', b'"shape":[99')
        case "foreign":
            content = len(b"[7]").to_bytes(8, "little") + b"[7]"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r".+"):
        Reader(file, 2, quick=False)
