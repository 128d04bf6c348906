"""How a command ends: at once, when all is said and done."""

import subprocess
import sys
from pathlib import Path

from tests.core.house import paint

RUN = """
import atexit, sys
from clipdesk.__main__ import main

atexit.register(sys.stderr.write, "piece by piece")
sys.exit(main())
"""


def run(*arguments: str | Path, first: str = "") -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", first + RUN, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def test_a_command_does_not_take_apart_what_it_used(tmp_path: Path) -> None:
    paint(tmp_path / "red.png", "red", 1)
    done = run("embed", tmp_path / "red.png", "--json", "--library", tmp_path / "library")
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("}\n")  # nothing is lost on the way
    missing = run("embed", tmp_path / "none.png", "--library", tmp_path / "library")
    assert missing.returncode == 1, missing.stderr
    status = run("status", "--library", tmp_path / "library")
    assert status.returncode == 0, status.stderr
    for each in (done, missing, status):
        assert "piece by piece" not in each.stderr


def test_a_window_ends_as_python_does(tmp_path: Path) -> None:
    done = run("status", "--library", tmp_path / "library", first="import PySide6.QtCore")
    assert (done.returncode, done.stderr) == (0, "piece by piece")
