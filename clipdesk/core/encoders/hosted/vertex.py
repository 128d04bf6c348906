"""Google Vertex AI: `Multimodal embeddings API` in its model reference.

The key is that of a service account, as Google gives it out (a file of JSON). Of that, what is
needed goes into the keyring; Google's own library makes short-lived tokens of it, as `Using OAuth
2.0 for Server to Server Applications` says.
"""

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from clipdesk.core.encoders.hosted import addresses
from clipdesk.core.encoders.hosted.service import Ask, Facts
from clipdesk.core.errors import ServiceFailed
from clipdesk.core.types import Entry, Secret

if TYPE_CHECKING:
    from clipdesk.core.encoders.hosted.line import Line

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
NEEDED = ("client_email", "private_key", "private_key_id", "project_id", "token_uri")
_NAME = re.compile(r"[a-z0-9][a-z0-9.:-]{0,99}")


class Vertex:
    """Implements `Service`."""

    facts: ClassVar[Facts] = Facts(
        name="vertex",
        company="Google",
        title="Google Vertex AI multimodal embeddings",
        summary="Photographs; short captions in English.",
        model="multimodalembedding@001",
        dimensions=1408,
        parallel=4,  # one picture a request
        price="Billed by pictures, and by the characters of captions.",
        privacy="https://cloud.google.com/terms/cloud-privacy-notice",
        keys="https://console.cloud.google.com/iam-admin/serviceaccounts (a key of type JSON)",
        entries=(
            Entry("project", "Project (empty: the service account's own)", optional=True),
            Entry("location", "Location", default="us-central1"),
            Entry("key", "Service account key (JSON)", secret=True, file=True),
        ),
    )

    def __init__(self, settings: Mapping[str, str], key: Secret) -> None:
        self._account = _account(key)
        project = settings.get("project") or self._account["project_id"]
        location = settings.get("location") or "us-central1"
        for name in (project, location):
            if not _NAME.fullmatch(name):
                raise ServiceFailed(f"“{name}” is no name of a Google project or location.")
        self.address = settings.get("address") or addresses.VERTEX.format(location=location)
        self._path = (
            f"/v1/projects/{project}/locations/{location}"
            f"/publishers/google/models/{self.facts.model}:predict"
        )
        self._credentials: Any = None

    def headers(self, line: "Line") -> dict[str, str]:
        if self._credentials is None:
            from google.oauth2.service_account import Credentials

            try:
                make: Any = Credentials.from_service_account_info  # it carries no types
                self._credentials = make(self._account, scopes=[SCOPE])
            except ValueError:
                # What the library says might quote the key.
                raise _no_key() from None
        if not self._credentials.valid:
            line.refresh(self._credentials)
        return {"Authorization": f"Bearer {self._credentials.token}"}

    def images(self, jpegs: Sequence[bytes]) -> Ask:
        picture = {"bytesBase64Encoded": b64encode(jpegs[0]).decode(), "mimeType": "image/jpeg"}
        return self._ask({"image": picture})

    def texts(self, captions: Sequence[str]) -> Ask:
        return self._ask({"text": captions[0]})

    def vectors(self, answer: Any) -> list[Any]:
        return [
            given["imageEmbedding"] if "imageEmbedding" in given else given["textEmbedding"]
            for given in answer["predictions"]
        ]

    def _ask(self, instance: dict[str, object]) -> Ask:
        question = {
            "instances": [instance],
            "parameters": {"dimension": self.facts.dimensions},
        }
        return Ask(self._path, json=question)


def compact(key: Secret) -> Secret:
    """Of a service account's key what is needed, so that it fits into every system's keyring."""
    return Secret(json.dumps(_account(key), separators=(",", ":")))


def _account(key: Secret) -> dict[str, str]:
    try:
        found = json.loads(key.reveal())
        account = {name: found[name] for name in NEEDED if name in found}
        account.setdefault("token_uri", addresses.GOOGLE_TOKENS)
        account["token_uri"] = addresses.checked(account["token_uri"])
        whole = all(isinstance(account[name], str) for name in NEEDED)
    except (ValueError, TypeError, KeyError, AttributeError):
        whole = False
    if not whole:  # outside, so that no error quotes the key
        raise _no_key()
    return account


def _no_key() -> ServiceFailed:
    return ServiceFailed(
        "This is not the key of a Google service account.",
        hint="It is a file of JSON with client_email and private_key.",
    )
