"""The engine behind the bridge, the window's thread in front of it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from clipdesk.core.messages import events
from clipdesk.core.messages.events import (
    Event,
)
from clipdesk.core.messages.requests import (
    AddRoot,
    Search,
)
from clipdesk.core.paths import Directories
from clipdesk.core.types import Query
from clipdesk.ui.bridge import Bridge
from clipdesk.ui.single import SingleInstance
from tests.core.colours import ColourEncoder
from tests.core.house import Shelf, house, paint


@pytest.fixture
def bridge(tmp_path: Path, qtbot: QtBot) -> Iterator[Bridge]:
    directories = Directories.under(tmp_path / "library")
    it = Bridge(directories, store=Shelf(ColourEncoder("starter")))
    yield it
    it.stop()


def test_there_is_a_signal_for_every_event(bridge: Bridge) -> None:
    heard: list[Event] = []
    for event in events.Event.__args__:
        name = "".join(f"_{c.lower()}" if c.isupper() else c for c in event.__name__)[1:]
        getattr(bridge, name).connect(heard.append)
    for event in events.Event.__args__:
        something = object.__new__(event)
        bridge._emit(something)
        assert heard.pop() is something


def test_a_caption_goes_in_and_pictures_come_out(
    bridge: Bridge, tmp_path: Path, qtbot: QtBot
) -> None:
    for number, colour in enumerate(("red", "blue")):
        paint(tmp_path / "pictures" / f"{colour}.png", colour, number)
    threads = []
    bridge.added.connect(lambda _: threads.append(QThread.currentThread()))
    with qtbot.waitSignal(bridge.progress, check_params_cb=lambda p: p.done == p.total == 2):
        bridge.start()
        bridge.send(AddRoot(tmp_path / "pictures"))
    assert threads and all(thread is bridge.thread() for thread in threads)
    with qtbot.waitSignal(bridge.results) as answer:
        bridge.send(Search(1, Query("blue")))
    (results,) = answer.args
    assert Path(results.items[0].path).name == "blue.png"
    assert bridge.read_thumbnail(results.items[0].content_id)


def test_it_stops_at_once_while_it_works(bridge: Bridge, tmp_path: Path, qtbot: QtBot) -> None:
    for number in range(200):
        paint(tmp_path / "pictures" / f"{number}.png", "red", number)
    with qtbot.waitSignal(bridge.added):
        bridge.start()
        bridge.send(AddRoot(tmp_path / "pictures"))
    bridge.stop()  # the fixture's stop comes on top: twice does no harm
    assert bridge.read_thumbnail(1) is None


def test_a_library_that_is_held_is_told(tmp_path: Path, qtbot: QtBot) -> None:
    with house(tmp_path / "library"):
        second = Bridge(Directories.under(tmp_path / "library"))
        with qtbot.waitSignal(second.failed) as failure:
            second.start()
        assert "Another ClipDesk" in failure.args[0]
        second.stop()


def test_a_second_start_hands_its_folders_to_the_first(tmp_path: Path, qtbot: QtBot) -> None:
    first, second = SingleInstance(tmp_path), SingleInstance(tmp_path)
    assert not first.hand_over([])
    with qtbot.waitSignal(first.handed_over) as handed:
        assert second.hand_over([tmp_path / "line\nbreak"])
    assert handed.args == [(tmp_path / "line\nbreak",)]
    first.close()
    assert not second.hand_over([])
    second.close()


def test_other_libraries_have_windows_of_their_own(tmp_path: Path, qtbot: QtBot) -> None:
    first, other = SingleInstance(tmp_path / "a"), SingleInstance(tmp_path / "b")
    assert not first.hand_over([])
    assert not other.hand_over([])
    first.close()
    other.close()


@pytest.mark.logs_faults
def test_an_engine_that_ends_says_so(tmp_path: Path, qtbot: QtBot) -> None:
    directories = Directories.under(tmp_path / "library")
    with house(directories.data):
        pass
    with closing(sqlite3.connect(directories.catalog)) as db:
        db.execute("INSERT INTO root (path, added_at) VALUES (5, 0)")  # no path at all
        db.commit()
    bridge = Bridge(directories, store=Shelf(ColourEncoder("starter")))
    with qtbot.waitSignal(bridge.failed):
        bridge.start()
    bridge.stop()
