"""What has come to stay is not looked through again by Python's collector."""

import gc
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from clipdesk.core.messages.events import EncoderChanged, Listing
from clipdesk.core.types import EncoderState
from clipdesk.ui import collector
from clipdesk.ui.collector import Collector
from tests.ui.conftest import TestWire


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


class Thing:
    """Something that a collector looks at."""


def looked_at(thing: Thing) -> bool:
    return any(other is thing for other in gc.get_objects())


def test_it_waits_for_the_start_and_then_passes_over_what_is_there(
    qtbot: QtBot, wire: TestWire
) -> None:
    kept = Collector(wire)
    assert not gc.isenabled()
    before = Thing()
    wire.tell(EncoderChanged("starter", EncoderState.LOADING))
    assert not gc.isenabled()
    wire.tell(EncoderChanged("starter", EncoderState.READY))
    assert gc.isenabled()
    after = Thing()
    assert (looked_at(before), looked_at(after)) == (False, True)
    kept.deleteLater()


def test_what_has_come_to_stay_can_go_all_the_same(qtbot: QtBot, wire: TestWire) -> None:
    Collector(wire, wire)
    thing = Thing()
    wire.tell(EncoderChanged("starter", EncoderState.READY))
    gone = weakref.ref(thing)
    del thing
    assert gone() is None


def test_pictures_stay_and_a_listing_on_its_way_does_not_count(
    qtbot: QtBot, wire: TestWire
) -> None:
    Collector(wire, wire)
    wire.tell(Listing(1, None, ()))
    assert not gc.isenabled()
    wire.tell(EncoderChanged("starter", EncoderState.READY))
    thing = Thing()
    wire.tell(Listing(1, None, (), more=True))
    assert looked_at(thing)
    wire.tell(Listing(1, None, ()))
    assert not looked_at(thing)


def test_without_an_encoder_it_goes_on_in_the_end(
    qtbot: QtBot, wire: TestWire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collector, "LATEST_MS", 1)
    Collector(wire, wire)
    qtbot.waitUntil(gc.isenabled)
