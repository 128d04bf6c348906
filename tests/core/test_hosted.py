"""A hosted model in the engine: offered with its terms, set up, used, and paid for once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from clipdesk.core.encoders.store import Store
from clipdesk.core.engine import Engine
from clipdesk.core.inbox import Inbox
from clipdesk.core.messages.events import (
    DownloadEnded,
    DownloadOffered,
    EncoderChanged,
)
from clipdesk.core.messages.requests import (
    SetUpModel,
    UseModel,
)
from clipdesk.core.paths import Directories
from clipdesk.core.types import Secret
from tests.core.colours import ColourEncoder
from tests.core.encoders.hosted import dialects
from tests.core.encoders.hosted.conftest import ring  # noqa: F401 (a fixture)
from tests.core.encoders.hosted.server import Server, serving
from tests.core.house import House, names, paint

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
