"""``clipdesk exclude`` and ``relocate``, and disks that hang."""

import json
import time
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from clipdesk.cli.main import main
from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.paths import Directories
from tests.core.colours import ColourEncoder
from tests.core.house import Shelf, paint
from tests.faults.disks import stalled

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    shelf = Shelf(ColourEncoder("starter"), ColourEncoder("other"))
    monkeypatch.setattr("clipdesk.core.engine.Store", lambda _: shelf)
    names = SimpleNamespace(find=lambda name: shelf.encoders[name])
    monkeypatch.setattr("clipdesk.core.encoders.store.Store", lambda _: names)
    return shelf


@pytest.fixture
def folder(tmp_path: Path, shelf: Shelf, capsys: Capture) -> Path:
    folder = tmp_path / "pictures"
    for number in range(30):
        paint(folder / ("drafts" if number < 20 else "done") / f"{number}.png", "red", number)
    told(capsys, "index", folder)
    return folder


def told(capsys: Capture, *words: object, status: int = 0) -> dict[str, Any]:
    """What a command on the library beside the folder says."""
    library = next(w for w in words if isinstance(w, Path)).parent / "library"
    assert main([*map(str, words), "--library", str(library), "--json"]) == status
    said = capsys.readouterr()
    answer: dict[str, Any] = json.loads(said.out) if said.out else {"complaint": said.err}
    return answer


def test_what_is_left_out_is_put_away_and_taken_back(
    folder: Path, shelf: Shelf, capsys: Capture
) -> None:
    answer = told(capsys, "exclude", folder, "drafts/")
    assert (answer["left_out"], answer["pictures"], answer["put_away"]) == (20, 30, 20)
    answer = told(capsys, "exclude", folder, "--smaller", "1M", "--kind", "GIF", "--no-hidden")
    assert answer["patterns"] == ["drafts/"]
    assert (answer["smallest"], answer["suffixes"], answer["hidden"]) == (1 << 20, [".gif"], False)
    assert answer["left_out"] == 30
    again = told(capsys, "index", folder)
    assert (again["indexed"], again["unchanged"], again["removed"]) == (0, 0, 0)
    answer = told(capsys, "exclude", folder, "--clear")
    assert (answer["left_out"], answer["taken_back"], answer["hidden"]) == (0, 30, True)
    again = told(capsys, "index", folder)
    assert (again["indexed"], again["unchanged"]) == (0, 30)
    encoder = shelf.encoders["starter"]
    assert encoder.images == 30


def test_rules_are_told_in_words(folder: Path, capsys: Capture) -> None:
    library = ["--library", str(folder.parent / "library")]
    assert main(["exclude", str(folder), "drafts/", "--larger", "1.5k", *library]) == 0
    said = capsys.readouterr().out
    for words in ("drafts/", "hidden files", "larger than 1,536 bytes", ".clipdeskignore"):
        assert words in said
    assert main(["exclude", str(folder / "drafts"), *library]) == 1
    assert "is not watched" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["exclude", str(folder), "--larger", "much", *library])
    assert "is no size" in capsys.readouterr().err


def test_a_folder_at_another_place_keeps_what_is_known(
    folder: Path, shelf: Shelf, capsys: Capture
) -> None:
    new = folder.rename(folder.with_name("moved"))
    told(capsys, "relocate", folder, folder.parent / "nowhere", status=1)
    told(capsys, "relocate", new, folder, status=1)
    assert told(capsys, "relocate", folder, new)["pictures"] == 30
    again = told(capsys, "index", new)
    assert (again["indexed"], again["unchanged"], again["moved"]) == (0, 30, 0)
    assert shelf.encoders["starter"].images == 30


def test_a_known_folder_is_not_taken_in_anew_unasked(
    folder: Path, shelf: Shelf, capsys: Capture
) -> None:
    new = folder.rename(folder.with_name("moved"))
    answer = told(capsys, "index", new, status=1)
    assert answer["known"] == [{"path": str(new), "known_as": str(folder)}]
    assert main(["index", str(new), "--library", str(folder.parent / "library")]) == 1
    assert "clipdesk relocate" in capsys.readouterr().out
    assert roots(folder) == [folder]
    answer = told(capsys, "index", new, "--anew")
    assert "known" not in answer
    assert roots(folder) == [folder, new]
    assert shelf.encoders["starter"].images == 30


@pytest.mark.parametrize(("said", "now"), [("\n", ["moved"]), ("n\n", ["pictures", "moved"])])
def test_on_a_terminal_it_is_asked_whether_a_folder_has_moved(
    folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, said: str, now: list[str]
) -> None:
    new = folder.rename(folder.with_name("moved"))
    terminal = StringIO(said)
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)
    assert main(["index", str(new), "--library", str(folder.parent / "library")]) == 0
    heard = capsys.readouterr()
    assert f"holds the pictures of {folder}" in heard.err
    assert "0 indexed" in heard.out
    assert [root.name for root in roots(folder)] == now


def roots(folder: Path) -> list[Path]:
    catalog = Catalog(Directories.under(folder.parent / "library").catalog)
    paths = [row.path for row in catalog.roots.all()]
    catalog.close()
    return paths


def test_folders_beside_it_move_along(folder: Path, capsys: Capture) -> None:
    beside = paint(folder.parent / "disk" / "beside" / "1.png", "green", 50).parent
    main_folder = folder.rename(folder.parent / "disk" / "pictures")
    library = ["--library", str(folder.parent / "library")]
    assert main(["relocate", str(folder), str(main_folder), *library]) == 0
    assert main(["index", str(beside), *library]) == 0
    capsys.readouterr()
    (folder.parent / "disk").rename(folder.parent / "other")
    new = folder.parent / "other" / "pictures"
    assert main(["relocate", str(main_folder), str(new), *library, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["along"] == {str(beside): str(new.with_name("beside"))}
    assert roots(folder) == [new, new.with_name("beside")]


def test_another_folder_is_not_taken_for_it(folder: Path, capsys: Capture) -> None:
    other = folder.parent / "other"
    paint(other / "drafts" / "1.png", "blue", 100)
    answer = told(capsys, "relocate", folder, other, status=1)
    assert "does not hold" in answer["complaint"]


def test_another_model_looks_again_at_what_is_unchanged(folder: Path, capsys: Capture) -> None:
    answer = told(capsys, "index", folder, "--model", "other")
    assert (answer["indexed"], answer["unchanged"], answer["seen_again"]) == (0, 30, 30)
    assert answer["model"] == "other"
    answer = told(capsys, "index", folder)
    assert (answer["unchanged"], "seen_again" in answer) == (30, False)


def test_a_share_that_hangs_hangs_no_command(folder: Path, capsys: Capture) -> None:
    library = ["--library", str(folder.parent / "library")]
    begun = time.monotonic()
    with stalled(folder):
        answer = told(capsys, "index", folder, status=1)
        assert "does not answer" in answer["complaint"]
        assert main(["status", *library]) == 0
        assert "not there at the moment" in capsys.readouterr().out
        assert main(["doctor", *library]) == 0
        assert "not there at the moment" in capsys.readouterr().out
        assert time.monotonic() - begun < 30
