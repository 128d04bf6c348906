"""``clipdesk index`` keeps what is gone when it is most of a folder, and says so."""

import json
from pathlib import Path

import pytest

from clipdesk.cli.main import main
from tests.core.colours import ColourEncoder
from tests.core.house import Shelf, paint


def test_most_of_a_folder_is_kept_until_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shelf = Shelf(ColourEncoder("starter"))
    monkeypatch.setattr("clipdesk.core.engine.Store", lambda _: shelf)
    folder = tmp_path / "pictures"
    for number in range(30):
        paint(folder / f"{number}.png", "red", number)
    index = ["index", str(folder), "--library", str(tmp_path / "library")]
    assert main([*index, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["indexed"] == 30
    for number in range(25):
        (folder / f"{number}.png").unlink()
    assert main([*index, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["kept"], answer["removed"]) == (25, 0)
    assert main(index) == 0
    assert "25 of 30 pictures in pictures are gone" in capsys.readouterr().out
    assert main([*index, "--json", "--forget-missing"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer.get("kept", 0), answer["removed"]) == (0, 25)
    library = ["--library", str(tmp_path / "library")]
    assert main(["doctor", *library]) == 0
    assert "5 as they were" in capsys.readouterr().out
    assert main(["backup", str(tmp_path / "b.tar"), *library]) == 0
    assert main(["restore", str(tmp_path / "b.tar"), *library]) == 1
    assert "--replace" in capsys.readouterr().err
    assert main(["restore", str(tmp_path / "b.tar"), *library, "--replace"]) == 0
    assert "5 pictures are restored" in capsys.readouterr().out
