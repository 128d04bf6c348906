"""The computer around us: is it plugged in, and is it busy with something else?"""

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil

_LOOK_EVERY_S = 2.0
_MUCH = 0.5
"""Of all cores, used by others: somebody is working."""


class Surroundings:
    """Looks at most every two seconds: it is asked all the time."""

    def __init__(self, ours: Callable[[], Iterable[int]]) -> None:
        """``ours`` are our other processes: what they use is not somebody else's work."""
        self._ours = ours
        self._looked_at = 0.0
        self._before: tuple[float, float, float] | None = None
        self._on_battery = self._busy = False

    @property
    def on_battery(self) -> bool:
        """Whether there is a battery, and it is being used up."""
        self._look()
        return self._on_battery

    @property
    def busy(self) -> bool:
        """Whether other programs use much of the processor; what makes way for others is none."""
        self._look()
        return self._busy

    def _look(self) -> None:
        now = time.monotonic()
        if now - self._looked_at < _LOOK_EVERY_S and self._before:
            return
        self._looked_at = now
        battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
        self._on_battery = battery is not None and battery.power_plugged is False
        spent = now, _used(), _used_by_us(self._ours())
        if self._before:
            seconds = (spent[0] - self._before[0]) * (os.cpu_count() or 1)
            others = (spent[1] - self._before[1]) - (spent[2] - self._before[2])
            self._busy = others > _MUCH * seconds
        self._before = spent


def _used() -> float:
    """Seconds of processor that everybody has used; niced work, where the system tells it, not."""
    times = psutil.cpu_times()
    return float(times.user + times.system)


def _used_by_us(others: Iterable[int]) -> float:
    """Of that what we have used, with our other processes."""
    total = 0.0
    for pid in (os.getpid(), *others):
        try:
            times = psutil.Process(pid).cpu_times()
        except psutil.Error:
            continue  # it has just ended
        total += times.user + times.system - _niced(pid)
    return total


def _niced(pid: int) -> float:
    """Seconds that threads of a process have used which make way for others, outside the kernel.

    Linux counts them apart for the whole computer, but not for a process (proc(5)).
    """
    if sys.platform != "linux":
        return 0.0
    ticks = 0
    for stat in Path(f"/proc/{pid}/task").glob("*/stat"):
        with contextlib.suppress(OSError):  # it has just ended
            fields = stat.read_text("ascii", "replace").rpartition(")")[2].split()
            user, niceness = int(fields[11]), int(fields[16])
            ticks += user if niceness > 0 else 0
    return ticks / os.sysconf("SC_CLK_TCK")
