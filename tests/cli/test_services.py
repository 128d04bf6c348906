"""A hosted model by the command line: refused, agreed to, used, given up; the key is nowhere."""

import os
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.cli.command import DEADLINE_S, Said, command, environment
from tests.conftest import REPOSITORY
from tests.core.encoders.hosted import dialects
from tests.core.encoders.hosted.ring import FILE, Ring
from tests.core.encoders.hosted.server import Refused, Server, serving
from tests.core.house import paint


class Person:
    """Somebody with pictures, a library, and a keyring."""

    def __init__(self, top: Path) -> None:
        self.home, self.pictures, self.library = (top / n for n in ("home", "pictures", "library"))
        self.ring = top / "ring.json"
        for number, colour in enumerate(("red", "green", "blue", "yellow") * 3):
            paint(self.pictures / f"{colour} {number}.png", colour, number)

    def clipdesk(self, *arguments: str | Path, typing: str = "") -> Said:
        """Run a command, with this on its standard input."""
        own = {
            "PYTHON_KEYRING_BACKEND": f"{Ring.__module__}.Ring",
            FILE: str(self.ring),
            "CLIPDESK_DEBUG": "1",
        }
        done = subprocess.run(
            command(*arguments, "--library", self.library),
            check=False,
            cwd=REPOSITORY,
            env={**environment(self.home), **own},
            input=typing.encode(),
            capture_output=True,
            timeout=DEADLINE_S,
        )
        assert dialects.KEY.encode() not in done.stdout + done.stderr  # not even in the debug log
        return Said(done.returncode, done.stdout.decode(), done.stderr.decode())

    def files_with_key(self) -> list[Path]:
        files = [file for file in self.home.parent.rglob("*") if file.is_file()]
        return [file for file in files if dialects.KEY.encode() in file.read_bytes()]


@pytest.fixture
def person(tmp_path: Path) -> Person:
    return Person(tmp_path)


@pytest.fixture
def cohere() -> Iterator[Server]:
    with serving(dialects.cohere) as server:
        yield server


def last(said: Said) -> str:
    """What it complains of, among what it logs."""
    (line,) = [line for line in said.err.splitlines() if line.startswith("clipdesk: ")]
    return line


def pictures_sent(server: Server) -> int:
    """How many pictures the service was asked about."""
    return sum(len(request.json.get("inputs", ())) for request in server.requests)


def refused(server: Server) -> int:
    """How many of them in the last request, which was refused."""
    return len(server.requests[-1].json["inputs"])


def test_nothing_is_sent_before_consent(person: Person, cohere: Server) -> None:
    address = f"address={cohere.address}"
    listed = person.clipdesk("models")
    assert "your pictures leave this computer" in listed.out
    assert "off  service:cohere" in listed.out
    unasked = person.clipdesk("index", person.pictures, "--model", "service:cohere")
    assert unasked.status == 1
    assert "pictures would be sent to Cohere" in last(unasked)
    asked = person.clipdesk("models", "add", "cohere", "--set", address, typing="y\n")
    assert asked.status == 1
    assert "512 × 512 pixels" in asked.err
    assert "bills you by its own price list" in asked.err
    assert "Nothing was set up, and nothing sent" in last(asked)
    got = person.clipdesk("models", "get", "service:cohere", "--set", address)
    assert "Nothing was set up, and nothing sent" in last(got)
    assert cohere.requests == []
    assert not person.ring.exists()


def test_agreed_used_and_given_up(person: Person, cohere: Server) -> None:
    added = person.clipdesk(
        *("models", "add", "cohere", "--yes", "--json"),
        *("--set", f"address={cohere.address}"),
        typing=dialects.KEY + "\n",
    )
    assert added.status == 0, added
    assert len(cohere.requests) == 1  # the caption by which the key was tried
    assert person.files_with_key() == [person.ring]
    taken = person.clipdesk("index", person.pictures, "--model", "service:cohere", "--json")
    assert taken.status == 0, taken
    assert '"indexed": 12' in taken.out
    assert pictures_sent(cohere) == 12
    found = person.clipdesk("search", "something yellow", "-k", "3")
    assert found.status == 0, found
    assert found.out.count("yellow") == 3
    off = person.clipdesk("models", "remove", "service:cohere")
    assert off.status == 0, off
    assert person.files_with_key() == []
    sent = len(cohere.requests)
    assert "not set up" in last(person.clipdesk("search", "red"))
    assert len(cohere.requests) == sent


def test_a_wrong_key_sets_nothing_up(person: Person, cohere: Server) -> None:
    wrong = person.clipdesk(
        *("models", "add", "service:cohere", "--yes", "--set", f"address={cohere.address}"),
        typing="another",
    )
    assert wrong.status == 1
    assert "Cohere refuses the key" in last(wrong)
    assert "off  service:cohere" in person.clipdesk("models").out
    assert person.ring.read_text() == "{}"


def test_out_of_quota_on_the_way_and_on_again(person: Person, cohere: Server) -> None:
    add = ("models", "add", "cohere", "--yes", "--set", f"address={cohere.address}")
    assert person.clipdesk(*add, typing=dialects.KEY).status == 0
    index = ("index", person.pictures, "--model", "service:cohere")
    answer = cohere.answer
    broke = Refused(402, {"message": "payment required"})

    def once(request: object) -> object:
        cohere.troubles = [broke] * 9
        return answer(request)  # type: ignore[arg-type]  # it is one

    cohere.answer = once
    stopped = person.clipdesk(*index)
    assert stopped.status == 1
    assert "no quota left" in last(stopped)
    paid = pictures_sent(cohere) - refused(cohere)
    assert paid
    cohere.troubles, cohere.answer, cohere.requests = [], answer, []
    again = person.clipdesk(*index)
    assert again.status == 0, last(again)
    assert pictures_sent(cohere) == 12 - paid  # only those that were not paid for yet


def test_google(person: Person) -> None:
    with serving(dialects.cohere) as server:
        key, public = dialects.account(server.address)
        server.answer = partial(dialects.vertex, public_key=public)
        settings = ("--set", f"address={server.address}", "--set", "location=europe-west4")
        added = person.clipdesk("models", "add", "vertex", "--yes", *settings, typing=key)
        assert added.status == 0, added
        taken = person.clipdesk("index", person.pictures, "--model", "service:vertex")
        assert taken.status == 0, taken
        found = person.clipdesk("search", "all blue", "-k", "3")
        assert found.out.count("blue") == 3
    assert os.path.commonpath([person.ring, person.home]) == str(person.home.parent)


def test_wrong_usage(person: Person) -> None:
    assert "no hosted model called “coher”" in last(person.clipdesk("models", "add", "coher"))
    assert "Which model" in last(person.clipdesk("models", "add"))
    said = person.clipdesk("models", "add", "cohere", "--set", "key=abc")
    assert "keys are asked for" in last(said)
