"""Real processes beside: whatever they do, they are heard, they end, and nothing is left."""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from clipdesk.core.children import child as children
from clipdesk.core.children.child import Child
from clipdesk.core.errors import ChildError

PATIENCE_S = 60
HOSTILE = ["caf\udce9", "a\nb", "“q” 'p'", "🦊", ""]


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    """No process is there after a test that was not there before; open files would be warned of."""
    here = psutil.Process()
    before = set(here.children())
    yield
    assert not set(here.children()) - before


def odd(*arguments: str) -> Child:
    return Child("tests.core.children.odd", *arguments)


def test_what_is_said_is_heard_on_both_sides() -> None:
    with odd("echo", *HOSTILE) as child:
        said = child.hear()
        assert said is not None
        assert said["arguments"] == HOSTILE
        for words in ("hello", "x" * 500_000, "é 🦊"):
            child.write(words.encode() + b"\n")
            line = words.encode() + b"\n"
            assert child.hear() == {"length": len(line), "line": line.decode()}
        child.stop()
        assert list(child.heard()) == []
    assert child.status == 3
    assert not child.killed


@pytest.mark.skipif(os.name != "posix", reason="niceness is a thing of Unix")
def test_it_leaves_the_processor_to_others() -> None:
    with odd("echo") as child:
        said = child.hear()
        assert said is not None
        assert said["nice"] > os.nice(0)


def test_what_is_no_message_is_passed_over() -> None:
    with odd("print") as child:
        assert list(child.heard()) == [{"sane": True}]
    assert child.status == 0
    assert child.last_words.splitlines() == ["a library is chatty", "and in C, too"]


def test_bytes_may_follow_a_line() -> None:
    with odd("bytes") as child:
        said = child.hear()
        assert said is not None
        assert child.read(said["bytes"]) == bytes(range(200)) * 1000
        assert child.hear() == {"after": True}
        assert child.read(7) == b""


def test_of_what_it_prints_the_end_is_kept(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), odd("shout") as child:
        assert list(child.heard()) == [{"done": 1}]
    assert child.status == 4
    assert child.last_words.endswith("so it ends")
    assert len(child.last_words) <= 2000
    assert "ended with 4" in caplog.text


def test_a_line_without_end_is_not_waited_for() -> None:
    with odd("endless") as child:
        assert list(child.heard()) == []
    assert child.status


@pytest.mark.parametrize(("deed", "words"), [("wrong", "this is a bug"), ("crash", "Fatal Python")])
def test_how_it_went_down_is_kept(deed: str, words: str) -> None:
    with odd(deed) as child:
        assert list(child.heard()) == []
    assert child.status
    assert words in child.last_words


def test_one_that_never_speaks_is_ended_from_another_thread() -> None:
    child = odd("mute")
    heard: list[object] = []

    def hear() -> None:
        with child:
            begun.set()
            heard.extend(child.heard())

    begun = threading.Event()
    thread = threading.Thread(target=hear)
    thread.start()
    assert begun.wait(PATIENCE_S)
    child.kill()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    assert heard == []
    assert child.killed
    assert child.status


def test_one_that_is_not_heard_to_its_end_is_ended() -> None:
    with odd("leave") as child:
        assert child.hear()
    assert child.status
    with child:  # once is all there is
        assert child.hear() is None
    with pytest.raises(ZeroDivisionError), odd("mute") as child:
        1 / 0  # noqa: B018
    assert child.status


def test_one_that_stays_when_it_has_said_all_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "_PATIENCE_S", 0.1)
    with odd("shut") as child:
        assert list(child.heard()) == []
    assert child.status


def test_one_that_hears_nothing_is_written_to_in_vain() -> None:
    with odd("shut") as child:
        pid = child.pid
        assert pid
        psutil.Process(pid).kill()
        assert child.hear() is None
        child.write(b"x" * 1_000_000)
        child.stop()
        child.write(b"x")


def test_one_that_was_told_to_end_before_does_not_begin() -> None:
    for tell in (Child.stop, Child.kill):
        child = odd("mute")
        tell(child)
        with child:
            child.write(b"x")
            assert child.pid is None
            assert list(child.heard()) == []
            assert child.read(3) == b""
        assert child.status is None


def test_where_the_system_starts_none_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "command", lambda *_: ["/nowhere/python"])
    with pytest.raises(ChildError, match="can't be started") as raised, odd("mute"):
        pass
    assert raised.value.hint


def test_it_does_not_outlive_a_parent_that_is_killed(tmp_path: Path) -> None:
    flag = tmp_path / "begun"
    middle = subprocess.Popen(
        [sys.executable, "-m", "tests.core.children.odd", "family", str(flag)],
        cwd=Path(children.__file__).parents[3],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with middle:
        assert middle.stdout is not None
        pid = int(middle.stdout.readline().split(b":")[1].rstrip(b"}\n"))
        grandchild = psutil.Process(pid)
        middle.kill()
        gone, alive = psutil.wait_procs([grandchild], PATIENCE_S)
    assert gone
    assert not alive
