"""A share whose server does not answer: everything else goes on, and nothing waits for it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clipdesk.core.messages.events import (
    Listing,
    Notice,
    RootsChanged,
)
from clipdesk.core.messages.requests import (
    AddRoot,
    Browse,
    RemoveRoot,
    Rescan,
)
from clipdesk.core.types import RootState
from tests.core.house import House, house, names, paint
from tests.faults.disks import stalled
from tests.faults.ledger import fault, often

PROMPT_S = 30.0
"""A share hangs until the test lets go of it: who waits for it waits for ever."""


@pytest.fixture
def share(tmp_path: Path) -> Path:
    for number, colour in enumerate(("red", "green", "blue")):
        paint(tmp_path / "share" / "deep" / f"{colour}.png", colour, number)
    return tmp_path / "share"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    paint(tmp_path / "desk" / "yellow.png", "yellow", 9)
    return tmp_path / "desk"


@contextmanager
def promptly(seconds: float = PROMPT_S) -> Iterator[None]:
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < seconds, "it waited for the share"


def state_of(home: House, root_id: int) -> RootState:
    roots = home.of(RootsChanged)[-1].roots
    return next(root.state for root in roots if root.id == root_id)


def test_a_share_that_stops_answering_goes_offline(tmp_path: Path, share: Path, desk: Path) -> None:
    with (
        fault("share stops answering, and answers again") as row,
        house(tmp_path / "library", watching=True) as home,
    ):
        root = home.add(share)
        home.add(desk)
        with stalled(share):
            home.until(lambda: state_of(home, root) is RootState.OFFLINE)
            with promptly():
                assert names(home.search("blue").items)[0] == "blue.png"
            paint(desk / "purple.png", "purple", 10)
            home.until(lambda: "purple.png" in home.shown)
        row.begun = time.monotonic()
        home.until(lambda: state_of(home, root) is RootState.WATCHED)
        row.right()
        row.files_lost = 5 - len(home.shown)
        row.re_encodes = home.encoder.images - 5


def test_a_part_of_a_folder_that_hangs_is_waited_for_by_nobody(
    tmp_path: Path, share: Path, desk: Path
) -> None:
    with house(tmp_path / "library", watching=True) as home:
        root = home.add(share)
        with stalled(share / "deep"):  # the root itself answers
            home.inbox.put(Rescan(root))
            home.until(lambda: state_of(home, root) is RootState.SCANNING)
            home.inbox.put(AddRoot(desk))
            home.until(lambda: "yellow.png" in home.shown)
            with promptly():
                home.inbox.put(Browse(77))
                home.until(lambda: any(e.ticket == 77 for e in home.of(Listing)))
            with promptly():
                home.inbox.put(RemoveRoot(root))
                home.until(lambda: set(home.shown) == {"yellow.png"})


def test_starting_beside_a_share_that_hangs(tmp_path: Path, share: Path, desk: Path) -> None:
    with house(tmp_path / "library") as home:
        root = home.add(share)
        home.add(desk)
    paint(desk / "purple.png", "purple", 10)
    with stalled(share):
        with promptly(), house(tmp_path / "library", watching=True) as home:
            home.until(lambda: "purple.png" in home.shown)
            home.inbox.put(Browse(1))
            home.until(lambda: len(home.shown) == 5)
            home.until(lambda: state_of(home, root) is RootState.OFFLINE)
            closing = time.monotonic()
        assert time.monotonic() - closing < PROMPT_S, "closing waited for the share"


def test_adding_a_share_that_hangs_is_told(tmp_path: Path, share: Path) -> None:
    with house(tmp_path / "library", watching=True) as home, stalled(share):
        home.send(AddRoot(share))
        assert "does not answer" in home.of(Notice)[-1].text
        assert not home.engine.library.catalog.roots.all()


def test_pictures_that_are_being_read_when_the_share_hangs(tmp_path: Path, desk: Path) -> None:
    share = tmp_path / "share"
    pictures = often(120, 300)
    for number in range(pictures):
        paint(share / "deep" / f"{number}.png", "red", number)
    with (
        fault("share hangs while pictures are read", pictures) as row,
        house(tmp_path / "library", watching=True) as home,
    ):
        home.inbox.put(AddRoot(share))
        home.until(lambda: len(home.shown) > 5)
        root = home.engine.library.catalog.roots.all()[0].id
        with stalled(share):
            home.until(lambda: state_of(home, root) is RootState.OFFLINE)
            with promptly():
                home.add(desk)
                assert "yellow.png" in home.shown
        row.begun = time.monotonic()
        home.until(lambda: len(home.shown) == pictures + 1)
        row.right()
        assert not home.engine.problems(), "the share is to blame, no picture"
        row.re_encodes = home.encoder.images - pictures - 1
