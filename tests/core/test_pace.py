"""The person's own work comes first: pauses, rests, batteries, and time that leaps."""

import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from clipdesk.core.clocks import Clocks
from clipdesk.core.messages.events import (
    PaceChanged,
    Progress,
)
from clipdesk.core.messages.requests import (
    AddRoot,
    Browse,
    Preview,
    Resume,
    Search,
    SetPace,
)
from clipdesk.core.pace import Pace
from clipdesk.core.surroundings import Surroundings, _used_by_us
from clipdesk.core.types import Query
from tests.core.house import House, house, paint


@dataclass
class Around:
    on_battery: bool = False
    busy: bool = False


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def rested(pace: Pace, clock: Clock, batches: int = 10) -> float:
    """The part of the time that is rest while batches of 0.2 s are worked off."""
    rest, begun = 0.0, clock.now
    for _ in range(batches):
        clock.now += 0.2
        pace.worked()
        assert pace.free == (pace.due_in is None)
        rest += pace.due_in or 0.0
        clock.now += pace.due_in or 0.0
    return rest / (clock.now - begun)


def test_nothing_is_slow_where_nobody_is_disturbed() -> None:
    clock = Clock()
    assert rested(Pace(Around(), clock), clock) == 0
    assert rested(Pace(None, clock), clock) == 0, "at the command line somebody waits"


def test_a_rest_for_each_batch_beside_work_and_longer_ones_on_battery() -> None:
    around, clock = Around(busy=True), Clock()
    pace = Pace(around, clock)
    rested(pace, clock, 1)
    assert rested(pace, clock) == pytest.approx(1 / 2)
    assert pace.why == "gently, beside your work"
    around.busy = False
    assert pace.why == ""
    pace.attend()
    assert rested(pace, clock) == pytest.approx(1 / 2)
    clock.now += 20
    assert rested(pace, clock) == 0
    around.on_battery = True
    rested(pace, clock, 1)
    assert rested(pace, clock) == pytest.approx(3 / 4)
    assert pace.why == "gently, on battery"


def test_without_power_it_waits_if_the_person_wants_that() -> None:
    around, clock = Around(on_battery=True), Clock()
    pace = Pace(around, clock)
    pace.only_plugged_in = True
    assert pace.paused and not pace.free
    assert pace.why == "waits for power"
    assert pace.due_in is not None, "somebody must look whether it is plugged in"
    around.on_battery = False
    assert pace.free and not pace.why
    pace.pause()
    around.on_battery = True
    assert pace.why == "", "the person knows why"
    assert pace.due_in is None


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    for number in range(6):
        paint(tmp_path / "pictures" / f"{number}.png", "red", number)
    return tmp_path / "pictures"


def set_around(home: House, around: Around) -> None:
    home.engine._pace._around = around


def test_a_library_waits_for_power_and_says_so(tmp_path: Path, pictures: Path) -> None:
    around = Around(on_battery=True)
    with house(tmp_path / "library", watching=True) as home:
        set_around(home, around)
        home.send(SetPace(only_plugged_in=True), AddRoot(pictures))
        assert home.of(PaceChanged)[-1].only_plugged_in
        told = home.of(Progress)[-1]
        assert (told.paused, told.why, told.done, told.total) == (True, "waits for power", 0, 6)
        assert home.encoder.images == 0
        home.send(Resume())
        assert home.encoder.images == 0
        around.on_battery = False
        home.until(lambda: home.encoder.images == 6)
    with house(tmp_path / "library", watching=True) as home:
        assert home.of(PaceChanged)[0].only_plugged_in, "it is remembered"
    with house(tmp_path / "library") as home:
        set_around(home, Around(on_battery=True))
        assert not home.engine._pace.paused, "the command line does what it is told"


