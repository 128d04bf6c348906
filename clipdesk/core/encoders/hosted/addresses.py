"""Where the services are reached; all the hosts to which pictures can ever be sent."""

from urllib.parse import urlsplit

from clipdesk.core.errors import ServiceFailed
from clipdesk.core.paths import printable

COHERE = "https://api.cohere.com"
VOYAGE = "https://api.voyageai.com"
JINA = "https://api.jina.ai"
VERTEX = "https://{location}-aiplatform.googleapis.com"
GOOGLE_TOKENS = "https://oauth2.googleapis.com/token"
# Azure has a host for each resource: the person enters it.

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def checked(address: str) -> str:
    """An address that the person entered (a proxy's, a resource's), without its last slash.

    Raises `ServiceFailed` unless it is https, or on this very computer.
    """
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.username or parts.query or parts.fragment:
        raise ServiceFailed(
            f"“{printable(address)}” is no address.", hint="It looks like https://example.com"
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
        raise ServiceFailed(f"“{printable(address)}” is not safe: it must begin with https://.")
    at = f":{port}" if port else ""
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}{at}{parts.path.rstrip('/')}"
