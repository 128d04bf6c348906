"""``search``, ``similar`` and ``status``: what they answer, to people and programs."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from clipdesk.core.catalog.lock import hold
from clipdesk.core.paths import Directories
from tests.cli.conftest import STRANGE, Place
from tests.core.house import paint

pytestmark = pytest.mark.usefixtures("indexed")


def check_hits(answer: dict[str, Any], query: str, number: int, total: int) -> None:
    """The shape that programs rely on."""
    assert list(answer) == ["query", "model", "took_ms", "total", "hits"]
    assert answer["query"] == query
    assert answer["model"] == "starter"
    assert answer["took_ms"] > 0
    assert answer["total"] == total
    hits = answer["hits"]
    assert [list(hit) for hit in hits] == [["path", "score", "rank"]] * number
    assert [hit["rank"] for hit in hits] == list(range(1, number + 1))
    scores = [hit["score"] for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(-1 <= score <= 1 for score in scores)
    assert all(Path(hit["path"]).is_absolute() and Path(hit["path"]).is_file() for hit in hits)


def test_search(place: Place, count: int) -> None:
    """Beside a program that is writing the library, as a window does."""
    lock = hold(Directories.under(place.library))
    try:
        answer = place.clipdesk("search", "a plain “red” square", "-k", "5", "--json").json
        refused = place.clipdesk("index", place.pictures, "--json")
    finally:
        lock.release()
    check_hits(answer, "a plain “red” square", 5, count)
    assert refused.complains("Another ClipDesk", str(place.library), "Close it first")


def test_similar(place: Place, tmp_path: Path, count: int) -> None:
    stranger = paint(tmp_path / "stranger.png", "yellow", 900)
    answer = place.clipdesk("similar", stranger, "--json").json
    check_hits(answer, str(stranger), 20, count)
    best = {Path(hit["path"]).name.split()[0] for hit in answer["hits"][:2]}
    assert best == {"yellow"}


def test_a_table_for_people(place: Place, count: int) -> None:
    said = place.clipdesk("search", "red", "-k", "100")
    assert said.status == 0, said
    assert f"{count} of {count} pictures" in said.out
    assert str(place.pictures / "red 0.png") in said.out
    if (place.pictures / STRANGE[-1]).exists():
        assert "line\\nbreak.png" in said.out
        assert "\\udcff\\udcfe.png" in said.out


def test_status(place: Place, count: int) -> None:
    answer = place.clipdesk("status", "--json").json
    assert answer["pictures"] == count
    assert answer["roots"] == [{"path": str(place.pictures), "pictures": count, "online": True}]
    assert answer["model"] == "starter"
    words = place.clipdesk("status")
    assert words.status == 0
    assert f"{count} pictures" in words.out


def test_after_the_model_has_changed(place: Place, tmp_path: Path) -> None:
    """A new version of the program brings new weights: old vectors mean nothing to them."""
    library = tmp_path / "library"
    shutil.copytree(place.library, library)
    with closing(sqlite3.connect(library / "catalog.sqlite")) as db, db:
        db.execute("UPDATE space SET weights_hash = 'of another version'")
    updated = Place(place.home, place.pictures, library)
    said = updated.clipdesk("search", "red", "--json")
    assert said.complains("starter has changed", "clipdesk index")
