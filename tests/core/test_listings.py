"""Browsing: in natural order, page by page, however many there are."""

import os
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipdesk.core import listings
from clipdesk.core.catalog import schema
from clipdesk.core.catalog.assets import Content
from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.catalog.names import place
from clipdesk.core.messages.events import (
    Listing,
)
from clipdesk.core.messages.requests import (
    AddRoot,
    Browse,
    RemoveRoot,
    Search,
)
from clipdesk.core.paths import natural
from clipdesk.core.types import Query, Stamp
from tests.core.house import House, house, paint

NAMES = st.text("aB12é. /_-", min_size=1, max_size=12).filter(
    lambda name: not name.startswith("/") and not name.endswith("/") and "//" not in name
)


@given(NAMES, NAMES)
def test_places_are_in_browsing_order(one: str, other: str) -> None:
    first, second = (f"/root/{name}".replace("/", os.sep) for name in (one, other))
    keys = natural(first)[0], natural(second)[0]
    assert (place(one) < place(other)) == (keys[0] < keys[1])


def pages(home: House, root_id: int | None = None) -> list[Listing]:
    home.send(Browse(len(home.events) + 1, root_id))
    ticket = home.of(Listing)[-1].ticket
    return [page for page in home.of(Listing) if page.ticket == ticket]


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listings, "_FIRST", 3)
    monkeypatch.setattr(listings, "_PAGE", 5)


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    folders = tmp_path / "img10", tmp_path / "img9"
    for number, name in enumerate(("b 2", "b 10", "A/x", "a b/x", "é", "img2/b", "img 10")):
        for root, folder in enumerate(folders):
            paint(folder / f"{name}.png", "red", 100 * root + number)
    return folders


def test_pages_follow_one_another(tmp_path: Path, two: tuple[Path, Path]) -> None:
    with house(tmp_path / "library") as home:
        home.send(*(AddRoot(folder) for folder in two))
        told = pages(home)
        assert [len(page.items) for page in told] == [3, 4, 5, 2]
        assert [page.first for page in told] == [0, 3, 7, 12]
        assert [page.more for page in told] == [True, True, True, False]
        assert {page.total for page in told} == {14}
        paths = [item.path for page in told for item in page.items]
        assert paths == sorted(paths, key=natural)
        one = home.engine.library.catalog.roots.all()[0]
        inside = [item.path for page in pages(home, one.id) for item in page.items]
        assert inside == [path for path in paths if path.startswith(f"{one.path}/")]


def test_what_is_empty_is_one_empty_page(tmp_path: Path) -> None:
    with house(tmp_path / "library") as home:
        (page,) = pages(home)
        assert (page.items, page.more, page.total) == ((), False, 0)


def test_a_search_ends_a_listing(tmp_path: Path, two: tuple[Path, Path]) -> None:
    with house(tmp_path / "library") as home:
        home.send(*(AddRoot(folder) for folder in two))
        home.inbox.put(Browse(70))
        home.engine.step()
        home.engine.step()
        home.send(Search(71, Query("red")))
        assert [page.first for page in home.of(Listing) if page.ticket == 70] == [0]


def test_a_folder_that_goes_while_it_is_listed(tmp_path: Path, two: tuple[Path, Path]) -> None:
    with house(tmp_path / "library") as home:
        home.send(*(AddRoot(folder) for folder in two))
        home.inbox.put(Browse(70))
        home.engine.step()
        home.engine.step()
        home.send(RemoveRoot(1), RemoveRoot(2))
        last = [page for page in home.of(Listing) if page.ticket == 70][-1]
        assert not last.more
        assert not home.shown


def test_a_library_from_before_has_its_order_too(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    old = sqlite3.connect(path, isolation_level=None)
    steps, schema.STEPS = schema.STEPS, schema.STEPS[:1]
    try:
        schema.migrate(old)
    finally:
        schema.STEPS = steps
    old.execute("INSERT INTO root (path, added_at) VALUES (?, 0)", (b"/r",))
    old.execute("INSERT INTO content VALUES (1, x'00', 1, 1, 1, 'PNG', 0)")
    for name in (b"b10.png", b"b2.png", b"\xff.png", b"a/b.png"):
        old.execute(
            "INSERT INTO asset (root_id, name, size, mtime_ns, inode, content_id)"
            " VALUES (1, ?, 1, 1, 1, 1)",
            (name,),
        )
    old.close()
    catalog = Catalog(path)
    items, end = catalog.assets.listed(1, (b"", b""), 10)
    assert [os.fsencode(item.path) for item in items] == [
        b"/r/a/b.png",
        b"/r/b2.png",
        b"/r/b10.png",
        b"/r/\xff.png",
    ]
    assert catalog.assets.listed(1, end, 10)[0] == []
    content = Content(b"\1", 1, 1, 1, "PNG", 0)
    catalog.assets.put(1, "b3.png", Stamp(1, 1, 1), catalog.assets.put_content(content))
    assert catalog.assets.listed(1, (b"", b""), 10)[0][2].path == "/r/b3.png"
    catalog.close()
