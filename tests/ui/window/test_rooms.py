"""Folders, status, problems, models, notices: each says what is, and asks what is wanted."""

from pathlib import Path

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QListView,
    QMessageBox,
    QPushButton,
    QTableView,
    QToolButton,
)
from pytestqt.qtbot import QtBot

from clipdesk.core.messages.events import (
    Added,
    Changed,
    DownloadEnded,
    DownloadOffered,
    DownloadProgress,
    EncoderChanged,
    Level,
    Listing,
    ModelsListed,
    Notice,
    PaceChanged,
    PreviewReady,
    ProblemsChanged,
    Progress,
    RemovalAsked,
    Removed,
    RootsChanged,
)
from clipdesk.core.messages.requests import (
    AddRoot,
    Browse,
    CancelDownload,
    ConfirmRemoval,
    Download,
    ListModels,
    Pause,
    Preview,
    RemoveRoot,
    Rescan,
    Resume,
    Retry,
    Search,
    SetPace,
    UseModel,
    WantThumbnails,
)
from clipdesk.core.types import EncoderState, ModelInfo, Problem, Query, Root, RootState
from clipdesk.ui.main_window import MainWindow
from tests.ui.conftest import TestWire, items
from tests.ui.window.test_search import files

BRAND = Root(1, Path("/pictures"), RootState.WATCHED, 12)
ARCHIVE = Root(2, Path("/mnt/Archive"), RootState.OFFLINE, 30, "Its disk is not there.")
STARTER = ModelInfo("starter", "Starter", "Comes along.", here=True)
LARGE = ModelInfo(
    "ViT-B-32/x", "Large", "Knows more.", here=False, size_bytes=605_000_000, licence="MIT"
)


def browse(window: MainWindow, wire: TestWire, number: int = 9) -> None:
    wire.tell(RootsChanged((BRAND, ARCHIVE)))
    wire.tell(Listing(wire.last(Browse).ticket, None, items(number)))


# ── folders ───────────────────────────────────────────────────────────────────────────────


def test_folders_are_listed_with_their_state_and_chosen_by_key(
    window: MainWindow, wire: TestWire
) -> None:
    browse(window, wire)
    view = window.findChild(QListView, "folders")
    assert view is not None
    spoken = [
        view.model().index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(3)
    ]
    assert spoken[:2] == ["All pictures, 42", "pictures, 12 pictures, in step"]
    assert "not there at the moment" in spoken[2]
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert wire.last(Browse).root_id == 1
    window.field.set_query(Query("chair"))
    assert wire.last(Search).root_id == 1
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert wire.last(Search).root_id is None


def test_the_choice_outlives_news_of_the_folders_but_not_the_folder(
    window: MainWindow, wire: TestWire
) -> None:
    browse(window, wire)
    window.sidebar.choose(2)
    wire.tell(RootsChanged((BRAND, Root(2, ARCHIVE.path, RootState.WATCHED, 31))))
    assert window.sidebar.root_id == 2
    assert wire.last(Browse).root_id == 2
    wire.tell(RootsChanged((BRAND,)))
    assert window.sidebar.root_id is None
    assert wire.last(Browse).root_id is None


def test_removing_asks_first(window: MainWindow, wire: TestWire, qtbot: QtBot) -> None:
    browse(window, wire)
    window.sidebar.choose(1)
    for press, removed in (("Cancel", 0), ("Stop watching", 1)):
        window.activateWindow()
        window.sidebar.view.setFocus()
        qtbot.waitUntil(window.sidebar.view.hasFocus)
        QTest.keyClick(window.sidebar.view, Qt.Key.Key_Delete)
        box = window.findChild(QMessageBox, "removeFolderDialog")
        assert box is not None
        assert "not touched" in box.informativeText()
        default = box.defaultButton()
        assert default is not None
        assert default.text().replace("&", "") == "Cancel"
        (button,) = [b for b in box.buttons() if b.text().replace("&", "") == press]
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert wire.count(RemoveRoot) == removed
        qtbot.waitUntil(lambda: window.findChild(QMessageBox, "removeFolderDialog") is None)


