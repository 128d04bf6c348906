"""``clipdesk models``: what is listed, and own weights from the import to the removal."""

from pathlib import Path

import pytest

from tests.cli.conftest import Place
from tests.core.encoders import tiny


def test_the_few_are_listed_and_all_on_demand(empty: Place) -> None:
    few = empty.clipdesk("models", "--json").json["models"]
    everything = empty.clipdesk("models", "--all", "--json").json["models"]
    assert 8 <= len(few) <= 14
    assert len(everything) > 190
    by_name = {model["name"]: model for model in everything}
    siglip = by_name["ViT-B-32-SigLIP2-256/webli"]
    assert (siglip["imagenet"], siglip["coco"]) == (74.0, 47.2)
    assert siglip["figures_from"] == "the SigLIP 2 release notes"
    assert by_name["PE-Core-T-16-384/meta"]["imagenet"] is None
    said = empty.clipdesk("models")
    assert said.status == 0
    assert f"{len(everything) - len(few)} more: clipdesk models --all" in said.out
    for words in ("ImageNet 74.0 %", "Apache-2.0", "Many languages", "1507 MB"):
        assert words in said.out


def test_own_weights_are_imported_doubted_trusted_and_removed(empty: Place, tmp_path: Path) -> None:
    tiny.folder(tmp_path / "my weights", tiny.config())
    name = empty.clipdesk("models", "import", tmp_path / "my weights", "--json").json["name"]
    assert name.startswith("my-weights:")
    refused = empty.at_once("embed", "--text", "red", "--model", name)
    assert refused.complains("does not match captions to pictures", "clipdesk models trust")
    listed = {m["name"]: m for m in empty.clipdesk("models", "--json").json["models"]}
    assert "of 24 pictures" in listed[name]["doubt"]
    assert listed[name]["pictures_per_second"] > 0
    assert listed[name]["speed_measured"]
    assert empty.clipdesk("models", "trust", name).status == 0
    assert empty.at_once("embed", "--text", "red", "--model", name, "--json").status == 0
    freed = empty.clipdesk("models", "remove", name, "--json").json["freed_bytes"]
    assert freed > 100_000 or (tmp_path / "my weights").exists()
    assert name not in [m["name"] for m in empty.clipdesk("models", "--json").json["models"]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("import", "/nowhere/w.pt"), ("no weights at",)),
        (("import",), ("Which model?",)),
        (("remove", "hf-hub:nobody/nothing"), ("not fetched by ClipDesk",)),
        (("remove", "starter:x"), ("folder of yours",)),
    ],
)
def test_what_can_not_be_done_says_why(
    empty: Place, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    assert empty.clipdesk("models", *arguments).complains(*words)
