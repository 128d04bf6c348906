"""The real program on a screen of its own, and what a heartbeat in it has told."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.benchmarks.findings import Findings, percentile
from tests.benchmarks.stalls import Stalls, watched
from tests.conftest import REPOSITORY

BEAT_MS = 5
"""How often the GUI's thread is looked at."""
_MORE_S = 60
"""What starting and ending may take beside the task's own time."""


@contextmanager
def screen() -> Iterator[dict[str, str]]:
    """The environment of a program with an X screen of its own; Qt's own where there is none."""
    if shutil.which("Xvfb") is None:
        yield os.environ | {"QT_QPA_PLATFORM": "offscreen"}
        return
    reading, writing = os.pipe()
    arguments = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten"]
    with subprocess.Popen([*arguments, "tcp"], pass_fds=(writing,), stderr=subprocess.DEVNULL) as x:
        os.close(writing)
        try:
            with os.fdopen(reading) as said:
                display = f":{said.readline().strip()}"
            yield os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        finally:
            x.terminate()


def run(
    library: Path,
    environment: dict[str, str],
    rows: int,
    task: str,
    folders: Sequence[Path] = (),
    *,
    at_most: float = 60,
) -> dict[str, Any]:
    """Run the program for a task of `tests.benchmarks.hands`; what it has told.

    The task ends after ``at_most`` seconds, whether it is done or not. ``stages`` are lists of
    `Beat`, and where the machine is known to have stood still, ``stood_still`` says how long.
    """
    arguments = (task, library, rows, at_most, *folders)
    with watched(at_most + _MORE_S) as stalls:
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.hands", *map(str, arguments)],
            cwd=REPOSITORY,
            env=environment | {"CLIPDESK_BEGUN": str(time.monotonic())},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=at_most + _MORE_S,
        )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    for beats in told.get("stages", {}).values():
        beats[:] = [_beat(stalls, beat) for beat in beats]
    return told | {"stood_still": stalls.seconds}


class Beat(NamedTuple):
    """The GUI's thread from one beat to the next, in milliseconds."""

    gap: float
    """Away from its events, whoever had the processor."""
    own: float
    """At work."""
    held: float
    """Away, but for the time in which no core was free: own work, locks, and files."""
    still: float
    """In which the machine stood still; it is neither its own nor its waiting."""


def _beat(stalls: Stalls, told: tuple[float, float, float, float, int]) -> Beat:
    begin, end, cpu, waited, core = told
    still = stalls.within(core, begin, end)
    gap = max(0.0, (end - begin) * 1000 - BEAT_MS)
    own = max(0.0, (cpu - still) * 1000)
    return Beat(gap, own, max(own, gap - (waited + still) * 1000), still * 1000)


def heartbeat(findings: Findings, what: str, beats: Sequence[Beat]) -> None:
    """How long the GUI's thread was away, in milliseconds."""
    gaps = [beat.gap for beat in beats]
    still = sum(beat.still for beat in beats)
    note = f"{len(gaps)} beats; away from the events, whoever had the processor"
    findings.add(f"GUI away, p99, {what}", percentile(gaps, 0.99), "ms", must=50, note=note)
    note = f"beats in which the machine stood still, together for {still:.0f} ms, left in"
    findings.add(f"GUI away, at most, {what}", max(gaps), "ms", note=note)
    note = "and for the machine's standing still: own work, locks, files"
    held = max(beat.held for beat in beats)
    findings.add(f"the same but for waiting for a core, {what}", held, "ms", must=50, note=note)
    own = max(beat.own for beat in beats)
    findings.add(f"GUI's own work in one go, at most, {what}", own, "ms", must=50)
