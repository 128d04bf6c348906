"""Real events of a real file system."""

import ctypes
import json
import os
import queue
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from clipdesk.core.folders import Mode, Watcher, Watching
from tests.core.folders.conftest import Mounting

REPOSITORY = Path(__file__).parents[3]

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="about inotify")


def nothing(root_id: int, what: object) -> None:
    """Takes what a watcher tells and does nothing."""


class Inbox:
    """A watcher and all that it tells."""

    def __init__(self) -> None:
        self.told: queue.Queue[tuple[int, Path]] = queue.Queue()
        self.lost: queue.Queue[tuple[int, str]] = queue.Queue()
        self.observers: list[BaseObserver] = []
        self.watcher = Watcher(
            lambda *place: self.told.put(place),
            lambda *loss: self.lost.put(loss),
            observer=self._observer,
        )

    def _observer(self) -> BaseObserver:
        self.observers.append(Observer())
        return self.observers[-1]

    def watch(self, path: Path, root_id: int = 1) -> None:
        assert self.watcher.watch(root_id, path) == Watching(Mode.EVENTS)

    def until(self, *paths: Path, root_id: int = 1) -> set[Path]:
        """All that is told of the root until each of the paths, or a folder above it, is."""
        seen: set[Path] = set()
        self.elsewhere: set[Path] = set()
        deadline = time.monotonic() + 60
        while not all({path, *path.parents} & seen for path in paths):
            left = deadline - time.monotonic()
            assert left > 0, f"{paths} are not among {seen}"
            try:
                told, path = self.told.get(timeout=left)
            except queue.Empty:
                continue
            (seen if told == root_id else self.elsewhere).add(path)
        return seen


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    inbox = Inbox()
    yield inbox
    inbox.watcher.close()


@pytest.fixture
def root(tmp_path: Path, inbox: Inbox) -> Path:
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "old.png").write_bytes(b"old")
    (root / "sub" / "deep.png").write_bytes(b"deep")
    inbox.watch(root)
    return root


def test_a_file_comes_changes_moves_and_goes(root: Path, inbox: Inbox) -> None:
    new, renamed = root / "new.png", root / "sub" / "renamed.png"
    new.write_bytes(b"new")
    assert inbox.until(new) == {new}
    with new.open("ab") as file:
        file.write(b"er")
    assert inbox.until(new) == {new}
    os.utime(new)
    assert inbox.until(new) == {new}
    new.rename(renamed)
    assert inbox.until(new, renamed) == {new, renamed}
    renamed.unlink()
    assert inbox.until(renamed) == {renamed}


def test_a_file_saved_by_replacing_it(root: Path, inbox: Inbox) -> None:
    temporary, picture = root / ".old.png.tmp", root / "old.png"
    temporary.write_bytes(b"saved")
    temporary.replace(picture)
    assert inbox.until(picture) == {picture}


def test_trees_that_come_move_and_go(root: Path, inbox: Inbox, tmp_path: Path) -> None:
    deep = Path("a/b/c/picture.png")
    (root / deep.parent).mkdir(parents=True)
    (root / deep).write_bytes(b"deep")
    inbox.until(root / deep)
    (root / "a").rename(root / "z")
    inbox.until(root / deep, root / "z/b/c/picture.png")
    (root / "z").rename(tmp_path / "outside")
    inbox.until(root / "z")
    (tmp_path / "outside").rename(root / "back")
    inbox.until(root / "back/b/c/picture.png")
    (root / "back/b/c/later.png").write_bytes(b"later")
    inbox.until(root / "back/b/c/later.png")
    shutil.rmtree(root / "back")
    inbox.until(root / "back")


def test_reading_is_no_event(root: Path, inbox: Inbox) -> None:
    (root / "old.png").read_bytes()
    list((root / "sub").iterdir())
    (root / "sub" / "deep.png").read_bytes()
    (root / "end.png").touch()
    assert inbox.until(root / "end.png") == {root / "end.png"}


def test_hidden_and_system_places_are_not_told(root: Path, inbox: Inbox) -> None:
    (root / ".git").mkdir()
    (root / ".git" / "index").touch()
    (root / "node_modules").mkdir()
    (root / ".hidden.png").touch()
    (root / ".hidden.png").rename(root / "shown.png")
    assert inbox.until(root / "shown.png") == {root / "shown.png"}


def test_an_ignore_file_stands_for_its_folder(root: Path, inbox: Inbox) -> None:
    (root / "sub" / ".clipdeskignore").write_text("*.png")
    assert inbox.until(root / "sub") == {root / "sub"}


@linux_only
@pytest.mark.parametrize("name", [b"new\nline.png", "\N{ARTIST PALETTE}".encode(), b"\xff\xfe.png"])
def test_any_name_is_told(root: Path, inbox: Inbox, name: bytes) -> None:
    path = root / os.fsdecode(name)
    path.touch()
    assert inbox.until(path) == {path}


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_root_that_is_a_link_is_watched_by_the_name_it_was_given(
    tmp_path: Path, inbox: Inbox
) -> None:
    (tmp_path / "real" / "sub").mkdir(parents=True)
    (tmp_path / "link").symlink_to("real")
    inbox.watch(tmp_path / "link")
    for name in ("top.png", "sub/deep.png"):
        (tmp_path / "real" / name).touch()
        inbox.until(tmp_path / "link" / name)


def test_nested_roots_are_told_each(root: Path, inbox: Inbox) -> None:
    inbox.watch(root / "sub", root_id=2)
    picture = root / "sub" / "both.png"
    picture.touch()
    inbox.until(picture, root_id=1)
    (root / "sub" / "again.png").touch()
    inbox.until(root / "sub" / "again.png", root_id=2)
    inbox.watcher.unwatch(1)
    picture.unlink()
    inbox.until(picture, root_id=2)


