"""Pictures described in words by a real model, in a process beside, as notes that can be found."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import numpy as np
import psutil
import pytest
from numpy.typing import NDArray
from PIL import Image

from clipdesk.core import captioning
from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.encoders.description import Describer
from clipdesk.core.errors import ModelError
from clipdesk.core.messages.events import Notice, Results
from clipdesk.core.messages.requests import AddRoot, Pause, Request, Resume, Search
from clipdesk.core.messages.words import (
    Describe,
    DescribeAll,
    Describing,
    DescribingFailed,
    StopDescribing,
    WordsChanged,
    WriteNote,
)
from clipdesk.core.paths import Directories
from clipdesk.core.types import ImageSpec, Note, Query
from tests.core.encoders import coca
from tests.core.encoders.coca import SAID, pictures
from tests.core.house import House, house, names

PATIENCE = 300.0


SPEC = ImageSpec(32, "squash", "bilinear")


class Colourist:
    """A describer without a model: it names the colour in the corner of a picture."""

    ends: ClassVar[list[str]] = []
    """Sentences at which it ends instead of saying them, each once."""

    def __init__(self, models: Path, preferred: str) -> None:
        self.ready: Future[tuple[str, ImageSpec]] = Future()
        self.ready.set_result(("colourist", SPEC))
        self.closed = False

    def describe(self, pixels: NDArray[np.uint8]) -> "Future[str]":
        said = SAID[int(np.abs(CORNERS - pixels[1, 1]).sum(axis=1).argmin())]
        future: Future[str] = Future()
        if said in self.ends:
            self.ends.remove(said)
            future.set_exception(ModelError("The model that describes has ended."))
        else:
            future.set_result(said)
        return future

    def close(self) -> None:
        self.closed = True


CORNERS = pictures()[:, 1, 1].astype(int)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The five pictures that the model knows, and one that it does not."""
    place = tmp_path / "pictures"
    place.mkdir()
    for number, pixels in enumerate(pictures()):
        large = np.kron(pixels, np.ones((4, 4, 1), np.uint8))
        Image.fromarray(large).save(place / f"{number}.png")
    return place


@contextmanager
def library(tmp_path: Path, folder: Path) -> Iterator[House]:
    with house(tmp_path / "library", watching=True) as it:
        it.inbox.put(AddRoot(folder))
        it.until(lambda: it.engine.library.catalog.assets.count() == len(SAID), PATIENCE)
        yield it


