"""Quick look over a real grid, with real keys and a hand that answers like the engine."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clipdesk.core.messages.events import (
    PreviewFailed,
    PreviewReady,
)
from clipdesk.ui.grid.view import GridView
from clipdesk.ui.preview.overlay import PreviewOverlay
from tests.ui.grid.conftest import Fill, fill, grid, item, library, loader

__all__ = ["fill", "grid", "library", "loader"]  # fixtures

Key = Qt.Key
Left = Qt.MouseButton.LeftButton
None_ = Qt.KeyboardModifier.NoModifier


class Asked:
    """What the overlay asked to have rendered."""

    def __init__(self, overlay: PreviewOverlay) -> None:
        self.all: list[tuple[int, str, int]] = []
        overlay.render_requested.connect(self.on_asked)

    def on_asked(self, ticket: int, path: str, side: int) -> None:
        self.all.append((ticket, path, side))

    @property
    def last(self) -> tuple[int, str, int]:
        return self.all[-1]


@pytest.fixture
def overlay(grid: GridView, fill: Fill) -> PreviewOverlay:
    fill(50)
    overlay = PreviewOverlay(grid)
    grid.preview_requested.connect(overlay.open_preview)
    QTest.mouseClick(grid.viewport(), Left, None_, grid.cell_rect(2).center())
    return overlay


@pytest.fixture
def asked(overlay: PreviewOverlay) -> Asked:
    return Asked(overlay)


def rendered(ticket: int, colour: tuple[int, int, int, int], w: int, h: int) -> PreviewReady:
    red, green, blue, alpha = colour
    light = None if alpha == 255 else (max(red, green, blue) + min(red, green, blue)) / 510
    pixels = bytes((blue, green, red, alpha)) * (w * h)
    return PreviewReady(ticket, "", w, h, pixels, opaque=alpha == 255, lightness=light)


def centre(overlay: PreviewOverlay) -> str:
    place = overlay._shown().center().toPoint()
    return overlay.grab().toImage().pixelColor(place).name()


def shown(overlay: PreviewOverlay) -> int:
    assert overlay.item is not None
    return overlay.item.asset_id


def test_space_opens_and_closes_and_gives_the_keyboard_back(
    qtbot: QtBot, grid: GridView, overlay: PreviewOverlay
) -> None:
    assert overlay.isHidden()
    QTest.keyClick(grid, Key.Key_Space)
    assert overlay.isVisible()
    assert overlay.hasFocus()
    assert overlay.geometry() == grid.rect()
    grid.doItemsLayout()
    bar = grid.verticalScrollBar().parentWidget()
    assert bar is not None
    assert bar.isVisible()
    assert grid.childAt(bar.geometry().center()) is overlay
    assert overlay.accessibleDescription() == "img2.png · 300 × 200 · 3 of 50"
    for key in (Key.Key_Space, Key.Key_Escape):
        overlay.open_preview()
        with qtbot.waitSignal(overlay.closed):
            QTest.keyClick(overlay, key)
        assert overlay.isHidden()
        assert grid.hasFocus()


def test_its_colour_then_the_rendering(overlay: PreviewOverlay, asked: Asked) -> None:
    overlay.open_preview()
    assert centre(overlay) == "#336699"
    ticket, path, side = asked.last
    assert path == "/pictures/img2.png"
    assert side >= 600
    overlay.show_rendered(rendered(ticket, (200, 0, 0, 255), 300, 200))
    assert centre(overlay) == "#c80000"


def test_arrows_walk_through_the_grid_and_the_newest_ticket_wins(
    grid: GridView, overlay: PreviewOverlay, asked: Asked
) -> None:
    overlay.open_preview()
    first = asked.last[0]
    QTest.keyClick(overlay, Key.Key_Right)
    assert shown(overlay) == 3
    second = asked.last[0]
    overlay.show_rendered(rendered(first, (255, 0, 0, 255), 300, 200))
    assert centre(overlay) == "#336699"
    overlay.show_failed(PreviewFailed(first, "", "late"))
    overlay.show_rendered(rendered(second, (0, 255, 0, 255), 300, 200))
    assert centre(overlay) == "#00ff00"
    QTest.keyClick(overlay, Key.Key_Down)
    assert shown(overlay) == 3 + grid.lattice.columns
    QTest.keyClick(overlay, Key.Key_Home)
    QTest.keyClick(overlay, Key.Key_Left)
    assert shown(overlay) == 0
    assert [one.asset_id for one in grid.selected_items()] == [0]


def test_a_failure_is_said_in_words(overlay: PreviewOverlay, asked: Asked) -> None:
    overlay.open_preview()
    before = overlay.grab().toImage()
    overlay.show_failed(PreviewFailed(asked.last[0], "", "Not readable: the file ends too early"))
    assert overlay.grab().toImage() != before
    QTest.keyClick(overlay, Key.Key_Right)
    QTest.keyClick(overlay, Key.Key_Left)
    assert overlay.grab().toImage() == before


def test_one_to_one_asks_for_all_pixels_and_can_be_pushed(
    grid: GridView, overlay: PreviewOverlay, asked: Asked
) -> None:
    model = grid.grid_model()
    assert model is not None
    model.change([item(2, width=4000, height=3000)])
    overlay.open_preview()
    assert asked.last[2] < 2000
    assert overlay.stage.shown_scale < 1
    QTest.keyClick(overlay, Key.Key_1)
    assert overlay.stage.shown_scale == 1.0
    assert asked.last[2] == 4000
    before = overlay.stage.rect
    place = overlay.rect().center()
    QTest.mousePress(overlay, Left, None_, place)
    QTest.mouseMove(overlay, place + QPoint(-30, 0))
    QTest.mouseMove(overlay, place + QPoint(-100, -50))
    QTest.mouseRelease(overlay, Left, None_, place + QPoint(-100, -50))
    assert overlay.stage.rect[0] == pytest.approx(before[0] - 100, abs=1)
    assert overlay.stage.rect[1] == pytest.approx(before[1] - 50, abs=1)
    assert overlay.isVisible()
    QTest.mouseDClick(overlay, Left, None_, place)
    assert overlay.stage.scale is None


def test_the_wheel_zooms(overlay: PreviewOverlay) -> None:
    overlay.open_preview()
    before = overlay.stage.shown_scale
    place = QPointF(overlay.rect().center())
    event = QWheelEvent(
        place,
        place,
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        None_,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(overlay, event)
    assert overlay.stage.shown_scale > before


def test_a_click_beside_the_picture_closes(overlay: PreviewOverlay) -> None:
    overlay.open_preview()
    QTest.mouseClick(overlay, Left, None_, overlay._shown().center().toPoint())
    assert overlay.isVisible()
    QTest.mouseClick(overlay, Left, None_, QPoint(5, overlay.height() // 2))
    assert overlay.isHidden()


def test_it_follows_the_grid(grid: GridView, overlay: PreviewOverlay) -> None:
    model = grid.grid_model()
    assert model is not None
    overlay.open_preview()
    grid.resize(640, 480)
    assert overlay.size() == grid.size()
    model.remove([2])
    assert overlay.isVisible()
    assert shown(overlay) != 2
    model.show([])
    assert overlay.isHidden()
