"""Decoders live in processes of their own: what kills one costs one file."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from clipdesk.core.errors import DecoderLost, PictureTooLarge, UnreadablePicture
from clipdesk.core.pictures import DecoderPool, Limits, decode, fingerprint, render, usual_workers
from clipdesk.core.types import ImageSpec
from tests.core.pictures.drawn import ENDLESS, SPEC, SQUASH, assert_upright, corners, encoded, photo

SECONDS = 30
"""A deadline for what takes a fraction of it."""
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals")


@pytest.fixture
def pool() -> Iterator[DecoderPool]:
    with DecoderPool(1) as pool:
        yield pool


def _pids(pool: DecoderPool) -> list[int]:
    return [child.pid for _, child in pool._feeders if child.pid is not None]


def wait_for(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.005)  # there is no event for what another process does


def test_same_as_in_this_process(pool: DecoderPool, tmp_path: Path) -> None:
    path = tmp_path / "a\nb \udcff.png" if sys.platform == "linux" else tmp_path / "a b.png"
    path.write_bytes(encoded(corners(), "PNG"))
    specs = (SQUASH, ImageSpec(96, "longest"))
    there, here = pool.decode(path, specs).result(SECONDS), decode(path, specs)
    assert there.content_hash == here.content_hash == pool.fingerprint(path).result(SECONDS)
    assert there.content_hash == fingerprint(path)
    assert (there.width, there.height, there.format) == (120, 80, "PNG")
    assert (there.colour, there.thumbnail) == (here.colour, here.thumbnail)
    for a, b in zip(there.inputs, here.inputs, strict=True):
        assert np.array_equal(a, b)
        assert a.flags.writeable
    assert_upright(there)
    assert pool.render(path, 60).result(SECONDS) == render(path, 60)


def test_bytes_of_a_picture(pool: DecoderPool) -> None:
    data = encoded(photo(900, 700), "BMP")
    assert pool.decode(data, (SPEC,)).result(SECONDS).width == 900


def test_bytes_beyond_the_limit_are_not_even_sent() -> None:
    with DecoderPool(1, Limits(max_bytes=1000)) as pool:
        with pytest.raises(PictureTooLarge, match="more than 0 MB"):
            pool.decode(bytes(1001)).result(0)
        assert not _pids(pool)


def test_faults_come_back_in_words(pool: DecoderPool) -> None:
    with pytest.raises(UnreadablePicture, match="this is a web page"):
        pool.decode(b"<html>").result(SECONDS)
    with pytest.raises(UnreadablePicture, match="no longer there"):
        pool.fingerprint(Path("/no/such/picture.png")).result(SECONDS)


def test_one_process_serves_many_and_is_started_late() -> None:
    with DecoderPool(2) as pool:
        assert not _pids(pool)
        pool.decode(encoded(corners(), "PNG")).result(SECONDS)
        first = _pids(pool)
        assert len(first) == 1
        for _ in range(5):
            pool.decode(encoded(corners(), "PNG")).result(SECONDS)
            # The feeder may not have come back to its queue yet; then a second one is right.
        assert _pids(pool)[0] == first[0]


@posix
@pytest.mark.parametrize("how", ["SIGSEGV", "SIGKILL"])
def test_a_crash_costs_one_file(pool: DecoderPool, how: str) -> None:
    lost = pool.decode(ENDLESS)
    kept = [pool.decode(encoded(corners(), "PNG"), (SQUASH,)) for _ in range(3)]
    wait_for(lambda: lost.running() and _pids(pool))
    (pid,) = _pids(pool)
    os.kill(pid, getattr(signal, how))
    with pytest.raises(DecoderLost, match="crashed on this file"):
        lost.result(SECONDS)
    for future in kept:
        assert_upright(future.result(SECONDS))
    assert _pids(pool) != [pid]


@posix
def test_a_process_lost_between_two_files_costs_none(pool: DecoderPool) -> None:
    data = encoded(corners(), "PNG")
    pool.decode(data).result(SECONDS)
    (pid,) = _pids(pool)
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: pool._feeders[0][1].lost)
    assert pool.decode(data).result(SECONDS).width == 120


def test_a_hang_costs_one_file() -> None:
    with DecoderPool(1, Limits(seconds=0.5)) as pool:
        lost = pool.decode(ENDLESS)
        kept = pool.decode(encoded(corners(), "PNG"))
        with pytest.raises(DecoderLost, match=r"took longer than 0\.5 s"):
            lost.result(SECONDS)
        assert kept.result(SECONDS).width == 120


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps the limit")
def test_memory_is_limited() -> None:
    data = encoded(Image.new("RGB", (10_000, 9_000)), "PNG", compress_level=1)
    with DecoderPool(1, Limits(memory_bytes=500 << 20)) as pool:
        with pytest.raises((PictureTooLarge, DecoderLost), match=r"more memory|crashed"):
            pool.decode(data).result(SECONDS)
        assert pool.decode(encoded(corners(), "PNG")).result(SECONDS).width == 120


@pytest.mark.parametrize("ask", ["preview", "question", "fingerprint"])
def test_what_is_waited_for_goes_first(pool: DecoderPool, tmp_path: Path, ask: str) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(encoded(corners(), "PNG"))
    done: list[str] = []
    decodes = [pool.decode(path) for _ in range(6)]
    first: Future[Any] = {
        "preview": lambda: pool.render(path, 100),
        "question": lambda: pool.decode(path, (SPEC,), urgent=True),
        "fingerprint": lambda: pool.fingerprint(path),
    }[ask]()
    for future in decodes:
        future.add_done_callback(lambda _: done.append("decode"))
    first.add_done_callback(lambda _: done.append(ask))
    for future in decodes:
        future.result(SECONDS)
    # One decode at most was under way.
    assert done.index(ask) <= 1


def test_what_waits_can_be_cancelled(pool: DecoderPool) -> None:
    data = encoded(corners(), "PNG")
    first, second, third = (pool.decode(data) for _ in range(3))
    assert second.cancel()
    assert first.result(SECONDS).width == third.result(SECONDS).width == 120


def test_closing_takes_no_time_and_leaves_nothing() -> None:
    pool = DecoderPool(2)
    running = [pool.decode(ENDLESS) for _ in range(2)]
    waiting = pool.decode(encoded(corners(), "PNG"))
    wait_for(lambda: len(_pids(pool)) == 2)
    pids = _pids(pool)
    began = time.monotonic()
    pool.close()
    assert time.monotonic() - began < 1
    assert waiting.cancelled()
    for future in running:
        with pytest.raises(DecoderLost, match="ClipDesk is closing"):
            future.result(0)
    assert not any(_alive(pid) for pid in pids)
    with pytest.raises(RuntimeError):
        pool.decode(ENDLESS)
    pool.close()


def test_closing_what_never_began() -> None:
    DecoderPool(2).close()


def test_processes_that_are_ready_need_not_be_started() -> None:
    with DecoderPool(2) as pool:
        pool.ready()
        wait_for(lambda: len(_pids(pool)) == 2)
        pids = _pids(pool)
        pool.ready()  # they are
        assert pool.decode(encoded(corners(), "PNG")).result(SECONDS).width == 120
        assert _pids(pool) == pids
    assert not any(_alive(pid) for pid in pids)


def test_closing_at_once_what_has_just_been_made_ready() -> None:
    for _ in range(5):
        pool = DecoderPool(2)
        pool.ready()
        pool.close()
        assert not _pids(pool)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


ORPHAN = """
import sys
from clipdesk.core.pictures import DecoderPool, Limits
pool = DecoderPool(1, Limits(seconds=2))
pool.decode(b"<html>").exception()
if sys.argv[1] == "busy":
    pool.decode(sys.stdin.buffer.read())
