"""A folder with very many pictures goes from the window at once, and from the library in slices."""

from pathlib import Path

import pytest

from clipdesk.core.departing import Departing
from clipdesk.core.messages.events import Removed, Results, RootsChanged
from clipdesk.core.messages.requests import AddRoot, RemoveRoot, Search
from clipdesk.core.types import Query, Stamp
from tests.core.house import House, house, paint

MANY = 1_000


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slice takes a hundred files, however quick the computer is."""
    monkeypatch.setattr("clipdesk.core.departing._SLICE_S", 0.0)


def rows(home: House) -> int:
    db = home.engine.library.catalog._db
    return int(db.execute("SELECT count(*) FROM asset").fetchone()[0])


def crowd(home: House, root_id: int) -> None:
    """Very many files of one content."""
    catalog = home.engine.library.catalog
    content = next(iter(catalog.assets.known(root_id).values())).content_id
    with catalog.transaction():
        for number in range(MANY):
            catalog.assets.put(root_id, f"{number}.png", Stamp(1, 1, -number - 1), content)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    paint(tmp_path / "left" / "red.png", "red")
    paint(tmp_path / "kept" / "blue.png", "blue", 1)
    return tmp_path / "left", tmp_path / "kept"


def test_what_is_removed_is_seen_no_more_though_it_goes_slowly(
    tmp_path: Path, folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with house(tmp_path / "library") as home:
        left, kept = map(home.add, folders)
        crowd(home, left)
        with monkeypatch.context() as held:
            held.setattr(Departing, "step", lambda _: False)
            home.inbox.put(RemoveRoot(left))
            home.until(lambda: [r.id for r in home.of(RootsChanged)[-1].roots] == [kept])
            home.inbox.put(Search(7, Query("red"), 50))
            home.until(lambda: any(e.ticket == 7 for e in home.of(Results)))
        (answer,) = (e for e in home.of(Results) if e.ticket == 7)
        assert [Path(item.path).name for item in answer.items] == ["blue.png"]
        assert answer.total == home.engine.library.catalog.assets.count() == 1
        there = rows(home)
        assert there == MANY + 2
        while not home.engine.idle:
            home.engine.step()
            assert there - rows(home) <= 100, "too much at once"
            there = rows(home)
        assert there == 1
        assert sum(len(e.asset_ids) for e in home.of(Removed)) == MANY + 1
        db = home.engine.library.catalog._db
        assert db.execute("SELECT id, pictures FROM root").fetchall() == [(kept, 1)]


def test_a_folder_may_be_added_again_while_it_goes(
    tmp_path: Path, folders: tuple[Path, Path]
) -> None:
    with house(tmp_path / "library") as home:
        left = home.add(folders[0])
        crowd(home, left)
        home.send(RemoveRoot(left), AddRoot(folders[0]))
        assert set(home.shown) == {"red.png"}
        assert home.encoder.images == 1, "its content is known"
        assert rows(home) == 1


def test_folders_become_one_slowly_and_nothing_is_looked_at_meanwhile(
    tmp_path: Path, folders: tuple[Path, Path]
) -> None:
    with house(tmp_path / "library") as home:
        inner = home.add(folders[0])
        crowd(home, inner)
        catalog = home.engine.library.catalog
        before = {row.asset_id: row.name for row in catalog.assets.known(inner).values()}
        home.inbox.put(AddRoot(tmp_path))
        home.until(lambda: home.engine._departing.merging)
        assert [row.path for row in catalog.roots.all()] == [tmp_path]
        assert catalog.assets.count() == MANY + 1, "all of it is to be seen all the time"
        (outer,) = catalog.roots.all()
        while home.engine._departing.merging:
            assert home.engine.tally.unchanged == 0
            home.engine.step()
        home.engine.run_until_idle()
        after = {row.asset_id: row.name for row in catalog.assets.known(outer.id).values()}
        assert {id_: f"left/{name}" for id_, name in before.items()}.items() <= after.items()
        assert home.encoder.images == 2
        assert home.engine.tally.unchanged == 1
