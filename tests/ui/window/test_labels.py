"""Labels become tags: written, suggested, looked through, agreed to."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QSlider,
)
from pytestqt.qtbot import QtBot

from clipdesk.core.messages.events import Listing, RootsChanged
from clipdesk.core.messages.requests import Browse
from clipdesk.core.messages.words import (
    KeepLabelSet,
    LabelSetsChanged,
    LabelSuggested,
    PutTag,
    RemoveLabelSet,
    StopSuggesting,
    Suggest,
    Suggesting,
    SuggestingEnded,
)
from clipdesk.core.types import LabelSet, Root, RootState
from clipdesk.ui.labels.dialog import LabelsDialog
from clipdesk.ui.main_window import MainWindow
from tests.ui.conftest import TestWire, items

ROOMS = LabelSet("Rooms", "kitchen\nbath", ("a drawing of {}",))
SEASONS = LabelSet("Seasons", "spring\nautumn")


@pytest.fixture
def dialog(window: MainWindow, wire: TestWire) -> LabelsDialog:
    wire.tell(RootsChanged((Root(1, Path("/pictures"), RootState.WATCHED, 9),)))
    wire.tell(Listing(wire.last(Browse).ticket, None, items(9)))
    wire.tell(LabelSetsChanged((ROOMS, SEASONS)))
    window.actions_["labels"].trigger()
    assert window.labels.dialog is not None
    return window.labels.dialog


def told(dialog: LabelsDialog, wire: TestWire) -> int:
    """Suggestions for nine pictures: the first ones are kitchens, the last ones baths."""
    press(dialog, "labelSuggest")
    ticket = wire.last(Suggest).ticket
    likely = (0.95, 0.9, 0.7, 0.6, 0.4, 0.3, 0.2, 0.1, 0.05)
    of = items(9)
    wire.tell(Suggesting(ticket, 4, 9))
    for label, order in (("kitchen", of), ("bath", of[::-1])):
        ids = tuple(item.content_id for item in order)
        wire.tell(LabelSuggested(ticket, label, ids, likely, order))
    wire.tell(SuggestingEnded(ticket, "starter", 9, unseen=2))
    return ticket


def press(dialog: LabelsDialog, name: str) -> None:
    button = dialog.findChild(QAbstractButton, name)
    assert button is not None and button.isEnabled()
    button.click()


def text(dialog: LabelsDialog, name: str) -> str:
    label = dialog.findChild(QLabel, name)
    assert label is not None
    return label.text()


def counts(dialog: LabelsDialog) -> list[str]:
    found = dialog.findChild(QListWidget, "labelList")
    assert found is not None
    return [found.item(row).text() for row in range(found.count())]


def test_a_set_is_chosen_written_kept_and_forgotten(dialog: LabelsDialog, wire: TestWire) -> None:
    choice = dialog.findChild(QComboBox, "labelSets")
    name = dialog.findChild(QLineEdit, "labelSetName")
    labels = dialog.findChild(QPlainTextEdit, "labelSetLabels")
    assert choice is not None and name is not None and labels is not None
    assert dialog.sets.written() == ROOMS
    name.setText("Rooms of ours")
    QTest.keyClick(name, Qt.Key.Key_Return)  # presses no button
    press(dialog, "labelSetKeep")
    kept = LabelSet("Rooms of ours", ROOMS.text, ROOMS.templates)
    assert wire.last(KeepLabelSet) == KeepLabelSet(kept, "Rooms")
    wire.tell(LabelSetsChanged((kept, SEASONS)))
    assert choice.currentText() == "Rooms of ours"
    labels.appendPlainText("attic")
    choice.setCurrentIndex(1)
    choice.activated.emit(1)  # what was written is not lost
    more = wire.last(KeepLabelSet).labels
    assert more.text.endswith("attic")
    wire.tell(LabelSetsChanged((more, SEASONS)))
    assert dialog.sets.written() == SEASONS
    assert choice.currentText() == "Seasons"
    press(dialog, "labelSetRemove")
    assert wire.last(RemoveLabelSet) == RemoveLabelSet("Seasons")
    wire.tell(LabelSetsChanged((kept,)))
    assert dialog.sets.written() == kept


def test_no_set_is_written_over_by_another_of_its_name(
    dialog: LabelsDialog, wire: TestWire
) -> None:
    sets, kept = dialog.sets, (ROOMS, SEASONS)
    for wished, name in (("", "Labels"), ("", "Labels 2"), ("rooms", "rooms 2")):
        sets.choice.setCurrentIndex(len(kept))
        sets.choice.activated.emit(len(kept))
        sets.name.setText(wished)
        sets.labels.setPlainText(f"one\n{name}")
        press(dialog, "labelSetKeep")
        new = LabelSet(name, f"one\n{name}")
        assert wire.last(KeepLabelSet) == KeepLabelSet(new, "")
        kept = (*kept, new)
        wire.tell(LabelSetsChanged(kept))
        assert (sets.choice.currentText(), sets.name.text()) == (name, name)
        assert sets.written() == new


def test_a_set_that_has_no_name_of_its_own_is_shown(window: MainWindow, wire: TestWire) -> None:
    unnamed = LabelSet("Labels", "cat\nfood")
    wire.tell(LabelSetsChanged((unnamed,)))
    window.actions_["labels"].trigger()
    assert window.labels.dialog is not None
    assert window.labels.dialog.sets.choice.currentText() == "Labels"
    assert window.labels.dialog.sets.written() == unnamed


def test_what_is_to_be_looked_at(window: MainWindow, dialog: LabelsDialog, wire: TestWire) -> None:
    scope = dialog.findChild(QComboBox, "labelScope")
    assert scope is not None and scope.currentText() == "All pictures"
    press(dialog, "labelSuggest")
    assert (wire.last(Suggest).content_ids, wire.last(Suggest).root_id) == (None, None)
    window.desk.grid.select_ids([2, 3], current=2)
    window.sidebar.choose(1)
    window.actions_["labels"].trigger()
    assert [scope.itemText(n) for n in range(scope.count())] == [
        "The 2 pictures that are selected",
        "The folder pictures",
        "All pictures",
    ]
    press(dialog, "labelSuggest")  # it is under way: this stops it
    press(dialog, "labelSuggest")
    assert wire.last(Suggest).content_ids == (2, 3)
    press(dialog, "labelSuggest")
    scope.setCurrentIndex(1)
    press(dialog, "labelSuggest")
    assert wire.last(Suggest).root_id == 1


def test_the_line_decides_and_moves(dialog: LabelsDialog, wire: TestWire) -> None:
    told(dialog, wire)
    assert counts(dialog) == ["kitchen, 4 pictures", "bath, 4 pictures"]
    assert text(dialog, "labelMessage") == (
        "Suggested by starter, for 9 pictures. 2 pictures must still be looked at."
    )
    assert dialog.review.model.trusted == 4
    slider = dialog.findChild(QSlider, "labelThreshold")
    assert slider is not None and slider.value() == 50
    slider.setValue(80)
    assert counts(dialog) == ["kitchen, 2 pictures", "bath, 4 pictures"]
    assert text(dialog, "labelSentence") == "2 pictures from 80% on"
    assert dialog.review.model.trusted == 2
    dialog.labels.setCurrentRow(1)
    assert slider.value() == 50, "each label has a line of its own"


def test_single_pictures_go_across_the_line(
    dialog: LabelsDialog, wire: TestWire, qtbot: QtBot
) -> None:
    told(dialog, wire)
    grid = dialog.review.grid
    grid.setFocus()
    grid.select_ids([1], current=1)
    QTest.keyClick(grid, Qt.Key.Key_Space)
    assert counts(dialog)[0] == "kitchen, 3 pictures"
    grid.select_ids([8, 9], current=8)
    press(dialog, "labelAcross")
    assert counts(dialog)[0] == "kitchen, 5 pictures"
    first = [item.content_id for item in dialog.review.model.items[:5]]
    assert first == [2, 3, 4, 8, 9]
    slider = dialog.findChild(QSlider, "labelThreshold")
    assert slider is not None
    slider.setValue(99)
    assert counts(dialog)[0] == "kitchen, 2 pictures", "what was decided by hand stays"
    press(dialog, "labelApply")
    given = [request for request in wire.asked if isinstance(request, PutTag)]
    assert given == [PutTag("kitchen", (8, 9)), PutTag("bath", (9, 8, 7, 6))]
    assert text(dialog, "labelMessage") == "4 pictures got 2 tags. They are yours now."
    assert counts(dialog) == []


def test_pictures_that_are_not_shown_get_the_tag_too(dialog: LabelsDialog, wire: TestWire) -> None:
    press(dialog, "labelSuggest")
    ticket = wire.last(Suggest).ticket
    wire.tell(LabelSuggested(ticket, "kitchen", (1, 2, 3), (0.9, 0.8, 0.7), items(1)))
    wire.tell(SuggestingEnded(ticket, "starter", 3))
    assert dialog.review.model.rowCount() == 1
    press(dialog, "labelApply")
    assert wire.last(PutTag) == PutTag("kitchen", (1, 2, 3))


def test_faults_are_told_and_it_can_be_stopped(dialog: LabelsDialog, wire: TestWire) -> None:
    press(dialog, "labelSuggest")
    first = wire.last(Suggest).ticket
    wire.tell(SuggestingEnded(first, message="“bath” alone is no choice."))
    assert text(dialog, "labelMessage") == "“bath” alone is no choice."
    suggest = dialog.findChild(QPushButton, "labelSuggest")
    assert suggest is not None and suggest.text() == "Suggest"
    suggest.click()
    assert suggest.text() == "Stop"
    suggest.click()
    assert wire.count(StopSuggesting) == 1
    wire.tell(LabelSuggested(wire.last(Suggest).ticket, "late", (1,), (0.9,), items(1)))
    assert counts(dialog) == []
    suggest.click()
    dialog.reject()
    assert wire.count(StopSuggesting) == 2


def test_every_control_of_the_dialog_has_a_name(dialog: LabelsDialog) -> None:
    buttons = dialog.findChildren(QAbstractButton)
    assert not [b.objectName() for b in buttons if not b.accessibleName() and b.isVisible()]
