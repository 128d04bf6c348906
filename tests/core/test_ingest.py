"""Bringing pictures in: each is read once, and nobody waits for somebody else."""

import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from clipdesk.core.errors import PictureWithheld
from clipdesk.core.ingest import Ingest
from clipdesk.core.messages.events import (
    Results,
)
from clipdesk.core.messages.requests import (
    Search,
)
from clipdesk.core.pictures import DecoderPool
from clipdesk.core.types import Example, Query
from tests.core.colours import NAMES, ColourEncoder
from tests.core.house import House, house, names, paint

PICTURES = 24


class Slow(ColourEncoder):
    """Sees colours when the test lets it."""

    def __init__(self) -> None:
        super().__init__("starter")
        self.open = threading.Event()
        self.open.set()
        self.begun: list[int] = []

    def encode_images(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.begun.append(len(pixels))
        assert self.open.wait(20)
        return super().encode_images(pixels)


@pytest.fixture
def slow() -> Iterator[Slow]:
    encoder = Slow()
    yield encoder
    encoder.open.set()


@pytest.fixture
def home(tmp_path: Path, slow: Slow) -> Iterator[House]:
    colours = list(NAMES)
    for number in range(PICTURES):
        colour = colours[number % len(colours)]
        paint(tmp_path / "pictures" / f"{colour} {number}.png", colour, number)
    with house(tmp_path / "library", slow) as it:
        yield it
        slow.open.set()


def until_the_rest_has_landed(home: House, slow: Slow, folder: Path) -> None:
    """A first batch is with the encoder, and everything else waits for it, decoded."""
    slow.open.clear()
    home.engine.take_in(folder)
    ingest = home.engine._ingest
    home.until(lambda: len(ingest._landed) == PICTURES - sum(slow.begun) > 0)


def test_a_search_is_answered_while_a_batch_is_encoded(
    home: House, slow: Slow, tmp_path: Path
) -> None:
    until_the_rest_has_landed(home, slow, tmp_path / "pictures")
    home.inbox.put(Search(1, Query("red")))
    home.until(lambda: bool(home.of(Results)))
    assert not slow.open.is_set()
    slow.open.set()
    home.engine.run_until_idle()
    assert len(home.shown) == PICTURES


def test_a_picture_that_is_asked_with_waits_for_the_batch_not_the_engine(
    home: House, slow: Slow, tmp_path: Path
) -> None:
    until_the_rest_has_landed(home, slow, tmp_path / "pictures")
    stranger = paint(tmp_path / "stranger.png", "green", 90)
    home.inbox.put(Search(1, Query("", (Example("it", stranger),))))
    home.inbox.put(Search(2, Query("red")))  # the person has changed their mind
    home.until(lambda: any(found.ticket == 2 for found in home.of(Results)))
    slow.open.set()
    home.engine.run_until_idle()
    assert names(home.search("", Example("it", stranger)).items)[0].startswith("green")


@pytest.mark.parametrize("ahead", [True, False])
def test_the_encoder_has_the_next_batch_before_the_last_is_committed(
    home: House, slow: Slow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ahead: bool
) -> None:
    until_the_rest_has_landed(home, slow, tmp_path / "pictures")
    begun_at_commit: list[int] = []
    commit = Ingest._commit

    def spy(ingest: Ingest, *arguments: Any) -> None:
        begun_at_commit.append(bool(ingest._away))
        commit(ingest, *arguments)

    monkeypatch.setattr(Ingest, "_commit", spy)
    monkeypatch.setattr("clipdesk.core.pace.Pace.gentle", not ahead)
    slow.open.set()
    home.engine.run_until_idle()
    assert begun_at_commit[0] == ahead
    assert len(home.shown) == sum(slow.begun) == PICTURES


def test_encoders_meet_few_numbers_of_pictures(home: House, slow: Slow, tmp_path: Path) -> None:
    """However quick the decoders are; but for the last ones, which have no company."""
    home.take_in(tmp_path / "pictures")
    assert sum(slow.begun) == PICTURES
    assert set(slow.begun[:-1]) <= {1, 2, 4, 8, 16, 32, 64}


def test_each_picture_is_decoded_once(
    home: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A guard that needs no clock: one reading gives thumbnail, hash and input."""
    asked = {"decode": 0, "fingerprint": 0}
    for name in asked:
        method = getattr(DecoderPool, name)

        def spy(*arguments: Any, name: str = name, method: Any = method, **more: Any) -> Any:
            asked[name] += 1
            return method(*arguments, **more)

        monkeypatch.setattr(DecoderPool, name, spy)
    home.take_in(tmp_path / "pictures")
    assert asked == {"decode": PICTURES, "fingerprint": asked["fingerprint"]}
    asked["decode"] = 0
    for path in sorted((tmp_path / "pictures").iterdir())[:5]:
        (tmp_path / "pictures" / f"copy of {path.name}").write_bytes(path.read_bytes())
    home.take_in(tmp_path / "pictures")
    assert asked["decode"] == 0
    assert len(home.shown) == PICTURES + 5


class Asked:
    """What the decoders were asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: list[str] = []
        for name in ("glance", "fingerprint", "decode"):
            method = getattr(DecoderPool, name)

            def spy(*arguments: Any, name: str = name, method: Any = method, **more: Any) -> Any:
                self.names.append(name)
                return method(*arguments, **more)

            monkeypatch.setattr(DecoderPool, name, spy)

    def since(self) -> list[str]:
        names, self.names[:] = sorted(self.names), []
        return names


def bitmap(path: Path, colour: tuple[int, int, int]) -> Path:
    """A picture without compression: all of one size have as many bytes."""
    path.parent.mkdir(exist_ok=True)
    Image.new("RGB", (400, 300), colour).save(path)
    return path


def test_a_large_file_is_hashed_only_where_its_ends_are_known(
    home: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, asked = tmp_path / "large", Asked(monkeypatch)
    data = bitmap(folder / "one.bmp", (200, 0, 0)).read_bytes()
    home.take_in(folder)
    assert asked.since() == ["decode"]
    bitmap(folder / "another.bmp", (0, 200, 0))
    home.take_in(folder)
    assert asked.since() == ["decode", "glance"], "read whole once, though its size is known"
    (folder / "copy.bmp").write_bytes(data)
    home.take_in(folder)
    assert asked.since() == ["fingerprint", "glance"], "what looks known is confirmed, not decoded"
    inside = 100_000
    (folder / "alike.bmp").write_bytes(data[:inside] + b"\1\2\3" + data[inside + 3 :])
    home.take_in(folder)
    assert asked.since() == ["decode", "fingerprint", "glance"], "ends alone prove nothing"
    assert len(home.shown) == 4
    assert home.encoder.images == 3


def test_glances_that_an_older_version_has_not_kept_are_learnt(
    home: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, asked = tmp_path / "large", Asked(monkeypatch)
    data = bitmap(folder / "one.bmp", (200, 0, 0)).read_bytes()
    home.take_in(folder)
    db = home.engine.library.catalog._db
    (glance,) = db.execute("SELECT glance FROM content WHERE size = ?", (len(data),)).fetchone()
    db.execute("UPDATE content SET glance = NULL")
    asked.since()
    (folder / "copy.bmp").write_bytes(data)
    home.take_in(folder)
    assert asked.since() == ["fingerprint", "glance"]
    assert db.execute("SELECT glance FROM content WHERE glance NOT NULL").fetchall() == [(glance,)]


def test_what_the_disk_refuses_is_tried_again_at_the_next_look(
    home: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A share that goes while it is read, a right that was lacking, a file that was locked."""
    folder = tmp_path / "pictures"
    refused = paint(folder / "refused.png", "red", 300)
    (folder / "broken.png").write_bytes(b"no picture at all")
    decode, asked = DecoderPool.decode, Asked(monkeypatch)

    def refuse(pool: DecoderPool, source: Path, *arguments: Any, **more: Any) -> "Future[Any]":
        if source != refused:
            return decode(pool, source, *arguments, **more)
        failed: Future[Any] = Future()
        failed.set_exception(PictureWithheld("Not readable: Input/output error"))
        return failed

    with monkeypatch.context() as away:
        away.setattr(DecoderPool, "decode", refuse)
        home.take_in(folder)
    reasons = {Path(p.path).name: p.reason for p in home.engine.problems()}
    assert reasons.keys() == {"refused.png", "broken.png"}
    assert "Input/output" in reasons["refused.png"]
    asked.since()
    home.take_in(folder)
    assert asked.since().count("decode") == 1, "what is no picture is left alone"
    assert [Path(p.path).name for p in home.engine.problems()] == ["broken.png"]
    assert "refused.png" in home.shown


def test_what_a_cloud_drive_keeps_elsewhere_is_kept_and_not_read(
    home: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, asked = tmp_path / "pictures", Asked(monkeypatch)
    home.take_in(folder)
    known = next(folder.iterdir())
    paint(known, "purple", 700)  # it has changed meanwhile, on another computer
    new = paint(folder / "new.png", "green", 701)
    placeholders = {path.stat().st_ino for path in (known, new)}
    walk = sys.modules["clipdesk.core.folders.walk"]  # the package has a function of that name
    monkeypatch.setattr(walk, "is_elsewhere", lambda status: status.st_ino in placeholders)
    asked.since()
    home.take_in(folder)
    assert asked.since() == []
    assert home.shown.keys() >= {known.name}
    assert new.name not in home.shown
    assert not home.engine.problems(), "it is as it should be"
    placeholders.clear()
    home.take_in(folder)
    assert new.name in home.shown
    assert asked.since().count("decode") == 2


def test_equal_pictures_in_batches_that_follow_each_other_are_encoded_once(
    home: House, slow: Slow, tmp_path: Path
) -> None:
    folder = tmp_path / "pictures"
    for path in sorted(folder.iterdir()):
        for copy in range(2):
            (folder / f"{copy} {path.name}").write_bytes(path.read_bytes())
    home.take_in(folder)
    assert len(home.shown) == 3 * PICTURES
    assert sum(slow.begun) == PICTURES
