"""A keyring of the test's own, and the services on this computer."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import keyring
import pytest

from clipdesk.core.encoders.hosted import offers
from clipdesk.core.encoders.hosted.encoder import HostedEncoder
from clipdesk.core.encoders.hosted.line import Line
from clipdesk.core.types import Secret
from tests.core.encoders.hosted import dialects
from tests.core.encoders.hosted.ring import FILE, Ring
from tests.core.encoders.hosted.server import Server, serving

NAMES = (*dialects.DIALECTS, "vertex")


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ring]:
    """The system's keyring, for once one that a test can read."""
    monkeypatch.setenv(FILE, str(tmp_path / "ring.json"))
    before = keyring.get_keyring()
    ring = Ring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@dataclass
class Company:
    """A service, its server, a key to it, and the pauses that it has asked for."""

    name: str
    server: Server
    key: str
    settings: dict[str, str]
    pauses: list[float]

    def encoder(self, key: str = "") -> HostedEncoder:
        """An encoder that does not really wait."""
        secret = Secret(key or self.key)
        service = offers.find(self.name)(self.settings, secret)
        return HostedEncoder(service, lambda _: Line(service, secret, wait=self.pauses.append))


@pytest.fixture(params=NAMES)
def company(request: pytest.FixtureRequest) -> Iterator[Company]:
    """Each of them in turn."""
    yield from running(request.param)


@pytest.fixture
def cohere() -> Iterator[Company]:
    """One of them, for what all have in common."""
    yield from running("cohere")


def running(name: str) -> Iterator[Company]:
    """One service, until its test is over."""
    with serving(dialects.DIALECTS.get(name, dialects.cohere)) as server:
        key, settings = dialects.KEY, {"address": server.address}
        if name == "vertex":
            key, public = dialects.account(server.address)
            server.answer = partial(dialects.vertex, public_key=public)
            settings |= {"location": "europe-west4"}
        yield Company(name, server, key, settings, [])
