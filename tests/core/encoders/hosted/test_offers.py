"""Consent first: what is agreed to, where it is written, and where the key is."""

import json
import pickle
from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from clipdesk.core.encoders import hosted
from clipdesk.core.encoders.hosted import addresses, consent, keys, offers
from clipdesk.core.encoders.store import Store
from clipdesk.core.errors import ModelNotHere, ServiceFailed, UnknownModel
from clipdesk.core.types import Secret
from tests.core.encoders.hosted import dialects
from tests.core.encoders.hosted.ring import Ring

KEY = Secret(dialects.KEY)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


def test_off_by_default(models: Path, ring: Ring) -> None:
    assert not [info for info in hosted.offered(models) if info.here]
    listed = [info for info in Store(models).available() if info.terms]
    assert listed == list(hosted.offered(models))
    for info in hosted.offered(models):
        assert info.terms
        assert Store(models).offer(info.name) == info
        for ask in (Store(models).find, Store(models).load):
            with pytest.raises(ModelNotHere, match="pictures would be sent") as refused:
                ask(info.name)
            assert f"clipdesk models add {info.name}" in refused.value.hint
    assert not models.exists()


def test_the_terms_say_it_all(models: Path) -> None:
    for info in hosted.offered(models):
        terms = info.terms
        assert terms
        assert "512 × 512 pixels" in terms.sent
        assert f"sent over the internet to {terms.company}. File names" in terms.sent
        assert "bills you by its own price list" in terms.price
        assert terms.privacy.startswith("https://")
        assert "https://" in terms.keys
        assert [entry.name for entry in terms.entries if entry.secret] == ["key"]


def test_agreed(models: Path, ring: Ring) -> None:
    offers.agree("service:cohere", {}, KEY, models)
    assert ring.read() == {"ClipDesk:cohere": dialects.KEY}
    assert dialects.KEY not in (models / consent.FILE).read_text("utf-8")
    store = Store(models)
    store.find("service:cohere")
    assert store.load("service:cohere").space.model == "service:cohere"
    assert [info.name for info in store.available() if info.terms and info.here] == [
        "service:cohere"
    ]
    store.remove("service:cohere")
    assert ring.read() == {}
    with pytest.raises(ModelNotHere):
        store.load("service:cohere")


def test_other_terms_are_agreed_to_anew(
    models: Path, ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    offers.agree("cohere", {}, KEY, models)
    monkeypatch.setattr(offers, "SIDE", 2048)  # more would be sent than they were told
    with pytest.raises(ModelNotHere, match="not set up"):
        hosted.load("service:cohere", models)


def test_a_key_that_is_gone(models: Path, ring: Ring) -> None:
    offers.agree("cohere", {}, KEY, models)
    keys.remove("cohere")
    with pytest.raises(ModelNotHere, match="not in this computer's keyring"):
        hosted.load("service:cohere", models)
    with pytest.raises(ServiceFailed, match="needs a key"):
        offers.agree("cohere", {}, None, models)


def test_one_key_for_two_models_of_a_company(models: Path, ring: Ring) -> None:
    offers.agree("jina-clip", {}, KEY, models)
    offers.agree("jina-v4", {}, None, models)
    hosted.withdraw("jina-clip", models)
    assert hosted.load("service:jina-v4", models).space.dimensions == 2048
    hosted.withdraw("jina-v4", models)
    assert ring.read() == {}


def test_a_long_key_fits_every_keyring(models: Path, ring: Ring) -> None:
    account, _ = dialects.account("https://oauth2.example")
    offers.agree("vertex", {"location": "europe-west4"}, Secret(account), models)
    parts = ring.read()
    assert len(parts) >= 2
    assert max(map(len, parts.values())) <= keys.PART
    kept = keys.get("vertex")
    assert kept
    assert json.loads(kept.reveal())["private_key"] == json.loads(account)["private_key"]
    assert hosted.load("service:vertex", models).space.dimensions == 1408
    # A shorter one leaves nothing of the longer one behind.
    keys.put("vertex", KEY)
    assert ring.read() == {"ClipDesk:vertex": dialects.KEY}


@pytest.mark.parametrize("broken", ["{", "[]", "{}", '{"client_email": 1}', "a key"])
def test_what_is_no_google_key(models: Path, ring: Ring, broken: str) -> None:
    with pytest.raises(ServiceFailed, match="not the key of a Google service account"):
        offers.agree("vertex", {}, Secret(broken), models)
    assert ring.read() == {}
    assert not models.exists()


@pytest.mark.parametrize(
    ("name", "settings", "words"),
    [
        ("azure", {}, "its endpoint is needed"),
        ("azure", {"address": "http://vision.example"}, "not safe"),
        ("cohere", {"address": "cohere"}, "is no address"),
        ("cohere", {"address": "https://me:pass@host"}, "is no address"),
        ("cohere", {"address": "https://host:port"}, "is no address"),
        ("cohere", {"address": "ftp://host"}, "not safe"),
    ],
)
def test_settings_that_make_no_sense(
    models: Path, ring: Ring, name: str, settings: dict[str, str], words: str
) -> None:
    with pytest.raises(ServiceFailed, match=words):
        offers.agree(name, settings, KEY, models)
    assert ring.read() == {}


def test_addresses() -> None:
    assert addresses.checked(" https://host:8443/a/ ") == "https://host:8443/a"
    assert addresses.checked("http://localhost:1") == "http://localhost:1"
    assert addresses.checked("http://[::1]:8/") == "http://[::1]:8"


def test_a_location_that_would_lead_elsewhere(models: Path, ring: Ring) -> None:
    account, _ = dialects.account("https://oauth2.example")
    with pytest.raises(ServiceFailed, match="no name of a Google project"):
        offers.agree("vertex", {"location": "evil.example/#"}, Secret(account), models)


def test_a_computer_without_a_keyring(models: Path) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())
    try:
        with pytest.raises(ServiceFailed, match="keyring of this computer can't be used") as none:
            offers.agree("cohere", {}, KEY, models)
    finally:
        keyring.set_keyring(before)
    assert "Unlock it" in none.value.hint
    assert not models.exists()


def test_a_keyring_that_is_a_plain_file(models: Path, ring: Ring) -> None:
    plain = type("PlaintextKeyring", (Ring,), {"__module__": "keyrings.alt.file"})
    keyring.set_keyring(plain())
    with pytest.raises(ServiceFailed, match="plain file"):
        offers.agree("cohere", {}, KEY, models)
    assert ring.read() == {}


def test_names() -> None:
    with pytest.raises(UnknownModel) as unknown:
        hosted.find("service:coher")
    assert unknown.value.hint == "Did you mean service:cohere?"


@pytest.mark.parametrize("content", ["", "[]", '{"cohere": 1}', '{"cohere": {"settings": {}}}'])
def test_a_damaged_note_is_no_consent(models: Path, ring: Ring, content: str) -> None:
    models.mkdir()
    (models / consent.FILE).write_text(content)
    keys.put("cohere", KEY)
    with pytest.raises(ModelNotHere):
        hosted.load("service:cohere", models)


def test_a_secret_keeps_itself() -> None:
    assert dialects.KEY not in f"{KEY!r} {KEY}"
    with pytest.raises(TypeError):
        pickle.dumps(KEY)
