"""``clipdesk index``: what it takes in, what it says, and what it leaves alone."""

import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import DEADLINE_S, command, environment
from tests.cli.conftest import HOSTILE, Place, never_quickened
from tests.core.colours import NAMES
from tests.core.encoders import tiny
from tests.core.house import paint

COUNTS = "indexed", "unchanged", "moved", "removed"
SOME = "red 0", "green 1", "blue 2"


def test_everything_at_first(place: Place, indexed: dict[str, Any], count: int) -> None:
    """Every picture whatever its name, and of every other file the reason why it is none."""
    assert list(indexed) == [
        *("indexed", "unchanged", "moved", "removed", "failed"),
        *("seconds", "images_per_second", "model"),
    ]
    assert [indexed[key] for key in COUNTS] == [count, 0, 0, 0]
    assert indexed["seconds"] > 0
    assert indexed["images_per_second"] > 0
    assert indexed["model"] == "starter"
    reasons = {problem["path"]: problem["reason"] for problem in indexed["failed"]}
    there = {name for name in HOSTILE if (place.pictures / name).exists()}
    assert set(reasons) == {str(place.pictures / name) for name in there}
    assert all(reasons.values())


def test_then_only_what_is_new(place: Place, indexed: dict[str, Any], count: int) -> None:
    """Renamed, copied, replaced, deleted and broken files between two runs."""
    library = place.home / "library"
    shutil.copytree(place.library, library)
    aside = place.home / "aside"
    aside.mkdir(exist_ok=True)
    renamed, deleted, replaced = (place.pictures / f"{name}.png" for name in SOME)
    for file in (deleted, replaced):
        file.rename(aside / file.name)
    paint(replaced, "purple", 500)
    renamed.rename(place.pictures / "renamed.png")
    copy = place.pictures / "copy.png"
    shutil.copy(place.pictures / "renamed.png", copy)
    broken = place.pictures / "words.jpg"
    broken.write_text("no picture at all")
    try:
        again = Place(place.home, place.pictures, library)
        answer = again.clipdesk("index", place.pictures, "--json").json
    finally:  # as it was, to the inode
        copy.unlink()
        broken.unlink()
        (place.pictures / "renamed.png").rename(renamed)
        for file in (deleted, replaced):
            (aside / file.name).replace(file)
    assert [answer[key] for key in COUNTS] == [2, count - 3, 1, 1]
    assert len(answer["failed"]) == len(indexed["failed"]) + 1
    assert str(broken) in {problem["path"] for problem in answer["failed"]}


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
        # A shell that runs tests in the background has them ignore SIGINT, and a child inherits it.
        preexec_fn=_heed_interrupts,  # noqa: PLW1509 - no threads run here
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
def test_weights_of_ones_own(place: Place, tmp_path: Path, count: int) -> None:
    """``ARCH:PATH``: the whole library changes to the model, and answers with it."""
    tiny.folder(tmp_path / "tiny", tiny.config())
    model = f"tiny:{tmp_path / 'tiny'}"
    never_quickened(model, place.home)
    library = tmp_path / "library"
    shutil.copytree(place.library, library)
    own = Place(place.home, place.pictures, library)
    refused = own.clipdesk("index", place.pictures, "--model", model)
    assert refused.complains("does not match captions to pictures", "clipdesk models trust")
    assert own.clipdesk("models", "trust", model).status == 0
    said = own.clipdesk("index", place.pictures, "--model", model)
    assert said.status == 0, said
    # No file is new; every picture is seen anew.
    assert said.out.startswith(f"0 indexed, {count} unchanged, 0 moved, 0 removed, {count} seen by")
    if HOSTILE.keys() & {file.name for file in place.pictures.iterdir()}:
        assert f"{len(HOSTILE)} could not be read" in said.out
        # The table is for eyes: a name must not steer the terminal, or be turned by it.
        assert "huge\\u202e.bmp: " in said.out
    status = own.clipdesk("status", "--json").json
    assert (status["model"], status["next_model"]) == (model, None)


def committed(place: Place) -> int:
    catalogue = place.library / "catalog.sqlite"
    if not catalogue.exists():
        return 0
    with closing(sqlite3.connect(f"{catalogue.as_uri()}?mode=ro", uri=True)) as db:
        try:
            return int(db.execute("SELECT count(*) FROM asset").fetchone()[0])
        except sqlite3.OperationalError:
            return 0  # it is being made at this moment


def _heed_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait(process: "subprocess.Popen[str]") -> None:
    try:
        process.wait(0.02)
    except subprocess.TimeoutExpired:
        return
