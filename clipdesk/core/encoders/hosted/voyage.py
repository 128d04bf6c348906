"""Voyage AI's multimodal model: `Multimodal Embeddings` in Voyage's documentation."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from clipdesk.core.encoders.hosted import addresses
from clipdesk.core.encoders.hosted.service import Ask, Facts, bearer, in_order
from clipdesk.core.types import Secret

if TYPE_CHECKING:
    from clipdesk.core.encoders.hosted.line import Line


class Voyage:
    """Implements `Service`."""

    facts: ClassVar[Facts] = Facts(
        name="voyage",
        company="Voyage AI",
        title="Voyage multimodal 3.5",
        summary="Pictures, slides and screenshots; reads the text in them.",
        model="voyage-multimodal-3.5",
        dimensions=1024,
        price="Billed by tokens: a picture of 512 × 512 pixels counts as some 470 of them.",
        privacy="https://www.voyageai.com/privacy",
        keys="https://dashboard.voyageai.com",
        at_once=8,  # up to 1,000 are allowed, and 320,000 tokens
    )

    def __init__(self, settings: Mapping[str, str], key: Secret) -> None:
        self.address = settings.get("address") or addresses.VOYAGE
        self._key = key

    def headers(self, line: "Line") -> dict[str, str]:  # noqa: ARG002 (needs no token)
        return bearer(self._key)

    def images(self, jpegs: Sequence[bytes]) -> Ask:
        urls = [f"data:image/jpeg;base64,{b64encode(jpeg).decode()}" for jpeg in jpegs]
        return self._ask("document", [{"type": "image_base64", "image_base64": u} for u in urls])

    def texts(self, captions: Sequence[str]) -> Ask:
        return self._ask("query", [{"type": "text", "text": text} for text in captions])

    def vectors(self, answer: Any) -> list[Any]:
        return in_order(answer["data"])

    def _ask(self, input_type: str, parts: list[dict[str, str]]) -> Ask:
        question = {
            "model": self.facts.model,
            "input_type": input_type,
            "inputs": [{"content": [part]} for part in parts],
            "truncation": True,
        }
        return Ask("/v1/multimodalembeddings", json=question)
