"""A video in the window: its time in the grid, its moments in the preview, deeds on one."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from clipdesk.core.messages.events import Changed, Listing, PreviewReady, Results
from clipdesk.core.messages.requests import Preview, Search
from clipdesk.core.messages.videos import AskMoments, MomentsTold, WantFrames
from clipdesk.core.types import Item, Moment, Query
from clipdesk.ui.grid.model import GridModel
from clipdesk.ui.grid.timemark import time_text
from clipdesk.ui.main_window import MainWindow
from clipdesk.ui.search.session import SearchSession
from tests.ui.conftest import TestWire

Key = Qt.Key
DEADLINE_MS = 30_000

PICTURE = Item(1, 1, "/clips/a.jpg", 640, 480, 0x808080, score=0.3)
VIDEO = Item(2, 2, "/clips/b.mp4", 640, 360, 0x204060, duration_ms=125_000)
HIT = Item(
    2, 2, "/clips/b.mp4", 640, 360, 0x30A050, score=0.5,
    duration_ms=125_000, at_ms=12_000, frame_id=22,
)  # fmt: skip
MOMENTS = (
    Moment(21, 3_000, 0x102030, 0.1),
    Moment(22, 12_000, 0x30A050, 0.5),
    Moment(23, 40_000, 0x505050, 0.2),
    Moment(24, 90_000, 0x30A060, 0.45),
)


def ask(window: MainWindow, wire: TestWire, trusted: int = 2) -> None:
    """A question, answered by a moment of a video and a picture."""
    window.field.set_query(Query("something green"))
    ticket = wire.last(Search).ticket
    wire.tell(Results(ticket, Query("something green"), (HIT, PICTURE), 2, 1.0, trusted))


@pytest.fixture
def preview(qtbot: QtBot, window: MainWindow, wire: TestWire) -> MainWindow:
    """The moment that answered, shown large."""
    ask(window, wire)
    grid = window.desk.grid
    grid.setFocus()
    grid.setCurrentIndex(window.desk.model.index(0))
    window.actions_["preview"].trigger()
    assert not window.preview.isHidden()
    return window


def test_times_are_told_where_there_are_any() -> None:
    assert time_text(PICTURE) == ""
    assert time_text(VIDEO) == "2:05"
    assert time_text(HIT) == "0:12 / 2:05"
    assert time_text(HIT, short=True) == "0:12"


def test_the_grid_says_that_it_is_a_video_and_when(window: MainWindow, wire: TestWire) -> None:
    ask(window, wire)
    model = window.desk.model
    spoken = model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "video at 0:12" in spoken
    assert "2:05 long" in spoken
    assert "video" not in model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)


def test_the_mark_is_painted_on_videos_only(
    qtbot: QtBot, window: MainWindow, wire: TestWire
) -> None:
    grid = window.desk.grid

    def corner(row: int) -> set[str]:
        cell = grid.cell_rect(row)
        image = grid.viewport().grab(cell).toImage()
        wide, high = image.width(), image.height()
        return {
            image.pixelColor(x, y).name()
            for x in range(wide // 2, wide)
            for y in range(high // 2, high)
        }

    ask(window, wire)
    assert "#ffffff" in corner(0)
    assert "#ffffff" not in corner(1)


def test_a_change_of_the_file_keeps_the_moment_that_was_found() -> None:
    model = GridModel()
    model.show([HIT], trusted=1)
    model.change([Item(2, 2, "/clips/new.mp4", 640, 360, 0x204060, duration_ms=125_000)])
    item = model.item(0)
    assert (item.path, item.at_ms, item.frame_id) == ("/clips/new.mp4", 12_000, 22)
    assert (item.score, item.colour) == (0.5, HIT.colour)
    model.change([Item(2, 9, "/clips/new.mp4", 640, 360, 0x204060, duration_ms=9_000)])
    assert model.item(0).at_ms is None  # it is another video now


def test_the_preview_shows_the_moment_and_asks_for_the_others(
    preview: MainWindow, wire: TestWire
) -> None:
    asked = wire.last(Preview)
    assert (asked.path, asked.at_ms) == (HIT.path, 12_000)
    assert wire.last(AskMoments) == AskMoments(2, scored=True)
    strip = preview.preview.strip
    assert strip.isHidden()
    wire.tell(MomentsTold(2, MOMENTS))
    assert not strip.isHidden()
    assert "0:12 / 2:05" in preview.preview.accessibleDescription()
    assert preview.preview._shown().bottom() <= strip.y()
    wire.tell(MomentsTold(7, ()))  # of a video that was shown before
    assert not strip.isHidden()


def test_keys_step_through_moments_and_hits(preview: MainWindow, wire: TestWire) -> None:
    wire.tell(MomentsTold(2, MOMENTS))
    overlay = preview.preview

    def at(key: Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> int | None:
        QTest.keyClick(overlay, key, modifier)
        return overlay.at_ms

    assert at(Key.Key_Period) == 40_000
    assert wire.last(Preview).at_ms == 40_000
    assert at(Key.Key_Comma) == 12_000
    assert at(Key.Key_Comma) == 3_000
    assert at(Key.Key_Comma) == 3_000
    shift = Qt.KeyboardModifier.ShiftModifier
    # What fits as well as the last picture that stands out (0.3) is a hit.
    assert at(Key.Key_Right, shift) == 12_000
    assert at(Key.Key_Right, shift) == 90_000
    assert at(Key.Key_Right, shift) == 90_000
    assert at(Key.Key_Left, shift) == 12_000
    assert not overlay.isHidden()
    assert wire.count(AskMoments) == 1  # it is the same video all the while
    assert at(Key.Key_Right) is None  # on to the next picture
    assert overlay.strip.isHidden()


def test_a_click_chooses_a_moment(preview: MainWindow, wire: TestWire) -> None:
    wire.tell(MomentsTold(2, MOMENTS))
    strip = preview.preview.strip
    place = strip.cell(3).center().toPoint()
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=place)
    assert preview.preview.at_ms == 90_000
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(1, 20))  # beside them
    assert not preview.preview.isHidden()
    assert preview.desk.model.item(0).at_ms == 90_000
    assert preview.desk.model.item(0).score == HIT.score


def test_deeds_are_done_with_the_moment_that_is_shown(
    qtbot: QtBot, preview: MainWindow, wire: TestWire
) -> None:
    wire.tell(MomentsTold(2, MOMENTS))
    QTest.keyClick(preview.preview, Key.Key_Period)
    preview.preview.close_preview()
    preview.actions_["copy_image"].trigger()
    asked = wire.last(Preview)
    assert (asked.path, asked.at_ms) == (HIT.path, 40_000)
    wire.tell(PreviewReady(asked.ticket, asked.path, 2, 2, bytes([9, 8, 7, 255]) * 4))
    mime = QGuiApplication.clipboard().mimeData()
    assert mime.hasImage()
    assert not mime.hasUrls()  # the file is the whole video
    QGuiApplication.clipboard().clear()
    dragged = preview.desk.model.mimeData([preview.desk.model.index(0)])
    assert [url.toLocalFile() for url in dragged.urls()] == [HIT.path]
    preview.actions_["similar"].trigger()
    (example,) = wire.last(Search).query.examples
    assert (str(example.path), example.at_ms) == (HIT.path, 40_000)
    assert example.label == "b.mp4 at 0:40"


def test_missing_frames_are_asked_for(qtbot: QtBot, window: MainWindow, wire: TestWire) -> None:
    ask(window, wire)
    qtbot.waitUntil(lambda: wire.count(WantFrames) > 0, timeout=DEADLINE_MS)
    assert wire.last(WantFrames).frame_ids == (22,)


def test_browsing_shows_how_long_it_is(window: MainWindow, wire: TestWire) -> None:
    session: SearchSession = window.session
    wire.tell(Listing(session._ticket, None, (VIDEO,), total=1))
    assert time_text(window.desk.model.item(0)) == "2:05"
    window.desk.grid.setCurrentIndex(window.desk.model.index(0))
    window.actions_["preview"].trigger()
    assert wire.last(AskMoments) == AskMoments(2, scored=False)
    assert wire.last(Preview).at_ms is None
    wire.tell(MomentsTold(2, tuple(Moment(m.frame_id, m.at_ms, m.colour) for m in MOMENTS)))
    QTest.keyClick(window.preview, Key.Key_Period)
    assert window.preview.at_ms == 3_000
    wire.tell(Changed((VIDEO,)))
    assert window.desk.model.item(0).at_ms == 3_000
