"""The services on this computer, as their documentation says they answer.

Each looks at a request as its service would (path, headers, fields, sizes) and refuses what the
documentation does not allow. The vectors tell the colours of the picture that was sent, and those
a caption names, so that a search against it has a right answer.
"""

import base64
import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
from PIL import Image

from tests.core.colours import ColourEncoder

COLOURS = ColourEncoder()


class Refused(Exception):
    """The service's answer is an error."""

    def __init__(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self.status, self.body, self.headers = status, body, headers or {}


@dataclass
class Request:
    """What was sent."""

    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        assert self.headers["content-type"] == "application/json"
        return json.loads(self.body)


def seen(jpeg: bytes, dimensions: int) -> list[float]:
    """The vector of a picture; it must be a JPEG, and as small as the person was told."""
    with Image.open(io.BytesIO(jpeg)) as image:
        assert image.format == "JPEG"
        assert image.size == (512, 512)
        assert not image.getexif()
        pixels = np.asarray(image.convert("RGB").resize((32, 32)))
    return _wide(COLOURS.encode_images(pixels[None])[0], dimensions)


def read(caption: str, dimensions: int) -> list[float]:
    """The vector of a caption."""
    assert caption.strip()
    return _wide(COLOURS.encode_texts([caption])[0], dimensions)


def _wide(vector: Any, dimensions: int) -> list[float]:
    """As many dimensions as the service gives; of no special length."""
    return [round(3 * float(x), 6) for x in vector] + [0.0] * (dimensions - len(vector))


def url(text: str) -> bytes:
    """What a data URL of a JPEG holds."""
    head, comma, data = text.partition(",")
    assert (head, comma) == ("data:image/jpeg;base64", ",")
    return base64.b64decode(data, validate=True)


@dataclass
class Server:
    """A service on this computer."""

    answer: Callable[[Request], Any]
    requests: list[Request] = field(default_factory=list)
    troubles: list[Refused | bytes | None] = field(default_factory=list)
    """What happens to the next requests instead: an error, raw bytes, a broken connection."""
    address: str = ""

    def take(self, request: Request) -> Any:
        self.requests.append(request)
        if self.troubles:
            trouble = self.troubles.pop(0)
            if trouble is None or isinstance(trouble, bytes):
                return trouble
            raise trouble
        return self.answer(request)


@contextmanager
def serving(answer: Callable[[Request], Any]) -> Iterator[Server]:
    """A service that runs until the end of the block."""
    server = Server(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(parts.path, parse_qs(parts.query), headers, body)
            status, extra = 200, {}
            try:
                found = server.take(request)
            except Refused as refused:
                status, found, extra = refused.status, refused.body, refused.headers
            except (AssertionError, KeyError, ValueError, TypeError) as error:
                status, found = 422, {"message": f"not as documented: {error!r}"}
            if found is None:
                self.close_connection = True
                return
            data = found if isinstance(found, bytes) else json.dumps(found).encode()
            self.send_response(status)
            for name, value in extra.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server.address = f"http://127.0.0.1:{http.server_port}"
    thread = threading.Thread(target=lambda: http.serve_forever(0.02), name="service")
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
