"""What a hosted service is to ClipDesk: facts, terms, and how its questions are written."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from clipdesk.core.types import Entry, Secret

if TYPE_CHECKING:
    from clipdesk.core.encoders.hosted.line import Line

SIDE = 512
"""Pixels of the square that a picture is scaled into before it is sent."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is to know of a service before it is asked anything."""

    name: str
    """As in ``service:NAME``."""
    company: str
    title: str
    summary: str
    model: str
    """The model's name and version, as the service calls it."""
    dimensions: int
    price: str
    """How it is billed, and where the prices stand; figures only as far as they are published."""
    privacy: str
    """Where the company says what it does with what it is sent."""
    keys: str
    """Where a key is had."""
    at_once: int = 1
    """Pictures or captions in one request."""
    parallel: int = 1
    """Requests that may be under way at once; all wait when one is told to slow down."""
    batch: int = 8
    """Pictures that ClipDesk gathers before it asks: what is lost if the answer is."""
    key: str = ""
    """What its key is called in the keyring, if not by the service's name."""
    entries: tuple[Entry, ...] = (Entry("key", "Key", secret=True),)

    @property
    def weights_hash(self) -> str:
        """Stands for the weights, which nobody sees: the same model gives the same vectors."""
        return hashlib.sha256(f"{self.model} {self.dimensions}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, without the host."""

    path: str
    json: Any = None
    content: bytes | None = None
    """A body that is no JSON."""
    params: Mapping[str, str] = field(default_factory=dict)


class Service(Protocol):
    """One company's dialect; made for one person's settings."""

    facts: ClassVar[Facts]

    def __init__(self, settings: Mapping[str, str], key: Secret) -> None:
        """Raises `ServiceFailed` if a setting makes no sense."""

    @property
    def address(self) -> str:
        """Where requests go; no slash at the end."""

    def headers(self, line: "Line") -> dict[str, str]:
        """What says who asks; may ask for a token on the ``line``."""

    def images(self, jpegs: Sequence[bytes]) -> Ask:
        """Ask for the vectors of these pictures, at most ``at_once``."""

    def texts(self, captions: Sequence[str]) -> Ask:
        """Ask for the vectors of these captions, at most ``at_once``."""

    def vectors(self, answer: Any) -> list[Any]:
        """The vectors in an answer, in order; raises KeyError, TypeError … on another shape."""


def bearer(key: Secret) -> dict[str, str]:
    """The usual way to say who asks."""
    return {"Authorization": f"Bearer {key.reveal()}"}


def in_order(items: list[dict[str, Any]]) -> list[Any]:
    """Vectors of a list of {index, embedding}, as OpenAI introduced it."""
    return [item["embedding"] for item in sorted(items, key=lambda item: int(item["index"]))]
