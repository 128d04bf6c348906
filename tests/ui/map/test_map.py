"""The map in a real window: looked at, walked on, picked from with a lasso."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QSettings, Qt
from PySide6.QtGui import QDrag, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from clipdesk.core.messages.events import Listing, Results, RootsChanged, ThumbnailsReady
from clipdesk.core.messages.maps import LayMapAnew, MapDrawn, MapProgress, ShowMap
from clipdesk.core.messages.requests import Browse, Search
from clipdesk.core.types import Item, Query, Root, RootState
from clipdesk.ui import desktop
from clipdesk.ui.grid.view import GridView
from clipdesk.ui.main_window import MainWindow
from clipdesk.ui.map.camera import Camera
from clipdesk.ui.map.view import MapView
from tests.ui.conftest import TestWire, items
from tests.ui.grid.conftest import encoded

SIDE = 6
"""Pictures lie on a square of so many by so many, 10 units apart."""
NUMBER = SIDE * SIDE


def lie(number: int = NUMBER) -> MapDrawn:
    places = np.arange(NUMBER)[:number]
    points = np.stack([places % SIDE, places // SIDE], axis=1).astype(np.float32) * 10
    return MapDrawn(places + 1, points, np.full(number, 0xCC4422, np.uint32))


@pytest.fixture
def view(window: MainWindow, wire: TestWire) -> MapView:
    """The map of 36 pictures, on the screen and focused."""
    wire.tell(RootsChanged((Root(1, Path("/pictures"), RootState.WATCHED, NUMBER),)))
    wire.tell(Listing(wire.last(Browse).ticket, None, items(NUMBER)))
    window.actions_["map"].trigger()
    wire.tell(lie())
    wire.tell(MapProgress(None))
    window.desk.grid.setFocus()
    return window.map.room.view


def selected(window: MainWindow) -> list[int]:
    return [item.asset_id for item in window.desk.grid.selected_items()]


def place_of(view: MapView, asset_id: int) -> QPoint:
    """Where a picture is on the screen."""
    row = next(n for n in range(len(view.atlas)) if view.item(n).asset_id == asset_id)
    return view.frame_of(row).center().toPoint()


def drag(view: MapView, *places: QPoint, keys: Qt.KeyboardModifier) -> None:
    QTest.mousePress(view, Qt.MouseButton.LeftButton, keys, places[0])
    for place in places[1:]:
        QTest.mouseMove(view, place)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, keys, places[-1])


NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def test_the_map_is_asked_for_while_it_is_looked_at(
    window: MainWindow, wire: TestWire, settings: QSettings
) -> None:
    assert not wire.count(ShowMap)
    window.actions_["map"].trigger()
    assert wire.last(ShowMap).shown
    assert not window.map.room.isHidden()
    window.actions_["map"].trigger()
    assert not wire.last(ShowMap).shown
    assert window.map.room.isHidden()


def test_the_map_is_remembered(
    qtbot: QtBot, window: MainWindow, wire: TestWire, settings: QSettings
) -> None:
    window.actions_["map"].trigger()
    window.close()
    again = MainWindow(wire, settings)
    qtbot.addWidget(again)
    assert again.actions_["map"].isChecked()
    assert not again.map.room.isHidden()
    again.close()


def test_the_map_that_was_remembered_lies_over_all_of_the_grid(
    qtbot: QtBot, qapp: QApplication, wire: TestWire, settings: QSettings
) -> None:
    settings.setValue("grid/map", True)
    window = MainWindow(wire, settings)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    wire.tell(RootsChanged((Root(1, Path("/pictures"), RootState.WATCHED, NUMBER),)))
    wire.tell(Listing(wire.last(Browse).ticket, None, items(NUMBER)))
    qapp.processEvents()
    grid = window.desk.grid
    bar = grid.verticalScrollBar().parentWidget()
    assert grid.childAt(bar.geometry().center()) is window.map.room.view
    window.close()


def test_a_click_selects_in_the_grid(window: MainWindow, view: MapView) -> None:
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, NONE, place_of(view, 8))
    assert selected(window) == [8]
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, CONTROL, place_of(view, 10))
    assert selected(window) == [8, 10]
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, CONTROL, place_of(view, 8))
    assert selected(window) == [10]
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, NONE, QPoint(2, 2))
    assert selected(window) == []


def test_a_lasso_selects_what_it_goes_around(window: MainWindow, view: MapView) -> None:
    half = (place_of(view, 2) - place_of(view, 1)).x() // 2
    first, last = place_of(view, 1), place_of(view, 9)  # three columns, two lines
    corners = (
        first + QPoint(-half, -half),
        QPoint(last.x() + half, first.y() - half),
        last + QPoint(half, half),
        QPoint(first.x() - half, last.y() + half),
    )
    drag(view, *corners, keys=SHIFT)
    assert selected(window) == [1, 2, 3, 7, 8, 9]
    # With the tool a plain drag does it; with Ctrl it adds.
    window.map.room.lasso.click()
    away = QPoint(0, place_of(view, 31).y() - first.y())
    drag(view, *(corner + away for corner in corners), keys=CONTROL)
    assert len(selected(window)) == 9
    assert set(selected(window)) >= {1, 2, 3, 7, 8, 9, 31, 32, 33}


def test_a_lasso_gone_backwards_round_is_the_same(window: MainWindow, view: MapView) -> None:
    at = place_of(view, 15)
    ring = [at + QPoint(x, y) for x, y in ((-30, -30), (-30, 30), (30, 30), (30, -30))]
    drag(view, *ring, keys=SHIFT)
    assert selected(window) == [15]


def test_a_drag_pushes_the_map(window: MainWindow, view: MapView) -> None:
    before = place_of(view, 15)
    drag(view, QPoint(3, 3), QPoint(40, 40), QPoint(103, 53), keys=NONE)
    assert (place_of(view, 15) - before - QPoint(100, 50)).manhattanLength() <= 2
    assert selected(window) == []


def test_what_is_selected_is_dragged_out(
    window: MainWindow, view: MapView, monkeypatch: pytest.MonkeyPatch
) -> None:
    dragged: list[int] = []

    def exec_(self: QDrag, *_: object) -> Qt.DropAction:
        dragged.append(len(self.mimeData().urls()))
        return Qt.DropAction.CopyAction

    monkeypatch.setattr(QDrag, "exec", exec_)
    window.desk.grid.select_ids([15, 16])
    at = place_of(view, 15)
    drag(view, at, at + QPoint(30, 0), at + QPoint(60, 0), keys=NONE)
    assert dragged == [2]


def test_the_wheel_comes_nearer_to_the_pointer(view: MapView) -> None:
    at, scale = place_of(view, 8), view.camera.scale
    wheel = QWheelEvent(
        QPointF(at),
        QPointF(view.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        NONE,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, wheel)
    assert view.camera.scale > 1.4 * scale
    assert view.picture_at(QPointF(at)) == view.picture_at(QPointF(place_of(view, 8)))


def test_keys_walk_come_nearer_and_see_all(window: MainWindow, view: MapView, qtbot: QtBot) -> None:
    window.desk.grid.select_ids([15], 15)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert selected(window) == [16]
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert selected(window) == [22]
    QTest.keyClick(view, Qt.Key.Key_A, CONTROL)
    assert len(selected(window)) == NUMBER
    scale = view.camera.scale
    side = window.desk.grid.thumbnail_size
    QTest.keyClick(view, Qt.Key.Key_Plus, CONTROL)
    assert view.camera.scale > scale
    assert window.desk.grid.thumbnail_size == side  # the keys mean the map here
    QTest.keyClick(view, Qt.Key.Key_0)
    assert view.camera.scale == pytest.approx(scale)


def test_what_is_typed_goes_to_the_search_field(window: MainWindow, view: MapView) -> None:
    QTest.keyClick(view, Qt.Key.Key_C)
    assert window.field.text() == "c"


def test_space_shows_the_picture_over_the_map(window: MainWindow, view: MapView) -> None:
    window.desk.grid.select_ids([15], 15)
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert not window.preview.isHidden()
    QTest.keyClick(window.preview, Qt.Key.Key_Space)
    assert window.preview.isHidden()
    assert view.hasFocus()


def test_a_double_click_opens(
    window: MainWindow, view: MapView, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(desktop, "open_file", lambda path: bool(opened.append(path)) or True)
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, NONE, place_of(view, 8))
    assert opened == ["/pictures/0008.jpg"]


def test_a_middle_click_finds_the_like(window: MainWindow, wire: TestWire, view: MapView) -> None:
    QTest.mouseClick(view, Qt.MouseButton.MiddleButton, NONE, place_of(view, 8))
    (example,) = wire.last(Search).query.examples
    assert example.path == Path("/pictures/0008.jpg")


def test_results_are_lit_and_the_rest_is_dimmed(
    window: MainWindow, wire: TestWire, view: MapView
) -> None:
    camera = view.camera
    window.session.ask(Query("a red chair"))
    found = items(NUMBER, scores=True)[:10]
    ticket = wire.last(Search).ticket
    wire.tell(Results(ticket, Query("a red chair"), found, NUMBER, 5.0, 4))
    window.map.room.settle()
    assert len(view.atlas) == 10
    assert list(view.atlas.sure) == [True] * 4 + [False] * 6
    assert len(view.atlas.dim_points) == NUMBER - 10
    assert view.camera == camera  # nothing jumps
    QTest.keyClick(view, Qt.Key.Key_A, CONTROL)
    assert selected(window) == list(range(1, 11))


def test_pictures_that_are_not_on_the_map_yet_are_left_away(
    window: MainWindow, wire: TestWire, view: MapView
) -> None:
    wire.tell(lie(30))
    assert len(view.atlas) == 30
    wire.tell(MapProgress(0.25, 6))
    assert window.map.room.says.text() == "Placing 6 pictures on the map … 25%"
    wire.tell(lie())
    wire.tell(MapProgress(None))
    assert len(view.atlas) == NUMBER
    assert window.map.room.says.isHidden()


def test_a_map_that_can_not_be_says_why(window: MainWindow, wire: TestWire, view: MapView) -> None:
    wire.tell(MapProgress(None, 6, "There is no map on this kind of computer."))
    assert window.map.room.says.text() == "There is no map on this kind of computer."
    assert window.map.room.says.isVisible()


def test_it_is_laid_out_anew_when_the_person_wishes(
    window: MainWindow, wire: TestWire, view: MapView
) -> None:
    button = window.map.room.findChild(QToolButton, "mapAnew")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert wire.count(LayMapAnew) == 1
    named = [tool.accessibleName() for tool in window.map.room.findChildren(QToolButton)]
    assert all(named)
    assert view.accessibleName() == "Map of the pictures"


@pytest.mark.parametrize("size", [(900, 500), (500, 900)])
@pytest.mark.parametrize("island", [(300, 60), (60, 300), (-300, -300)])
def test_all_is_seen_and_a_far_island_pushes_little_aside(
    size: tuple[int, int], island: tuple[int, int]
) -> None:
    many = np.random.default_rng(0).normal(0, 20, (500, 2)).astype(np.float32)
    points = np.concatenate([many, np.array([island], np.float32)])
    camera = Camera(width=size[0], height=size[1]).fitted(points)
    seen = camera.seen(points)
    assert (seen >= 0).all()
    assert (seen <= size).all()
    plain = (points.min(axis=0) + points.max(axis=0)) / 2
    off = np.abs([camera.x, camera.y] - many.mean(axis=0))
    assert (off <= np.abs(plain - many.mean(axis=0)) + 0.1).all()
    slack = np.ptp(seen, axis=0) < np.array(size) - 200
    assert (off[slack] < 5).all()


def test_from_afar_there_are_dots_and_from_near_pictures(
    window: MainWindow, wire: TestWire, view: MapView, qtbot: QtBot
) -> None:
    wire.thumbnails.update({number: encoded("#00ff00") for number in range(1, NUMBER + 1)})
    wire.tell(ThumbnailsReady(tuple(range(1, NUMBER + 1))))
    view.zoom(0.3)
    view.zoom(0.3)
    assert not view.near
    picture = view.grab().toImage()
    at = place_of(view, 15)
    assert picture.pixelColor(at).red() > 150  # the mean colour that the map tells
    view.fit(animated=False)
    view.zoom(1.5)
    assert view.near

    def shown() -> bool:
        seen = view.grab().toImage().pixelColor(place_of(view, 15))
        return seen.green() > 200 and seen.red() < 60

    qtbot.waitUntil(shown, timeout=30_000)


def test_one_picture_under_the_pointer_is_shown_larger(
    window: MainWindow, wire: TestWire, view: MapView, qtbot: QtBot
) -> None:
    wire.thumbnails[15] = encoded("#00ff00", 300, 300)
    at = place_of(view, 15)
    QTest.mouseMove(view, at)

    def larger() -> bool:
        beside = view.grab().toImage().pixelColor(at + QPoint(110, 0))
        return beside.green() > 200 and beside.red() < 60

    qtbot.waitUntil(larger, timeout=30_000)


def test_the_grid_is_there_again(window: MainWindow, view: MapView) -> None:
    window.desk.grid.select_ids([15], 15)
    window.actions_["map"].trigger()
    grid: GridView = window.desk.grid
    assert grid.hasFocus()
    assert selected(window) == [15]
    some: Item | None = grid.current_item()
    assert some is not None and some.asset_id == 15
