"""Descriptions, by a CoCa that was taught what some pictures show."""

from pathlib import Path

import numpy as np
import pytest

from clipdesk.core.encoders import describing
from clipdesk.core.errors import ModelNotHere
from tests.core.encoders import coca, tiny
from tests.core.encoders.coca import CAPTIONS, SAID, pictures


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return coca.taught(tmp_path_factory)


def test_it_says_what_it_was_taught(model: str, tmp_path: Path) -> None:
    captioner = describing.load(model, tmp_path)
    assert captioner.describe(pictures()) == SAID
    noisy = np.clip(pictures() + np.random.default_rng(0).integers(-6, 6, (5, 32, 32, 3)), 0, 255)
    again = captioner.describe(np.concatenate([noisy.astype(np.uint8)] * 3)[:11])
    assert len(again) == 11
    assert again[:5] == again[5:10]
    assert captioner.describe(pictures()[:0]) == []


def test_it_is_likelier_than_any_other_caption_it_was_taught(model: str, tmp_path: Path) -> None:
    """The search finds the caption that open_clip's own network scores best."""
    import open_clip
    import torch

    captioner = describing.load(model, tmp_path)
    mean, std = torch.tensor(tiny.PREPROCESS["mean"]), torch.tensor(tiny.PREPROCESS["std"])
    images = ((torch.from_numpy(pictures()) / 255 - mean) / std).permute(0, 3, 1, 2)
    texts = open_clip.SimpleTokenizer(context_length=24)(CAPTIONS)
    with torch.inference_mode():
        for image, caption in zip(images, captioner.describe(pictures()), strict=True):
            out = captioner._network(image[None].expand(5, -1, -1, -1), texts)
            losses = torch.nn.functional.cross_entropy(
                out["logits"].transpose(1, 2), out["labels"], ignore_index=0, reduction="none"
            )
            best = SAID[int(losses.sum(1).argmin())]
            assert caption == best


def test_what_was_taught_nothing_still_ends(tmp_path: Path) -> None:
    coca.teach(tmp_path / "coca", pictures(), CAPTIONS, steps=0)
    captioner = describing.load(f"coca_tiny:{tmp_path / 'coca'}", tmp_path)
    (words,) = captioner.describe(pictures()[:1])
    assert "\n" not in words


def test_models_that_only_find(tmp_path: Path) -> None:
    tiny.folder(tmp_path / "tiny", tiny.config())
    assert not describing.describes(f"tiny:{tmp_path / 'tiny'}", tmp_path)
    with pytest.raises(ModelNotHere, match="can't describe") as raised:
        describing.load(f"tiny:{tmp_path / 'tiny'}", tmp_path)
    assert "CoCa" in raised.value.hint
