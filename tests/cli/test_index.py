"""``clipdesk index``: what it takes in, what it says, and what it leaves alone."""

import os
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import DEADLINE_S, command, environment
from tests.cli.conftest import Place
from tests.core.colours import NAMES
from tests.core.encoders import tiny
from tests.core.house import paint

STRANGE = [
    "a b.png",
    'it\'s "q".png',
    "line\nbreak.png",
    "🎨.png",
    "%20#?.png",
    "--help.png",
    os.fsdecode(b"\xff\xfe.png"),
]


def test_first_everything_then_only_what_is_new(place: Place, indexed: dict[str, Any]) -> None:
    """Renamed, copied, changed, deleted and broken files between two runs."""
    count = 2 * len(NAMES)
    assert list(indexed) == [
        *("indexed", "unchanged", "moved", "removed", "failed"),
        *("seconds", "images_per_second", "model"),
    ]
    kept = {name: indexed[name] for name in ("indexed", "unchanged", "moved", "removed", "failed")}
    assert kept == {"indexed": count, "unchanged": 0, "moved": 0, "removed": 0, "failed": []}
    assert indexed["seconds"] > 0
    assert indexed["images_per_second"] > 0
    assert indexed["model"] == "starter"

    top = place.pictures.parent / "again"
    shutil.copytree(place.pictures, top / "pictures")
    shutil.copytree(place.library, top / "library")
    again = Place(place.home, place.pictures, top / "library")
    first, second, third, *_ = sorted(place.pictures.iterdir())
    (place.pictures / "sub").mkdir()
    first.rename(place.pictures / "sub" / "renamed.png")
    second.unlink()
    paint(third, "purple", 500)
    (place.pictures / "words.jpg").write_text("no picture at all")
    shutil.copy(place.pictures / "sub" / "renamed.png", place.pictures / "copy.png")
    try:
        answer = again.clipdesk("index", place.pictures, "--json").json
        kept = {name: answer[name] for name in ("indexed", "unchanged", "moved", "removed")}
        assert kept == {"indexed": 2, "unchanged": count - 3, "moved": 1, "removed": 1}
        (problem,) = answer["failed"]
        assert problem["path"] == str(place.pictures / "words.jpg")
        assert problem["reason"]
        table = again.clipdesk("index", place.pictures)
        assert table.status == 0
        assert f"0 indexed, {count} unchanged, 0 moved, 0 removed" in table.out
        assert f"words.jpg: {problem['reason']}" in table.out
    finally:
        shutil.rmtree(place.pictures)
        shutil.copytree(top / "pictures", place.pictures)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names of any bytes")
@pytest.mark.usefixtures("_starter_is_here")
def test_any_name_and_any_content(empty: Place) -> None:
    empty.pictures.mkdir()
    for number, name in enumerate(STRANGE):
        paint(empty.home / "one.png", "red", number).replace(empty.pictures / name)
    header = struct.pack("<3i2h6i", 40, 50_000, 50_000, 1, 24, *[0] * 6)
    hostile = {
        "cut short.png": (empty.pictures / "a b.png").read_bytes()[:200],
        "empty.gif": b"",
        "huge\u202e.bmp": b"BM" + bytes(12) + header,
        os.fsdecode(b"not \xe9 text.webp"): b"<html></html>",
    }
    for name, content in hostile.items():
        (empty.pictures / name).write_bytes(content)
    answer = empty.clipdesk("index", empty.pictures, "--json").json
    assert answer["indexed"] == len(STRANGE)
    failed = {problem["path"]: problem["reason"] for problem in answer["failed"]}
    assert set(failed) == {str(empty.pictures / name) for name in hostile}
    assert all(failed.values())
    # The table is for eyes: nothing in a name may steer the terminal, or fail to be printed.
    table = empty.clipdesk("similar", empty.pictures / "🎨.png")
    assert table.status == 0, table
    assert "line\\nbreak.png" in table.out
    assert "\\udcff\\udcfe.png" in table.out


@pytest.mark.usefixtures("_starter_is_here")
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_interrupted_it_keeps_what_is_done(empty: Place) -> None:
    for number in range(600):
        paint(empty.pictures / f"{number}.png", list(NAMES)[number % len(NAMES)], number)
    arguments = command("index", empty.pictures, "--library", empty.library)
    with subprocess.Popen(
        arguments,
        env=environment(empty.home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            while committed(empty) < 10:
                assert process.poll() is None
                wait(process)
            done = committed(empty)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=DEADLINE_S)
        finally:
            process.kill()
    assert process.returncode == 130
    assert out == ""
    assert err == "clipdesk: Interrupted. What was done until now is kept.\n"
    with closing(sqlite3.connect(empty.library / "catalog.sqlite")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    status = empty.clipdesk("status", "--json").json
    assert done <= status["pictures"] < 600


@pytest.mark.usefixtures("indexed")
def test_weights_of_ones_own(place: Place, tmp_path: Path) -> None:
    """``ARCH:PATH``: the whole library changes to the model, and answers with it."""
    tiny.folder(tmp_path / "tiny", tiny.config())
    model = f"tiny:{tmp_path / 'tiny'}"
    library = tmp_path / "library"
    shutil.copytree(place.library, library)
    own = Place(place.home, place.pictures, library)
    answer = own.clipdesk("index", place.pictures, "--model", model, "--json").json
    assert answer["model"] == model
    assert answer["unchanged"] == 2 * len(NAMES)
    status = own.clipdesk("status", "--json").json
    assert (status["model"], status["next_model"]) == (model, None)
    found = own.clipdesk("search", "red", "-k", "3", "--json").json
    assert found["model"] == model
    assert len(found["hits"]) == 3


def committed(place: Place) -> int:
    catalogue = place.library / "catalog.sqlite"
    if not catalogue.exists():
        return 0
    with closing(sqlite3.connect(f"{catalogue.as_uri()}?mode=ro", uri=True)) as db:
        try:
            return int(db.execute("SELECT count(*) FROM asset").fetchone()[0])
        except sqlite3.OperationalError:
            return 0  # it is being made at this moment


def wait(process: "subprocess.Popen[str]") -> None:
    try:
        process.wait(0.02)
    except subprocess.TimeoutExpired:
        return
