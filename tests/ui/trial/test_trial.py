"""Testing the library from the window: in plain sentences, with pictures, and a way back."""

from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from clipdesk.core.messages.lessons import (
    Asked,
    Estimate,
    Examined,
    ExamineLibrary,
    ExaminingProgress,
    LibraryExamined,
    SaveReport,
    StopExamining,
)
from clipdesk.core.messages.requests import Search
from clipdesk.ui.main_window import MainWindow
from clipdesk.ui.teach.bars import Bars
from clipdesk.ui.trial.dialog import TrialDialog
from tests.ui.conftest import TestWire

TAUGHT = Examined(
    "adapted:/x/my-words.safetensors", Estimate(0.37, 0.3, 0.5), Estimate(0.74, 0.6, 0.8), 2.0
)
STARTER = Examined("starter", Estimate(0.02, 0, 0.06), Estimate(0.34, 0.2, 0.4), 19.0)
RESULT = LibraryExamined(
    (TAUGHT, STARTER),
    questions=83,
    pictures=222,
    found=(Asked("asparagus", "a.jpg", 1, 1),),
    missed=(Asked("kiwi", "k.jpg", 2, 150),),
)


@pytest.fixture
def dialog(window: MainWindow, wire: TestWire) -> TrialDialog:
    window.actions_["test_library"].trigger()
    assert wire.count(ExamineLibrary) == 1
    assert window.test.dialog.isVisible()
    return window.test.dialog


def words(dialog: TrialDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def click(dialog: TrialDialog, name: str) -> None:
    button = dialog.findChild(QAbstractButton, name)
    assert button is not None
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_it_is_told_in_plain_sentences(dialog: TrialDialog, wire: TestWire) -> None:
    wire.tell(ExaminingProgress("Asking starter", 1, 2))
    assert "Asking starter" in words(dialog)
    wire.tell(RESULT)
    said = words(dialog)
    assert "In 7 of 10 searches the right picture is among the first ten" in said
    assert "222 pictures, for 83 words" in said
    assert "37 of 100" in said and "number 2 or better" in said
    assert "has seen some of these answers before" in said, "honest about what it has learned"
    bars = dialog.findChild(Bars)
    assert bars is not None
    assert bars.accessibleName() == (
        "starter, among the first ten: 34 %; taught: my-words, among the first ten: 74 %"
    )


def test_examples_show_their_picture_and_can_be_searched_for(
    dialog: TrialDialog, wire: TestWire, qtbot: QtBot
) -> None:
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    image.fill(QColor("#CC2222"))
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    wire.thumbnails[2] = bytes(buffer.data().data())
    wire.tell(RESULT)
    rows = {row.text(): row for row in dialog.findChildren(QToolButton) if row.isVisible()}
    assert set(rows) == {"asparagus\nfirst", "kiwi\nnumber 150"}
    kiwi = rows["kiwi\nnumber 150"]

    def shown() -> None:
        assert kiwi.icon().pixmap(40, 40).toImage().pixelColor(20, 20).red() > 150

    qtbot.waitUntil(shown, timeout=30_000)
    QTest.mouseClick(kiwi, Qt.MouseButton.LeftButton)
    assert wire.last(Search).query.text == "kiwi"
    assert not dialog.isVisible()


def test_the_report_is_saved_where_the_person_says(
    dialog: TrialDialog, wire: TestWire, tmp_path: Path
) -> None:
    wire.tell(RESULT)
    dialog.report_chosen.emit(tmp_path / "report.html")
    assert wire.last(SaveReport).path == tmp_path / "report.html"
    assert wire.count(StopExamining) == 0


def test_it_can_be_cancelled_and_says_why_nothing_came_of_it(
    dialog: TrialDialog, wire: TestWire
) -> None:
    wire.tell(LibraryExamined((), message="There are no words for any picture."))
    assert "There are no words for any picture." in words(dialog)
    click(dialog, "testStop")
    assert wire.count(StopExamining) == 1
    assert not dialog.isVisible()
