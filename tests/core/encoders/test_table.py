"""What is written down of open_clip's models, against the open_clip that is installed."""

import importlib.util
import json
import os
from pathlib import Path
from types import ModuleType

import pytest

from clipdesk.core.encoders import ModelName, families, picks
from clipdesk.core.encoders.catalogue import available
from clipdesk.core.encoders.table import SOURCES, table
from clipdesk.core.encoders.weights import source
from clipdesk.core.types import Figures, ModelInfo, Speed
from tests.conftest import REPOSITORY


def writer() -> ModuleType:
    """The script that writes the table."""
    place = REPOSITORY / "packaging" / "models" / "table.py"
    spec = importlib.util.spec_from_file_location("model_table", place)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_architecture_and_tag_is_there_as_open_clip_has_it() -> None:
    import open_clip

    script = writer()
    written = json.loads(script.TABLE.read_text("utf-8"))["architectures"]
    theirs = [
        name for name in open_clip.list_models() if not name.startswith("tiny")
    ]  # other tests'
    assert sorted(written) == sorted(theirs)
    for name, said in written.items():
        assert said["weights"] == dict(script.weights(name)), name
        assert said.items() >= script.described(open_clip.get_model_config(name)).items(), name
    assert {(each.architecture.name, each.tag) for each in table().weights.values()} == set(
        open_clip.list_pretrained()
    )


FEW = (
    "ViT-B-32",
    "RN50",
    "convnext_base_w",
    "MobileCLIP2-S0",
    "ViT-B-16-SigLIP2-256",
    "EVA02-B-16",
)
FULL = pytest.param(
    "all",
    marks=pytest.mark.skipif(
        not os.environ.get("CLIPDESK_FULL"), reason="a minute; CLIPDESK_FULL=1 asks for it"
    ),
)


@pytest.mark.parametrize("which", [*FEW, FULL])
def test_sizes_and_work_are_counted_anew(which: str) -> None:
    import open_clip

    script = writer()
    written = json.loads(script.TABLE.read_text("utf-8"))["architectures"]
    for name in written if which == "all" else [which]:
        counted = script.about(open_clip.get_model_config(name))
        assert counted.items() <= written[name].items(), name


def test_work_agrees_with_what_open_clip_publishes() -> None:
    # docs/model_profile.csv of mlfoundations/open_clip at f862f86: billions for a picture.
    published = {
        "ViT-B-32": 8.82,
        "RN50": 12.22,
        "convnext_base_w": 40.11,
        "EVA02-L-14": 162.0,
        "ViT-B-16-SigLIP-512": 216.24,
        "ViT-bigG-14": 967.5,
    }
    for name, gflops in published.items():
        assert table().architectures[name].image_gflops == pytest.approx(gflops, rel=0.01)


def test_every_figure_belongs_to_weights_and_says_where_it_is_from() -> None:
    lines = (REPOSITORY / "resources" / "models" / "published.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    notes = "\n".join(line for line in lines if line.startswith("#"))
    assert len(rows) > 120
    for architecture, tag, *numbers, key in rows:
        assert f"{architecture}/{tag}" in table().weights
        assert any(number != "-" for number in numbers)
        assert all(0 < float(number) < 100 for number in numbers if number != "-")
        assert key in SOURCES
        assert key in notes
    assert len({(row[0], row[1]) for row in rows}) == len(rows)
    # Weights that nothing was published of say so, and nothing is made up for them.
    assert table().weights["PE-Core-T-16-384/meta"].figures is None
    # The same weights under another name have the same figures.
    assert (
        table().weights["ViT-B-32/openai"].figures
        == table().weights["ViT-B-32-quickgelu/openai"].figures
    )


def test_every_model_has_a_family_and_the_picks_exist(tmp_path: Path) -> None:
    for name in table().weights:
        assert families.of(name), name
    shown = available(tmp_path, "en")
    names = [info.name for info in shown]
    assert set(names) >= set(table().weights) | {"starter"}
    assert len(names) == len(set(names))
    assert names[0] == "starter"
    picked = [info for info in shown if info.pick]
    assert [info.name for info in picked] == [pick.name for pick in picks.PICKS]
    assert names[1 : 1 + len(picked)] == [info.name for info in picked]
    for info in picked:
        assert info.licence
        assert info.summary
        name = ModelName.parse(info.name)
        assert source(name).repository == info.source


def test_every_tag_is_fetched_from_where_open_clip_fetches_it() -> None:
    for name, published in table().weights.items():
        origin = source(ModelName.parse(name))
        assert origin.repository == published.repository, name
        assert origin.weights[0].endswith(".safetensors"), name


def test_titles_and_facts_are_for_people(tmp_path: Path) -> None:
    shown = {info.name: info for info in available(tmp_path, "en")}
    siglip = shown["ViT-B-32-SigLIP2-256/webli"]
    assert (siglip.languages, siglip.dimensions, siglip.image_size) == ("Many languages", 768, 256)
    assert siglip.figures == Figures(74.0, 47.2, None, "the SigLIP 2 release notes")
    assert siglip.size_bytes == pytest.approx(1.507e9, rel=0.01)
    openai = shown["ViT-B-16/openai"]
    assert (openai.family, openai.title) == ("OpenAI CLIP", "ViT-B-16, openai")


def model(name: str, coco: float, speed: float, **more: object) -> ModelInfo:
    return ModelInfo(
        name,
        name,
        "",
        here=False,
        pick="x",
        figures=Figures(None, coco, None, ""),
        speed=Speed(speed, measured=False),
        **more,  # type: ignore[arg-type]
    )


def test_advice_goes_by_speed_language_and_size() -> None:
    small = model("small", 40, 30)
    abroad = model("abroad", 45, 20, languages=families.MANY)
    large = model("large", 56, 2, languages=families.MANY)
    heavy = model("heavy", 58, 90, size_bytes=9_000_000_000)
    models = [small, abroad, large, heavy]
    assert picks.advise(models, "en_GB") == "abroad"
    assert picks.advise(models[:1], "en") == "small"
    assert picks.advise([small, abroad], "") == "abroad"
    assert picks.advise([small], "de_AT") == ""
    assert picks.advise([small, large], "ja") == ""
    assert picks.advise([], "de") == ""
