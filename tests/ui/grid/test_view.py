"""The grid on an offscreen window, with a real mouse and real keys."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QContextMenuEvent, QDrag, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clipdesk.ui.grid.drag import PictureMime
from clipdesk.ui.grid.view import Anchor, GridView
from clipdesk.ui.theme.tokens import PADDING, THUMBNAIL_MAX, THUMBNAIL_MIN
from tests.ui.grid.conftest import Fill, encoded, item

Left = Qt.MouseButton.LeftButton
None_ = Qt.KeyboardModifier.NoModifier
Ctrl = Qt.KeyboardModifier.ControlModifier
Shift = Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


def middle(grid: GridView, row: int) -> QPoint:
    return grid.cell_rect(row).center()


def click(grid: GridView, row: int, modifier: Qt.KeyboardModifier = None_) -> None:
    QTest.mouseClick(grid.viewport(), Left, modifier, middle(grid, row))


def press(grid: GridView, key: Qt.Key, modifier: Qt.KeyboardModifier = None_) -> None:
    QTest.keyClick(grid, key, modifier)


def selected(grid: GridView) -> list[int]:
    return [one.asset_id for one in grid.selected_items()]


def current(grid: GridView) -> int:
    one = grid.current_item()
    assert one is not None
    return one.asset_id


def wheel(grid: GridView, notches: int, modifier: Qt.KeyboardModifier) -> None:
    viewport = grid.viewport()
    place = QPointF(viewport.rect().center())
    event = QWheelEvent(
        place,
        QPointF(viewport.mapToGlobal(place.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


# ── layout ───────────────────────────────────────────────────────────────────────────────


def test_lines_fill_the_width_at_every_window_width(grid: GridView, fill: Fill) -> None:
    fill(300)
    for width in (400, 733, 1280, 1921):
        grid.resize(width, 600)
        QApplication.processEvents()
        last = grid.cell_rect(grid.lattice.columns - 1)
        left_over = grid.viewport().width() - PADDING - last.right() - 1
        assert 0 <= left_over < grid.lattice.columns
        assert grid.lattice.cell >= grid.thumbnail_size


def test_what_qt_is_told_agrees_with_what_is_painted(grid: GridView, fill: Fill) -> None:
    model = fill(200, trusted=7)
    for row in grid.seen_rows():
        assert grid.indexAt(middle(grid, row)) == model.index(row)
        assert grid.visualRect(model.index(row)).contains(grid.cell_rect(row))
    assert not grid.indexAt(QPoint(1, 1)).isValid()


def test_guesswork_is_parted_by_a_band_with_its_words(grid: GridView, fill: Fill) -> None:
    fill(60, trusted=7)
    above, below = grid.cell_rect(6), grid.cell_rect(7)
    assert below.left() == PADDING
    assert below.top() - above.bottom() > 40
    band = QRect(PADDING, above.bottom() + 4, grid.viewport().width() - 2 * PADDING, 40)
    with_words = grid.grab(band).toImage()
    fill(60, trusted=60)
    assert grid.grab(band).toImage() != with_words
    # All of them stand out, or none is ranked: nothing is parted.
    assert grid.cell_rect(7).top() == grid.cell_rect(6).top()


# ── selection and keys ───────────────────────────────────────────────────────────────────


def test_selecting_with_the_mouse(grid: GridView, fill: Fill) -> None:
    fill(60)
    click(grid, 3)
    assert selected(grid) == [3]
    click(grid, 8, Ctrl)
    assert selected(grid) == [3, 8]
    click(grid, 3)
    click(grid, 8, Shift)
    assert selected(grid) == list(range(3, 9))
    click(grid, 1, Shift)
    assert selected(grid) == [1, 2, 3]
    QTest.mouseClick(grid.viewport(), Left, None_, QPoint(2, 2))
    assert selected(grid) == []


def test_a_rubber_band_selects_what_it_touches(grid: GridView, fill: Fill) -> None:
    fill(60)
    viewport, columns = grid.viewport(), grid.lattice.columns
    start, end = QPoint(3, 3), middle(grid, columns + 1)
    QTest.mousePress(viewport, Left, None_, start)
    QTest.mouseMove(viewport, start + QPoint(30, 30))
    QTest.mouseMove(viewport, end)
    assert selected(grid) == [0, 1, columns, columns + 1]
    during = grid.viewport().grab().toImage()
    QTest.mouseRelease(viewport, Left, None_, end)
    assert selected(grid) == [0, 1, columns, columns + 1]
    assert grid.viewport().grab().toImage() != during


def test_walking_with_the_keys(grid: GridView, fill: Fill) -> None:
    fill(300)
    columns = grid.lattice.columns
    click(grid, 0)
    for key, row in (
        (Key.Key_Right, 1),
        (Key.Key_Down, columns + 1),
        (Key.Key_Left, columns),
        (Key.Key_Up, 0),
        (Key.Key_End, 299),
        (Key.Key_Home, 0),
    ):
        press(grid, key)
        assert current(grid) == row
        assert selected(grid) == [row]
        assert grid.viewport().rect().contains(grid.cell_rect(row))
    press(grid, Key.Key_PageDown)
    assert current(grid) >= 2 * columns
    assert current(grid) % columns == 0
    press(grid, Key.Key_PageUp)
    assert current(grid) == 0
    press(grid, Key.Key_Down, Shift)
    assert selected(grid) == list(range(columns + 1))


def test_home_leads_home_though_it_is_the_current_one(grid: GridView, fill: Fill) -> None:
    fill(300)
    click(grid, 0)
    wheel(grid, -40, None_)
    assert not grid.viewport().rect().intersects(grid.cell_rect(0))
    press(grid, Key.Key_Home)
    assert grid.viewport().rect().contains(grid.cell_rect(0))


def test_control_a_selects_all_at_once(grid: GridView, fill: Fill) -> None:
    fill(100_000)
    press(grid, Key.Key_A, Ctrl)
    assert len(grid.selected_items()) == 100_000


def test_keys_that_ask_for_something(qtbot: QtBot, grid: GridView, fill: Fill) -> None:
    model = fill(20)
    path = model.item(2).path
    click(grid, 2)
    for key, modifier, signal, args in (
        (Key.Key_Space, None_, grid.preview_requested, [2]),
        (Key.Key_Return, None_, grid.open_requested, [path]),
        (Key.Key_Enter, None_, grid.open_requested, [path]),
        (Key.Key_Return, Ctrl, grid.reveal_requested, [path]),
    ):
        with qtbot.waitSignal(signal) as asked:
            press(grid, key, modifier)
        assert asked.args == args
    with qtbot.waitSignal(grid.open_requested) as asked:
        QTest.mouseDClick(grid.viewport(), Left, None_, middle(grid, 4))
    assert asked.args == [model.item(4).path]
    with qtbot.waitSignal(grid.similar_requested) as asked:
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.MiddleButton, None_, middle(grid, 5))
    assert asked.args == [model.item(5)]


def test_what_is_typed_belongs_to_the_search_field(
    qtbot: QtBot, grid: GridView, fill: Fill
) -> None:
    fill(20)
    click(grid, 2)
    typed: list[str] = []
    grid.typed.connect(typed.append)
    QTest.keyClicks(grid, "Img1")
    QApplication.sendEvent(grid, QKeyEvent(QEvent.Type.KeyPress, 0, None_, "é"))
    assert "".join(typed) == "Img1é"
    assert current(grid) == 2
    assert selected(grid) == [2]
    QApplication.clipboard().setText("kept")
    press(grid, Key.Key_C, Ctrl)
    assert QApplication.clipboard().text() == "kept"


def test_a_context_menu_by_mouse_and_by_key(qtbot: QtBot, grid: GridView, fill: Fill) -> None:
    model = fill(20)
    place = middle(grid, 3)
    reason = QContextMenuEvent.Reason
    with qtbot.waitSignal(grid.context_requested) as asked:
        event = QContextMenuEvent(reason.Mouse, place, grid.viewport().mapToGlobal(place))
        QApplication.sendEvent(grid.viewport(), event)
    assert asked.args == [grid.viewport().mapToGlobal(place), model.item(3)]
    with qtbot.waitSignal(grid.context_requested) as asked:
        nowhere = QContextMenuEvent(reason.Mouse, QPoint(1, 1), QPoint(1, 1))
        QApplication.sendEvent(grid.viewport(), nowhere)
    assert asked.args[1] is None
    click(grid, 6)
    with qtbot.waitSignal(grid.context_requested) as asked:
        QApplication.sendEvent(
            grid.viewport(), QContextMenuEvent(reason.Keyboard, QPoint(), QPoint())
        )
    assert asked.args[1] == model.item(6)


# ── nothing jumps ────────────────────────────────────────────────────────────────────────


def scroll_to(grid: GridView, row: int) -> None:
    model = grid.grid_model()
    assert model is not None
    grid.scrollTo(model.index(row), GridView.ScrollHint.PositionAtTop)


def test_selection_and_place_survive_additions_and_removals(grid: GridView, fill: Fill) -> None:
    model = fill(0)
    model.show([item(n, f"/p/{n:04}.png") for n in range(0, 2000, 2)])
    scroll_to(grid, 600)
    click(grid, 603)
    before = grid.cell_rect(603).top()
    asset_id = current(grid)
    model.add([item(n, f"/p/{n:04}.png") for n in range(1, 2000, 2)])
    row = model.row_of(asset_id)
    assert row == 1206
    assert grid.cell_rect(row).top() == before
    model.remove(range(0, 1000))
    row = model.row_of(asset_id)
    assert row is not None
    assert grid.cell_rect(row).top() == before
    assert selected(grid) == [asset_id]
    assert current(grid) == asset_id


def test_the_place_survives_resizing_back_and_forth(grid: GridView, fill: Fill) -> None:
    fill(2000)
    scroll_to(grid, 900)
    anchor = grid.anchor()
    assert anchor is not None
    columns = grid.lattice.columns
    for width in (1600, 500, 830, 1100):
        grid.resize(width, 700)
        QApplication.processEvents()
        assert anchor.asset_id in grid.seen_rows()
    assert grid.lattice.columns == columns
    assert grid.anchor() == anchor


def test_back_to_browsing_at_the_same_place(grid: GridView, fill: Fill) -> None:
    model = fill(2000)
    listing = list(model.items)
    scroll_to(grid, 900)
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().value() + 17)
    click(grid, 905)
    place, scrolled = grid.anchor(), grid.verticalOffset()
    model.show([item(n, score=1.0) for n in range(50)], trusted=50)
    assert grid.verticalOffset() == 0
    model.show(listing)
    grid.restore_anchor(place)
    assert grid.verticalOffset() == scrolled
    grid.restore_anchor(123_456)
    assert grid.verticalOffset() == scrolled
    grid.restore_anchor(Anchor(3))
    assert 3 in grid.seen_rows()


def test_what_is_still_there_stays_selected_in_new_results(grid: GridView, fill: Fill) -> None:
    model = fill(100)
    click(grid, 4)
    click(grid, 6, Ctrl)
    model.show([item(n) for n in (9, 6, 2, 4)], trusted=4)
    assert selected(grid) == [6, 4]
    assert current(grid) == 6


def test_control_and_wheel_change_the_size_and_keep_the_place(
    qtbot: QtBot, grid: GridView, fill: Fill
) -> None:
    fill(2000)
    scroll_to(grid, 900)
    click(grid, 904)
    columns, where = grid.lattice.columns, middle(grid, 904).y()
    with qtbot.waitSignal(grid.size_changed) as told:
        wheel(grid, 1, Ctrl)
    assert grid.lattice.columns == columns - 1
    assert told.args == [grid.thumbnail_size]
    assert abs(grid.cell_rect(904).top() + grid.lattice.cell // 2 - where) <= grid.lattice.pitch
    wheel(grid, -1, Ctrl)
    assert grid.lattice.columns == columns
    for _ in range(20):
        wheel(grid, -1, Ctrl)
    assert grid.thumbnail_size == THUMBNAIL_MIN
    assert 904 in grid.seen_rows()
    grid.set_thumbnail_size(10_000)
    assert grid.thumbnail_size == THUMBNAIL_MAX
    scrolled = grid.verticalOffset()
    wheel(grid, -1, None_)
    assert grid.verticalOffset() > scrolled


# ── thumbnails ───────────────────────────────────────────────────────────────────────────


def test_thumbnails_replace_their_colour(
    qtbot: QtBot, grid: GridView, fill: Fill, library: dict[int, bytes]
) -> None:
    library |= {1000 + n: encoded("#ff0000", 300, 200) for n in range(20)}
    fill(20)

    def colour() -> str:
        return grid.viewport().grab().toImage().pixelColor(middle(grid, 2)).name()

    assert colour() == "#336699"
    qtbot.waitUntil(lambda: colour() == "#ff0000")


def test_what_is_seen_is_told_and_what_is_missing_asked_for(
    qtbot: QtBot, grid: GridView, fill: Fill
) -> None:
    with qtbot.waitSignal(grid.visible_changed) as seen:
        fill(500)
    assert seen.args == [tuple(grid.seen_rows())]
    assert grid._loader is not None
    missing: list[tuple[int, ...]] = []
    grid._loader.missing.connect(missing.append)
    with qtbot.waitSignal(grid.visible_changed) as seen:
        scroll_to(grid, 200)
    rows = grid.seen_rows()
    assert seen.args == [tuple(rows)]
    qtbot.waitUntil(lambda: bool(missing) and missing[-1][: len(rows)] == tuple(rows))


def test_options_show_names_and_scores(grid: GridView, fill: Fill) -> None:
    fill(20, trusted=20)
    plain = grid.lattice.pitch
    bare = grid.viewport().grab().toImage()
    grid.show_names(True)
    assert grid.lattice.pitch > plain
    named = grid.viewport().grab().toImage()
    grid.show_scores(True)
    assert grid.viewport().grab().toImage() != named != bare


def test_offline_and_hovered_and_focused_cells_look_different(grid: GridView, fill: Fill) -> None:
    model = fill(3)
    plain = grid.viewport().grab().toImage()
    QTest.mouseMove(grid.viewport(), middle(grid, 1))
    assert grid.viewport().grab().toImage() != plain
    QApplication.sendEvent(grid.viewport(), QEvent(QEvent.Type.Leave))
    assert grid.viewport().grab().toImage() == plain
    model.change([item(1, offline=True)])
    offline = grid.viewport().grab().toImage()
    assert plain != offline
    press(grid, Key.Key_Home)
    assert grid.viewport().grab().toImage() != offline


# ── drag out ─────────────────────────────────────────────────────────────────────────────


class Drags:
    """Stands in for the system's drag loop, which would wait for a drop that never comes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen: list[tuple[list[str], Qt.DropAction]] = []
        self.pictures: list[int] = []

        def run(drag: QDrag, actions: Qt.DropAction) -> Qt.DropAction:
            mime = drag.mimeData()
            assert isinstance(mime, PictureMime)
            self.pictures = [one.asset_id for one in mime.items]
            self.seen.append(([url.toLocalFile() for url in mime.urls()], actions))
            assert not drag.pixmap().isNull()
            return Qt.DropAction.IgnoreAction

        monkeypatch.setattr(QDrag, "exec", run)


def drag_from(grid: GridView, row: int) -> None:
    start, viewport = middle(grid, row), grid.viewport()
    QTest.mousePress(viewport, Left, None_, start)
    for way in (5, 15, 40):
        QTest.mouseMove(viewport, start + QPoint(way, 0))
    QTest.mouseRelease(viewport, Left, None_, start + QPoint(40, 0))


def test_a_drag_starts_in_one_go_on_what_is_not_selected(
    grid: GridView, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = fill(20)
    drags = Drags(monkeypatch)
    click(grid, 1)
    drag_from(grid, 5)
    assert drags.seen == [([model.item(5).path], Qt.DropAction.CopyAction)]
    click(grid, 2)
    click(grid, 7, Ctrl)
    drag_from(grid, 7)
    assert drags.pictures == [2, 7]


def test_the_grid_takes_no_drops_so_that_the_window_can(grid: GridView) -> None:
    assert not grid.acceptDrops()
    assert not grid.viewport().acceptDrops()


def test_the_grid_has_its_name_and_one_tab_stop(grid: GridView, fill: Fill) -> None:
    fill(5)
    assert grid.objectName() == "grid"
    assert grid.accessibleName()
    assert grid.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert not grid.tabKeyNavigation()
