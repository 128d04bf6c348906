"""The folders change while the program runs: it follows, and encodes nothing twice."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clipdesk.core.messages.events import (
    RemovalAsked,
)
from clipdesk.core.messages.requests import (
    ConfirmRemoval,
)
from tests.core.colours import NAMES
from tests.core.house import House, house, names, paint

PICTURES = 300
PATIENCE_S = 60


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path / "library", watching=True) as it:
        yield it


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Three hundred pictures in a tree of folders."""
    archive = tmp_path / "archive"
    colours = list(NAMES)
    for number in range(PICTURES):
        colour = colours[number % len(colours)]
        place = archive / f"year {number % 5}" / f"job {number % 12}"
        paint(place / f"{colour} {number}.png", colour, number)
    return archive


def test_renamed_moved_and_copied_by_the_hundred(
    home: House, archive: Path, tmp_path: Path
) -> None:
    home.add(archive)
    ids = shown_ids(home)
    assert len(ids) == home.encoder.images == PICTURES

    # A whole tree is renamed.
    (archive / "year 0").rename(archive / "the first year")
    follow(home, archive)

    # Every single file is.
    for place in pictures(archive):
        place.rename(place.with_name(f"new {place.name}"))
    follow(home, archive)

    # Half of them move to a folder that is watched too.
    other = tmp_path / "other"
    other.mkdir()
    home.add(other)
    for year in ("the first year", "year 1"):
        (archive / year).rename(other / year)
    follow(home, archive, other)

    # A tree goes out of sight, and comes back under another name.
    (other / "year 1").rename(tmp_path / "out of sight")
    follow(home, archive, other)
    (tmp_path / "out of sight").rename(archive / "back again")
    follow(home, archive, other)

    # All that has cost nothing, and each picture is still who it was.
    assert {name.removeprefix("new "): id_ for name, id_ in shown_ids(home).items()} == ids
    assert home.encoder.images == PICTURES

    # Copies are pictures of their own, and cost nothing either.
    shutil.copytree(archive / "back again", other / "copies")
    follow(home, archive, other)
    assert home.engine.library.catalog.assets.count() == PICTURES + PICTURES // 5
    assert home.encoder.images == PICTURES

    # What is deleted is found no more.
    shutil.rmtree(other)
    other.mkdir()
    shutil.rmtree(archive / "year 2")
    follow(home, archive, other)
    assert home.encoder.images == PICTURES


def test_a_new_picture_can_be_found_long_before_the_next_look(home: House, archive: Path) -> None:
    """It takes a second or two; here the machine may be busy."""
    home.add(archive)
    begun = time.monotonic()
    paint(archive / "new" / "purple at last.png", "purple", PICTURES + 1)
    home.until(lambda: "purple at last.png" in home.shown, PATIENCE_S)
    answer = home.search("purple", limit=PICTURES)
    took = time.monotonic() - begun
    assert "purple at last.png" in names(answer.items)
    assert took < PATIENCE_S


def follow(home: House, *folders: Path) -> None:
    """Wait until the program shows what is in the folders, no more and no less.

    Asked whether most of a folder may be forgotten, this person says yes.
    """
    there = {os.fspath(place) for folder in folders for place in pictures(folder)}

    def followed() -> bool:
        for asked in home.of(RemovalAsked):
            home.events.remove(asked)
            home.inbox.put(ConfirmRemoval(asked.root_id))
        return shown_paths(home) == there and home.engine.idle

    home.until(followed, PATIENCE_S)


def pictures(folder: Path) -> list[Path]:
    return [place for place in folder.rglob("*.png") if place.is_file()]


def shown_paths(home: House) -> set[str]:
    return {item.path for item in home.engine.library.catalog.assets.items()}


def shown_ids(home: House) -> dict[str, int]:
    return {
        Path(item.path).name: item.asset_id for item in home.engine.library.catalog.assets.items()
    }
