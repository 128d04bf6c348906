"""An encoder that is far away: nobody waits for it, and what it has answered stays."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from clipdesk.core.errors import ModelError, ServiceFailed
from clipdesk.core.messages.events import (
    EncoderChanged,
    Level,
    Notice,
    SearchFailed,
)
from clipdesk.core.messages.requests import (
    Pause,
    RemoveRoot,
    Resume,
    Search,
    UseModel,
)
from clipdesk.core.types import EncoderState, Example, Query
from tests.core.colours import ColourEncoder
from tests.core.house import House, house, names, paint


class FarColours(ColourEncoder):
    """Sees colours, from so far that it answers when the test lets it; or gives up."""

    def __init__(self, name: str = "far", batch: int = 3) -> None:
        super().__init__(name, size=24)
        self.batch = batch
        self.open = threading.Event()
        self.open.set()
        self.asked = threading.Event()
        self.fault: Exception | None = None
        self.sizes: list[int] = []

    def encode_images(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        self._travel()
        self.sizes.append(len(pixels))
        return super().encode_images(pixels)

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self._travel()
        return super().encode_texts(texts)

    def _travel(self) -> None:
        self.asked.set()
        assert self.open.wait(PATIENCE_S)
        if self.fault:
            raise self.fault


PATIENCE_S = 60.0
"""Of a test, on a computer that has other things to do as well."""
REFUSED = ServiceFailed("Far refuses the key.", hint="Enter another one.")


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    for number, colour in enumerate(("red", "green", "blue", "yellow", "red", "green", "blue")):
        paint(tmp_path / "pictures" / f"{colour} {number}.png", colour, number)
    return tmp_path / "pictures"


@pytest.fixture
def far() -> Iterator[FarColours]:
    encoder = FarColours()
    yield encoder
    encoder.open.set()


def test_it_indexes_in_its_own_batches_and_answers(
    pictures: Path, tmp_path: Path, far: FarColours
) -> None:
    far.space = ColourEncoder("starter", size=24).space  # the library's first model is far away
    with house(tmp_path / "library", far) as it:
        it.add(pictures)
        assert sum(far.sizes) == 7
        assert max(far.sizes) <= 3
        assert names(it.search("green").items)[0].startswith("green")
        stranger = paint(tmp_path / "stranger.png", "yellow", 90)
        assert names(it.search("", Example("it", stranger)).items)[0] == "yellow 3.png"
        missing = Example("it", tmp_path / "no.png")
        it.send(Search(99, Query("", (missing,))))
        assert "no longer there" in it.of(SearchFailed)[-1].message


def test_searching_goes_on_while_it_thinks(pictures: Path, tmp_path: Path, far: FarColours) -> None:
    with house(tmp_path / "library", ColourEncoder("starter"), far) as it:
        it.add(pictures)
        far.open.clear()
        it.inbox.put(UseModel("far"))
        it.until(
            lambda: far.asked.is_set() and it.of(EncoderChanged)[-1].next_model == "far", PATIENCE_S
        )
        ticket = 1000
        it.inbox.put(Search(ticket, Query("blue")))
        it.until(lambda: any(getattr(e, "ticket", 0) == ticket for e in it.events), PATIENCE_S)
        far.open.set()
        it.engine.run_until_idle()
        assert it.of(EncoderChanged)[-1].model == "far"
        assert names(it.search("blue").items)[0].startswith("blue")


def test_a_next_one_that_gives_up_leaves_the_present_one_and_loses_nothing(
    pictures: Path, tmp_path: Path, far: FarColours
) -> None:
    with house(tmp_path / "library", ColourEncoder("starter"), far) as it:
        it.add(pictures)
        _fail_after_one_batch(it, far)
        it.send(UseModel("far"))
        last = it.of(EncoderChanged)[-1]
        assert (last.model, last.next_model, last.state) == ("starter", "", EncoderState.READY)
        assert last.detail == str(REFUSED)
        notice = it.of(Notice)[-1]
        assert (notice.level, notice.text, notice.hint) == (
            Level.ERROR,
            str(REFUSED),
            REFUSED.hint,
        )
        assert len(it.of(Notice)) == 1
        # The present one goes on: new pictures become searchable.
        paint(pictures / "purple.png", "purple", 50)
        it.take_in(pictures)
        assert names(it.search("purple").items)[0] == "purple.png"
        # Chosen again, it goes on where it was.
        seen, far.fault = sum(far.sizes), None
        it.send(UseModel("far"))
        assert it.of(EncoderChanged)[-1].model == "far"
        assert sum(far.sizes) == 8
        assert seen == 3


def test_the_only_one_waits_for_the_person(pictures: Path, tmp_path: Path, far: FarColours) -> None:
    far.space = ColourEncoder("starter", size=24).space
    with house(tmp_path / "library", far) as it:
        far.fault = REFUSED
        it.add(pictures)
        assert [notice.text for notice in it.of(Notice)] == [str(REFUSED)]
        assert it.shown == {}
        it.send(Search(7, Query("red")))
        assert "Far refuses the key" in it.of(SearchFailed)[-1].message
        far.fault = None
        it.send(Resume())
        assert len(it.shown) == 7


def test_a_local_one_that_gives_up(pictures: Path, tmp_path: Path) -> None:
    class Faulty(ColourEncoder):
        def encode_images(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
            raise ModelError("Faulty gave nonsense.")

    with house(tmp_path / "library", ColourEncoder("starter"), Faulty("faulty")) as it:
        it.add(pictures)
        it.send(UseModel("faulty"))
        assert it.of(EncoderChanged)[-1].model == "starter"
        assert it.of(EncoderChanged)[-1].next_model == ""
        assert [notice.text for notice in it.of(Notice)] == ["Faulty gave nonsense."]
        assert names(it.search("red").items)[0].startswith("red")


def test_a_root_that_goes_while_it_thinks(pictures: Path, tmp_path: Path, far: FarColours) -> None:
    far.space = ColourEncoder("starter", size=24).space
    with house(tmp_path / "library", far) as it:
        far.open.clear()
        it.engine.take_in(pictures)
        it.until(far.asked.is_set, PATIENCE_S)
        root = it.engine.library.catalog.roots.all()[0].id
        it.inbox.put(Pause())
        it.inbox.put(RemoveRoot(root))
        it.until(lambda: not it.engine.library.catalog.roots.all(), PATIENCE_S)
        far.open.set()
        it.send(Resume())
        assert it.engine.library.catalog.assets.count() == 0
        assert not it.of(Notice)


def _fail_after_one_batch(it: House, far: FarColours) -> None:
    see = ColourEncoder.encode_images

    def once(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        if far.sizes and far.fault is not None:
            raise far.fault
        far.sizes.append(len(pixels))
        return see(far, pixels)

    far.fault = REFUSED
    far.encode_images = once  # type: ignore[method-assign]  # this test's own weather
