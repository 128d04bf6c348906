"""The model against a plain list, and what it tells Qt."""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy
from PySide6.QtWidgets import QApplication

from clipdesk.core.paths import natural
from clipdesk.core.types import Item
from clipdesk.ui.grid.drag import PictureMime
from clipdesk.ui.grid.model import ITEM_ROLE, PATH_ROLE, SCORE_ROLE, GridModel
from tests.ui.grid.conftest import item

NOT_UTF8 = os.fsdecode(b"/pictures/caf\xe9 1#.png")

names = st.sampled_from(["a", "B", "img2", "img10", "img010", "ü", "x y", "a/b", "a b/c"])
paths = st.lists(names, min_size=1, max_size=3).map(lambda parts: "/" + "/".join(parts))
items = st.builds(item, st.integers(0, 40), paths)
changes = st.lists(
    st.tuples(st.sampled_from(["add", "remove", "change"]), st.lists(items, max_size=12)),
    max_size=8,
)


def watched(model: GridModel) -> QAbstractItemModelTester:
    """Qt's own checks of every signal; what they find is a warning, and fails the test."""
    return QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)


def in_order(wanted: dict[int, Item]) -> list[Item]:
    return sorted(wanted.values(), key=lambda one: natural(one.path))


@settings(deadline=None, max_examples=60)
@given(st.lists(items, max_size=30), changes)
def test_browsing_keeps_natural_order_through_all_changes(
    qapp: QApplication, first: list[Item], steps: list[tuple[str, list[Item]]]
) -> None:
    model = GridModel()
    tester = watched(model)
    wanted = {one.asset_id: one for one in first}
    model.show(in_order(wanted))
    for what, batch in steps:
        if what == "add":
            model.add(batch)
            wanted |= {one.asset_id: one for one in batch}
        elif what == "remove":
            model.remove([one.asset_id for one in batch])
            for one in batch:
                wanted.pop(one.asset_id, None)
        else:
            model.change(batch)
            wanted |= {one.asset_id: one for one in batch if one.asset_id in wanted}
        assert {one.asset_id: one for one in model.items} == wanted
        keys = [natural(one.path) for one in model.items]
        assert keys == sorted(keys)
        for row, one in enumerate(model.items):
            assert model.row_of(one.asset_id) == row
        assert model.row_of(999) is None
    tester.deleteLater()


@settings(deadline=None, max_examples=40)
@given(
    st.lists(items, max_size=20, unique_by=lambda one: one.asset_id), st.integers(0, 20), changes
)
def test_results_keep_rank_and_score_and_take_nothing_in(
    qapp: QApplication, first: list[Item], trusted: int, steps: list[tuple[str, list[Item]]]
) -> None:
    trusted = min(trusted, len(first))
    ranked = [replace(one, score=1 - place / 100) for place, one in enumerate(first)]
    model = GridModel()
    tester = watched(model)
    model.show(ranked, trusted)
    gone: set[int] = set()
    for what, batch in steps:
        if what == "remove":
            gone |= {one.asset_id for one in batch}
            model.remove([one.asset_id for one in batch])
        else:
            (model.add if what == "add" else model.change)(batch)
        left = [(one.asset_id, one.score) for one in ranked if one.asset_id not in gone]
        assert [(one.asset_id, one.score) for one in model.items] == left
        assert model.trusted == sum(one.asset_id not in gone for one in ranked[:trusted])
    tester.deleteLater()


def test_neighbours_are_inserted_at_once_and_one_change_touches_one_row(
    qapp: QApplication,
) -> None:
    model = GridModel()
    model.show([item(1, "/a/1.png"), item(2, "/c/1.png")])
    inserted, changed, moved = (
        QSignalSpy(signal) for signal in (model.rowsInserted, model.dataChanged, model.rowsMoved)
    )
    model.add([item(n, f"/b/{n}.png") for n in range(10, 20)])
    assert [tuple(inserted.at(0))[1:]] == [(1, 10)]
    assert inserted.count() == 1
    model.change([item(12, "/b/12.png", offline=True)])
    assert [changed.at(0)[0].row(), changed.at(0)[1].row()] == [3, 3]
    model.change([item(12, "/d.png")])
    assert moved.count() == 1
    assert model.items[-1].path == "/d.png"


def test_what_each_role_answers(qapp: QApplication) -> None:
    model = GridModel()
    model.show(
        [
            item(1, "/p/red <b>chair\n.png", score=0.311, width=800, height=600, offline=True),
            item(2, "/p/x.png", score=None),
        ],
        trusted=1,
    )
    index = model.index(0)
    assert Qt.ItemDataRole.UserRole == PATH_ROLE
    assert index.data(PATH_ROLE) == "/p/red <b>chair\n.png"
    assert index.data(SCORE_ROLE) == pytest.approx(0.311)
    assert model.index(1).data(SCORE_ROLE) is None
    assert index.data(ITEM_ROLE) is model.item(0)
    assert index.data() == r"red <b>chair\n.png"
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == r"red <b>chair\n.png, rank 1, score 0.31, 800 × 600, offline"
    spoken = model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "x.png, guesswork, 300 × 200"
    assert "&lt;b&gt;" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert index.data(Qt.ItemDataRole.UserRole + 99) is None


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_a_name_that_is_not_utf8_survives(qapp: QApplication) -> None:
    model = GridModel()
    model.show([item(1, NOT_UTF8)])
    answer = model.index(0).data(PATH_ROLE)
    assert answer == Path(NOT_UTF8)
    assert os.fsencode(answer) == b"/pictures/caf\xe9 1#.png"
    mime = model.mimeData([model.index(0)])
    assert bytes(mime.data("text/uri-list").data()) == b"file:///pictures/caf%E9%201%23.png\r\n"
    index_text = model.index(0).data()
    assert index_text == r"caf\udce9 1#.png"


def test_a_drag_carries_urls_and_nothing_else(qapp: QApplication) -> None:
    model = GridModel()
    model.show([item(1, "/p/a b#c%20é.png"), item(2, "/p/z.png")])
    mime = model.mimeData([model.index(1), model.index(0)])
    assert mime.formats() == ["text/uri-list"]
    assert [url.toLocalFile() for url in mime.urls()] == ["/p/a b#c%20é.png", "/p/z.png"]
    assert isinstance(mime, PictureMime)
    assert [one.asset_id for one in mime.items] == [1, 2]
    assert model.supportedDragActions() == Qt.DropAction.CopyAction
    assert model.flags(model.index(0)) & Qt.ItemFlag.ItemIsDragEnabled


def test_a_hundred_thousand(qapp: QApplication, capsys: pytest.CaptureFixture[str]) -> None:
    many = [item(n, f"/p/{n:06}.png") for n in range(100_000)]
    model = GridModel()

    def ms(work: Callable[[], object]) -> float:
        begun = time.perf_counter()
        work()
        return 1000 * (time.perf_counter() - begun)

    once = ms(lambda: sum(one.asset_id for one in many))
    shown = ms(lambda: model.show(many))
    first = ms(lambda: model.row_of(99_999))
    again = ms(lambda: model.row_of(50_000))
    added = ms(
        lambda: model.add([item(200_000 + n, f"/p/05000{n % 10}-{n}.png") for n in range(64)])
    )
    with capsys.disabled():
        print(  # noqa: T201 - a measure for the reader, not a limit
            f"\n100,000 pictures: show {shown:.1f} ms ({shown / once:.1f} of a walk),"
            f" first row {first:.1f} ms, next {again:.3f} ms, 64 more {added:.1f} ms"
        )
    assert model.rowCount() == 100_064
    assert model.row_of(99_999) == 100_063
