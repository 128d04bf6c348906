"""How each service takes a question and answers, by its documentation."""

import base64
import json
import urllib.parse
from collections.abc import Mapping
from functools import partial
from typing import Any

from tests.core.encoders.hosted.server import Refused, Request, read, seen, url

KEY = "sk-a-key-that-nobody-may-see"


def _bearer(request: Request, refusal: Any) -> None:
    if request.headers.get("authorization") != f"Bearer {KEY}":
        raise Refused(401, refusal)


def cohere(request: Request) -> Any:
    """`Embed API (v2)`."""
    sent = request.headers.get("authorization", "")
    _bearer(request, {"id": "1", "message": f"invalid api token: {sent.partition(' ')[2]}"})
    assert request.path == "/v2/embed"
    asked = request.json
    assert asked["model"] == "embed-v4.0"
    assert asked["embedding_types"] == ["float"]
    assert asked["output_dimension"] in (256, 512, 1024, 1536)
    assert ("texts" in asked) != ("inputs" in asked)
    wide = asked["output_dimension"]
    if "texts" in asked:
        assert asked["input_type"] == "search_query"
        assert 1 <= len(asked["texts"]) <= 96
        vectors = [read(text, wide) for text in asked["texts"]]
    else:
        assert asked["input_type"] == "search_document"
        assert 1 <= len(asked["inputs"]) <= 96
        vectors = []
        for part in asked["inputs"]:
            (content,) = part["content"]
            assert content["type"] == "image_url"
            vectors.append(seen(url(content["image_url"]["url"]), wide))
    return {
        "id": "d8f2b461",
        "embeddings": {"float": vectors},
        "texts": asked.get("texts", []),
        "images": [],
        "meta": {"api_version": {"version": "2"}, "billed_units": {"images": len(vectors)}},
        "response_type": "embeddings_by_type",
    }


def voyage(request: Request) -> Any:
    """`Multimodal Embeddings`."""
    _bearer(request, {"detail": "Provided API key is invalid."})
    assert request.path == "/v1/multimodalembeddings"
    asked = request.json
    assert asked.keys() <= {"inputs", "model", "input_type", "truncation", "output_encoding"}
    assert asked["model"] == "voyage-multimodal-3.5"
    data = []
    for index, given in enumerate(asked["inputs"]):
        (part,) = given["content"]
        if part["type"] == "text":
            assert part.keys() == {"type", "text"}
            assert asked["input_type"] == "query"
            vector = read(part["text"], 1024)
        else:
            assert part.keys() == {"type", "image_base64"}
            assert asked["input_type"] == "document"
            vector = seen(url(part["image_base64"]), 1024)
        data.append({"object": "embedding", "embedding": vector, "index": index})
    return {
        "object": "list",
        "data": data,
        "model": asked["model"],
        "usage": {"text_tokens": 5, "image_pixels": 262144, "total_tokens": 473},
    }


def jina(request: Request, model: str, wide: int) -> Any:
    """`POST /v1/embeddings` of the `Jina Search Foundation API`."""
    _bearer(request, {"detail": "[Unauthorized]"})
    assert request.path == "/v1/embeddings"
    asked = request.json
    assert (asked["model"], asked["dimensions"]) == (model, wide)
    assert asked["embedding_type"] == "float"
    data = []
    for index, given in enumerate(asked["input"]):
        if "text" in given:
            vector = read(given["text"], wide)
            task = "retrieval.query"
        else:
            vector = seen(base64.b64decode(given["image"], validate=True), wide)
            task = "retrieval.passage"
        if model == "jina-embeddings-v4":
            assert asked["task"] == task
        data.append({"object": "embedding", "index": index, "embedding": vector})
    # Nothing says that answers come in the order of the questions: they bear their index.
    usage = {"total_tokens": 9}
    return {"model": model, "object": "list", "usage": usage, "data": data[::-1]}


def azure(request: Request) -> Any:
    """`Do image retrieval using multimodal embeddings (version 4.0)`."""
    if request.headers.get("ocp-apim-subscription-key") != KEY:
        words = "Access denied due to invalid subscription key or wrong API endpoint."
        raise Refused(401, {"error": {"code": "401", "message": words}})
    assert request.query == {"api-version": ["2024-02-01"], "model-version": ["2023-04-15"]}
    if request.path == "/computervision/retrieval:vectorizeText":
        assert len(request.json["text"].split()) <= 70
        vector = read(request.json["text"], 1024)
    else:
        assert request.path == "/computervision/retrieval:vectorizeImage"
        assert request.headers["content-type"] == "application/octet-stream"
        vector = seen(request.body, 1024)
    return {"modelVersion": "2023-04-15", "vector": vector}


TOKEN = "ya29.short-lived"


def vertex(request: Request, public_key: str) -> Any:
    """`Multimodal embeddings API`, and Google's `token` endpoint for service accounts."""
    if request.path == "/token":
        return _token(request, public_key)
    if request.headers.get("authorization") != f"Bearer {TOKEN}":
        raise Refused(401, {"error": {"code": 401, "status": "UNAUTHENTICATED"}})
    assert request.path == (
        "/v1/projects/pictures-1/locations/europe-west4/publishers/google/models/"
        "multimodalembedding@001:predict"
    )
    asked = request.json
    assert asked["parameters"] == {"dimension": 1408}
    (instance,) = asked["instances"]
    if "text" in instance:
        prediction = {"textEmbedding": read(instance["text"], 1408)}
    else:
        assert instance["image"]["mimeType"] == "image/jpeg"
        jpeg = base64.b64decode(instance["image"]["bytesBase64Encoded"], validate=True)
        prediction = {"imageEmbedding": seen(jpeg, 1408)}
    return {"predictions": [prediction], "deployedModelId": "153417"}


def _token(request: Request, public_key: str) -> Mapping[str, object]:
    from google.auth import jwt

    asked = dict(urllib.parse.parse_qsl(request.body.decode()))
    assert asked["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    claims = jwt.decode(asked["assertion"], certs=public_key, verify=False)
    try:
        jwt.decode(asked["assertion"], certs=public_key, audience=claims["aud"])
    except ValueError:
        refusal = {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}
        raise Refused(400, refusal) from None
    assert claims["scope"] == "https://www.googleapis.com/auth/cloud-platform"
    return {"access_token": TOKEN, "expires_in": 3599, "token_type": "Bearer"}


def account(address: str) -> tuple[str, str]:
    """A service account's key, as Google gives it out, and what verifies it (a public key)."""
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric import rsa

    private = rsa.generate_private_key(65537, 2048)
    pem = private.private_bytes(
        form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()
    ).decode()
    public = private.public_key().public_bytes(
        form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo
    )
    key = {
        "type": "service_account",
        "project_id": "pictures-1",
        "private_key_id": "f00d",
        "private_key": pem,
        "client_email": "clipdesk@pictures-1.iam.gserviceaccount.com",
        "token_uri": f"{address}/token",
        "universe_domain": "googleapis.com",
    }
    return json.dumps(key, indent=2), public.decode()


DIALECTS = {
    "cohere": cohere,
    "voyage": voyage,
    "jina-clip": partial(jina, model="jina-clip-v2", wide=1024),
    "jina-v4": partial(jina, model="jina-embeddings-v4", wide=2048),
    "azure": azure,
}
