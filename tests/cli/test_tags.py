"""Tags at the command line: put by a model, searched by."""

from pathlib import Path

import pytest

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.catalog.lock import hold
from clipdesk.core.paths import Directories
from clipdesk.core.types import TagUse
from tests.cli.conftest import Place
from tests.core.house import paint


@pytest.fixture
def painted(empty: Place, _starter_is_here: None) -> Place:
    for number, colour in enumerate(("red", "green", "blue")):
        paint(empty.pictures / f"{colour}.png", colour, number)
    empty.clipdesk("index", empty.pictures)
    return empty


def test_labels_are_applied_as_tags_and_found_by(painted: Place, tmp_path: Path) -> None:
    stranger = paint(tmp_path / "stranger.png", "red", 40)
    labels = ("classify", "--labels", "red,green,blue", "--apply")
    answer = painted.clipdesk(*labels, painted.pictures, stranger, "--from", "0.4", "--json").json
    told = {Path(each["path"]).stem: each["applied"] for each in answer["results"]}
    assert told == {"red": ["red"], "green": ["green"], "blue": ["blue"], "stranger": None}
    catalog = Catalog(Directories.under(painted.library).catalog, read_only=True)
    (blue,) = [i.content_id for i in catalog.assets.items() if Path(i.path).stem == "blue"]
    assert catalog.tags.of([blue]) == {blue: (TagUse("blue", "starter"),)}
    catalog.close()

    found = painted.clipdesk("search", "--tag", "BLUE", "--json").json
    assert list(found) == ["query", "model", "took_ms", "total", "hits"]
    assert found["total"] == 1
    (hit,) = found["hits"]
    assert hit == {"path": str(painted.pictures / "blue.png"), "score": None, "rank": 1}
    found = painted.clipdesk("search", "red", "--tag", "green", "--json").json
    assert [Path(each["path"]).name for each in found["hits"]] == ["green.png"]
    assert "blue.png" in painted.clipdesk("search", "--tag", "blue").out
    said = painted.clipdesk(*labels, painted.pictures, "--from", "1")
    assert "0 of 3 pictures got tags" in said.out


def test_notes_come_first_and_say_why(painted: Place) -> None:
    catalog = Catalog(Directories.under(painted.library).catalog)
    (blue,) = [i.content_id for i in catalog.assets.items() if Path(i.path).stem == "blue"]
    with catalog.transaction():
        catalog.notes.write(blue, "red sails")
    catalog.close()
    first = painted.clipdesk("search", "red", "--json").json["hits"][0]
    assert (Path(first["path"]).name, first["why"]) == ("blue.png", "Its note has these words")
    assert "(its note has these words)" in painted.clipdesk("search", "red").out


def test_what_can_not_be_is_told(painted: Place, tmp_path: Path) -> None:
    assert painted.clipdesk("search", "--json").complains("CAPTION", "--tag", status=2)
    turned = painted.clipdesk("search", "--tag", "a\u202ebc")
    assert turned.complains("\\u202e"), "a tag must not turn the terminal's words around"
    assert "\u202e" not in turned.err
    assert painted.clipdesk("search", "--tag", "no such").complains("No picture has the tag")
    classify = ("classify", "--labels", "a,b", "--apply", painted.pictures)
    assert painted.clipdesk(*classify, "--from", "2").complains("from 0 to 1", status=2)
    lock = hold(Directories.under(painted.library))
    try:
        assert painted.clipdesk(*classify).complains("Another ClipDesk")
    finally:
        lock.release()
    elsewhere = Place(painted.home, painted.pictures, tmp_path / "nothing")
    assert elsewhere.clipdesk(*classify).complains("library is empty")
