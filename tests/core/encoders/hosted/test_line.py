"""Patience with a service that is busy, plain words about one that refuses."""

import io
import json
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import numpy as np
import pytest
from PIL import Image

from clipdesk.core.encoders import beside
from clipdesk.core.encoders.hosted import line, offers
from clipdesk.core.encoders.hosted.encoder import HostedEncoder
from clipdesk.core.encoders.hosted.line import Wait
from clipdesk.core.errors import PicturesRefused, RequestRefused, ServiceAway, ServiceFailed
from clipdesk.core.types import Secret
from tests.core.colours import NAMES
from tests.core.encoders.hosted import dialects
from tests.core.encoders.hosted.conftest import Company
from tests.core.encoders.hosted.server import Refused, Request
from tests.core.encoders.hosted.test_contracts import plain


def busy(status: int = 429, **headers: str) -> Refused:
    return Refused(
        status, {"message": "too many"}, {k.replace("_", "-"): v for k, v in headers.items()}
    )


def ask(company: Company) -> np.ndarray:
    return company.encoder().encode_texts(["red"])


def test_it_waits_as_long_as_it_is_asked_to(cohere: Company) -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    cohere.server.troubles = [busy(Retry_After="7"), busy(503, Retry_After=soon)]
    assert ask(cohere).shape == (1, 1536)
    seconds, until = cohere.pauses
    assert seconds == 7
    assert 10 < until <= 20


def test_it_waits_longer_each_time_and_not_for_ever(cohere: Company) -> None:
    cohere.server.troubles = [busy(), busy(500), None, busy(502), busy(503), busy(504)]
    with pytest.raises(
        ServiceFailed, match=r"Cohere has trouble at the moment \(503\)"
    ) as given_up:
        ask(cohere)
    assert "kept; try again" in given_up.value.hint
    assert len(cohere.server.requests) == line.TRIES
    assert len(cohere.pauses) == line.TRIES - 1
    assert all(0.5 * 2**n <= pause <= 2**n for n, pause in enumerate(cohere.pauses))


def test_one_that_wants_too_much_patience_is_told_of(cohere: Company) -> None:
    cohere.server.troubles = [busy(Retry_After="3600")]
    with pytest.raises(ServiceFailed, match="slow down, or the quota is used up"):
        ask(cohere)
    assert cohere.pauses == []


@pytest.mark.parametrize("after", ["soon", "-5", "Fri, 99 Nov"])
def test_a_pause_that_makes_no_sense(cohere: Company, after: str) -> None:
    cohere.server.troubles = [busy(Retry_After=after)]
    assert ask(cohere).shape == (1, 1536)
    assert 0 <= cohere.pauses[0] <= 1


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, {"message": "no such key"}, "Cohere refuses the key. It says: “no such key”"),
        (402, {"message": "pay"}, "no quota left for this key, or wants to be paid"),
        (403, {"detail": "Insufficient account balance"}, "no quota left"),
        (403, {"error": {"message": "Out of call volume quota."}}, "no quota left"),
        (403, "no", "refuses the key"),
        (404, {"message": "model not found"}, "does not take the request (404)"),
        (422, {"detail": [{"loc": ["input"]}]}, "does not take the request (422)"),
        (301, {}, "is no longer at this address"),
        (400, {"message": "x" * 5000}, "…”"),
        (400, {"message": "a\u202eb\x1b[2J"}, "\\u202e"),
    ],
)
def test_a_refusal_is_told_plainly_and_at_once(
    cohere: Company, status: int, body: Any, words: str
) -> None:
    elsewhere = {"Location": "http://127.0.0.1:9/"} if status == 301 else {}
    cohere.server.troubles = [Refused(status, body, elsewhere)]
    with pytest.raises(ServiceFailed) as refused:
        ask(cohere)
    assert words in str(refused.value)
    assert len(str(refused.value)) < 400
    assert refused.value.hint
    assert len(cohere.server.requests) == 1
    assert cohere.pauses == []


GOOD = [0.1] * 1536


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"<html>", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        ([], "another form"),
        ({"embeddings": [GOOD]}, "another form"),
        ({"embeddings": {"float": ["x"]}}, "another form"),
        ({"embeddings": {"float": []}}, "shape (0,), not (1, 1536)"),
        ({"embeddings": {"float": [GOOD, GOOD]}}, "shape (2, 1536), not (1, 1536)"),
        ({"embeddings": {"float": [GOOD[:-1]]}}, "shape (1, 1535)"),
        ({"embeddings": {"float": [[*GOOD[1:], float("nan")]]}}, "hold no numbers"),
        ({"embeddings": {"float": [[*GOOD[1:], float("inf")]]}}, "hold no numbers"),
        ({"embeddings": {"float": [[0.0] * 1536]}}, "hold no numbers"),
    ],
)
def test_nonsense_is_not_believed(cohere: Company, answer: Any, words: str) -> None:
    raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    cohere.server.troubles = [raw]
    with pytest.raises(ServiceFailed) as nonsense:
        ask(cohere)
    assert str(nonsense.value).startswith("Cohere gave ")
    assert words in str(nonsense.value)