def test_a_dropped_folder_is_offered_to_be_watched_before_it_is_dropped(
    window: MainWindow, wire: TestWire, tmp_path: Path, qtbot: QtBot
) -> None:
    browse(window, wire)
    (tmp_path / "one.png").touch()
    zone, mime = window.desk.zone, files(tmp_path, tmp_path / "one.png")
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    copy = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(window.rect().center(), copy, mime, left, none)
    QApplication.sendEvent(window, enter)
    assert zone.isVisible()
    assert zone.similar_target().height() > 2 * zone.watch_target().height()
    QApplication.sendEvent(window, QDragLeaveEvent())
    at = zone.watch_target().center()
    QApplication.sendEvent(zone, QDragEnterEvent(at, copy, mime, left, none))
    QTest.qWait(0)
    assert zone.isVisible()
    QApplication.sendEvent(zone, QDropEvent(QPointF(at), copy, mime, left, none))
    qtbot.waitUntil(lambda: wire.count(AddRoot) == 1)
    assert wire.last(AddRoot).path == tmp_path
    assert not zone.isVisible()
    assert wire.count(Search) == 0


def test_a_drag_that_leaves_takes_the_targets_along(
    window: MainWindow, wire: TestWire, tmp_path: Path, qtbot: QtBot
) -> None:
    browse(window, wire)
    window.desk.zone.offer(files(tmp_path))
    assert window.desk.zone.similar_target().isEmpty()
    QApplication.sendEvent(window, QDragLeaveEvent())
    qtbot.waitUntil(lambda: not window.desk.zone.isVisible())


# ── the desk ──────────────────────────────────────────────────────────────────────────────


def test_pictures_come_go_and_change_in_the_folder_that_is_shown(
    window: MainWindow, wire: TestWire
) -> None:
    browse(window, wire, 3)
    window.sidebar.choose(1)
    wire.tell(Listing(wire.last(Browse).ticket, 1, items(3)))
    wire.tell(Added(items(5)[3:] + items(9, folder="/mnt/Archive")[8:]))
    assert [item.asset_id for item in window.desk.model.items] == [1, 2, 3, 4, 5]
    wire.tell(Removed((1, 2)))
    assert window.desk.header.count.text() == "3 pictures"
    wire.tell(Changed((items(3)[2],)))
    wire.tell(Removed((3, 4, 5)))
    assert window.desk.empty.isVisible()
    assert window.desk.empty.title() == "No pictures in “pictures”"


def test_a_long_listing_comes_in_pages(window: MainWindow, wire: TestWire) -> None:
    wire.tell(RootsChanged((BRAND, ARCHIVE)))
    ticket, all_ = wire.last(Browse).ticket, items(9)
    wire.tell(Listing(ticket, None, all_[:4], 0, more=True, total=9))
    assert len(window.desk.model.items) == 4
    assert window.desk.header.count.text() == "9 pictures"
    wire.tell(Added((all_[5], all_[1])))  # taken in, and changed, while the rest is on its way
    wire.tell(Removed((1,)))
    wire.tell(Listing(ticket, None, all_[4:7], 4, more=True, total=9))
    wire.tell(Listing(ticket, None, all_[7:], 7, total=9))
    assert [item.asset_id for item in window.desk.model.items] == [2, 3, 4, 5, 6, 7, 8, 9]


def test_a_listing_that_is_renewed_replaces_the_old_one_as_a_whole(
    window: MainWindow, wire: TestWire
) -> None:
    browse(window, wire, 9)
    window.session.ask_again()
    ticket = wire.last(Browse).ticket
    wire.tell(Listing(ticket, None, items(8)[:4], 0, more=True, total=8))
    assert len(window.desk.model.items) == 9, "nothing is to jump"
    wire.tell(Removed((2,)))
    wire.tell(Listing(ticket, None, items(8)[4:], 4, total=8))
    assert [item.asset_id for item in window.desk.model.items] == [1, 3, 4, 5, 6, 7, 8]


def test_the_empty_library_offers_the_one_thing_to_do(
    window: MainWindow, wire: TestWire, qtbot: QtBot
) -> None:
    wire.tell(RootsChanged(()))
    wire.tell(Listing(wire.last(Browse).ticket, None, ()))
    assert window.desk.empty.isVisible()
    QTest.mouseClick(window.desk.empty.button, Qt.MouseButton.LeftButton)
    dialog = next(w for w in QApplication.topLevelWidgets() if w.objectName() == "addFolderDialog")
    assert dialog.isVisible()
    dialog.close()


def test_missing_thumbnails_are_wished_for(
    window: MainWindow, wire: TestWire, qtbot: QtBot
) -> None:
    browse(window, wire)
    qtbot.waitUntil(lambda: wire.count(WantThumbnails) > 0)
    assert set(wire.last(WantThumbnails).asset_ids) <= set(range(1, 10))


