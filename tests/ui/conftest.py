"""A wire to an engine that is not there: what is asked is kept, what it tells is told by hand."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QEvent, QObject, QSettings, Signal
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clipdesk.core.messages.events import (
    Event,
)
from clipdesk.core.messages.requests import (
    Request,
)
from clipdesk.core.types import Item
from clipdesk.ui.main_window import MainWindow

R = TypeVar("R")


class TestWire(QObject):
    """The bridge's shape; `tell` is the engine's voice."""

    __test__ = False

    roots_changed = Signal(object)
    progress = Signal(object)
    pace_changed = Signal(object)
    relocation_offered = Signal(object)
    rules_tried = Signal(object)
    listing = Signal(object)
    added = Signal(object)
    changed = Signal(object)
    removed = Signal(object)
    removal_asked = Signal(object)
    results = Signal(object)
    search_waits = Signal(object)
    search_failed = Signal(object)
    problems_changed = Signal(object)
    preview_ready = Signal(object)
    preview_failed = Signal(object)
    thumbnails_ready = Signal(object)
    moments_told = Signal(object)
    encoder_changed = Signal(object)
    models_listed = Signal(object)
    download_offered = Signal(object)
    download_progress = Signal(object)
    download_ended = Signal(object)
    map_drawn = Signal(object)
    map_progress = Signal(object)
    sources_told = Signal(object)
    teaching_told = Signal(object)
    examining_progress = Signal(object)
    library_examined = Signal(object)
    notice = Signal(object)
    tags_changed = Signal(object)
    tags_told = Signal(object)
    about = Signal(object)
    words_changed = Signal(object)
    label_sets_changed = Signal(object)
    suggesting = Signal(object)
    label_suggested = Signal(object)
    suggesting_ended = Signal(object)
    describing = Signal(object)
    describing_failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Request] = []
        self.thumbnails: dict[int, bytes] = {}

    def send(self, request: Request) -> None:
        self.asked.append(request)

    def read_thumbnail(self, content_id: int) -> bytes | None:
        return self.thumbnails.get(content_id)

    def tell(self, event: Event) -> None:
        name = "".join(f"_{c.lower()}" if c.isupper() else c for c in type(event).__name__)
        getattr(self, name[1:]).emit(event)

    def last(self, kind: type[R]) -> R:
        """The newest request of a kind."""
        return next(request for request in reversed(self.asked) if isinstance(request, kind))

    def count(self, kind: type) -> int:
        return sum(isinstance(request, kind) for request in self.asked)


def items(number: int, *, scores: bool = False, folder: str = "/pictures") -> tuple[Item, ...]:
    """Pictures that exist in the catalogue only."""
    return tuple(
        Item(
            asset_id=row + 1,
            content_id=row + 1,
            path=f"{folder}/{row + 1:04}.jpg",
            width=640,
            height=480,
            colour=0x808080,
            score=0.4 - row / 1000 if scores else None,
        )
        for row in range(number)
    )


@pytest.fixture
def wire() -> TestWire:
    return TestWire()


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def window(
    qtbot: QtBot, qapp: QApplication, wire: TestWire, settings: QSettings
) -> Iterator[MainWindow]:
    window = MainWindow(wire, settings)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()
    window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(autouse=True)
def _no_faults_in_slots() -> Iterator[None]:
    """An exception in a slot reaches the hook only; pytest-qt's own capture covers the rest."""
    hook = sys.excepthook
    yield
    sys.excepthook = hook
