"""The loader with real encoded pictures, read in its threads."""

import threading
from collections.abc import Iterable

import pytest
from PySide6.QtGui import QColor, QPixmap
from pytestqt.qtbot import QtBot

from clipdesk.ui.grid.thumbnails import ThumbnailLoader
from tests.ui.grid.conftest import encoded, item


class Told:
    """Keeps what the loader tells, in order."""

    def __init__(self, loader: ThumbnailLoader) -> None:
        self.arrived: list[int] = []
        self.missing: list[tuple[int, ...]] = []
        loader.arrived.connect(self.on_arrived)
        loader.missing.connect(self.missing.append)

    def on_arrived(self, content_ids: Iterable[int]) -> None:
        self.arrived += content_ids


def colour_of(pixmap: QPixmap | None) -> QColor:
    assert pixmap is not None
    return pixmap.toImage().pixelColor(pixmap.rect().center())


def test_wanted_thumbnails_arrive_fitted_and_off_the_window_thread(
    qtbot: QtBot, library: dict[int, bytes]
) -> None:
    library |= {1001: encoded("#ff0000", 600, 400), 1002: encoded("#0000ff", 40, 80)}
    threads = set()

    def read(content_id: int) -> bytes | None:
        threads.add(threading.current_thread())
        return library.get(content_id)

    loader = ThumbnailLoader(read)
    told = Told(loader)
    loader.want([item(1)], [item(2)], side=120)
    qtbot.waitUntil(lambda: len(told.arrived) == 2)
    first, second = loader.get(1001), loader.get(1002)
    assert first is not None
    assert second is not None
    assert (first.width(), first.height()) == (120, 80)
    assert (second.width(), second.height()) == (60, 120)
    assert colour_of(first) == QColor("#ff0000")
    assert threading.main_thread() not in threads
    loader.close()
    assert not any(thread.is_alive() for thread in threads)


def test_what_is_seen_is_read_before_what_is_near_and_what_is_far_not_at_all(
    qtbot: QtBot,
) -> None:
    order: list[int] = []
    gate, data = threading.Event(), encoded("#808080")
    # Two readers are held at the gate until the wishes have changed.
    held = threading.Semaphore(0)

    def read(content_id: int) -> bytes:
        order.append(content_id)
        if content_id in (1000, 1001):
            held.release()
            gate.wait(10)
        return data

    loader = ThumbnailLoader(read)
    told = Told(loader)
    loader.want([item(n) for n in range(50)], [], side=64)
    assert held.acquire(timeout=10)
    assert held.acquire(timeout=10)
    loader.want([item(71), item(70)], [item(60)], side=64)
    gate.set()
    qtbot.waitUntil(lambda: {1071, 1070, 1060} <= set(told.arrived))
    loader.close()
    assert set(order[:2]) == {1000, 1001}
    assert set(order[2:]) == {1071, 1070, 1060}
    assert order.index(1060) > order.index(1071)


def test_missing_ones_are_told_in_order_and_read_when_ready(
    qtbot: QtBot, loader: ThumbnailLoader, library: dict[int, bytes]
) -> None:
    library[1002] = encoded("#00ff00")
    told = Told(loader)
    loader.want([item(3), item(2), item(1)], [], side=64)
    qtbot.waitUntil(lambda: bool(told.missing) and told.missing[-1] == (3, 1))
    assert loader.get(1001) is None
    library |= {1001: encoded("#ff0000"), 1003: encoded("#0000ff")}
    loader.ready((1001, 1003))
    qtbot.waitUntil(lambda: {1001, 1002, 1003} == set(told.arrived))


def test_a_damaged_one_is_made_anew_once_and_then_left_alone(
    qtbot: QtBot, loader: ThumbnailLoader, library: dict[int, bytes]
) -> None:
    library |= {1001: b"not a picture", 1002: encoded("#00ff00")}
    told = Told(loader)
    loader.want([item(1)], [], side=64)
    qtbot.waitUntil(lambda: told.missing == [(1,)])
    loader.ready((1001,))
    loader.want([item(1), item(2)], [], side=64)
    qtbot.waitUntil(lambda: 1002 in told.arrived and not loader._under_way)
    loader.want([item(1), item(2)], [], side=64)
    qtbot.waitUntil(lambda: 1001 in loader._given_up)
    assert told.missing == [(1,)]


@pytest.mark.logs_faults
def test_a_reader_that_fails_costs_one_thumbnail(qtbot: QtBot) -> None:
    data = encoded("#00ff00")

    def read(content_id: int) -> bytes:
        if content_id == 1001:
            raise OSError("the cache is on fire")
        return data

    loader = ThumbnailLoader(read)
    told = Told(loader)
    loader.want([item(1), item(2), item(3), item(4)], [], side=64)
    qtbot.waitUntil(lambda: set(told.arrived) == {1002, 1003, 1004})
    loader.close()


def test_another_size_renews_without_a_gap(
    qtbot: QtBot, loader: ThumbnailLoader, library: dict[int, bytes]
) -> None:
    library[1001] = encoded("#ff0000", 600, 400)
    with qtbot.waitSignal(loader.arrived):
        loader.want([item(1)], [], side=60)
    with qtbot.waitSignal(loader.renewed) as renewed, qtbot.assertNotEmitted(loader.arrived):
        loader.want([item(1)], [], side=300)
        assert loader.get(1001) is not None
    assert renewed.args == [(1001,)]
    larger = loader.get(1001)
    assert larger is not None
    assert larger.width() == 300


def test_the_budget_is_kept_and_what_is_seen_stays(qtbot: QtBot, library: dict[int, bytes]) -> None:
    library |= {1000 + n: encoded("#ff0000", 64, 64) for n in range(40)}
    loader = ThumbnailLoader(library.get, budget=10 * 64 * 64 * 4)
    told = Told(loader)
    loader.want([item(n) for n in range(5)], [item(n) for n in range(5, 40)], side=64)
    qtbot.waitUntil(lambda: len(told.arrived) == 10)
    assert loader._bytes <= 10 * 64 * 64 * 4
    assert all(loader.get(1000 + n) for n in range(5))
    loader.close()


def test_a_transparent_picture_gets_a_ground_on_which_it_is_seen(
    qtbot: QtBot, loader: ThumbnailLoader, library: dict[int, bytes]
) -> None:
    library |= {1001: encoded("#80ffffff", 64, 64), 1002: encoded("#80000000", 64, 64)}
    told = Told(loader)
    loader.want([item(1), item(2)], [], side=64)
    qtbot.waitUntil(lambda: len(told.arrived) == 2)
    # Half transparent white lies on a dark ground, black on a light one.
    assert 120 < colour_of(loader.get(1001)).lightness() < 200
    assert 80 < colour_of(loader.get(1002)).lightness() < 160


def test_closing_with_work_left_ends_at_once(qtbot: QtBot, library: dict[int, bytes]) -> None:
    library |= {1000 + n: encoded("#ff0000") for n in range(200)}
    loader = ThumbnailLoader(library.get)
    loader.want([item(n) for n in range(200)], [], side=64)
    loader.close()
    loader.close()
    assert not any(thread.is_alive() for thread in loader._threads)
