"""The question: typed, dropped, pasted, removed, and answered by the newest only."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QToolButton
from pytestqt.qtbot import QtBot

from clipdesk.core.messages.events import (
    Added,
    Listing,
    PreviewFailed,
    PreviewReady,
    Results,
    SearchFailed,
    SearchWaits,
)
from clipdesk.core.messages.requests import (
    AddRoot,
    Browse,
    Preview,
    Search,
)
from clipdesk.core.types import Example, Query
from clipdesk.ui.links import file_url
from clipdesk.ui.main_window import MainWindow
from clipdesk.ui.search.chip import QueryChip
from clipdesk.ui.search.history import History
from tests.ui.conftest import TestWire, items


def answer(wire: TestWire, number: int = 5, trusted: int = 3) -> None:
    search = wire.last(Search)
    wire.tell(Results(search.ticket, search.query, items(number, scores=True), 99, 5.0, trusted))


def drop(window: MainWindow, mime: QMimeData, target: QLineEdit | None = None) -> None:
    """As the system delivers a drag: it enters, it is let go."""
    widget = target or window
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    at, copy = QPointF(widget.width() / 2, widget.height() / 2), Qt.DropAction.CopyAction
    enter = QDragEnterEvent(at.toPoint(), copy, mime, left, none)
    QApplication.sendEvent(widget, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(widget, QDropEvent(at, copy, mime, left, none))


def files(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([file_url(path) for path in paths])
    return mime


def chips(window: MainWindow) -> list[QueryChip]:
    return [c for c in window.findChildren(QueryChip, "queryChip") if not c.isHidden()]


def test_typing_asks_once_after_the_last_key(
    window: MainWindow, wire: TestWire, qtbot: QtBot
) -> None:
    assert window.field.hasFocus()
    QTest.keyClicks(window.field, "a red chair")
    assert wire.count(Search) == 0
    qtbot.waitUntil(lambda: wire.count(Search) == 1)
    assert wire.last(Search).query == Query("a red chair")
    QTest.keyClick(window.field, Qt.Key.Key_Return)  # nothing new to ask
    assert wire.count(Search) == 1
    QTest.keyClicks(window.field, "s")
    QTest.keyClick(window.field, Qt.Key.Key_Return)  # no patience needed
    assert wire.last(Search).query.text == "a red chairs"


def test_only_the_newest_question_is_answered(window: MainWindow, wire: TestWire) -> None:
    window.field.set_query(Query("first"))
    first = wire.last(Search)
    window.field.set_query(Query("second"))
    second = wire.last(Search)
    assert second.ticket > first.ticket
    wire.tell(Results(second.ticket, second.query, items(2, scores=True), 9, 1, 1))
    wire.tell(Results(first.ticket, first.query, items(9, scores=True), 9, 1, 9))
    wire.tell(SearchFailed(first.ticket, "No."))
    assert window.desk.model.rowCount() == 2
    assert window.desk.header.count.text() == "1 match of 9"
    assert window.desk.notices.isHidden()


def test_waiting_and_failing_are_said(window: MainWindow, wire: TestWire) -> None:
    window.field.set_query(Query("chair"))
    wire.tell(SearchWaits(wire.last(Search).ticket, "The model is being loaded."))
    assert window.desk.header.count.text() == "The model is being loaded."
    wire.tell(SearchFailed(wire.last(Search).ticket, "That picture can't be read."))
    assert "can't be read" in window.desk.notices.text()


def test_escape_goes_back_to_browsing_and_keeps_the_place(
    window: MainWindow, wire: TestWire, qtbot: QtBot
) -> None:
    wire.tell(Listing(wire.last(Browse).ticket, None, items(2000)))
    grid = window.desk.grid
    grid.verticalScrollBar().setValue(4000)
    place = grid.anchor()
    assert place is not None
    QTest.keyClicks(window.field, "chair")
    QTest.keyClick(window.field, Qt.Key.Key_Return)
    answer(wire)
    assert window.desk.model.rowCount() == 5
    QTest.keyClick(window.field, Qt.Key.Key_Escape)
    assert window.field.text() == ""
    wire.tell(Listing(wire.last(Browse).ticket, None, items(2000)))
    assert window.desk.model.rowCount() == 2000
    assert grid.anchor() == place


def test_dropped_files_become_chips_that_can_be_taken_out(
    window: MainWindow, wire: TestWire, tmp_path: Path, qtbot: QtBot
) -> None:
    paths = [tmp_path / "one.png", tmp_path / "two.png"]
    for path in paths:
        path.touch()
    drop(window, files(*paths))
    qtbot.waitUntil(lambda: wire.count(Search) == 1)
    assert [example.path for example in wire.last(Search).query.examples] == paths
    assert [chip.example.label for chip in chips(window)] == ["one.png", "two.png"]

    remove = chips(window)[0].findChild(QToolButton, "queryChipRemove")
    assert remove is not None
    QTest.mouseClick(remove, Qt.MouseButton.LeftButton)
    assert [example.path for example in wire.last(Search).query.examples] == paths[1:]
    chips(window)[0].setFocus()
    QTest.keyClick(chips(window)[0], Qt.Key.Key_Delete)
    assert not chips(window)
    assert isinstance(wire.asked[-1], Browse)


def test_a_drop_on_the_field_and_backspace(
    window: MainWindow, wire: TestWire, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "one.png").touch()
    drop(window, files(tmp_path / "one.png"), window.field)
    qtbot.waitUntil(lambda: len(chips(window)) == 1)
    QTest.keyClick(window.field, Qt.Key.Key_Backspace)
    assert not chips(window)


def test_the_field_adds_to_the_question_and_the_desk_replaces_it(
    window: MainWindow, wire: TestWire, tmp_path: Path, qtbot: QtBot
) -> None:
    for name in ("one.png", "two.png"):
        (tmp_path / name).touch()
    window.field.set_query(Query("blue"))
    drop(window, files(tmp_path / "one.png"), window.field)
    qtbot.waitUntil(lambda: len(chips(window)) == 1)
    assert wire.last(Search).query.text == "blue"
    drop(window, files(tmp_path / "two.png"))
    qtbot.waitUntil(lambda: wire.last(Search).query.text == "")
    assert [chip.example.label for chip in chips(window)] == ["two.png"]


def test_a_folder_dropped_on_the_field_is_asked_about(
    window: MainWindow, wire: TestWire, tmp_path: Path, qtbot: QtBot
) -> None:
    drop(window, files(tmp_path), window.field)
    qtbot.waitUntil(lambda: window.findChild(QMessageBox, "watchFolderDialog") is not None)
    box = window.findChild(QMessageBox, "watchFolderDialog")
    assert box is not None
    assert wire.count(AddRoot) == 0
    QTest.mouseClick(box.buttons()[0], Qt.MouseButton.LeftButton)
    assert wire.last(AddRoot).path == tmp_path


def test_a_pasted_bitmap_is_searched_by_and_seen(
    window: MainWindow, wire: TestWire, qtbot: QtBot
) -> None:
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    image.fill(0x00AA00)
    QGuiApplication.clipboard().setImage(image)
    QTest.keyClick(window.field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    (example,) = wire.last(Search).query.examples
    assert example.data is not None
    assert example.label == "Pasted picture"
    (chip,) = chips(window)
    qtbot.waitUntil(lambda: chip.picture().pixelColor(10, 10).name() == "#00aa00")


def test_pasting_in_the_grid_and_pasting_words(window: MainWindow, wire: TestWire) -> None:
    wire.tell(Listing(wire.last(Browse).ticket, None, items(9)))
    QGuiApplication.clipboard().setText("a red chair")
    window.field.setFocus()
    QTest.keyClick(window.field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.field.text() == "a red chair"
    window.field.clear_query()
    window.desk.grid.setFocus()
    QTest.keyClick(window.desk.grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert wire.last(Search).query == Query("a red chair")


def test_the_chip_shows_the_picture_of_a_file(window: MainWindow, wire: TestWire) -> None:
    window.field.find_similar((Example("one.png", path=Path("/pictures/one.png")),))
    asked = wire.last(Preview)
    assert asked.ticket < 0
    wire.tell(PreviewReady(asked.ticket, asked.path, 32, 32, bytes((0, 0, 200, 255)) * 1024))
    (chip,) = chips(window)
    assert chip.picture().pixelColor(5, 5).name() == "#c80000"


def test_several_chips_get_their_pictures_one_after_the_other(
    window: MainWindow, wire: TestWire
) -> None:
    paths = [Path(f"/pictures/{name}.png") for name in ("one", "two", "three")]
    window.field.find_similar(tuple(Example(path.name, path=path) for path in paths))
    for number, path in enumerate(paths, 1):
        asked = wire.last(Preview)
        assert (wire.count(Preview), asked.path) == (number, str(path))
        if number == 2:
            wire.tell(PreviewFailed(asked.ticket, asked.path, "Not a picture."))
        else:
            grey = bytes((90, 90, 90, 255)) * 1024
            wire.tell(PreviewReady(asked.ticket, asked.path, 32, 32, grey))
    assert wire.count(Preview) == 3
    seen = [chip.picture().pixelColor(5, 5).name() == "#5a5a5a" for chip in chips(window)]
    assert seen == [True, False, True]


def test_a_refused_drop_says_why(window: MainWindow, wire: TestWire, qtbot: QtBot) -> None:
    mime = QMimeData()
    mime.setText("https://example.org/a.png")
    drop(window, mime)
    qtbot.waitUntil(lambda: "on the web" in window.desk.notices.text())
    assert wire.count(Search) == 0


def test_find_similar_on_a_picture(window: MainWindow, wire: TestWire) -> None:
    wire.tell(Listing(wire.last(Browse).ticket, None, items(9)))
    window.desk.grid.setFocus()
    window.desk.grid.setCurrentIndex(window.desk.model.index(3))
    QTest.keyClick(window.desk.grid, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    (example,) = wire.last(Search).query.examples
    assert example.path == Path("/pictures/0004.jpg")


def test_new_pictures_make_a_standing_question_be_asked_again(
    window: MainWindow, wire: TestWire, qtbot: QtBot
) -> None:
    window.field.set_query(Query("chair"))
    answer(wire)
    ticket = wire.last(Search).ticket
    wire.tell(Added(items(3)))
    wire.tell(Added(items(4)))
    qtbot.waitUntil(lambda: wire.last(Search).ticket > ticket)
    assert wire.last(Search).ticket == ticket + 1


def test_keys_that_lead_to_the_field(window: MainWindow, wire: TestWire) -> None:
    wire.tell(Listing(wire.last(Browse).ticket, None, items(9)))
    grid = window.desk.grid
    for key, modifier in (
        (Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_Slash, Qt.KeyboardModifier.NoModifier),
    ):
        grid.setFocus()
        QTest.keyClick(grid, key, modifier)
        assert window.field.hasFocus()
    QTest.keyClicks(window.field, "a/b")
    assert window.field.text() == "a/b"
    grid.setFocus()
    QTest.keyClicks(grid, "c")
    assert window.field.text() == "a/bc"
    assert window.field.hasFocus()


def test_down_leads_to_the_first_picture(window: MainWindow, wire: TestWire) -> None:
    wire.tell(Listing(wire.last(Browse).ticket, None, items(9)))
    QTest.keyClick(window.field, Qt.Key.Key_Down)
    assert window.desk.grid.hasFocus()
    current = window.desk.grid.current_item()
    assert current is not None
    assert current.asset_id == 1
    assert window.actions_["open"].isEnabled()


def test_earlier_and_later_questions() -> None:
    history = History()
    for text in ("a", "a red", "a red chair", "dog"):
        history.visit(Query(text))
    assert history.back() == Query("a red chair")
    assert history.back() == Query()
    assert history.back() is None
    assert history.forward() == Query("a red chair")
    history.visit(Query("cat"))
    assert history.forward() is None