def test_what_is_not_watched_is_not_told(root: Path, inbox: Inbox, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    inbox.watch(other, root_id=2)
    inbox.watcher.unwatch(1)
    (root / "new.png").touch()
    (other / "end.png").touch()
    inbox.until(other / "end.png", root_id=2)
    assert inbox.elsewhere == set()
    inbox.watch(root)
    (root / "newer.png").touch()
    inbox.until(root / "newer.png")


@pytest.mark.logs_faults
def test_an_event_that_is_not_taken_ends_nothing(tmp_path: Path) -> None:
    told: queue.Queue[Path] = queue.Queue()

    def notify(root_id: int, path: Path) -> None:
        told.put(path)
        if path.name == "bad.png":
            raise RuntimeError("not now")

    watcher = Watcher(notify, nothing)
    try:
        watcher.watch(1, tmp_path)
        (tmp_path / "bad.png").touch()
        while told.get(timeout=60) != tmp_path / "bad.png":
            pass
        (tmp_path / "good.png").touch()
        while told.get(timeout=60) != tmp_path / "good.png":
            pass
    finally:
        watcher.close()


# ── what watchdog does not survive ────────────────────────────────────────────────────────


def test_a_root_that_is_removed_and_made_again_is_watched_again(root: Path, inbox: Inbox) -> None:
    inbox.watcher.check()
    assert inbox.lost.empty()
    shutil.rmtree(root)
    (emitter,) = inbox.observers[0].emitters
    emitter.join(60)
    inbox.watcher.check()
    assert inbox.lost.empty(), "there is nothing to walk yet"
    root.mkdir()
    inbox.watcher.check()
    assert inbox.lost.get(timeout=60) == (1, "Watching was interrupted.")
    (root / "new.png").touch()
    inbox.until(root / "new.png")


def test_a_dead_observer_is_made_anew(root: Path, inbox: Inbox, tmp_path: Path) -> None:
    inbox.watch(tmp_path, root_id=2)
    inbox.observers[0].stop()
    inbox.observers[0].join(60)
    inbox.watcher.check()
    assert {inbox.lost.get(timeout=60)[0], inbox.lost.get(timeout=60)[0]} == {1, 2}
    (root / "new.png").touch()
    inbox.until(root / "new.png", root_id=1)
    inbox.watcher.check()
    assert inbox.lost.empty()


def test_a_disk_that_is_mounted_again_is_watched_again(
    tmp_path: Path, disk: Mounting, inbox: Inbox
) -> None:
    point = tmp_path / "disk"
    point.mkdir()
    with disk(point):
        inbox.watch(point)
    with disk(point):
        inbox.watch(point)
        (point / "new.png").touch()
        inbox.until(point / "new.png")


@linux_only
def test_an_overflow_is_told(root: Path, inbox: Inbox) -> None:
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    if limit > 20_000:
        pytest.skip("the system's queue is too long to overflow it quickly")
    # Each file is made and closed: two events.
    script = root.parent / "flood.py"
    script.write_text(
        f"for number in range({limit // 2 + 500}):\n"
        f"    open({os.fspath(root / 'flood')!r} + str(number), 'wb').close()\n"
    )
    # PyDLL keeps the interpreter's lock: no thread of ours can empty the queue meanwhile.
    assert ctypes.PyDLL(None).system(f"{sys.executable} {script}".encode()) == 0
    root_id, reason = inbox.lost.get(timeout=60)
    assert root_id == 1 and "at once" in reason


def test_a_network_drive_is_polled(tmp_path: Path) -> None:
    watcher = Watcher(nothing, nothing, sends_events=lambda _: False)
    answer = watcher.watch(1, tmp_path)
    assert answer.mode is Mode.POLLING and "network" in answer.note
    watcher.check()
    watcher.close()


def test_a_root_that_is_not_there_is_not_watched(tmp_path: Path, inbox: Inbox) -> None:
    assert inbox.watcher.watch(1, tmp_path / "gone").mode is Mode.NONE
    inbox.watcher.check()
    assert inbox.lost.empty()


LIMITED = """
import json, sys
from pathlib import Path
from clipdesk.core.folders import Watcher
name, value, root = sys.argv[1:]
Path("/proc/sys/user", name).write_text(value)
watcher = Watcher(lambda *place: None, lambda *loss: None)
answer = watcher.watch(1, Path(root))
watcher.check()
watcher.close()
print(json.dumps([answer.mode, answer.note]))
"""


@linux_only
@pytest.mark.parametrize(
    ("limit", "value", "sysctl"),
    [
        ("max_inotify_watches", 0, "fs.inotify.max_user_watches="),
        ("max_inotify_watches", 5, "fs.inotify.max_user_watches="),
        ("max_inotify_instances", 0, "fs.inotify.max_user_instances="),
    ],
)
def test_at_the_system_s_limit_the_root_is_polled(
    tmp_path: Path, limit: str, value: int, sysctl: str
) -> None:
    for number in range(10):
        (tmp_path / str(number)).mkdir()
    # A user namespace of its own has limits of its own; the machine's stay as they are.
    unshare = ["unshare", "--user", "--map-root-user"]
    if not shutil.which("unshare") or subprocess.run([*unshare, "true"], check=False).returncode:
        pytest.skip("user namespaces are not allowed here")
    ran = subprocess.run(
        [*unshare, sys.executable, "-c", LIMITED, limit, str(value), tmp_path],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    mode, note = json.loads(ran.stdout)
    assert mode == Mode.POLLING and sysctl in note, ran.stderr