def test_size_by_slider_key_and_wheel_are_one(window: MainWindow, wire: TestWire) -> None:
    browse(window, wire)
    slider, grid = window.desk.header.slider, window.desk.grid
    slider.setValue(200)
    assert grid.thumbnail_size == 200
    QTest.keyClick(window.field, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert slider.value() == grid.thumbnail_size == 176
    QTest.keyClick(grid, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert slider.value() == grid.thumbnail_size < 176


def test_copying_a_picture_and_its_path(window: MainWindow, wire: TestWire) -> None:
    browse(window, wire)
    grid = window.desk.grid
    grid.setFocus()
    grid.setCurrentIndex(window.desk.model.index(1))
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(grid, Qt.Key.Key_C, control | Qt.KeyboardModifier.ShiftModifier)
    assert QGuiApplication.clipboard().text() == "/pictures/0002.jpg"
    QTest.keyClick(grid, Qt.Key.Key_C, control)
    asked = wire.last(Preview)
    wire.tell(PreviewReady(asked.ticket, asked.path, 4, 4, bytes((255, 0, 0, 255)) * 16))
    mime = QGuiApplication.clipboard().mimeData()
    assert [url.toLocalFile() for url in mime.urls()] == ["/pictures/0002.jpg"]
    assert mime.imageData().pixelColor(1, 1).name() == "#0000ff"


def test_preview_on_space_and_escape_closes_it_first(window: MainWindow, wire: TestWire) -> None:
    window.field.set_query(Query("chair"))
    from tests.ui.window.test_search import answer

    answer(wire)
    grid = window.desk.grid
    grid.setFocus()
    grid.setCurrentIndex(window.desk.model.index(0))
    QTest.keyClick(grid, Qt.Key.Key_Space)
    assert window.preview.isVisible()
    assert wire.last(Preview).ticket > 0
    QTest.keyClick(window.preview, Qt.Key.Key_Escape)
    assert not window.preview.isVisible()
    assert window.field.text() == "chair"
    QTest.keyClick(grid, Qt.Key.Key_Escape)
    assert window.field.text() == ""


# ── status, problems ──────────────────────────────────────────────────────────────────────


def test_progress_is_one_sentence_and_can_be_paused(window: MainWindow, wire: TestWire) -> None:
    wire.tell(Progress(12400, 50000, 84.2, 431.0, what="Indexing Archive"))
    assert window.status.progress.text() == ("Indexing Archive  12,400 of 50,000 · 84/s · 7 min")
    assert window.status.progress.value() == 12400
    QTest.mouseClick(window.status.pause, Qt.MouseButton.LeftButton)
    assert isinstance(wire.asked[-1], Pause)
    wire.tell(Progress(12400, 50000, paused=True, what="Indexing Archive"))
    assert window.status.progress.text().startswith("Paused")
    QTest.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert isinstance(wire.asked[-1], Resume)
    wire.tell(Progress(50000, 50000))
    assert window.status.progress.text() == "Up to date"
    assert window.status.pause.isHidden()


def test_problems_are_listed_retried_and_copied(window: MainWindow, wire: TestWire) -> None:
    assert window.status.problems.isHidden()
    wire.tell(ProblemsChanged((Problem("/p/a.jpg", "Ends too early", 1), Problem("/p/b", "?", 1))))
    QTest.mouseClick(window.status.problems, Qt.MouseButton.LeftButton)
    view = window.findChild(QTableView, "problems")
    assert view is not None
    assert view.isVisible()
    assert view.model().index(0, 1).data() == "Ends too early"
    view.selectRow(1)
    QTest.mouseClick(window.problems.retry, Qt.MouseButton.LeftButton)
    assert wire.last(Retry) == Retry(("/p/b",))
    everything = window.findChild(QPushButton, "problemsRetryAll")
    assert everything is not None
    QTest.mouseClick(everything, Qt.MouseButton.LeftButton)
    assert wire.last(Retry) == Retry(())
    window.problems.copy_list()
    assert QGuiApplication.clipboard().text() == "/p/a.jpg\tEnds too early\n/p/b\t?"
    wire.tell(ProblemsChanged(()))
    assert window.problems.isHidden()
    assert window.status.problems.isHidden()
    assert not window.status.problems.isChecked()


def test_notices_stay_or_go_by_their_weight(window: MainWindow, wire: TestWire) -> None:
    wire.tell(Notice(Level.WARNING, "The disk is full.", "Make room."))
    assert window.desk.notices.isVisible()
    assert window.desk.notices.text() == "The disk is full. Make room."


def test_rescan_by_key_is_of_what_is_looked_at(window: MainWindow, wire: TestWire) -> None:
    browse(window, wire)
    window.sidebar.choose(2)
    QTest.keyClick(window, Qt.Key.Key_F5)
    assert wire.last(Rescan).root_id == 2


# ── models ────────────────────────────────────────────────────────────────────────────────


def test_a_model_is_chosen_and_fetched_only_after_a_yes(window: MainWindow, wire: TestWire) -> None:
    wire.tell(EncoderChanged("starter", EncoderState.READY))
    QTest.mouseClick(window.status.model, Qt.MouseButton.LeftButton)
    assert wire.count(ListModels) == 1
    wire.tell(ModelsListed((STARTER, LARGE)))
    dialog = window.models
    assert dialog.isVisible()
    assert not dialog.use.isEnabled()  # it is in use
    other = dialog.findChild(QApplication.__mro__[-2], "model-ViT-B-32/x")
    assert other is not None
    other.setProperty("checked", True)
    QTest.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
    assert wire.last(UseModel).name == LARGE.name
    assert wire.count(Download) == 0
    wire.tell(DownloadOffered(LARGE))
    assert dialog.download.isVisible()
    QTest.mouseClick(dialog.download.yes, Qt.MouseButton.LeftButton)
    assert wire.last(Download).name == LARGE.name
    wire.tell(DownloadProgress(LARGE.name, 2**33, 2**34))
    QTest.mouseClick(dialog.download.no, Qt.MouseButton.LeftButton)
    assert wire.count(CancelDownload) == 1
    wire.tell(DownloadEnded(LARGE.name, "The download was stopped."))
    assert dialog.download.yes.text() == "Try again"
    wire.tell(DownloadEnded(LARGE.name))
    assert not dialog.isVisible()


def test_a_model_by_name(window: MainWindow, wire: TestWire) -> None:
    window.model_care.choose()
    wire.tell(ModelsListed((STARTER,)))
    QTest.keyClicks(window.models.name, "hf-hub:org/name")
    QTest.keyClick(window.models.name, Qt.Key.Key_Return)
    assert wire.last(UseModel).name == "hf-hub:org/name"
    window.models.close()


def test_most_of_a_folder_is_forgotten_only_after_a_yes(
    window: MainWindow, wire: TestWire, qtbot: QtBot
) -> None:
    wire.tell(RemovalAsked(1, "Brand", 1200, 2000))
    assert "1,200 of 2,000 pictures of Brand" in window.desk.notices.text()
    wire.tell(Notice(Level.INFO, "Copied."))  # in between; the question comes back
    close = window.findChild(QToolButton, "noticeClose")
    assert close is not None
    QTest.mouseClick(close, Qt.MouseButton.LeftButton)
    QTest.mouseClick(button(window, "noticeKeep"), Qt.MouseButton.LeftButton)
    assert window.desk.notices.isHidden()
    assert not wire.count(ConfirmRemoval)
    wire.tell(RemovalAsked(1, "Brand", 2000, 2000))
    assert "All 2,000" in window.desk.notices.text()
    QTest.mouseClick(button(window, "noticeForget"), Qt.MouseButton.LeftButton)
    assert wire.last(ConfirmRemoval).root_id == 1
    assert window.desk.notices.isHidden()
    wire.tell(RemovalAsked(1, "Brand", 30, 40))
    wire.tell(RemovalAsked(1, "Brand", 0, 40))  # the disk is back
    assert window.desk.notices.isHidden()


def button(window: MainWindow, name: str) -> QPushButton:
    shown = [each for each in window.findChildren(QPushButton, name) if each.isVisible()]
    assert len(shown) == 1
    return shown[0]


def test_why_it_is_slow_or_waits_is_said(window: MainWindow, wire: TestWire) -> None:
    wire.tell(Progress(3, 9, 2.0, 30, what="Indexing", why="gently, on battery"))
    assert "gently, on battery" in window.status.progress.format()
    wire.tell(Progress(3, 9, paused=True, what="Indexing", why="waits for power"))
    assert window.status.progress.format().startswith("Waits for power · Indexing")
    assert not window.actions_["pause"].isChecked(), "nobody has paused it"
    wire.tell(PaceChanged(only_plugged_in=True))
    assert window.actions_["plugged_in"].isChecked()
    window.actions_["plugged_in"].trigger()
    assert wire.last(SetPace) == SetPace(only_plugged_in=False)
