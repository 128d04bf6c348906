"""Azure AI Vision: `Do image retrieval using multimodal embeddings (version 4.0)`."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from clipdesk.core.encoders.hosted.service import Ask, Facts
from clipdesk.core.errors import ServiceFailed
from clipdesk.core.types import Entry, Secret

if TYPE_CHECKING:
    from clipdesk.core.encoders.hosted.line import Line

MAX_WORDS = 70


class Azure:
    """Implements `Service`."""

    facts: ClassVar[Facts] = Facts(
        name="azure",
        company="Microsoft",
        title="Azure AI Vision",
        summary="Photographs; captions in 102 languages.",
        model="2023-04-15",
        dimensions=1024,
        parallel=4,  # one picture a request, and some twenty allowed a second
        price="Billed by transactions: each picture and each caption is one.",
        privacy="https://learn.microsoft.com/legal/cognitive-services/computer-vision",
        keys="https://portal.azure.com (your Computer Vision resource, Keys and Endpoint)",
        entries=(
            Entry("address", "Endpoint of your resource, https://…"),
            Entry("key", "Key", secret=True),
        ),
    )

    def __init__(self, settings: Mapping[str, str], key: Secret) -> None:
        self.address = settings.get("address", "")
        if not self.address:
            raise ServiceFailed("Azure has a host for each resource: its endpoint is needed.")
        self._key = key

    def headers(self, line: "Line") -> dict[str, str]:  # noqa: ARG002 (needs no token)
        return {"Ocp-Apim-Subscription-Key": self._key.reveal()}

    def images(self, jpegs: Sequence[bytes]) -> Ask:
        return Ask(
            "/computervision/retrieval:vectorizeImage", content=jpegs[0], params=self._params
        )

    def texts(self, captions: Sequence[str]) -> Ask:
        text = " ".join(captions[0].split()[:MAX_WORDS])
        return Ask(
            "/computervision/retrieval:vectorizeText", json={"text": text}, params=self._params
        )

    def vectors(self, answer: Any) -> list[Any]:
        if answer["modelVersion"] != self.facts.model:
            raise ValueError("the answer comes from another version of the model")
        return [answer["vector"]]

    @property
    def _params(self) -> dict[str, str]:
        return {"api-version": "2024-02-01", "model-version": self.facts.model}