@pytest.fixture
def home(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A library whose pictures are described without a model."""
    monkeypatch.setattr(captioning, "Describer", Colourist)
    with library(tmp_path, folder) as it:
        yield it


def ask(home: House, *requests: Request) -> None:
    """Ask, and wait until it has been heard."""
    for request in requests:
        home.inbox.put(request)
    while home.engine.step():
        pass


def notes(home: House) -> dict[str, Note]:
    catalog = home.engine.library.catalog
    return {
        Path(item.path).name: catalog.notes.of(item.content_id) for item in catalog.assets.items()
    }


def content(home: House, name: str) -> int:
    items = home.engine.library.catalog.assets.items()
    return next(item.content_id for item in items if Path(item.path).name == name)


def test_a_picture_is_described_by_a_real_model_and_found_by_it(
    tmp_path: Path, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    model = coca.taught(tmp_path_factory)
    with library(tmp_path, folder) as home:
        home.engine._words.captioning._model = lambda: model
        ask(home, Describe((content(home, "4.png"),)))
        home.until(lambda: bool(notes(home)["4.png"].text), PATIENCE)
        assert notes(home)["4.png"] == Note(SAID[4], model)
        assert home.of(WordsChanged)[-1].content_ids == (content(home, "4.png"),)
        home.inbox.put(Search(1, Query("cat asleep")))
        home.until(lambda: bool(home.of(Results)), PATIENCE)
        assert names(home.of(Results)[-1].items)[0] == "4.png"
        # It is killed by somebody: what is asked then fails, in words, and nothing waits for ever.
        describer = home.engine._words.captioning._describer
        assert isinstance(describer, Describer)
        psutil.Process(describer._child.pid).kill()
        with pytest.raises(ModelError, match="has ended"):
            describer.describe(np.zeros((32, 32, 3), np.uint8)).result(PATIENCE)


def test_a_note_of_the_person_is_not_written_over(home: House) -> None:
    ask(home, WriteNote(content(home, "4.png"), "our cat"))
    ask(home, Describe((content(home, "4.png"),)))
    assert "not written over" in home.of(Notice)[-1].text
    ask(home, DescribeAll())
    home.until(lambda: sum(bool(note.text) for note in notes(home).values()) == 5, PATIENCE)
    assert notes(home)["4.png"] == Note("our cat")


def test_all_are_described_when_there_is_time(home: House) -> None:
    ask(home, Pause())
    ask(home, DescribeAll())
    assert home.of(Describing)[-1] == Describing(0, 5, "", "paused")
    assert not any(note.text for note in notes(home).values())
    ask(home, Resume())
    home.until(lambda: all(note.text for note in notes(home).values()), PATIENCE)
    assert {name: note.text for name, note in notes(home).items()} == {
        f"{number}.png": said for number, said in enumerate(SAID)
    }
    home.until(lambda: home.of(Describing)[-1].total == 0, PATIENCE)
    assert {event.total for event in home.of(Describing)} == {0, 5}
    assert max(event.done for event in home.of(Describing)) == 4
    ask(home, DescribeAll())
    assert "have a note already" in home.of(Notice)[-1].text


def test_it_can_be_stopped(home: House) -> None:
    home.inbox.put(DescribeAll())
    home.until(lambda: any(note.text for note in notes(home).values()), PATIENCE)
    ask(home, StopDescribing())
    assert any(note.text for note in notes(home).values()), "what is written stays"
    assert home.engine.library.catalog.to_describe.count() == 0
    assert home.of(Describing)[-1].total == 0


def test_a_picture_that_can_not_be_read_is_passed_over(home: House, folder: Path) -> None:
    (folder / "2.png").write_bytes(b"no picture any more")
    home.inbox.put(DescribeAll())
    home.until(lambda: sum(bool(note.text) for note in notes(home).values()) == 4, PATIENCE)
    home.until(lambda: home.engine.library.catalog.to_describe.count() == 0, PATIENCE)


def test_what_is_gone_is_not_waited_for(home: House, folder: Path) -> None:
    ask(home, Pause())
    ask(home, DescribeAll())
    catalog = home.engine.library.catalog
    gone = content(home, "2.png")
    (folder / "2.png").unlink()
    home.until(lambda: not catalog.assets.items_of_contents([gone]), PATIENCE)
    ask(home, Resume())
    home.until(lambda: catalog.to_describe.count() == 0, PATIENCE)
    assert not catalog.notes.of(gone).text
    home.until(lambda: home.of(Describing)[-1].total == 0, PATIENCE)


def test_without_a_model_that_can_the_person_is_told(tmp_path: Path, folder: Path) -> None:
    with house(tmp_path / "library") as home:
        home.add(folder)
        home.inbox.put(Describe((content(home, "1.png"),)))
        home.until(lambda: bool(home.of(DescribingFailed)), PATIENCE)
        assert "No model that describes" in home.of(DescribingFailed)[-1].message
        assert home.engine.library.catalog.to_describe.count() == 0


def test_a_picture_at_which_the_model_ends_is_tried_again_and_then_passed_over(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Colourist, "ends", [SAID[1], SAID[3], SAID[3]])
    home.inbox.put(DescribeAll())
    home.until(lambda: sum(bool(note.text) for note in notes(home).values()) == 4, PATIENCE)
    home.until(lambda: home.engine.library.catalog.to_describe.count() == 0, PATIENCE)
    assert not notes(home)["3.png"].text


def test_a_model_that_always_ends_is_given_up(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Colourist, "ends", [*SAID, *SAID])
    home.inbox.put(DescribeAll())
    home.until(lambda: bool(home.of(DescribingFailed)), PATIENCE)
    assert not any(note.text for note in notes(home).values())


PROGRAM = """
import sys
from pathlib import Path
from clipdesk.core.messages.words import DescribeAll
from clipdesk.core import captioning
from tests.core.house import House
from tests.core.test_captioning import Colourist

captioning.Describer = Colourist
home = House(Path(sys.argv[1]), watching=True)
home.inbox.put(DescribeAll())
while True:
    if not home.engine.step():
        home.inbox.wait(0.05)
"""


def test_a_program_that_is_killed_goes_on_where_it_was(home: House, tmp_path: Path) -> None:
    home.close()
    path = Directories.under(tmp_path / "library").catalog
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "library")],
        cwd=Path(__file__).parents[2],
    )
    try:
        deadline = time.monotonic() + PATIENCE
        while not (begun := described(path)):
            assert time.monotonic() < deadline and program.poll() is None
            time.sleep(0.01)
    finally:
        os.kill(program.pid, signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        program.wait()
    with house(tmp_path / "library", watching=True) as again:
        kept = {name: note for name, note in notes(again).items() if note.text}
        assert len(kept) >= begun
        again.until(lambda: all(note.text for note in notes(again).values()), PATIENCE)
        assert {name: notes(again)[name] for name in kept} == kept
        assert len(again.of(WordsChanged)) == 5 - len(kept), "none is described twice"


def described(path: Path) -> int:
    """How many pictures have a note, as another process sees it."""
    catalog = Catalog(path, read_only=True)
    try:
        ids = [item.content_id for item in catalog.assets.items()]
        return sum(bool(catalog.notes.of(id_).text) for id_ in ids)
    finally:
        catalog.close()
