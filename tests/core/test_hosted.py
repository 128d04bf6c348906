"""A hosted model in the engine: offered with its terms, set up, used, and paid for once."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from clipdesk.core import pace
from clipdesk.core.encoders.store import Store
from clipdesk.core.engine import Engine
from clipdesk.core.errors import PicturesRefused, ServiceAway
from clipdesk.core.inbox import Inbox
from clipdesk.core.messages.events import (
    DownloadEnded,
    DownloadOffered,
    EncoderChanged,
    Notice,
    ProblemsChanged,
    Progress,
)
from clipdesk.core.messages.requests import (
    AddRoot,
    Rescan,
    Resume,
    Retry,
    SetUpModel,
    UseModel,
)
from clipdesk.core.paths import Directories
from clipdesk.core.types import Secret
from tests.core.colours import ColourEncoder
from tests.core.encoders.hosted import dialects
from tests.core.encoders.hosted.conftest import ring  # noqa: F401 (a fixture)
from tests.core.encoders.hosted.server import Server, serving
from tests.core.house import House, house, names, paint
from tests.core.pictures.filmed import film

PATIENCE_S = 60.0
"""Of a test, on a computer that has other things to do as well."""


class WithServices(Store):
    """The program's own store, but for a starter that is quick."""

    def load(self, name: str) -> object:  # type: ignore[override]  # an encoder it is
        return ColourEncoder("starter") if name == "starter" else super().load(name)


@pytest.fixture
def cohere() -> Iterator[Server]:
    with serving(dialects.cohere) as server:
        yield server


@pytest.fixture
def it(tmp_path: Path, ring: object) -> Iterator[House]:  # noqa: F811 (the fixture)
    for number, colour in enumerate(("red", "green", "blue")):
        paint(tmp_path / "pictures" / f"{colour}.png", colour, number)
    house = House.__new__(House)
    house.inbox, house.events = Inbox(), []
    house.directories = Directories.under(tmp_path / "library")
    store = WithServices(tmp_path / "models")
    house.engine = Engine(
        house.directories, house.inbox, house.events.append, store=store, watching=False
    )
    house.engine.start()
    house.add(tmp_path / "pictures")
    yield house
    house.close()


def setting_up(server: Server, key: str) -> SetUpModel:
    return SetUpModel("service:cohere", (("address", server.address),), Secret(key))


def test_from_the_offer_to_the_answer(it: House, cohere: Server) -> None:
    it.inbox.put(UseModel("service:cohere"))
    it.until(lambda: bool(it.of(DownloadOffered)), PATIENCE_S)
    terms = it.of(DownloadOffered)[-1].model.terms
    assert terms
    assert "over the internet to Cohere" in terms.sent
    assert cohere.requests == []
    message = setting_up(cohere, dialects.KEY)
    assert dialects.KEY not in repr(message)
    it.inbox.put(message)
    it.until(lambda: it.of(EncoderChanged)[-1].model == "service:cohere", PATIENCE_S)
    assert it.of(DownloadEnded)[-1].message == ""
    assert names(it.search("something blue").items)[0] == "blue.png"


def test_a_wrong_key(it: House, cohere: Server) -> None:
    it.inbox.put(setting_up(cohere, "a wrong one"))
    it.until(lambda: bool(it.of(DownloadEnded)), PATIENCE_S)
    assert "Cohere refuses the key" in it.of(DownloadEnded)[-1].message
    assert it.of(EncoderChanged)[-1].model == "starter"
    assert names(it.search("red").items)[0] == "red.png"


