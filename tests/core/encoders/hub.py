"""A model hub on this machine: as much of the hub's protocol as its client speaks, and mishaps."""

import hashlib
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

COMMIT = "c0ffee" + "0" * 34
LARGE = (".safetensors", ".bin")


@dataclass
class Request:
    """What was asked, as far as tests look at it."""

    method: str
    path: str
    range: str
    authorization: str


@dataclass
class Mishaps:
    """What goes wrong, in bytes of a large file's body; None: nothing."""

    break_at: int | None = None
    """The connection is cut here, once."""
    stall_at: int | None = None
    """Nothing more is sent from here on, until the hub closes."""
    corrupt_at: int | None = None
    """This byte is another one."""
    refuse: tuple[int, str] | None = None
    """(status, X-Error-Code) for every request."""
    ranges: bool = True
    """Resuming is understood."""
    drip: int | None = None
    """The body comes in pieces of so many bytes, each a moment after the other."""


@dataclass
class LocalHub:
    """A server on 127.0.0.1; a context manager."""

    repositories: dict[str, dict[str, bytes]] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    """Repositories that have another name by now."""
    licence: str = "mit"
    mishaps: Mishaps = field(default_factory=Mishaps)
    requests: list[Request] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    stalled: threading.Event = field(default_factory=threading.Event)

    def add(self, repository: str, folder: Path) -> None:
        """Publish the files of a folder."""
        self.repositories[repository] = {
            file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()
        }

    def asked(self, method: str, text: str) -> list[Request]:
        """The requests so far whose path holds ``text``."""
        return [each for each in self.requests if each.method == method and text in each.path]

    def __enter__(self) -> "LocalHub":
        handler = type("Handler", (_Handler,), {"hub": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.port = self._server.server_address[1]
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    hub: LocalHub

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        hub, path = self.hub, self.path.partition("?")[0]
        if path.startswith("http://"):  # asked as a proxy
            path = "/" + path.split("/", 3)[3]
        headers = (self.headers.get("Range", ""), self.headers.get("Authorization", ""))
        hub.requests.append(Request(self.command, self.path, *headers))
        old = next((name for name in hub.renamed if f"/{name}" in path), None)
        if hub.mishaps.refuse is not None:
            status, code = hub.mishaps.refuse
            self._send(status, b"", {"X-Error-Code": code} if code else {})
        elif old is not None and not path.startswith("/cdn/"):
            self._send(307, b"", {"Location": path.replace(old, hub.renamed[old])})
        elif path.startswith("/api/models/"):
            self._list(path.removeprefix("/api/models/"))
        elif path.startswith("/cdn/"):
            repository, _, filename = path.removeprefix("/cdn/").rpartition("/")
            self._body(hub.repositories[repository][filename])
        else:
            repository, _resolve, filename = path.strip("/").partition("/resolve/main/")
            self._resolve(repository, filename)

    def _list(self, repository: str) -> None:
        files = self.hub.repositories.get(repository)
        if files is None:
            self._send(404, b"", {"X-Error-Code": "RepoNotFound"})
            return
        siblings = [{"rfilename": name, "size": len(data)} for name, data in files.items()]
        content = {
            "id": repository,
            "sha": COMMIT,
            "siblings": siblings,
            "cardData": {"license": self.hub.licence},
        }
        self._send(200, json.dumps(content).encode(), {"Content-Type": "application/json"})

    def _resolve(self, repository: str, filename: str) -> None:
        data = self.hub.repositories.get(repository, {}).get(filename)
        if data is None:
            self._send(404, b"", {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": COMMIT})
            return
        if not filename.endswith(LARGE):
            tag = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
            self._send(200, data, {"X-Repo-Commit": COMMIT, "ETag": f'"{tag}"'})
            return
        # Large files lie with another host, as on the real hub.
        there = f"http://localhost:{self.hub.port}/cdn/{repository}/{filename}"
        headers = {
            "X-Repo-Commit": COMMIT,
            "X-Linked-Size": str(len(data)),
            "X-Linked-ETag": f'"{hashlib.sha256(data).hexdigest()}"',
            "Location": there,
        }
        self._send(302, b"", headers)

    def _body(self, data: bytes) -> None:
        hub, mishaps, start, status, headers = self.hub, self.hub.mishaps, 0, 200, {}
        if (asked := self.headers.get("Range")) and mishaps.ranges:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            status, headers = 206, {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"}
        if mishaps.corrupt_at is not None:
            at = mishaps.corrupt_at
            data = data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :]
        end = len(data)
        if mishaps.break_at is not None:
            end, mishaps.break_at = mishaps.break_at, None
        elif mishaps.stall_at is not None:
            end = mishaps.stall_at
        self._start(status, len(data) - start, headers)
        if self.command == "GET":
            step = mishaps.drip or len(data) or 1
            for at in range(start, end, step):
                self.wfile.write(data[at : min(at + step, end)])
                self.wfile.flush()
                hub.closing.wait(0.01 if mishaps.drip else 0)
            if mishaps.stall_at is not None:
                self.hub.stalled.set()
                self.hub.closing.wait(60)
        self.close_connection = end < len(data)

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self._start(status, len(body), headers)
        if self.command == "GET":
            self.wfile.write(body)

    def _start(self, status: int, length: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()
