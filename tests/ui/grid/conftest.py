"""Pictures for the grid, made by Qt itself."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from clipdesk.core.types import Item
from clipdesk.ui.grid.model import GridModel
from clipdesk.ui.grid.thumbnails import ThumbnailLoader
from clipdesk.ui.grid.view import GridView


def item(number: int, path: str = "", **changes: object) -> Item:
    plain = Item(number, number + 1000, path or f"/pictures/img{number}.png", 300, 200, 0x336699)
    return replace(plain, **changes)  # type: ignore[arg-type]


def encoded(colour: str, width: int = 60, height: int = 40) -> bytes:
    """A PNG of one colour; transparent where the colour says so."""
    image = QImage(width, height, QImage.Format.Format_ARGB32)
    image.fill(QColor(colour))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "PNG")
    return data.data()


@pytest.fixture
def library() -> dict[int, bytes]:
    """What there is to be read: content_id → encoded thumbnail."""
    return {}


@pytest.fixture
def loader(qapp: object, library: dict[int, bytes]) -> Iterator[ThumbnailLoader]:
    loader = ThumbnailLoader(library.get)
    yield loader
    loader.close()


@pytest.fixture
def grid(qtbot: QtBot, loader: ThumbnailLoader) -> GridView:
    """A grid on the screen, six columns wide, with nothing in it."""
    view = GridView(loader)
    view.setModel(GridModel(view))
    view.resize(1100, 700)
    qtbot.addWidget(view)
    with qtbot.waitExposed(view):
        view.show()
    view.activateWindow()
    view.setFocus()
    return view


Fill = Callable[..., GridModel]


@pytest.fixture
def fill(grid: GridView) -> Fill:
    """Show so many pictures; as results if ``trusted`` is given."""

    def fill(count: int, trusted: int | None = None) -> GridModel:
        model = grid.grid_model()
        assert model is not None
        model.show(
            [
                item(n, score=None if trusted is None else 0.4 - n / (4 * count))
                for n in range(count)
            ],
            trusted,
        )
        return model

    return fill
