"""Cohere Embed v4: `Embed API (v2)` in Cohere's API reference."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from clipdesk.core.encoders.hosted import addresses
from clipdesk.core.encoders.hosted.service import Ask, Facts, bearer
from clipdesk.core.types import Secret

if TYPE_CHECKING:
    from clipdesk.core.encoders.hosted.line import Line


class Cohere:
    """Implements `Service`."""

    facts: ClassVar[Facts] = Facts(
        name="cohere",
        company="Cohere",
        title="Cohere Embed 4",
        summary="Pictures, screenshots and pages of text; many languages.",
        model="embed-v4.0",
        dimensions=1536,
        price="Billed by tokens: pictures and captions each have their price.",
        privacy="https://cohere.com/privacy",
        keys="https://dashboard.cohere.com/api-keys",
        at_once=8,  # up to 96 are allowed
    )

    def __init__(self, settings: Mapping[str, str], key: Secret) -> None:
        self.address = settings.get("address") or addresses.COHERE
        self._key = key

    def headers(self, line: "Line") -> dict[str, str]:  # noqa: ARG002 (needs no token)
        return bearer(self._key)

    def images(self, jpegs: Sequence[bytes]) -> Ask:
        urls = [f"data:image/jpeg;base64,{b64encode(jpeg).decode()}" for jpeg in jpegs]
        inputs = [{"content": [{"type": "image_url", "image_url": {"url": url}}]} for url in urls]
        return self._ask("search_document", inputs=inputs)

    def texts(self, captions: Sequence[str]) -> Ask:
        return self._ask("search_query", texts=list(captions))

    def vectors(self, answer: Any) -> list[Any]:
        vectors: list[Any] = answer["embeddings"]["float"]
        return vectors

    def _ask(self, input_type: str, **what: object) -> Ask:
        question = {
            "model": self.facts.model,
            "input_type": input_type,
            "embedding_types": ["float"],
            "output_dimension": self.facts.dimensions,
            **what,
        }
        return Ask("/v2/embed", json=question)