class Distant(ColourEncoder):
    """A service that is away for a while, and does not take black pictures."""

    batch = 4

    def __init__(self, name: str = "service:far") -> None:
        super().__init__(name)
        self.away = 0
        """So many more questions are not answered."""

    def encode_images(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        if self.away:
            self.away -= 1
            raise ServiceAway("Far can't be reached.")
        vectors = super().encode_images(pixels)
        refused = self.refuses(pixels)
        if refused.any():
            raise PicturesRefused({int(at): "not taken" for at in np.flatnonzero(refused)}, vectors)
        return vectors

    def refuses(self, pixels: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Which of the pictures (n, side, side, 3) are not taken: those that are black."""
        dark: NDArray[np.bool_] = pixels.mean(axis=(1, 2, 3)) < 40
        return dark


class NoBlue(Distant):
    """Black moments of a film are left out anyway: this one does not take blue ones."""

    def refuses(self, pixels: NDArray[np.uint8]) -> NDArray[np.bool_]:
        red, _, blue = np.moveaxis(pixels.mean(axis=(1, 2)), 1, 0)
        bluish: NDArray[np.bool_] = blue - red > 100
        return bluish


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    for number, colour in enumerate(("red", "black", "blue", "green", "yellow")):
        paint(tmp_path / "pictures" / f"{colour}.png", colour, number)
    return tmp_path / "pictures"


def test_a_picture_that_is_refused_is_a_problem_of_that_file(
    tmp_path: Path, pictures: Path
) -> None:
    far = Distant("starter")
    with house(tmp_path / "library", far) as home:
        home.add(pictures)
        assert set(home.shown) == {"red.png", "blue.png", "green.png", "yellow.png"}
        (problem,) = home.of(ProblemsChanged)[-1].problems
        assert problem.path == str(pictures / "black.png")
        assert problem.reason == "not taken"
        # It is not asked about again as long as it is the same.
        asked = far.images
        home.send(Rescan())
        assert far.images == asked


def test_a_picture_that_another_model_knows_stays(tmp_path: Path, pictures: Path) -> None:
    far = Distant()
    with house(tmp_path / "library", ColourEncoder("starter"), far) as home:
        home.add(pictures)
        assert len(home.shown) == 5
        home.send(UseModel("service:far"))
        home.until(lambda: home.of(EncoderChanged)[-1].model == "service:far", PATIENCE_S)
        assert len(home.shown) == 5
        (problem,) = home.of(ProblemsChanged)[-1].problems
        assert problem.path == str(pictures / "black.png")
        asked = far.images
        home.send(Rescan())
        assert far.images == asked
        assert names(home.search("blue").items)[0] == "blue.png"
        home.send(Retry((problem.path,)))
        assert far.images > asked  # unless the person wants it to be tried again


BLUE_BETWEEN = (("red", 4.0), ("blue", 4.0), ("green", 4.0))


def test_a_moment_of_a_video_that_is_refused_is_passed_over(tmp_path: Path) -> None:
    film(tmp_path / "clips" / "film.mp4", BLUE_BETWEEN)
    far = NoBlue("starter")
    with house(tmp_path / "library", far) as home:
        home.add(tmp_path / "clips")
        assert home.engine.library.catalog.videos.count() == (1, 2)
        assert home.of(Notice) == []
        assert not home.of(Progress)[-1].why
        for colour, second in (("red", 0), ("green", 8)):
            found = home.search(colour).items[0].at_ms
            assert found is not None
            assert second <= found / 1000 < second + 4
        asked = far.images
    with house(tmp_path / "library", far) as home:
        home.engine.run_until_idle()
        assert home.engine.library.catalog.videos.unseen() == ()
        assert far.images == asked


def test_a_moment_that_another_model_knows_stays(tmp_path: Path) -> None:
    film(tmp_path / "clips" / "film.mp4", BLUE_BETWEEN)
    far = NoBlue()
    with house(tmp_path / "library", ColourEncoder("starter"), far) as home:
        videos = home.engine.library.catalog.videos
        home.add(tmp_path / "clips")
        assert videos.count() == (1, 3)
        home.send(UseModel("service:far"))
        home.until(lambda: home.of(EncoderChanged)[-1].model == "service:far", PATIENCE_S)
        assert home.of(Notice) == []
        assert videos.count() == (1, 3)
        asked = far.images
        home.send(Rescan())
        assert far.images == asked
    with house(tmp_path / "library", far) as home:
        home.engine.run_until_idle()
        once_more = far.images
    with house(tmp_path / "library", far) as home:
        home.engine.run_until_idle()
        assert far.images == once_more  # a model that knew it is no longer used
        assert home.engine.library.catalog.videos.count() == (1, 2)


def test_indexing_goes_on_by_itself_after_an_outage(
    tmp_path: Path, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "_PATIENCE_S", (0.2, 0.2))
    far = Distant("starter")
    far.away = 2
    with house(tmp_path / "library", far) as home:
        home.inbox.put(AddRoot(pictures))
        home.until(lambda: len(home.shown) == 4, PATIENCE_S)
        told = [notice for notice in home.of(Notice) if "can't be reached" in notice.text]
        assert len(told) == 2
        assert "Indexing is tried again at" in told[0].hint
        assert any(progress.why == "waits for starter" for progress in home.of(Progress))


def test_who_does_not_want_to_wait_need_not(
    tmp_path: Path, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "_PATIENCE_S", (3600.0,))
    far = Distant("starter")
    far.away = 1
    with house(tmp_path / "library", far) as home:
        home.inbox.put(AddRoot(pictures))
        home.until(lambda: bool(home.of(Notice)), PATIENCE_S)
        home.inbox.put(Resume())
        home.until(lambda: len(home.shown) == 4, PATIENCE_S)
