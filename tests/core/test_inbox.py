"""The order of urgency."""

import threading
from pathlib import Path

from clipdesk.core.inbox import Inbox
from clipdesk.core.messages.requests import (
    Browse,
    Look,
    Pause,
    Rescan,
    Search,
    Stop,
)
from clipdesk.core.progress import Meter
from clipdesk.core.types import Query


def test_the_newest_search_comes_first_and_alone() -> None:
    inbox = Inbox()
    for request in (Pause(), Browse(1), Search(1, Query("a")), Rescan(), Search(2, Query("b"))):
        inbox.put(request)
    taken = [inbox.take() for _ in range(5)]
    assert taken == [Search(2, Query("b")), Browse(1), Pause(), Rescan(), None]


def test_stop_is_heard_at_once() -> None:
    inbox = Inbox()
    inbox.put(Pause())
    inbox.put(Stop())
    assert inbox.stopped


def test_looks_are_taken_together() -> None:
    inbox = Inbox()
    looks = [Look(1, Path(str(number))) for number in range(3)]
    for look in looks:
        inbox.put(look)
    assert inbox.take() is None
    assert inbox.take_looks() == looks
    assert inbox.take_looks() == []


def test_a_wait_ends_when_something_comes() -> None:
    inbox = Inbox()
    for wake in (inbox.wake, lambda: inbox.put(Pause())):
        thread = threading.Thread(target=wake)
        thread.start()
        inbox.wait(timeout=30)
        thread.join()


def test_the_meter_counts_from_idle_to_idle() -> None:
    meter = Meter()
    assert meter.seconds_left is None
    meter.expect(10)
    meter.advance(4)
    assert (meter.done, meter.total) == (4, 10)
    assert meter.images_per_second > 0
    assert meter.seconds_left is not None
    meter.expect(-6)
    assert meter.total == 4
    meter.reset()
    assert (meter.done, meter.total, meter.images_per_second) == (0, 0, 0)
