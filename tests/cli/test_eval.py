"""``clipdesk eval``: what it measures, what it passes over, and the page it writes."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import HOSTILE, Place
from tests.core.encoders import tiny
from tests.core.house import paint

FIGURES = "recall@1", "recall@5", "recall@10", "mrr", "map", "ndcg@10"


@pytest.mark.usefixtures("indexed")
def test_captions(place: Place, tmp_path: Path) -> None:
    """Pictures of the library, and others; captions with quotes; more columns than needed."""
    paint(tmp_path / "sub" / "other.png", "green", 901)
    known = [place.pictures / f"{name}.png" for name in ("red 0", "green 1", "blue 2")]
    lines = ["split\tfile\tcaption"]
    lines += [f'test\t{path}\ta "{path.stem}" picture' for path in known]
    lines += ["test\tsub/other.png\tall green", "test\tsub/other.png\tand once more", ""]
    table = tmp_path / "captions.tsv"
    table.write_text("\n".join(lines), "utf-8")
    answer = place.clipdesk("eval", table, "--json").json
    assert list(answer)[:8] == [
        *("queries", "gallery", "recall@1", "recall@5", "recall@10"),
        *("mrr", "median_rank", "model"),
    ]
    assert (answer["queries"], answer["gallery"]) == (5, 4)
    assert 0 <= answer["recall@1"] <= answer["recall@5"] == answer["recall@10"] == 1
    assert 0.25 <= answer["mrr"] <= 1
    assert 1 <= answer["median_rank"] <= 4
    assert answer["model"] == "starter"
    assert answer["task"] == "text-image"
    assert answer["problems"] == []
    (model,) = answer["models"]
    assert [task["task"] for task in model["tasks"]] == ["text-image", "image-text"]
    check_figures(model["tasks"])


def check_figures(tasks: list[dict[str, Any]]) -> None:
    for task in tasks:
        for name in FIGURES:
            low, high = task["intervals"][name]
            assert 0 <= low <= task[name] <= high <= 1


@pytest.mark.usefixtures("_starter_is_here")
def test_models_side_by_side_with_a_page(empty: Place, tmp_path: Path) -> None:
    """Two models and three tasks; bad lines are named, and the page shows what it is given."""
    tiny.folder(tmp_path / "tiny", tiny.config())
    other = f"tiny:{tmp_path / 'tiny'}"
    empty.clipdesk("models", "trust", other)
    lines = ["file,caption,group"]
    for number, colour in enumerate(["red", "green", "blue", "red", "green", "blue"]):
        paint(empty.pictures / f"{number}.png", colour, number)
        lines.append(f"{number}.png,<b>a | {colour} square {number}</b>,{colour}")
    (empty.pictures / "broken.png").write_bytes(b"no picture")
    lines += ["broken.png,broken,", "nowhere.png,gone,", "0.png,,red"]
    table = empty.pictures / "table.csv"
    table.write_text("\n".join(lines))
    page = tmp_path / "page" / "here"
    arguments = ("eval", table, "--model", "starter", "--model", other, "--report", page)
    answer = empty.at_once(*arguments, "--json").json

    assert [model["model"] for model in answer["models"]] == ["starter", other]
    first, second = answer["models"]
    for model in (first, second):
        tasks = [(t["task"], t["queries"], t["gallery"]) for t in model["tasks"]]
        assert tasks == [("text-image", 6, 6), ("image-text", 6, 6), ("image-image", 6, 5)]
        check_figures(model["tasks"])
    assert first["tasks"][2]["recall@1"] == 1, "the starter knows colours"
    assert "difference" not in first["tasks"][0]
    for ours, theirs in zip(first["tasks"], second["tasks"], strict=True):
        for name, difference in theirs["difference"].items():
            assert difference["value"] == pytest.approx(theirs[name] - ours[name], abs=2e-4)
            assert difference["interval"][0] <= difference["value"] <= difference["interval"][1]
    assert [problem["line"] for problem in answer["problems"]] == [8, 9]
    assert "broken.png" in answer["problems"][0]["reason"]

    assert json.loads((page / "report.json").read_text()) == answer
    words = (page / "report.md").read_text()
    html = (page / "report.html").read_text()
    assert "&lt;b&gt;a | " in html and "<b>" not in html
    assert r"\<b\>a \| " in words
    for task in ("text-image", "image-text", "image-image"):
        for plot in (f"{task}-figures.svg", f"{task}-recall.svg"):
            assert f"({plot})" in words
            drawn = (page / plot).read_text()
            ElementTree.fromstring(drawn)
            assert drawn.strip() in html
    said = empty.at_once(*arguments)
    assert said.status == 0, said
    assert "Words find their picture: 6 ask, 6 answer" in said.out
    assert "Passed over: line 9" in said.out
    assert str(page / "report.html") in said.out
    assert not empty.library.exists(), "measuring must not make a library"


def test_nothing_to_measure(empty: Place, tmp_path: Path) -> None:
    paint(empty.pictures / "a.png", "red")
    (empty.pictures / "b.png").write_bytes(b"no picture")
    table = empty.pictures / "table.tsv"
    table.write_text("file\tcaption\nb.png\twords\n")
    assert empty.clipdesk("eval", table).complains("None of the pictures", "b.png")
    table.write_text("file\tgroup\na.png\talone\n")
    assert empty.clipdesk("eval", table).complains("nothing to ask")
    table.write_text("file\tcaption\na.png\twords\n")
    model = f"tiny:{tmp_path / 'nowhere'}"
    assert empty.clipdesk("eval", table, "--model", "starter", "--model", model).complains(
        "nothing at"
    )
    (tmp_path / "file").touch()
    page = tmp_path / "file" / "page"
    assert empty.clipdesk("eval", table, "--report", page).complains("can't be written", str(page))


@pytest.mark.usefixtures("indexed")
def test_names_are_captions_where_there_is_no_table(place: Place, tmp_path: Path) -> None:
    """A folder's names, and the library's: colours that the starter knows."""
    for number, colour in enumerate(["red", "green", "blue", "red"]):
        paint(tmp_path / "squares" / f"{colour}-{number}.png", colour, 700 + number)
    told = place.clipdesk("eval", tmp_path / "squares", "--json").json
    assert (told["queries"], told["gallery"]) == (4, 4), "three colours and the folder's name"
    assert told["recall@1"] == 1
    own = place.clipdesk("eval", "--json").json
    assert own["gallery"] == sum(1 for _ in place.pictures.glob("*.png")) - own_hostile(place)
    assert own["recall@10"] > 0.5
    (tmp_path / "squares" / "red-0.png").rename(tmp_path / "IMG_1.png")
    (tmp_path / "dcim").mkdir()
    (tmp_path / "IMG_1.png").rename(tmp_path / "dcim" / "IMG_1.png")
    assert place.clipdesk("eval", tmp_path / "dcim").complains("name that says anything")


def own_hostile(place: Place) -> int:
    return sum(name.endswith(".png") for name in HOSTILE if (place.pictures / name).exists())
