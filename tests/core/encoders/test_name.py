"""The four forms of a model's name."""

import subprocess
import sys
from pathlib import Path

import pytest

from clipdesk.core.encoders import ModelName
from clipdesk.core.errors import UnknownModel


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("starter", ModelName()),
        ("  starter\n", ModelName()),
        ("ViT-B-32/openai", ModelName(architecture="ViT-B-32", tag="openai")),
        ("ViT-B/32/openai", ModelName(architecture="ViT-B-32", tag="openai")),
        ("hf-hub:timm/ViT-B-16-SigLIP", ModelName(repository="timm/ViT-B-16-SigLIP")),
        ("ViT-B-32:/w/x.pt", ModelName(architecture="ViT-B-32", path=Path("/w/x.pt").absolute())),
        ("ViT-B-32:C:\\x", ModelName(architecture="ViT-B-32", path=Path("C:\\x").absolute())),
        ("ViT-B-32:C:/x/y", ModelName(architecture="ViT-B-32", path=Path("C:/x/y").absolute())),
    ],
)
def test_a_name_is_read_and_written_back(text: str, expected: ModelName) -> None:
    name = ModelName.parse(text)
    assert name == expected
    assert ModelName.parse(str(name)) == name


def test_a_home_is_expanded() -> None:
    assert ModelName.parse("ViT-B-32:~/w.pt").path == Path.home() / "w.pt"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "Starter ",
        "ViT-B-32",
        "C:\\x",
        "ViT-B-32:",
        "/openai",
        "/w/weights.safetensors",
        "~/weights.pt",
        "./models/weights.pt",
        "ViT-B-32/",
        ":",
        "a/b:c",
        "hf-hub:",
        "hf-hub:x",
        "hf-hub:a/b/c",
        "hf-hub:../..",
        "hf-hub:a/../b",
        "hf-hub:a b/c",
    ],
)
def test_anything_else_is_no_model_and_the_hint_says_what_is(text: str) -> None:
    with pytest.raises(UnknownModel) as raised:
        ModelName.parse(text)
    assert raised.value.hint


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("ViT-B-32/laion2b", "ViT-B-32/laion2b"),
        ("ViT-B-32/openia", "ViT-B-32/openai"),
        ("ViTB32/openai", "ViT-B-32/openai"),
        ("Nonsense/of-a-kind", "ARCHITECTURE/TAG"),
    ],
)
def test_open_clips_catalogue_is_asked_and_the_nearest_name_proposed(text: str, near: str) -> None:
    ModelName.parse("ViT-B-32/laion2b_s34b_b79k").check()
    with pytest.raises(UnknownModel) as raised:
        ModelName.parse(text).check()
    assert near in raised.value.hint


def test_nothing_heavy_is_loaded_for_names_and_the_catalogue(tmp_path: Path) -> None:
    code = f"""
import os
import sys
from pathlib import Path
from clipdesk.core.encoders import ModelName, available, load
ModelName.parse("ViT-B-32/openai")
assert available(Path({str(tmp_path)!r}))
assert os.environ["OMP_WAIT_POLICY"]  # what OpenMP reads when torch is loaded
assert not {{"torch", "open_clip", "timm", "transformers"}} & sys.modules.keys()
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
