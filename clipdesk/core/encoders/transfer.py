"""Bringing one large file over the network: resumed, watched, stopped within a second."""

import threading
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from typing import Any, TypeVar

from clipdesk.core.errors import DownloadFailed

PATIENCE_S = 0.1
"""How often the one who waits looks up."""

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
        worker.join(PATIENCE_S)
        look()
        if cancelled():
            raise DownloadFailed(
                "The download was stopped.", hint="What has arrived is kept for the next try."
            )
    if faults:
        raise faults[0]
    return results[0]


class _Part(FileIO):
    """The file that grows; it takes nothing more once it is closed to the network."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, "a+b")
        self.size = self.seek(0, 2)
        self.refusing = threading.Event()

    def write(self, data: Any) -> int:
        """Append, or refuse because the download was stopped."""
        if self.refusing.is_set():
            raise OSError("the download was stopped")
        view = memoryview(data)
        written = 0
        while written < len(view):  # an unbuffered file may take a part only
            written += super().write(view[written:])
        self.size += written
        return written

    def truncate(self, size: int | None = None) -> int:
        """Shrink: the server would not resume, and sends the file from its beginning."""
        self.size = super().truncate(size)
        return self.size


def transfer(
    url: str,
    part: Path,
    size: int,
    arrived: Callable[[int], None],
    cancelled: Callable[[], bool],
) -> None:
    """Fetch what is missing of ``part``, which shall have ``size`` bytes.

    What has arrived stays in ``part`` whatever happens. The client retries a broken connection
    some times by itself before it gives up. Raises its errors, OSError, or `DownloadFailed`.
    """
    from huggingface_hub.file_download import http_get

    # Not in the client's __all__, but in its documentation.
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

    if part.exists() and part.stat().st_size > size:
        part.unlink()
    with _Part(part) as file:
        start = file.size

        def fetch() -> None:
            http_get(
                url,
                file,
                resume_size=start,
                headers=build_hf_headers(),
                expected_size=size,
            )

        try:
            attend(fetch, cancelled, lambda: arrived(file.size))
        finally:
            file.refusing.set()