def test_what_the_person_does_is_noticed(tmp_path: Path, pictures: Path) -> None:
    with house(tmp_path / "library", watching=True) as home:
        set_around(home, Around())
        pace = home.engine._pace
        home.send(AddRoot(pictures), Browse(1))
        for request in (Search(2, Query("red")), Preview(3, str(pictures / "1.png"), 64)):
            pace._attended_at = float("-inf")
            home.send(request)
            assert pace.why == "gently, beside your work"
        pace._attended_at = float("-inf")
        home.send(Search(4, Query("red")))
        assert not pace.why, "the window has asked the same again by itself"


def test_the_surroundings_can_be_looked_at() -> None:
    around = Surroundings(lambda: [os.getpid(), 2**22 - 1])
    assert around.busy is False, "there is nothing to compare with yet"
    assert around.on_battery in (True, False)


def test_our_own_work_is_not_somebody_else_s(monkeypatch: pytest.MonkeyPatch) -> None:
    cores, used, clock = os.cpu_count() or 1, [100.0, 100.0], Clock()
    monkeypatch.setattr(time, "monotonic", clock)
    monkeypatch.setattr("clipdesk.core.surroundings._used", lambda: used[0])
    monkeypatch.setattr("clipdesk.core.surroundings._used_by_us", lambda _: used[1])
    around = Surroundings(list)
    assert not around.busy
    used[:] = [100.0 + 10 * cores, 100.0 + 9 * cores]
    clock.now += 10
    assert not around.busy
    used[0] += 8 * cores
    assert not around.busy, "it is not looked every time"
    clock.now += 10
    assert around.busy


BURN = """
import os, sys, time
if sys.argv[1] == "nice":
    os.nice(5)
while time.process_time() < 0.5:
    sum(range(1000))
print("done", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts nice work apart")
@pytest.mark.parametrize(("manners", "counts"), [("nice", False), ("rude", True)])
def test_our_nice_work_is_not_taken_off_what_others_do(manners: str, *, counts: bool) -> None:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", BURN, manners], **pipes) as child:
        assert child.stdout is not None
        child.stdout.readline()
        ours = _used_by_us([child.pid]) - _used_by_us([])
        child.communicate()
    assert (ours > 0.3) == counts


@pytest.mark.skipif(not hasattr(psutil.Process, "ionice"), reason="there is no such thing here")
def test_decoders_let_others_read_first(tmp_path: Path, pictures: Path) -> None:
    with house(tmp_path / "library") as home:
        home.add(pictures)
        (pid, *_) = home.engine._pool.processes()
        decoder = psutil.Process(pid)
        assert decoder.ionice() == (psutil.IOPRIO_CLASS_BE, 7)
        assert decoder.nice() > psutil.Process().nice() or decoder.nice() == 19


@pytest.mark.parametrize(
    ("wall", "steady", "jumped"),
    [
        (5, 5, False),
        (5.9, 5, False),
        (8 * 3600, 5, True),  # slept; Linux, macOS
        (8 * 3600, 8 * 3600, True),  # slept; Windows
        (-3600, 5, True),  # the clock was set back
    ],
)
def test_time_that_leaps_is_noticed(wall: float, steady: float, jumped: bool) -> None:
    now = [0.0, 0.0]
    clocks = Clocks(lambda: now[0], lambda: now[1])
    assert not clocks.jumped()
    now[:] = [wall, steady]
    assert clocks.jumped() is jumped
    now[:] = [wall + 5, steady + 5]
    assert not clocks.jumped()


def test_after_sleep_all_is_looked_through(tmp_path: Path, pictures: Path) -> None:
    with house(tmp_path / "library", watching=True) as home:
        home.add(pictures)
        sync = home.engine._sync
        sync._watcher.unwatch(1)  # what happens now is not told
        paint(pictures / "unheard.png", "blue", 9)
        home.inbox.take_looks()
        sync._clocks._wall = lambda: time.time() + 8 * 3600
        sync._checked_at = float("-inf")
        home.until(lambda: "unheard.png" in home.shown)
        assert home.encoder.images == 7
        assert threading.active_count() < 30
