"""Tags and notes: seen, put, taken away, searched by, with the keyboard as with the mouse."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QListView, QPlainTextEdit, QToolButton
from pytestqt.qtbot import QtBot

from clipdesk.core.messages.events import Listing, Results, RootsChanged
from clipdesk.core.messages.requests import Browse, Search
from clipdesk.core.messages.words import (
    About,
    AskAbout,
    AskTags,
    PutTag,
    TagsChanged,
    TagsTold,
    TakeTag,
    WordsChanged,
    WriteNote,
)
from clipdesk.core.types import Item, Note, Query, Root, RootState, TagCount, TagUse
from clipdesk.ui.inspector.tags import Tag
from clipdesk.ui.main_window import MainWindow
from clipdesk.ui.search.chip import TagChip
from clipdesk.ui.search.hashes import plain, taken
from tests.ui.conftest import TestWire, items

SEA, RED = TagCount("sea", 3), TagCount("red chair", 2)


def browse(window: MainWindow, wire: TestWire) -> None:
    wire.tell(RootsChanged((Root(1, Path("/pictures"), RootState.WATCHED, 9),)))
    wire.tell(Listing(wire.last(Browse).ticket, None, items(9)))
    wire.tell(TagsChanged((RED, SEA)))


def pick(window: MainWindow, wire: TestWire, qtbot: QtBot, *rows: int) -> AskAbout:
    """Select pictures, with the inspector open; what is asked of them then."""
    window.actions_["inspector"].setChecked(True)
    before = wire.count(AskAbout)
    grid = window.desk.grid
    grid.select_ids([row + 1 for row in rows], current=rows[0] + 1)
    wanted = tuple(row + 1 for row in rows)
    qtbot.waitUntil(
        lambda: wire.count(AskAbout) > before and wire.last(AskAbout).content_ids == wanted,
        timeout=30_000,
    )
    return wire.last(AskAbout)


def chips(window: MainWindow) -> list[str]:
    return [chip.tag for chip in window.field.chips() if isinstance(chip, TagChip)]


def tags(window: MainWindow) -> dict[str, Tag]:
    return {tag.name: tag for tag in window.inspector.tags.chips()}


def test_the_panel_is_opened_by_its_key_and_remembered(
    window: MainWindow, wire: TestWire, qtbot: QtBot
) -> None:
    browse(window, wire)
    assert window.inspector.isHidden() and not wire.count(AskAbout)
    QTest.keyClick(window, Qt.Key.Key_F10)
    assert window.inspector.isVisible()
    window.close()
    again = MainWindow(wire, window._memory.settings)
    qtbot.addWidget(again)
    again.show()
    assert again.inspector.isVisible()
    button = again.findChild(QToolButton, "aboutButton")
    assert button is not None
    button.click()
    assert again.inspector.isHidden()


def test_what_is_known_of_a_picture_is_shown(
    window: MainWindow, wire: TestWire, qtbot: QtBot
) -> None:
    browse(window, wire)
    asked = pick(window, wire, qtbot, 2)
    said = window.inspector
    assert said.name.text().replace("\u200b", "") == "0003.jpg"
    wire.tell(
        About(asked.ticket, (TagUse("sea"),), Note("a boat", "coca"), "JPEG", 2_300_000, copies=2)
    )
    assert said.facts.text() == "640 × 480 · JPEG · 2 MB · 2 copies"
    assert list(tags(window)) == ["sea"]
    assert said.note.text.toPlainText() == "a boat"
    origin = window.findChild(QLabel, "noteOrigin")
    assert origin is not None and origin.text() == "Written by a machine, coca"
    wire.tell(About(asked.ticket - 1, ()))  # what was asked before does not count
    assert list(tags(window)) == ["sea"]


def test_tags_are_put_and_taken(window: MainWindow, wire: TestWire, qtbot: QtBot) -> None:
    browse(window, wire)
    window.desk.grid.setFocus()
    window.desk.grid.select_ids([1], current=1)
    window.actions_["tag"].trigger()
    entry = window.findChild(QLineEdit, "tagEntry")
    assert entry is not None and window.focusWidget() is entry
    QTest.keyClicks(entry, "sea, holidays")
    QTest.keyClick(entry, Qt.Key.Key_Return)
    assert [r for r in wire.asked if isinstance(r, PutTag)] == [
        PutTag("sea", (1,)),
        PutTag("holidays", (1,)),
    ]
    assert not entry.text()
    before = wire.count(AskAbout)
    wire.tell(WordsChanged((1,)))
    assert wire.count(AskAbout) == before + 1
    wire.tell(About(wire.last(AskAbout).ticket, (TagUse("sea"), TagUse("holidays"))))
    QTest.keyClick(tags(window)["sea"], Qt.Key.Key_Delete)
    assert wire.last(TakeTag) == TakeTag("sea", (1,))
    remove = tags(window)["holidays"].findChild(QToolButton)
    assert remove is not None
    remove.click()
    assert wire.last(TakeTag) == TakeTag("holidays", (1,))


def test_several_pictures_are_tagged_at_once(
    window: MainWindow, wire: TestWire, qtbot: QtBot
) -> None:
    browse(window, wire)
    asked = pick(window, wire, qtbot, 0, 1, 2)
    assert window.inspector.name.text() == "3 pictures"
    assert window.inspector.note.isHidden()
    wire.tell(About(asked.ticket, (TagUse("sea", contents=2),)))
    assert "2 of 3 have it" in tags(window)["sea"].toolTip()
    QTest.keyClicks(window.inspector.tags.entry, "draft\r")
    assert wire.last(PutTag) == PutTag("draft", (1, 2, 3))


def test_a_note_is_kept_when_one_goes_on(window: MainWindow, wire: TestWire, qtbot: QtBot) -> None:
    browse(window, wire)
    asked = pick(window, wire, qtbot, 0)
    wire.tell(About(asked.ticket, ()))
    text = window.findChild(QPlainTextEdit, "noteText")
    assert text is not None
    QTest.keyClicks(text, "for the poster")
    pick(window, wire, qtbot, 1)
    assert wire.last(WriteNote) == WriteNote(1, "for the poster")
    assert not text.toPlainText()
    QTest.keyClicks(text, "second")
    with qtbot.waitSignal(window.inspector.note.written, timeout=30_000):
        pass  # by itself, some time after the last key
    assert wire.last(WriteNote) == WriteNote(2, "second")


def test_a_tag_of_the_list_narrows_the_search(window: MainWindow, wire: TestWire) -> None:
    browse(window, wire)
    view = window.findChild(QListView, "tags")
    assert view is not None and view.isVisible()
    spoken = [view.model().index(r, 0).data(Qt.ItemDataRole.AccessibleTextRole) for r in (0, 1)]
    assert spoken == ["red chair, 2 pictures", "sea, 3 pictures"]
    rect = view.visualRect(view.model().index(1, 0))
    QTest.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0), rect.center()
    )
    assert chips(window) == ["sea"]
    asked = wire.last(Browse)
    assert asked.tags == ("sea",)
    wire.tell(Listing(asked.ticket, None, items(3), total=3, tags=("sea",)))
    assert window.desk.model.rowCount() == 3
    assert "in the search" in view.model().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Home)
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert chips(window) == ["sea", "red chair"]
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert chips(window) == ["sea"]
    window.field.setFocus()
    QTest.keyClicks(window.field, "boat")
    QTest.keyClick(window.field, Qt.Key.Key_Return)
    assert wire.last(Search).query == Query("boat", tags=("sea",))
    wire.tell(Results(wire.last(Search).ticket, wire.last(Search).query, items(2), 3, 1.0, 1))
    QTest.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0), rect.center()
    )
    assert wire.last(Search).query == Query("boat")
    wire.tell(TagsChanged(()))
    assert not view.isVisible()


def test_pictures_of_a_tag_are_listed_anew_when_words_change(
    window: MainWindow, wire: TestWire, qtbot: QtBot
) -> None:
    browse(window, wire)
    window.field.toggle_tag("sea")
    asked = wire.last(Browse)
    wire.tell(Listing(asked.ticket, None, items(3), total=3, tags=("sea",)))
    wire.tell(WordsChanged((2,)))
    qtbot.waitUntil(lambda: wire.last(Browse).ticket > asked.ticket, timeout=30_000)
    assert wire.last(Browse).tags == ("sea",)


def test_tags_are_typed_after_a_hash(window: MainWindow, wire: TestWire) -> None:
    browse(window, wire)
    QTest.keyClicks(window.field, "two boats #red chair ")
    assert (window.field.text(), chips(window)) == ("two boats ", ["red chair"])
    QTest.keyClicks(window.field, "#SEA")
    assert window.field.query() == Query("two boats", tags=("red chair",))
    QTest.keyClick(window.field, Qt.Key.Key_Return)
    assert wire.last(Search).query == Query("two boats", tags=("red chair", "sea"))


def test_hashes_are_taken_out_of_the_words() -> None:
    known = ("red", "red chair", "sea")
    assert taken("a #red", known, final=False) == ("a #red", ())
    assert taken("a #red ", known, final=False) == ("a #red ", ())  # "red chair" may be meant
    assert taken("a #red b", known, final=False) == ("a b", ("red",))
    assert taken("#red chair b", known, final=False) == ("b", ("red chair",))
    assert taken("#new", known, final=True) == ("", ("new",))
    assert taken("#new word", known, final=False) == ("word", ("new",))
    assert taken("c# and #", known, final=True) == ("c# and #", ())
    assert taken("#sea #SEA x", known, final=False) == ("x", ("sea",))
    assert plain("a boat #se") == "a boat"


def test_the_grid_marks_what_has_tags(window: MainWindow, wire: TestWire, qtbot: QtBot) -> None:
    browse(window, wire)
    qtbot.waitUntil(lambda: wire.count(AskTags) > 0, timeout=30_000)
    seen = wire.last(AskTags).content_ids
    before = window.desk.grid.grab().toImage()
    wire.tell(TagsTold(tuple((id_, (TagUse("sea"),) if id_ == 2 else ()) for id_ in seen)))
    assert window.desk.grid.grab().toImage() != before
    index = window.desk.model.index(1)
    assert "tagged sea" in index.data(Qt.ItemDataRole.ToolTipRole)
    asked = wire.count(AskTags)
    wire.tell(WordsChanged((seen[0],)))
    assert wire.count(AskTags) == asked + 1


def test_the_question_with_its_tags_is_remembered(
    window: MainWindow, wire: TestWire, qtbot: QtBot
) -> None:
    browse(window, wire)
    window.field.set_query(Query("boat", tags=("sea", "red chair")))
    window.close()
    again = MainWindow(wire, window._memory.settings)
    qtbot.addWidget(again)
    assert again.field.query() == Query("boat", tags=("sea", "red chair"))


def test_why_a_note_has_found_it(window: MainWindow, wire: TestWire, qtbot: QtBot) -> None:
    browse(window, wire)
    window.field.set_query(Query("boat"))
    search = wire.last(Search)
    noted = Item(1, 1, "/pictures/0001.jpg", 640, 480, 0, score=0.1, why="Its note has these words")
    rest = items(5, scores=True)[1:]
    wire.tell(Results(search.ticket, search.query, (noted, *rest), 9, 1.0, 1))
    pick(window, wire, qtbot, 0)
    why = window.findChild(QLabel, "inspectorWhy")
    assert why is not None and why.text() == "Its note has these words · score 0.10"
    window.desk.grid.grab()  # the lines below the pictures are drawn though the first is not best
