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
from typing import Any

from tests.benchmarks.findings import Findings, percentile
from tests.conftest import REPOSITORY

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

    The task ends after ``at_most`` seconds, whether it is done or not.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.hands", task, library, str(rows), str(at_most)]
        + [str(folder) for folder in folders],
        cwd=REPOSITORY,
        env=environment | {"CLIPDESK_BEGUN": str(time.monotonic())},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=at_most + _MORE_S,
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def heartbeat(findings: Findings, what: str, beats: Sequence[Sequence[float]]) -> None:
    """How long the GUI's thread was away, in milliseconds.

    Each beat is (gap, own work, gap but for the time in which no core was free). The last is what
    we are to blame for, however busy the machine is, and others on its host: own work, locks, and
    files.
    """
    gaps, own, held = ([beat[part] for beat in beats] for part in range(3))
    note = f"{len(gaps)} beats; away from the events, whoever had the processor"
    findings.add(f"GUI away, p99, {what}", percentile(gaps, 0.99), "ms", must=50, note=note)
    findings.add(f"GUI away, at most, {what}", max(gaps), "ms")
    findings.add(f"the same but for waiting for a core, {what}", max(held), "ms", must=50)
    findings.add(f"GUI's own work in one go, at most, {what}", max(own), "ms", must=50)
