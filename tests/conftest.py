"""What holds for every test: no warning, no logged fault, no thread left behind, no real HOME."""

import logging
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

# Before Qt is loaded by anything: tests need no display.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = REPOSITORY.parent / "shared"
PATIENCE_MS = 60_000

# pytest-qt waits for five seconds, and a machine may be too busy for that.
for _wait in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitSignals, QtBot.waitExposed):
    _wait.__kwdefaults__ = {**(_wait.__kwdefaults__ or {}), "timeout": PATIENCE_MS}


@pytest.fixture(scope="session")
def shared_pictures() -> Path:
    """Real pictures to try things on, where they are had."""
    pictures = SHARED / "pictures"
    if not pictures.is_dir():
        pytest.skip("the shared pictures are not on this machine")
    return pictures


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path_factory.mktemp("home")
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home))


@pytest.fixture(autouse=True)
def _no_logged_faults(
    caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> Iterator[None]:
    """A warning or an error in our own log fails the test, unless it is marked as expected."""
    yield
    if request.node.get_closest_marker("logs_faults"):
        return
    faults = [
        record
        for when in ("setup", "call", "teardown")
        for record in caplog.get_records(when)
        if record.levelno >= logging.WARNING and record.name.startswith("clipdesk")
    ]
    assert not faults, [record.getMessage() for record in faults]


@pytest.fixture(autouse=True)
def _no_leaked_threads() -> Iterator[None]:
    """Whoever starts a thread ends it."""
    before = set(threading.enumerate())
    yield
    leaked = []
    for thread in set(threading.enumerate()) - before:
        if thread.name.startswith(("torch", "tqdm", "Dummy")):
            continue  # pools that belong to a library and live as long as the process
        thread.join(timeout=30)
        if thread.is_alive():
            leaked.append(thread)
    assert not leaked, leaked
