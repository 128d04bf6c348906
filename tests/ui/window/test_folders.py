"""What is left out of a folder, and where one is that has moved."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from clipdesk.core.messages.events import (
    RelocationOffered,
    RootsChanged,
    RulesTried,
)
from clipdesk.core.messages.requests import (
    AddRoot,
    Browse,
    Relocate,
    SetRules,
    TryRules,
)
from clipdesk.core.pictures import VIDEO_SUFFIXES
from clipdesk.core.types import Root, RootState, Rules
from clipdesk.ui.main_window import MainWindow
from clipdesk.ui.sidebar import rules
from clipdesk.ui.sidebar.rules import RulesDialog
from tests.ui.conftest import TestWire

RULES = Rules(("drafts/",), False, 2048, 0, (".gif", ".psd"))
BRAND = Root(1, Path("/pictures"), RootState.WATCHED, 12, rules=RULES)
ARCHIVE = Root(2, Path("/mnt/Archive"), RootState.OFFLINE, 30)


def open_menu(window: MainWindow, qtbot: QtBot, row: int) -> list[str]:
    view = window.sidebar.view
    view.customContextMenuRequested.emit(view.visualRect(view.model().index(row, 0)).center())
    qtbot.waitUntil(lambda: bool(window.sidebar.findChildren(QMenu)))
    menu = window.sidebar.findChildren(QMenu)[-1]
    return [action.text() for action in menu.actions() if action.text()]


def choose(window: MainWindow, qtbot: QtBot, text: str) -> None:
    menu = window.sidebar.findChildren(QMenu)[-1]
    next(action for action in menu.actions() if action.text() == text).trigger()
    menu.close()


@pytest.fixture
def dialog(window: MainWindow, wire: TestWire, qtbot: QtBot) -> RulesDialog:
    wire.tell(RootsChanged((BRAND, ARCHIVE)))
    open_menu(window, qtbot, 1)
    choose(window, qtbot, "What to leave out…")
    found = window.findChild(RulesDialog)
    assert found is not None
    return found


def test_rules_are_shown_tried_and_set(wire: TestWire, dialog: RulesDialog, qtbot: QtBot) -> None:
    assert dialog.rules() == RULES
    qtbot.waitUntil(lambda: wire.count(TryRules) == 1)
    wire.tell(RulesTried(wire.last(TryRules).ticket, 1, 5, 12))
    assert dialog.answer.text() == "Leaves out 5 of 12 pictures. They are put away, not forgotten."
    dialog.patterns.appendPlainText("  *.tmp.png  \n\n")
    dialog.kinds["GIF"].setChecked(False)
    dialog.kinds["TIFF"].setChecked(True)
    dialog.hidden.setChecked(True)
    dialog.largest.setValue(40)
    expected = Rules(("drafts/", "*.tmp.png"), True, 2048, 40 << 20, (".psd", ".tif", ".tiff"))
    qtbot.waitUntil(lambda: wire.last(TryRules).rules == expected)
    wire.tell(RulesTried(wire.last(TryRules).ticket - 1, 1, 9, 12))
    assert "5 of 12" in dialog.answer.text(), "an answer to an older question"
    wire.tell(RulesTried(wire.last(TryRules).ticket, 1, 0, 12))
    assert dialog.answer.text() == "Leaves out none of 12 pictures."
    agree = dialog.findChild(QPushButton, "rulesAgree")
    assert agree is not None
    QTest.mouseClick(agree, Qt.MouseButton.LeftButton)
    assert wire.last(SetRules) == SetRules(1, expected)


def test_closing_the_dialog_changes_nothing(
    wire: TestWire, dialog: RulesDialog, qtbot: QtBot
) -> None:
    dialog.patterns.setPlainText("everything/")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert not wire.count(SetRules)


def test_only_a_folder_that_is_not_there_can_be_located(
    window: MainWindow, wire: TestWire, qtbot: QtBot
) -> None:
    wire.tell(RootsChanged((BRAND, ARCHIVE)))
    assert "Locate…" not in open_menu(window, qtbot, 1)
    window.sidebar.findChildren(QMenu)[-1].close()
    assert "Locate…" in open_menu(window, qtbot, 2)
    choose(window, qtbot, "Locate…")
    dialog = next(w for w in QApplication.topLevelWidgets() if w.objectName() == "locateDialog")
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit("/media/Archive")
    assert wire.last(Relocate) == Relocate(2, Path("/media/Archive"))
    dialog.close()


@pytest.mark.parametrize(
    ("button", "answer"),
    [
        ("noticeSame", Relocate(2, Path("/media/Archive"))),
        ("noticeAnother", AddRoot(Path("/media/Archive"), anew=True)),
    ],
)
def test_a_folder_that_seems_to_be_a_known_one_is_asked_about(
    window: MainWindow, wire: TestWire, button: str, answer: object
) -> None:
    wire.tell(RootsChanged((BRAND, ARCHIVE)))
    wire.tell(RelocationOffered(2, "Archive", Path("/media/Archive")))
    assert "the same folder" in window.desk.notices.text()
    found = window.findChild(QPushButton, button)
    assert found is not None
    QTest.mouseClick(found, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert wire.asked[-1] == answer


def test_pictures_are_asked_for_again_when_a_folder_turns(
    window: MainWindow, wire: TestWire
) -> None:
    wire.tell(RootsChanged((BRAND, ARCHIVE)))
    asked = wire.count(Browse)
    wire.tell(RootsChanged((BRAND, ARCHIVE)))
    assert wire.count(Browse) == asked
    wire.tell(RootsChanged((BRAND, Root(2, ARCHIVE.path, RootState.WATCHED, 30))))
    assert wire.count(Browse) == asked + 1
    wire.tell(RootsChanged((BRAND, Root(2, Path("/media/x"), RootState.WATCHED, 30))))
    assert wire.count(Browse) == asked + 2


def test_all_videos_can_be_left_out_at_once() -> None:
    assert set(rules._KINDS["Videos"]) == VIDEO_SUFFIXES