print(pool._feeders[0][1].pid, flush=True)
import time; time.sleep(600)
"""


@posix
@pytest.mark.parametrize("state", ["idle", "busy"])
def test_no_orphan_outlives_its_parent(state: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ORPHAN, state], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        parent.stdin.write(ENDLESS)
        parent.stdin.close()
        pid = int(parent.stdout.readline())
        parent.kill()
    wait_for(lambda: not _running(pid))


def _running(pid: int) -> bool:
    """Alive and no zombie: where nobody reaps orphans, the dead stay in the table."""
    status = Path(f"/proc/{pid}/stat")
    if sys.platform == "linux":
        return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"
    return _alive(pid)


def test_only_decoders_are_loaded() -> None:
    code = """
import sys
from clipdesk.core.pictures import SUFFIXES
assert "PIL" not in sys.modules and "numpy" not in sys.modules, "the window waits for this"
import clipdesk.core.pictures.worker
heavy = {"torch", "open_clip", "PySide6", "clipdesk.app", "clipdesk.core.engine", "sqlite3"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


@pytest.mark.parametrize(("cores", "workers"), [(None, 2), (1, 2), (2, 2), (4, 3), (64, 6)])
def test_a_larger_computer_has_more_decoders(
    monkeypatch: pytest.MonkeyPatch, cores: int | None, workers: int
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    assert usual_workers() == workers