def test_an_endless_answer(cohere: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "MAX_BYTES", 1 << 16)
    cohere.server.troubles = [b" " * (1 << 18)]
    with pytest.raises(ServiceFailed, match="endless"):
        ask(cohere)


def test_connections_that_break_are_made_again(cohere: Company) -> None:
    cohere.server.troubles = [None, None]
    assert ask(cohere).shape == (1, 1536)
    assert len(cohere.pauses) == 2


def test_nobody_there(cohere: Company) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        cohere.settings["address"] = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(ServiceFailed, match=r"Cohere can't be reached") as silent:
            ask(cohere)
    assert "connection" in silent.value.hint


def test_one_that_never_answers(cohere: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "TIMEOUT_S", 0.05)
    monkeypatch.setattr(line, "TRIES", 2)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        cohere.settings["address"] = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        with pytest.raises(ServiceFailed, match="does not answer in time"):
            ask(cohere)


def test_a_batch_that_fails_costs_only_itself(cohere: Company) -> None:
    """Eight at once: what came before stays with the caller who committed it."""
    encoder = cohere.encoder()
    pixels = np.zeros((8, 512, 512, 3), np.uint8)
    assert len(encoder.encode_images(pixels)) == 8
    cohere.server.troubles = [Refused(402, {"message": "pay"})]
    with pytest.raises(ServiceFailed, match="quota"):
        encoder.encode_images(pixels)
    assert len(encoder.encode_images(pixels)) == 8


def test_a_picture_that_is_refused_does_not_cost_the_others(
    company: Company, squeamish: Callable[[float], None]
) -> None:
    squeamish(40)
    encoder = company.encoder()
    pictures = plain("red", "black", "blue")
    with pytest.raises(PicturesRefused, match="does not take the request") as refused:
        encoder.encode_images(pictures)
    assert list(refused.value.reasons) == [1]
    assert "not to our taste" in refused.value.reasons[1]
    kept = refused.value.vectors[[0, 2]]
    assert np.allclose(np.linalg.norm(kept, axis=1), 1, atol=1e-5)
    said = encoder.encode_texts(["red", "blue"])
    assert (np.argmax(said @ kept.T, axis=1) == [0, 1]).all()


def test_a_picture_that_is_refused_alone_is_one_too(
    company: Company, squeamish: Callable[[float], None]
) -> None:
    squeamish(40)
    with pytest.raises(PicturesRefused):
        company.encoder().encode_images(plain("black"))


def test_a_service_that_takes_no_picture_has_another_fault(
    company: Company, squeamish: Callable[[float], None]
) -> None:
    squeamish(256)
    with pytest.raises(RequestRefused, match="does not take the request"):
        company.encoder().encode_images(plain("red", "blue"))


def test_several_are_asked_about_at_once(company: Company) -> None:
    facts, answer = offers.find(company.name).facts, company.server.answer
    together = threading.Barrier(facts.parallel)

    def slow(request: Request) -> Any:
        if request.path != "/token":
            together.wait(60)  # nobody is answered before all have asked
        return answer(request)

    company.server.answer = slow
    colours = [list(NAMES)[number % len(NAMES)] for number in range(facts.at_once * facts.parallel)]
    seen = company.encoder().encode_images(plain(*colours))
    company.server.answer = answer
    for number, colour in enumerate(colours[: len(NAMES)]):
        alone = company.encoder().encode_images(plain(colour))[0]
        assert np.allclose(seen[number], alone, atol=1e-5)


def test_waiting_is_cut_short(cohere: Company) -> None:
    service = offers.find("cohere")(cohere.settings, Secret(cohere.key))
    waits: list[bool] = []
    asked = threading.Event()

    def opened(wait: Wait) -> line.Line:
        def noted(seconds: float) -> bool:
            asked.set()
            waits.append(bool(wait(seconds)))
            return waits[-1]

        return line.Line(service, Secret(cohere.key), wait=noted)

    encoder = HostedEncoder(service, opened)
    cohere.server.troubles = [busy(Retry_After="50")]
    future = beside(lambda: encoder.encode_texts(["red"]), "ask")
    assert asked.wait(30)
    encoder.stop()
    with pytest.raises(ServiceAway, match="slow down"):
        future.result(30)
    assert waits == [True]
    assert len(cohere.server.requests) == 1


@pytest.fixture
def squeamish(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Makes the services refuse requests with a picture that is darker than so."""
    usual = dialects.seen

    def be(darkest: float) -> None:
        def seen(jpeg: bytes, dimensions: int) -> list[float]:
            with Image.open(io.BytesIO(jpeg)) as image:
                if np.asarray(image.convert("L")).mean() < darkest:
                    raise Refused(400, {"message": "not to our taste"})
            return usual(jpeg, dimensions)

        monkeypatch.setattr(dialects, "seen", seen)

    return be
