"""The hosted models: listed, agreed to, set up, loaded, given up again."""

import difflib
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from clipdesk.core.encoders.hosted import addresses, consent, keys, vertex
from clipdesk.core.encoders.hosted.azure import Azure
from clipdesk.core.encoders.hosted.cohere import Cohere
from clipdesk.core.encoders.hosted.encoder import PREFIX, HostedEncoder
from clipdesk.core.encoders.hosted.jina import JinaClip, JinaV4
from clipdesk.core.encoders.hosted.line import Line
from clipdesk.core.encoders.hosted.service import SIDE, Facts, Service
from clipdesk.core.encoders.hosted.vertex import Vertex
from clipdesk.core.encoders.hosted.voyage import Voyage
from clipdesk.core.errors import ModelNotHere, ServiceFailed, UnknownModel
from clipdesk.core.types import ModelInfo, Secret, Terms

SERVICES: tuple[type[Service], ...] = (Cohere, Voyage, JinaClip, JinaV4, Vertex, Azure)
SAMPLE = "a red apple"
"""The caption by which a key is tried."""
LIBRARIES = ("keyring", "httpx2", "google.auth")
"""What the extra ``hosted`` installs."""


def offered(models: Path) -> tuple[ModelInfo, ...]:
    """All hosted models; ``here`` are those that the person has set up. Nobody is asked."""
    return tuple(_info(service.facts, models) for service in SERVICES)


def offer(name: str, models: Path) -> ModelInfo:
    """One hosted model with its terms; raises `UnknownModel`."""
    return _info(find(name).facts, models)


def find(name: str) -> type[Service]:
    """The service called ``service:NAME``, or NAME alone; raises `UnknownModel`."""
    wanted = name.removeprefix(PREFIX)
    for service in SERVICES:
        if service.facts.name == wanted:
            return service
    known = [service.facts.name for service in SERVICES]
    near = difflib.get_close_matches(wanted, known, n=1)
    raise UnknownModel(
        f"There is no hosted model called “{wanted}”.",
        hint=f"Did you mean {PREFIX}{near[0]}?" if near else f"There are {', '.join(known)}.",
    )


def require(name: str, models: Path) -> None:
    """Make sure that the person has set this model up; raises `ModelNotHere` and others."""
    facts = find(name).facts
    if consent.given(facts.name, terms(facts), models) is None:
        raise ModelNotHere(
            f"{facts.title} is not set up: pictures would be sent to {facts.company}.",
            hint=f"To see its terms and agree: clipdesk models add {PREFIX}{facts.name}",
        )


def load(name: str, models: Path) -> HostedEncoder:
    """The encoder of a service that the person has set up; nothing is sent yet.

    Raises `ModelNotHere` where consent or key lacks, `ServiceFailed`, or `UnknownModel`.
    """
    require(name, models)
    _require_libraries()
    kind = find(name)
    given = consent.given(kind.facts.name, terms(kind.facts), models)
    key = keys.get(kind.facts.key or kind.facts.name)
    if given is None or key is None:
        raise ModelNotHere(
            f"The key for {kind.facts.title} is not in this computer's keyring.",
            hint=f"Enter it: clipdesk models add {PREFIX}{kind.facts.name}",
        )
    return encoder(kind, given.settings, key)


def encoder(kind: type[Service], settings: Mapping[str, str], key: Secret) -> HostedEncoder:
    """The encoder of a service, with these settings and this key."""
    service = kind(settings, key)
    return HostedEncoder(service, lambda wait: Line(service, key, wait=wait))


def agree(name: str, settings: Mapping[str, str], key: Secret | None, models: Path) -> None:
    """The person has agreed to the terms: keep the key in the keyring, and note the rest.

    Without a key, the one in the keyring is used. Raises `ServiceFailed` or `UnknownModel`.
    """
    _require_libraries()
    kind = find(name)
    facts = kind.facts
    place = facts.key or facts.name
    settings = {name: value.strip() for name, value in settings.items() if value.strip()}
    if "address" in settings:
        settings["address"] = addresses.checked(settings["address"])
    known = key or keys.get(place)
    if not known:
        raise ServiceFailed(f"{facts.title} needs a key.", hint=f"You get one at {facts.keys}")
    if kind is Vertex:
        known = vertex.compact(known)
    kind(settings, known)  # what makes no sense is said now
    if key:
        keys.put(place, known)
    consent.give(facts.name, terms(facts), settings, models)


def set_up(name: str, settings: Mapping[str, str], key: Secret | None, models: Path) -> None:
    """`agree`, and try the key with one caption; where it does not work, nothing is set up."""
    agree(name, settings, key, models)
    try:
        load(name, models).encode_texts([SAMPLE])
    except ServiceFailed:
        withdraw(name, models)
        raise


def withdraw(name: str, models: Path) -> None:
    """The person agrees no longer: forget the consent, and the key if nothing else needs it."""
    facts = find(name).facts
    consent.withdraw(facts.name, models)
    place = facts.key or facts.name
    shared = any(
        (other.facts.key or other.facts.name) == place
        and consent.given(other.facts.name, terms(other.facts), models)
        for other in SERVICES
    )
    if not shared and find_spec("keyring"):
        keys.remove(place)


def terms(facts: Facts) -> Terms:
    """What the person is asked to agree to."""
    return Terms(
        company=facts.company,
        sent=(
            f"Each picture of the library, scaled into {SIDE} × {SIDE} pixels, and the captions, "
            "labels and pictures that you search, sort or measure with, are sent over the "
            f"internet to {facts.company}. File names, folders and the files themselves are not."
        ),
        price=f"{facts.price} {facts.company} bills you by its own price list; see it first.",
        privacy=facts.privacy,
        keys=facts.keys,
        entries=facts.entries,
    )


def _info(facts: Facts, models: Path) -> ModelInfo:
    agreed = terms(facts)
    here = consent.given(facts.name, agreed, models) is not None
    return ModelInfo(
        name=PREFIX + facts.name,
        title=facts.title,
        summary=facts.summary,
        here=here,
        source=facts.company,
        dimensions=facts.dimensions,
        image_size=SIDE,
        removable=here,
        terms=agreed,
    )


def _require_libraries() -> None:
    for library in LIBRARIES:
        try:
            found = find_spec(library)
        except ModuleNotFoundError:  # of google.auth, when there is no google
            found = None
        if found is None:
            raise ServiceFailed(
                "Hosted models need libraries that are not installed.",
                hint='Install them: pip install "clipdesk[hosted]"',
            )
