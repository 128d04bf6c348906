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


def run(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", RUN, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def test_a_command_that_ran_a_model_does_not_take_it_apart(tmp_path: Path) -> None:
    paint(tmp_path / "red.png", "red", 1)
    done = run("embed", tmp_path / "red.png", "--json", "--library", tmp_path / "library")
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("}\n")  # nothing is lost on the way
    assert "piece by piece" not in done.stderr
    missing = run("embed", tmp_path / "none.png", "--library", tmp_path / "library")
    assert missing.returncode == 1, missing.stderr


def test_others_end_as_python_does(tmp_path: Path) -> None:
    done = run("status", "--library", tmp_path / "library")
    assert (done.returncode, done.stderr) == (0, "piece by piece")
