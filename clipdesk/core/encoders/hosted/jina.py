"""Jina's models for pictures and captions: the schema of `Jina Search Foundation API`."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from clipdesk.core.encoders.hosted import addresses
from clipdesk.core.encoders.hosted.service import Ask, Facts, bearer, in_order
from clipdesk.core.types import Secret

if TYPE_CHECKING:
    from clipdesk.core.encoders.hosted.line import Line

_PRICE = "Billed by tokens, of which new accounts have some free."
_PRIVACY = "https://jina.ai/legal"
_KEYS = "https://jina.ai/api-dashboard/key-manager"


class JinaClip:
    """Implements `Service` with Jina CLIP v2."""

    facts: ClassVar[Facts] = Facts(
        name="jina-clip",
        company="Jina AI",
        title="Jina CLIP v2",
        summary="Photographs; captions in many languages.",
        model="jina-clip-v2",
        dimensions=1024,
        price=_PRICE,
        privacy=_PRIVACY,
        keys=_KEYS,
        at_once=8,
        key="jina",
    )
    tasks: ClassVar[tuple[Mapping[str, str], Mapping[str, str]]] = ({}, {})
    """What is said besides of pictures, and of captions."""

    def __init__(self, settings: Mapping[str, str], key: Secret) -> None:
        self.address = settings.get("address") or addresses.JINA
        self._key = key

    def headers(self, line: "Line") -> dict[str, str]:  # noqa: ARG002 (needs no token)
        return bearer(self._key)

    def images(self, jpegs: Sequence[bytes]) -> Ask:
        pictures = [{"image": b64encode(jpeg).decode()} for jpeg in jpegs]
        return self._ask(pictures, self.tasks[0])

    def texts(self, captions: Sequence[str]) -> Ask:
        return self._ask([{"text": caption} for caption in captions], self.tasks[1])

    def vectors(self, answer: Any) -> list[Any]:
        return in_order(answer["data"])

    def _ask(self, inputs: list[dict[str, str]], task: Mapping[str, str]) -> Ask:
        question = {
            "model": self.facts.model,
            "dimensions": self.facts.dimensions,
            "normalized": True,
            "embedding_type": "float",
            "input": inputs,
            **task,
        }
        return Ask("/v1/embeddings", json=question)


class JinaV4(JinaClip):
    """Implements `Service` with Jina Embeddings v4."""

    facts: ClassVar[Facts] = Facts(
        name="jina-v4",
        company="Jina AI",
        title="Jina Embeddings v4",
        summary="Pages, charts and screenshots besides photographs; many languages.",
        model="jina-embeddings-v4",
        dimensions=2048,
        price=_PRICE,
        privacy=_PRIVACY,
        keys=_KEYS,
        at_once=8,
        key="jina",
    )
    tasks = ({"task": "retrieval.passage"}, {"task": "retrieval.query"})
