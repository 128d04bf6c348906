"""The whole program stands still while others work in its folders, and goes on."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psutil
import pytest

from tests.core.house import paint
from tests.faults.disks import frozen_by_cgroup
from tests.faults.ledger import fault, often
from tests.story.program import Program, program

if not hasattr(signal, "SIGSTOP"):
    pytest.skip("no such signals here", allow_module_level=True)

PICTURES = 20
SECONDS = 60


@contextmanager
def stopped(pids: list[int]) -> Iterator[None]:
    """All of them stand still, as after Ctrl+Z."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    deadline = time.monotonic() + SECONDS
    while any(psutil.Process(pid).status() != psutil.STATUS_STOPPED for pid in pids):
        assert time.monotonic() < deadline, "it goes on"
        time.sleep(0.01)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(PICTURES):
        paint(tmp_path / "pictures" / f"{number}.png", "red", number)
    return tmp_path / "pictures"


@pytest.fixture
def follower(tmp_path: Path, folder: Path) -> Iterator[Program]:
    arguments = tmp_path / "library", folder
    with program("tests.faults.follower", *arguments, env=os.environ, folder=tmp_path) as it:
        follows(it, folder, PICTURES)
        yield it


def follows(it: Program, folder: Path, encoded: int) -> None:
    """Wait until it knows what is in the folder."""
    right = {"names": sorted(path.name for path in folder.iterdir()), "encoded": encoded}
    it.until(lambda said: said == right, f"{len(right['names'])} names", SECONDS)


@pytest.mark.parametrize(
    ("how", "freeze"),
    [("stopped by a signal", stopped), ("frozen by its cgroup", frozen_by_cgroup)],
    ids=["signal", "cgroup"],
)
def test_the_program_stands_still(
    folder: Path,
    follower: Program,
    how: str,
    freeze: Callable[[list[int]], AbstractContextManager[None]],
) -> None:
    times, encoded = often(2, 8), PICTURES
    with fault(f"program {how}, others' work", times) as row:
        for turn in range(times):
            process = psutil.Process(follower.process.pid)
            everyone = [process.pid, *(child.pid for child in process.children(recursive=True))]
            with freeze(everyone):
                old = min(folder.iterdir())
                for step in range(often(20, 2_000)):
                    old = old.rename(folder / f"z {turn} {step}.png")
                max(folder.glob("[0-9]*.png")).unlink()
                paint(folder / f"new {turn}.png", "blue", 1000 + turn)
                encoded += 1
            row.begun = time.monotonic()
            follows(follower, folder, encoded)
            row.right()
