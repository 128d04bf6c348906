"""``search``, ``similar``, ``eval`` and ``status``: what they answer, to people and programs."""

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


def test_eval(place: Place, tmp_path: Path) -> None:
    """Pictures of the library, and others; captions with quotes; more columns than needed."""
    other = paint(tmp_path / "sub" / "other.png", "green", 901)
    known = [place.pictures / f"{name}.png" for name in ("red 0", "green 1", "blue 2")]
    lines = ["split\tfile\tcaption"]
    lines += [f'test\t{path}\ta "{path.stem}" picture' for path in known]
    lines += ["test\tsub/other.png\tall green", "test\tsub/other.png\tand once more", ""]
    table = tmp_path / "captions.tsv"
    table.write_text("\n".join(lines), "utf-8")
    answer = place.clipdesk("eval", table, "--json").json
    assert list(answer) == [
        *("queries", "gallery", "recall@1", "recall@5", "recall@10"),
        *("mrr", "median_rank", "model"),
    ]
    assert (answer["queries"], answer["gallery"]) == (5, 4)
    assert 0 <= answer["recall@1"] <= answer["recall@5"] == answer["recall@10"] == 1
    assert 0.25 <= answer["mrr"] <= 1
    assert 1 <= answer["median_rank"] <= 4
    assert answer["model"] == "starter"
    assert other.exists()


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
