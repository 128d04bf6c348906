"""The map of a real library while it is looked at."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from clipdesk.core.messages.maps import LayMapAnew, MapDrawn, MapProgress, ShowMap
from clipdesk.core.messages.requests import Rescan, UseModel
from tests.core.colours import NAMES, ColourEncoder
from tests.core.house import House, house, paint

COLOURS = tuple(NAMES)[:4]
PATIENCE_S = 300.0


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    for number in range(64):
        paint(folder / f"{number:03}.png", COLOURS[number % 4], number)
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path / "library", ColourEncoder("starter"), ColourEncoder("other", 16)) as it:
        yield it


def drawn(home: House, count: int) -> MapDrawn:
    """The newest map, once it has so many pictures and none is under way."""

    def there() -> bool:
        maps, told = home.of(MapDrawn), home.of(MapProgress)
        settled = bool(told) and told[-1].done is None
        return settled and bool(maps) and len(maps[-1].content_ids) == count

    home.until(there, PATIENCE_S)
    return home.of(MapDrawn)[-1]


def test_the_map_is_laid_out_followed_and_kept(home: House, pictures: Path) -> None:
    home.add(pictures)
    assert not home.of(MapDrawn)  # nobody has looked
    home.inbox.put(ShowMap(shown=True))
    first = drawn(home, 64)
    colours = dict(zip(first.content_ids.tolist(), first.colours.tolist(), strict=True))
    assert all(colours[item.content_id] == item.colour for item in home.shown.values())
    assert (np.diff(first.content_ids) > 0).all()
    assert any(told.done for told in home.of(MapProgress))

    # A new picture is placed; one that is gone is no longer on it; the others stay.
    paint(pictures / "new.png", "red", 100)
    (pictures / "063.png").unlink()
    home.send(Rescan())
    new = home.shown["new.png"].content_id
    home.until(lambda: new in home.of(MapDrawn)[-1].content_ids, PATIENCE_S)
    second = drawn(home, 64)
    stayed = np.isin(second.content_ids, first.content_ids)
    assert stayed.sum() == 63
    same = np.isin(first.content_ids, second.content_ids)
    assert (second.points[stayed] == first.points[same]).all()

    # Looked at again, nothing needs to be laid out; stale entries are not kept.
    before = len(home.of(MapProgress))
    home.send(ShowMap(shown=False), ShowMap(shown=True))
    home.until(lambda: len(home.of(MapProgress)) > before, PATIENCE_S)
    assert [told.done for told in home.of(MapProgress)[before:]] == [None]
    assert (home.of(MapDrawn)[-1].points == second.points).all()

    # Every one of them may move when the person wishes it.
    home.inbox.put(LayMapAnew())
    third = home.of(MapDrawn)[-1]
    home.until(lambda: home.of(MapDrawn)[-1] is not third, PATIENCE_S)
    home.until(lambda: home.of(MapProgress)[-1].done is not None, PATIENCE_S)
    assert (drawn(home, 64).points != second.points).any()


def test_the_map_outlives_the_engine(tmp_path: Path, pictures: Path) -> None:
    with house(tmp_path / "library") as home:
        home.add(pictures)
        home.inbox.put(ShowMap(shown=True))
        kept = drawn(home, 64).points
    with house(tmp_path / "library") as home:
        home.inbox.put(ShowMap(shown=True))
        again = drawn(home, 64)
        assert (again.points == kept).all()
        assert not any(told.done is not None for told in home.of(MapProgress))


def test_the_map_outlives_a_lost_index(tmp_path: Path, pictures: Path) -> None:
    with house(tmp_path / "library") as home:
        home.add(pictures)
        home.inbox.put(ShowMap(shown=True))
        kept = drawn(home, 64).points
    for part in (tmp_path / "library" / "indexes").iterdir():
        if part.suffix != ".map":
            part.unlink()
    with house(tmp_path / "library") as home:
        home.inbox.put(ShowMap(shown=True))
        assert (drawn(home, 64).points == kept).all()


def test_another_model_has_another_map(home: House, pictures: Path) -> None:
    home.add(pictures)
    home.inbox.put(ShowMap(shown=True))
    first = drawn(home, 64)
    home.send(UseModel("other"))
    home.until(lambda: home.of(MapDrawn)[-1] is not first, PATIENCE_S)
    second = drawn(home, 64)
    assert (second.content_ids == first.content_ids).all()
    assert (second.points != first.points).any()
    assert len(list(home.directories.indexes.glob("*.map"))) == 2


def test_nobody_looks_any_more(home: House, pictures: Path) -> None:
    home.add(pictures)
    home.inbox.put(ShowMap(shown=True))
    home.until(lambda: any(told.done is not None for told in home.of(MapProgress)), PATIENCE_S)
    home.send(ShowMap(shown=False))
    assert home.engine.idle
    assert not list(home.directories.indexes.glob("*.map"))


def test_an_empty_library_has_an_empty_map(home: House) -> None:
    home.inbox.put(ShowMap(shown=True))
    home.until(lambda: bool(home.of(MapDrawn)), PATIENCE_S)
    assert not len(home.of(MapDrawn)[-1].content_ids)
