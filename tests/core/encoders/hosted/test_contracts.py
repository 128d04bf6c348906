"""Each service, asked as its documentation wants it, and what becomes of its answers."""

import logging

import numpy as np
import pytest

from clipdesk.core.encoders import DistantEncoder
from clipdesk.core.encoders.hosted import offers
from clipdesk.core.errors import ServiceFailed
from tests.core.colours import NAMES
from tests.core.encoders.hosted import dialects
from tests.core.encoders.hosted.conftest import Company
from tests.core.encoders.hosted.server import Refused

COLOURS = ("red", "green", "blue", "yellow")


def plain(*colours: str) -> np.ndarray:
    return np.stack([np.full((512, 512, 3), NAMES[colour], np.uint8) for colour in colours])


def test_captions_find_pictures(company: Company) -> None:
    encoder = company.encoder()
    assert isinstance(encoder, DistantEncoder)
    pictures = encoder.encode_images(plain(*COLOURS))
    captions = encoder.encode_texts([f"something {colour}" for colour in COLOURS])
    for vectors in (pictures, captions):
        assert vectors.shape == (4, encoder.space.dimensions)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert (captions @ pictures.T).argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_the_space_is_the_model_s(company: Company) -> None:
    space = company.encoder().space
    expected = {"cohere": 1536, "vertex": 1408, "azure": 1024, "jina-v4": 2048}
    assert space.dimensions == expected.get(company.name, 1024)
    assert space.model == f"service:{company.name}"
    assert space.spec.size == 512
    # The same whatever way it is reached: a proxy gives the same vectors.
    elsewhere = offers.find(company.name)
    assert elsewhere.facts.weights_hash == space.weights_hash
    assert len({service.facts.weights_hash for service in offers.SERVICES}) == 6


def test_nothing_is_sent_before_there_is_a_question(company: Company) -> None:
    encoder = company.encoder()
    assert encoder.encode_images(plain("red")[:0]).shape == (0, encoder.space.dimensions)
    assert encoder.encode_texts([]).shape == (0, encoder.space.dimensions)
    assert company.server.requests == []


def test_many_come_in_batches(company: Company) -> None:
    encoder = company.encoder()
    encoder.encode_images(plain(*(COLOURS * 3)))
    at_once = offers.find(company.name).facts.at_once
    asked = [request for request in company.server.requests if request.path != "/token"]
    assert len(asked) == -(-12 // at_once)
    # A token is good for more than one question.
    assert len(company.server.requests) - len(asked) == (1 if company.name == "vertex" else 0)


def test_the_same_words_are_not_paid_for_twice(company: Company) -> None:
    encoder = company.encoder()
    first = encoder.encode_texts(["red", "red", "blue"])
    sent = len(company.server.requests)
    again = encoder.encode_texts(["blue", "red"])
    assert np.array_equal(again, first[[2, 0]])
    assert len(company.server.requests) == sent


def test_words_of_any_sort(company: Company) -> None:
    texts = ["", "red " * 2000, "\udcff\x00\n", "красный 🎨"]
    assert company.encoder().encode_texts(texts).shape[0] == 4


def test_a_wrong_key(company: Company, caplog: pytest.LogCaptureFixture) -> None:
    wrong = "a-wrong-one-that-nobody-may-see"
    if company.name == "vertex":
        wrong, _ = dialects.account(company.server.address)
    with caplog.at_level(logging.DEBUG), pytest.raises(ServiceFailed) as refused:
        company.encoder(wrong).encode_texts(["red"])
    assert "refuses the key" in str(refused.value)
    assert company.pauses == []
    _nowhere(wrong, refused.value, caplog)


def test_the_key_is_nowhere(company: Company, caplog: pytest.LogCaptureFixture) -> None:
    """In no log, and in nothing that an error holds, whatever goes wrong."""
    with caplog.at_level(logging.DEBUG):
        for trouble in (None, b"{", Refused(400, {"message": f"bad {company.key}"})):
            company.server.troubles = [trouble] * 9
            with pytest.raises(ServiceFailed) as failure:
                company.encoder().encode_images(plain("red"))
            _nowhere(company.key, failure.value, caplog)
    encoder = company.encoder()
    assert company.key not in repr(vars(encoder))


def _nowhere(key: str, error: BaseException, caplog: pytest.LogCaptureFixture) -> None:
    pieces = [line for line in key.splitlines() if len(line) > 20]
    chain: BaseException | None = error
    while chain is not None:
        told = repr(chain) + str(chain) + repr(vars(chain))
        assert not [piece for piece in pieces if piece in told]
        chain = chain.__cause__ or chain.__context__
    assert not [piece for piece in pieces if piece in caplog.text]
