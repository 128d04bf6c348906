"""The real command in a process of its own, on a Python where there is no Qt."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from clipdesk.cli.main import main
from tests.conftest import REPOSITORY

DEADLINE_S = 280
HOMES = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA")
WITHOUT_QT = Path(__file__).with_name("without_qt")
"""Holds a ``sitecustomize`` that refuses Qt: a command that imports it fails."""


@dataclass(frozen=True)
class Said:
    """What a command has printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on stdout, of a command that went well."""
        assert self.status == 0, self
        assert self.err == "", self
        answer = json.loads(self.out)
        assert isinstance(answer, dict)
        return answer

    def complains(self, *words: str, status: int = 1) -> bool:
        """Whether it ended with this status and one line on stderr that has these words."""
        assert self.status == status, self
        assert self.out == "", self
        (line,) = self.err.splitlines()
        assert line.startswith("clipdesk: ")
        return all(word in line for word in words)


def clipdesk(*arguments: str | Path, home: Path, also: Path | None = None) -> Said:
    """Run ``clipdesk`` with these arguments as a person whose home is ``home``.

    Packages in the folder ``also`` are installed beside it.
    """
    done = subprocess.run(
        command(*arguments),
        check=False,
        cwd=REPOSITORY,
        env=environment(home, also),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=DEADLINE_S,
    )
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode())


def at_once(*arguments: str | Path, home: Path) -> Said:
    """The same in this process, where a process is not the point: torch is imported once."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name in HOMES:
            patch.setenv(name, str(home))
        status = main([*map(os.fspath, arguments)])
    return Said(status, out.getvalue(), err.getvalue())


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "clipdesk", *map(os.fspath, arguments)]


def environment(home: Path, also: Path | None = None) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    homes = dict.fromkeys(HOMES, str(home))
    places = os.pathsep.join(str(place) for place in (WITHOUT_QT, also) if place)
    return kept | homes | {"PYTHONPATH": places, "PYTHONUTF8": "1"}
