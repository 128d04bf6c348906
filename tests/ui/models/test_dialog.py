"""The list of models: the few first, all others when asked for, and what each says of itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QRadioButton
from pytestqt.qtbot import QtBot

from clipdesk.core.messages.events import (
    DownloadEnded,
    DownloadProgress,
)
from clipdesk.core.types import Figures, ModelInfo, Speed
from clipdesk.ui.models.card import ModelCard
from clipdesk.ui.models.dialog import ModelsDialog

STARTER = ModelInfo("starter", "Starter (built in)", "Small.", here=True)
PICK = ModelInfo(
    "A/one",
    "One",
    "Good at all things.",
    here=False,
    size_bytes=605_000_000,
    source="org/one",
    licence="MIT",
    family="First",
    languages="English",
    pick="Balanced",
    advised=True,
    dimensions=512,
    image_size=224,
    speed=Speed(31.4, measured=False),
    figures=Figures(72.8, 39.9, None, "OpenCLIP's result tables"),
)
OURS = ModelInfo("A/two", "Two", "", here=True, removable=True, family="First")
DOUBTED = ModelInfo("A/three", "Three", "", here=True, doubt="It found only 2 of 24 pictures.")
BEGUN = ModelInfo("A/four", "Four", "", here=False, pick="x", part_bytes=5_000_000)
MANY = tuple(
    ModelInfo(f"B-{i}/x", f"No. {i}", "Large.", here=False, family=f"Kind{'abc'[i % 3]}")
    for i in range(40)
)


@pytest.fixture
def dialog(qtbot: QtBot, qapp: QApplication) -> Iterator[ModelsDialog]:
    made = ModelsDialog()
    made.show()
    qtbot.waitExposed(made)
    made.show_current("starter")
    made.show_models((STARTER, PICK, OURS, DOUBTED, BEGUN, *MANY))
    yield made
    made.close()
    made.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def choose(dialog: ModelsDialog, name: str) -> ModelCard:
    radio = dialog.findChild(QRadioButton, f"model-{name}")
    assert radio is not None
    radio.setChecked(True)
    card = radio.parentWidget()
    assert isinstance(card, ModelCard)
    return card


def cards(dialog: ModelsDialog) -> list[str]:
    return [card.model.name for card in dialog.findChildren(ModelCard) if card.isVisible()]


def text(card: ModelCard) -> str:
    return "\n".join(label.text() for label in card.findChildren(QLabel) if label.isVisible())


def test_the_picks_and_what_is_here_come_first_and_all_others_on_demand(
    dialog: ModelsDialog,
) -> None:
    assert cards(dialog) == ["starter", "A/one", "A/two", "A/three", "A/four"]
    QTest.mouseClick(dialog.shelf._more, Qt.MouseButton.LeftButton)
    assert len(cards(dialog)) == 45
    assert not dialog.shelf._more.isVisible()


def test_seeking_finds_among_all(dialog: ModelsDialog) -> None:
    QTest.keyClicks(dialog.name, "kindb")
    assert set(cards(dialog)) == {"starter", *(f"B-{i}/x" for i in range(1, 40, 3))}
    QTest.keyClicks(dialog.name, " no such")
    assert cards(dialog) == ["starter"]  # the chosen one does not vanish
    dialog.name.clear()
    assert len(cards(dialog)) == 5


def test_a_found_one_is_chosen_by_a_click_and_not_by_what_was_typed(
    dialog: ModelsDialog, qtbot: QtBot
) -> None:
    dialog.name.setText("b-7/")
    choose(dialog, "B-7/x")
    with qtbot.waitSignal(dialog.use_requested) as asked:
        QTest.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
    assert asked.args == ["B-7/x"]


def test_a_card_says_what_it_is_good_at_and_more_once_it_is_chosen(dialog: ModelsDialog) -> None:
    radio = dialog.findChild(QRadioButton, "model-A/one")
    assert radio is not None
    card = radio.parentWidget()
    assert isinstance(card, ModelCard)
    before = text(card)
    for words in ("605 MB", "about 31 pictures a second", "MIT", "English", "Advised"):
        assert words in before
    assert "ImageNet" not in before
    said = text(choose(dialog, "A/one"))
    for words in ("72.8 %", "39.9 %", "OpenCLIP's result tables", "estimate", "org/one", "512"):
        assert words in said
    assert "No published figures" in text(choose(dialog, "A/two"))
    assert "72.8 %" not in text(card)


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("A/one", "Download…"),
        ("A/two", "Use this model"),
        ("A/three", "Use it anyway"),
        ("A/four", "Go on with the download…"),
    ],
)
def test_the_action_is_named_for_what_it_does(dialog: ModelsDialog, name: str, action: str) -> None:
    choose(dialog, name)
    assert dialog.use.text() == dialog.use.accessibleName() == action
    assert dialog.use.isEnabled()


def test_a_doubted_model_is_used_on_purpose_only(dialog: ModelsDialog, qtbot: QtBot) -> None:
    assert "2 of 24" in text(choose(dialog, "A/three"))
    with (
        qtbot.waitSignal(dialog.trust_requested) as asked,
        qtbot.assertNotEmitted(dialog.use_requested),
    ):
        QTest.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
    assert asked.args == ["A/three"]


def test_only_what_clipdesk_put_here_can_be_removed_and_not_while_it_is_used(
    dialog: ModelsDialog, qtbot: QtBot
) -> None:
    for name, removable in (
        ("starter", False),
        ("A/one", False),
        ("A/two", True),
        ("A/four", True),
    ):
        choose(dialog, name)
        assert dialog.remove.isVisible() is removable, name
    choose(dialog, "A/two")
    with qtbot.waitSignal(dialog.remove_requested) as asked:
        QTest.mouseClick(dialog.remove, Qt.MouseButton.LeftButton)
    assert asked.args == ["A/two"]
    dialog.show_current("A/two")
    assert not dialog.remove.isVisible()
    assert not dialog.use.isEnabled()


def test_weights_can_be_dropped(dialog: ModelsDialog, qtbot: QtBot, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a b.safetensors"))])
    at, action, buttons = QPoint(50, 50), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(at, action, data, buttons, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(dialog, enter)
    assert enter.isAccepted()
    assert "Drop to use" in dialog._intro.text()
    drop = QDropEvent(at, action, data, buttons, Qt.KeyboardModifier.NoModifier)
    with qtbot.waitSignal(dialog.import_requested) as asked:
        QApplication.sendEvent(dialog, drop)
    assert asked.args == [tmp_path / "a b.safetensors"]
    assert "Drop to use" not in dialog._intro.text()
    # What went wrong with it is told, and offers no other try of a download that never was.
    dialog.show_progress(DownloadProgress("a b.safetensors", 1, 9))
    dialog.show_end(DownloadEnded("a b.safetensors", "It fits no architecture."))
    assert dialog.download.isVisible()
    assert not dialog.download.yes.isVisible()


def test_what_was_chosen_stays_chosen_when_the_list_is_told_anew(dialog: ModelsDialog) -> None:
    choose(dialog, "A/one")
    dialog.show_models((STARTER, PICK, OURS, *MANY))
    assert dialog.shelf.model is not None
    assert dialog.shelf.model.name == "A/one"
    dialog.show_models((STARTER, OURS))
    assert dialog.shelf.model is None
    assert not dialog.use.isEnabled()
