"""Descriptions: asked for, watched, stopped, and what is said when no model can."""

from pathlib import Path

from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from clipdesk.core.messages.events import Listing, RootsChanged
from clipdesk.core.messages.requests import Browse, ListModels
from clipdesk.core.messages.words import (
    About,
    AskAbout,
    Describe,
    DescribeAll,
    Describing,
    DescribingFailed,
    StopDescribing,
)
from clipdesk.core.types import Note, Root, RootState
from clipdesk.ui.main_window import MainWindow
from tests.ui.conftest import TestWire, items
from tests.ui.window.test_tags import pick


def browse(window: MainWindow, wire: TestWire) -> None:
    wire.tell(RootsChanged((Root(1, Path("/pictures"), RootState.WATCHED, 9),)))
    wire.tell(Listing(wire.last(Browse).ticket, None, items(9)))


def button(window: MainWindow, name: str) -> QAbstractButton:
    found = window.findChild(QAbstractButton, name)
    assert found is not None
    return found


def test_a_picture_is_described_from_the_inspector(
    window: MainWindow, wire: TestWire, qtbot: QtBot
) -> None:
    browse(window, wire)
    asked = pick(window, wire, qtbot, 0)
    wire.tell(About(asked.ticket, ()))
    describe = button(window, "describeButton")
    assert describe.isVisible() and describe.text() == "Describe"
    describe.click()
    assert wire.last(Describe) == Describe((1,))
    assert (describe.text(), describe.isEnabled()) == ("Describing…", False)
    wire.tell(About(wire.last(AskAbout).ticket, (), Note("a red square", "coca_ViT-L-14")))
    assert window.inspector.note.text.toPlainText() == "a red square"
    assert (describe.text(), describe.isEnabled()) == ("Describe again", True)
    origin = window.findChild(QLabel, "noteOrigin")
    assert origin is not None and "machine" in origin.text()
    # What the person makes of it is theirs.
    window.inspector.note.text.setPlainText("a red square, for the poster")
    window.inspector.note.flush()
    assert not origin.text() and describe.isHidden()


def test_many_are_described_in_the_background_and_stopped(
    window: MainWindow, wire: TestWire, qtbot: QtBot
) -> None:
    browse(window, wire)
    window.desk.grid.select_ids([1, 2, 3], current=1)
    window.actions_["describe"].trigger()
    assert wire.last(Describe) == Describe((1, 2, 3))
    window.sidebar.choose(1)
    window.actions_["describe_all"].trigger()
    assert wire.last(DescribeAll) == DescribeAll(1)
    stop = button(window, "describingButton")
    assert stop.isHidden()
    wire.tell(Describing(12, 300, "coca"))
    assert stop.isVisible() and stop.text() == "Describing 12 of 300"
    wire.tell(Describing(12, 300, "coca", "paused"))
    assert stop.text() == "Describing, paused: 12 of 300"
    stop.click()
    assert wire.count(StopDescribing) == 1
    wire.tell(Describing(0, 0, "coca"))
    assert stop.isHidden()


def test_where_no_model_can_others_are_offered(
    window: MainWindow, wire: TestWire, qtbot: QtBot
) -> None:
    browse(window, wire)
    asked = pick(window, wire, qtbot, 0)
    wire.tell(About(asked.ticket, ()))
    button(window, "describeButton").click()
    wire.tell(DescribingFailed("No model that describes pictures is on this computer."))
    assert "CoCa" in window.desk.notices.text()
    assert button(window, "describeButton").isEnabled()
    choose = window.findChild(QPushButton, "noticeModels")
    assert choose is not None
    choose.click()
    assert wire.count(ListModels) == 1
    window.models.reject()
