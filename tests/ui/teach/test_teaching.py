"""Teaching from the window: nothing without a yes, always a way out, and the truth about it."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from clipdesk.core.messages.events import Results
from clipdesk.core.messages.lessons import (
    AdoptTaught,
    AskSources,
    AskTeaching,
    DropTeaching,
    Estimate,
    ForgetUses,
    Judgement,
    NoteUse,
    PauseTeaching,
    RememberUses,
    ResumeTeaching,
    SaveTaught,
    SourcesTold,
    SourceTold,
    Teach,
    TeachingState,
    TeachingTold,
)
from clipdesk.core.messages.requests import Search
from clipdesk.core.types import Query
from clipdesk.ui import desktop
from clipdesk.ui.main_window import MainWindow
from clipdesk.ui.teach.dialog import TeachDialog
from tests.ui.conftest import TestWire, items

TAGS = SourceTold("tags", 312, 41, (("red chair", "chair.jpg"),))
FEW = SourceTold("notes", 5, 4)
USED = SourceTold("used", 9, 3)
NONE = tuple(SourceTold(name, 0, 0) for name in ("names", "folders", "tables"))
TOLD = SourcesTold((TAGS, FEW, USED, *NONE))
BETTER = Judgement(
    questions=60,
    pictures=56,
    before=Estimate(28 / 60, 0.34, 0.6),
    after=Estimate(41 / 60, 0.56, 0.8),
    difference=Estimate(13 / 60, 0.08, 0.35),
    better=True,
    learned_from=133,
)
NOT_SURELY = Judgement(
    questions=60,
    pictures=56,
    before=Estimate(0.5, 0.4, 0.6),
    after=Estimate(0.55, 0.4, 0.7),
    difference=Estimate(0.05, -0.1, 0.2),
    better=False,
    learned_from=133,
)


@pytest.fixture
def dialog(window: MainWindow, wire: TestWire) -> TeachDialog:
    """The dialog, opened from the menu; pairs have been counted."""
    window.actions_["teach"].trigger()
    assert wire.last(AskSources) == AskSources()
    assert wire.count(AskTeaching) == 1
    assert window.teach.dialog.isVisible()
    assert not find(window.teach.dialog, "teachStart").isEnabled(), "before anything is known"
    wire.tell(TeachingTold(TeachingState.IDLE))
    wire.tell(TOLD)
    return window.teach.dialog


def find(dialog: TeachDialog, name: str) -> QAbstractButton:
    found = dialog.findChild(QAbstractButton, name)
    assert found is not None, name
    return found


def click(dialog: TeachDialog, name: str) -> None:
    button = find(dialog, name)
    assert button.isVisible(), name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def words(dialog: TeachDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def test_it_says_what_there_is_and_learns_from_what_is_chosen(
    dialog: TeachDialog, wire: TestWire
) -> None:
    assert "312 pictures, 41 words\n“\u2068red chair\u2069” \u2068chair.jpg\u2069" in words(dialog)
    assert find(dialog, "teach-tags").isChecked()
    assert not find(dialog, "teach-names").isEnabled()
    find(dialog, "teach-used").setChecked(False)
    assert wire.count(Teach) == 0
    click(dialog, "teachStart")
    assert wire.last(Teach) == Teach(("tags", "notes"), (), "head")
    find(dialog, "teachThorough").setChecked(True)
    find(dialog, "teachStart").click()
    assert wire.last(Teach).towers == "lora"


def test_too_few_and_none(dialog: TeachDialog, wire: TestWire) -> None:
    for name in ("tags", "used"):
        find(dialog, f"teach-{name}").setChecked(False)
    assert "It takes 20 pictures" in words(dialog)
    assert not find(dialog, "teachStart").isEnabled()
    find(dialog, "teach-notes").setChecked(False)
    assert "Choose where words come from" in words(dialog)
    wire.tell(SourcesTold((), message="The catalogue is damaged."))
    assert "The catalogue is damaged." in words(dialog)
    assert not find(dialog, "teachStart").isEnabled()


def test_tables_are_counted_and_their_faults_named(
    dialog: TeachDialog, wire: TestWire, tmp_path: Path
) -> None:
    table = tmp_path / "captions.tsv"
    dialog.pairs.choose_tables([str(table)])
    assert wire.last(AskSources) == AskSources((table,))
    problem = "captions.tsv, line 3: there is no picture /nowhere.jpg."
    tables = SourceTold("tables", 40, 39, (), (problem,))
    wire.tell(SourcesTold((TAGS, FEW, USED, *NONE[:2], tables)))
    assert problem in words(dialog)
    click(dialog, "teachStart")
    assert wire.last(Teach) == Teach(("tags", "notes", "used"), (table,), "head")


def test_what_was_used_is_remembered_on_purpose_and_forgotten_at_will(
    dialog: TeachDialog, wire: TestWire
) -> None:
    remember = find(dialog, "teachRemember")
    assert not remember.isChecked()
    remember.click()
    assert wire.last(RememberUses) == RememberUses(wanted=True)
    before = wire.count(AskSources)
    find(dialog, "teachForget").click()
    assert wire.count(ForgetUses) == 1
    assert wire.count(AskSources) == before + 1
    gone = tuple(SourceTold(s.name, 0, 0) if s.name == "used" else s for s in TOLD.sources)
    wire.tell(SourcesTold(gone, remembers=True))
    assert find(dialog, "teachRemember").isChecked()
    assert "Nothing was used after a search yet." in words(dialog)
    assert not find(dialog, "teachForget").isVisible()


def test_a_lesson_is_paused_gone_on_with_and_cancelled(dialog: TeachDialog, wire: TestWire) -> None:
    wire.tell(TeachingTold(TeachingState.SEEING, "starter", 20, 300))
    assert "20 of 300 pictures" in words(dialog)
    wire.tell(TeachingTold(TeachingState.LEARNING, "starter", 200, 1000))
    assert "Learning your words" in words(dialog)
    assert not find(dialog, "lessonDrop").hasFocus(), "Enter must not throw it away"
    click(dialog, "lessonPause")
    assert wire.count(PauseTeaching) == 1
    wire.tell(TeachingTold(TeachingState.PAUSED, "starter", 200, 1000))
    assert "kept, also when ClipDesk is closed" in words(dialog)
    click(dialog, "lessonResume")
    assert wire.count(ResumeTeaching) == 1
    click(dialog, "lessonDrop")
    assert wire.count(DropTeaching) == 1
    wire.tell(TeachingTold(TeachingState.IDLE))
    assert find(dialog, "teachStart").isVisible()


def test_what_is_better_is_told_plainly_and_used_only_then(
    dialog: TeachDialog, wire: TestWire, tmp_path: Path
) -> None:
    told = TeachingTold(TeachingState.JUDGED, "starter", judgement=BETTER, problems=("line 9: x",))
    wire.tell(told)
    said = words(dialog)
    assert "surely better" in said
    assert "of 60 searches, 41 instead of 28 find the right one among the first ten" in said
    assert "line 9: x" in said
    dialog.save_chosen.emit(tmp_path / "a.safetensors")
    assert wire.last(SaveTaught).path == tmp_path / "a.safetensors"
    assert wire.count(AdoptTaught) == 0
    click(dialog, "lessonAdopt")
    assert wire.count(AdoptTaught) == 1
    assert not dialog.isVisible()


def test_what_may_be_chance_is_not_offered(dialog: TeachDialog, wire: TestWire) -> None:
    wire.tell(TeachingTold(TeachingState.JUDGED, "starter", judgement=NOT_SURELY))
    assert "Not surely better" in words(dialog)
    assert "nothing was kept" in words(dialog)
    for name in ("lessonAdopt", "lessonSave"):
        assert not find(dialog, name).isVisible()
    click(dialog, "lessonDrop")
    assert wire.count(DropTeaching) == 1


def test_a_failure_says_why_and_that_nothing_is_lost(dialog: TeachDialog, wire: TestWire) -> None:
    wire.tell(TeachingTold(TeachingState.FAILED, "starter", message="There is too little memory."))
    assert "There is too little memory." in words(dialog)
    assert "The model in use is as it was." in words(dialog)


def test_its_end_is_told_when_nobody_looks(
    dialog: TeachDialog, wire: TestWire, window: MainWindow
) -> None:
    wire.tell(TeachingTold(TeachingState.LEARNING, "starter", 200, 1000))
    dialog.reject()
    assert wire.count(DropTeaching) == 0, "it goes on"
    wire.tell(TeachingTold(TeachingState.JUDGED, "starter", judgement=BETTER))
    assert "ready to be judged" in window.desk.notices.findChild(QLabel, "noticeText").text()


def test_what_is_opened_copied_and_dragged_after_a_search_is_noted(
    window: MainWindow, wire: TestWire, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desktop, "open_file", lambda _: True)
    monkeypatch.setattr(desktop, "copy_paths", lambda _: None)

    def show(query: Query) -> None:
        window.session.ask(query)
        ticket = window.session._ticket
        wire.tell(Results(ticket, query, items(3, scores=True), 3, 1.0, 3))
        window.desk.grid.setCurrentIndex(window.desk.model.index(1))

    show(Query("a red chair"))
    assert wire.last(Search).query == Query("a red chair")
    window.actions_["open"].trigger()
    assert wire.last(NoteUse) == NoteUse("a red chair", (2,), "opened")
    window.actions_["copy_path"].trigger()
    assert wire.last(NoteUse).deed == "copied"
    window.desk.grid.dragged_out.emit(items(2))
    assert wire.last(NoteUse) == NoteUse("a red chair", (1, 2), "dragged")
    noted = wire.count(NoteUse)
    monkeypatch.setattr(desktop, "open_file", lambda _: False)
    window.actions_["open"].trigger()
    assert wire.count(NoteUse) == noted, "what did not open was not used"
    window.session.ask(Query())
    window.actions_["copy_path"].trigger()
    assert wire.count(NoteUse) == noted, "nothing was searched for"
