"""A crash is written down, kept, and told once."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

RUN = """
import faulthandler, sys
from pathlib import Path
from clipdesk.app import prepare
from clipdesk.core.paths import Directories
sys.stdout.write(str(prepare(Directories.under(Path(sys.argv[1])))))
sys.stdout.flush()
if len(sys.argv) > 2:
    faulthandler._sigsegv()
"""


def run(library: Path, *crash: str) -> str:
    command = [sys.executable, "-c", RUN, str(library), *crash]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert bool(done.returncode) == bool(crash)
    return done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="crashes by a signal")
def test_a_crash_is_told_at_the_next_start_and_kept(tmp_path: Path) -> None:
    assert run(tmp_path, "crash") == "None"
    note = tmp_path / "state" / "crash-before.log"
    assert run(tmp_path) == str(note)
    assert "Segmentation fault" in note.read_text()
    assert run(tmp_path) == "None", "once is enough"
    assert "Segmentation fault" in note.read_text(), "it is kept until there is a newer one"
