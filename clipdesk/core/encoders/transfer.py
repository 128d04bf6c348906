"""Bringing one large file over the network: resumed, watched, stopped within a second."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from clipdesk.core.encoders.faults import is_transport
from clipdesk.core.errors import DownloadFailed

if TYPE_CHECKING:
    import httpx2

LOOK_EVERY_S = 0.1
"""How often the one who waits looks up."""
TIMEOUT_S = 15.0
"""How long a connection may be silent."""
TRIES = 3
"""Broken connections in a row that brought nothing, before giving up."""

Result = TypeVar("Result")


def attend(
    work: Callable[[], Result],
    cancelled: Callable[[], bool],
    look: Callable[[], None] = lambda: None,
) -> Result:
    """Do ``work`` in a thread of its own and wait for it, calling ``look`` meanwhile.

    A connection that hangs can't be interrupted, but it can be left alone: if ``cancelled`` comes
    true, `DownloadFailed` is raised at once and the thread ends when its connection does.
    """
    results: list[Result] = []
    faults: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as fault:
            faults.append(fault)

    worker = threading.Thread(target=run, name="download", daemon=True)
    worker.start()
    while worker.is_alive():
        worker.join(LOOK_EVERY_S)
        look()
        if cancelled():
            raise DownloadFailed(
                "The download was stopped.", hint="What has arrived is kept for the next try."
            )
    if faults:
        raise faults[0]
    return results[0]


class Transfer:
    """One file on its way; what has arrived stays in ``part`` whatever happens."""

    def __init__(self, url: str, part: Path, size: int) -> None:
        """``part`` shall grow to ``size`` bytes; it may hold some already."""
        self._url = url
        self._part = part
        self._size = size
        self._left = threading.Event()
        self.arrived = 0

    def run(self, report: Callable[[int], None], cancelled: Callable[[], bool]) -> None:
        """Fetch what is missing; raises the client's errors, OSError, or `DownloadFailed`."""
        # Opened and closed by the one who waits: after that, no thread can write to it.
        with self._part.open("ab") as file:
            self.arrived = file.tell()
            if self.arrived > self._size:
                self._again(file)
            try:
                attend(lambda: self._fetch(file), cancelled, lambda: report(self.arrived))
            finally:
                self._left.set()

    def _fetch(self, file: BinaryIO) -> None:
        tries = TRIES
        while self.arrived < self._size and not self._left.is_set():
            before = self.arrived
            try:
                self._go_on(file)
            except Exception as error:
                tries = TRIES if self.arrived > before else tries - 1
                if not is_transport(error) or not tries:
                    raise
                self._left.wait(1)

    def _go_on(self, file: BinaryIO) -> None:
        from huggingface_hub.utils import build_hf_headers, get_session, hf_raise_for_status

        headers = {**build_hf_headers(), "Accept-Encoding": "identity"}
        if self.arrived:
            headers["Range"] = f"bytes={self.arrived}-"
        with get_session().stream("GET", self._url, headers=headers, timeout=TIMEOUT_S) as response:
            hf_raise_for_status(response)
            if self.arrived and response.status_code != 206:
                self._again(file)  # resuming is not understood there
            self._take(response, file)

    def _take(self, response: "httpx2.Response", file: BinaryIO) -> None:
        for chunk in response.iter_bytes():
            if self._left.is_set():
                return
            file.write(chunk)
            self.arrived += len(chunk)

    def _again(self, file: BinaryIO) -> None:
        file.truncate(0)
        self.arrived = 0
