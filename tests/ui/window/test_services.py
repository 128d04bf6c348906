"""Hosted models in the window: apart from the rest, and nothing is sent before a yes."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QRadioButton

from clipdesk.core.messages.events import (
    DownloadEnded,
    DownloadOffered,
    EncoderChanged,
    ModelsListed,
)
from clipdesk.core.messages.requests import (
    Download,
    SetUpModel,
    UseModel,
)
from clipdesk.core.types import EncoderState, Entry, ModelInfo, Terms
from clipdesk.ui.main_window import MainWindow
from tests.ui.conftest import TestWire

ENTRIES = (
    Entry("address", "Endpoint"),
    Entry("location", "Location", default="here"),
    Entry("project", "Project", optional=True),
    Entry("key", "Key", secret=True),
)
TERMS = Terms(
    "Faraway", "Each picture is sent to Faraway.", "A cent each.", "https://p", "https://k", ENTRIES
)
STARTER = ModelInfo("starter", "Starter", "Comes along.", here=True)
FAR = ModelInfo("service:far", "Far 4", "Sees from afar.", here=False, terms=TERMS)
KEY = "a key that nobody may see"


def field(window: MainWindow, name: str) -> QLineEdit:
    found = window.models.terms.findChild(QLineEdit, f"terms-{name}")
    assert found is not None
    return found


@pytest.fixture
def asked(window: MainWindow, wire: TestWire) -> MainWindow:
    """The window, the person having chosen the hosted model."""
    wire.tell(EncoderChanged("starter", EncoderState.READY))
    window.model_care.choose()
    wire.tell(ModelsListed((FAR, STARTER)))
    radio = window.models.findChild(QRadioButton, "model-service:far")
    assert radio is not None
    radio.setChecked(True)
    QTest.mouseClick(window.models.use, Qt.MouseButton.LeftButton)
    assert wire.last(UseModel).name == "service:far"
    wire.tell(DownloadOffered(FAR))
    assert window.models.terms.isVisible()
    return window


def test_they_stand_apart(window: MainWindow, wire: TestWire) -> None:
    window.model_care.choose()
    wire.tell(ModelsListed((FAR, STARTER)))
    heading = window.models.findChild(QLabel, "modelServices")
    assert heading is not None
    assert "leave this computer" in heading.text()
    far, starter = (
        window.models.findChild(QRadioButton, f"model-{name}")
        for name in ("service:far", "starter")
    )
    assert far is not None
    assert starter is not None
    assert "at Faraway" in far.accessibleName()
    wire.tell(ModelsListed((STARTER,)))
    assert not [w for w in window.models.findChildren(QLabel, "modelServices") if w.isVisible()]
    window.models.close()


def test_the_terms_are_told_and_agreed_to(asked: MainWindow, wire: TestWire) -> None:
    page = asked.models.terms
    told = page.findChild(QLabel, "termsText")
    assert told is not None
    for words in (TERMS.sent, TERMS.price, TERMS.privacy, TERMS.keys):
        assert words in told.text()
    assert field(asked, "key").echoMode() is QLineEdit.EchoMode.Password
    assert field(asked, "location").text() == "here"
    QTest.keyClicks(field(asked, "address"), "https://far")
    QTest.keyClicks(field(asked, "key"), KEY)
    assert not page.yes.isEnabled()  # the box is not ticked
    page.consent.setChecked(True)
    assert page.yes.isEnabled()
    field(asked, "address").clear()
    assert not page.yes.isEnabled()
    QTest.keyClicks(field(asked, "address"), "https://far")
    QTest.mouseClick(page.yes, Qt.MouseButton.LeftButton)
    said = wire.last(SetUpModel)
    assert said.name == "service:far"
    assert dict(said.settings) == {"address": "https://far", "location": "here", "project": ""}
    assert said.key.reveal() == KEY
    assert KEY not in repr(said)
    assert field(asked, "key").text() == ""  # the window keeps none
    assert wire.count(Download) == 0
    wire.tell(DownloadEnded("service:far"))
    assert not asked.models.isVisible()


def test_a_wrong_key_is_told_and_asked_for_again(asked: MainWindow, wire: TestWire) -> None:
    page = asked.models.terms
    QTest.keyClicks(field(asked, "address"), "https://far")
    QTest.keyClicks(field(asked, "key"), KEY)
    page.consent.setChecked(True)
    QTest.mouseClick(page.yes, Qt.MouseButton.LeftButton)
    assert not page.yes.isEnabled()
    wire.tell(DownloadEnded("service:far", "Faraway refuses the key."))
    failure = page.findChild(QLabel, "termsFailure")
    assert failure is not None
    assert failure.text() == "Faraway refuses the key."
    assert page.isVisible()
    assert field(asked, "address").text() == "https://far"
    assert not page.yes.isEnabled()  # the key is to be entered again
    QTest.keyClicks(field(asked, "key"), "another")
    assert page.yes.isEnabled()
    asked.models.close()
    assert field(asked, "key").text() == ""


def test_not_now(asked: MainWindow, wire: TestWire) -> None:
    QTest.mouseClick(asked.models.terms.no, Qt.MouseButton.LeftButton)
    assert wire.count(SetUpModel) == 0
    assert not asked.models.terms.isVisible()
    assert asked.models.use.isVisible()
    asked.models.close()
