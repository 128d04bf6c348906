"""A folder that can't be looked into is told, nothing in it is lost, and it is told no longer once
it can be."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from clipdesk.core.messages.events import ProblemsChanged
from clipdesk.core.messages.requests import Rescan
from tests.core.house import house, paint


def test_a_folder_that_can_not_be_looked_into_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "pictures"
    paint(folder / "dark" / "red.png", "red")
    paint(folder / "blue.png", "blue", 1)
    scandir = os.scandir

    def refuse(path: Any = ".") -> Any:
        if str(path).endswith("dark"):
            raise OSError(errno.EIO, "Input/output error")
        return scandir(path)

    with house(tmp_path / "library") as home:
        home.add(folder)
        with monkeypatch.context() as broken:
            broken.setattr(os, "scandir", refuse)
            home.send(Rescan())
        (problem,) = home.of(ProblemsChanged)[-1].problems
        assert problem.path == str(folder / "dark")
        assert "Input/output" in problem.reason
        assert set(home.shown) == {"red.png", "blue.png"}
        home.send(Rescan())
        assert not home.of(ProblemsChanged)[-1].problems
        assert not home.engine.problems()
        assert home.encoder.images == 2
