"""When did the machine itself stand still? ``python -m tests.benchmarks.stalls CORE SECONDS``.

A virtual machine runs when its host lets it. One whose cores are busy may be stopped for tens of
milliseconds, or again and again for a few; to whoever is at work in it that seems their own work,
and the steal time that Linux tells comes in hundredths of a second, or not at all. So something
that is more urgent than all else looks at the clock on each core: where it comes late, nothing ran
there.
"""

import os
import subprocess
import sys
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.conftest import REPOSITORY

_LOOK_S = 0.001
_LATE_S = 0.001
"""Later than this it comes on an idle machine once in two thousand times."""
_URGENCY = 50


@dataclass(slots=True)
class Stalls:
    """By core, when it stood still: (begin, end) on the monotonic clock, in order."""

    by_core: dict[int, list[tuple[float, float]]] = field(default_factory=dict)

    def within(self, core: int, begin: float, end: float) -> float:
        """Seconds of this time in which the core stood still."""
        times = self.by_core.get(core, [])
        first = max(0, bisect_left(times, (begin, begin)) - 1)
        there = 0.0
        for start, stop in times[first:]:
            if start >= end:
                break
            there += max(0.0, min(stop, end) - max(start, begin))
        return there

    @property
    def seconds(self) -> float:
        """Of all cores together."""
        return sum(stop - start for times in self.by_core.values() for start, stop in times)


@contextmanager
def watched(at_most: float) -> Iterator[Stalls]:
    """What is found out until the end; nothing where programs can't be made so urgent."""
    found = Stalls()
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    commands = {
        core: [sys.executable, "-m", __name__, str(core), str(at_most)]
        for core in cores
        if hasattr(os, "sched_setscheduler")
    }
    watchers = {
        core: subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
        for core, command in commands.items()
    }
    try:
        yield found
    finally:
        for core, watcher in watchers.items():
            watcher.terminate()
            told, _ = watcher.communicate()
            lines = [line.split() for line in told.splitlines()]
            found.by_core[core] = [(float(begin), float(end)) for begin, end in lines]


def main(core: str, seconds: str) -> None:
    """Tell when a core stood still, a line each time."""
    with suppress(PermissionError):
        os.sched_setaffinity(0, {int(core)})
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(_URGENCY))
        last = time.monotonic()
        end = last + float(seconds)
        while last < end:
            time.sleep(_LOOK_S)
            now = time.monotonic()
            if now - last > _LOOK_S + _LATE_S:
                sys.stdout.write(f"{last + _LOOK_S:.6f} {now:.6f}\n")
                sys.stdout.flush()
            last = now


if __name__ == "__main__":
    main(*sys.argv[1:])
