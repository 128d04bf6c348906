"""The parent's side of one decoder process: started when asked, replaced when lost."""

import contextlib
import json
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from typing import Any

import psutil

from clipdesk.core.children.child import start
from clipdesk.core.errors import DecoderLost
from clipdesk.core.pictures import wire
from clipdesk.core.pictures.nouns import Limits


class DecoderProcess:
    """One decoder process at a time, for one asking thread; `close` may come from another."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process that runs now, if one does."""
        process = self._process
        return None if process is None or self.lost else process.pid

    @property
    def lost(self) -> bool:
        """Whether the process was started and has ended without being told to."""
        process = self._process
        return process is not None and process.poll() is not None

    def begin(self) -> None:
        """Start the process before it is asked; where it can't be, asking will say so."""
        with contextlib.suppress(DecoderLost):
            self._running()

    def ask(
        self, head: dict[str, Any], blobs: tuple[bytes, ...], limit: int
    ) -> tuple[dict[str, Any], list[bytes]]:
        """Send a request and wait for the answer, of ``limit`` bytes at most.

        Raises DecoderLost if the process crashes, hangs, or answers nonsense.
        """
        began = time.monotonic()
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            wire.send(process.stdin, head, *blobs)
            return wire.receive(process.stdout, limit)
        except (EOFError, OSError, wire.Garbled):
            self._end(process)
            raise self._lost(time.monotonic() - began) from None

    def close(self) -> None:
        """End the process; whoever is asking gets DecoderLost."""
        with self._lock:
            self._closed = True
            process = self._process
        if process is not None:
            # Only killed here: the pipes belong to the thread that may be reading them.
            process.kill()

    def interrupt(self) -> None:
        """End the process, not us: the next request has a new one."""
        process = self._process
        if process is not None:
            process.kill()

    def release(self) -> None:
        """End the process and let go of its pipes; by the asking thread, when it asks no more."""
        self.close()
        if self._process is not None:
            self._end(self._process)

    def _running(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._closed:
                raise DecoderLost("Not read: ClipDesk is closing")
            idle = self._process
            if idle is not None and idle.poll() is None:
                return idle
        if idle is not None:
            self._end(idle)  # it was lost between two pictures: no picture is to blame
        with self._lock:
            if self._closed:
                raise DecoderLost("Not read: ClipDesk is closing")
            try:
                self._process = start(
                    "clipdesk.core.pictures.worker",
                    json.dumps(asdict(self._limits)),
                    # One picture is one thread's work, and each of OpenBLAS takes address space.
                    OPENBLAS_NUM_THREADS="1",
                )
            except OSError as error:
                raise DecoderLost(f"Not read: no decoder could be started ({error})") from None
            _let_others_read_first(self._process.pid)
            return self._process

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()
        # Closing flushes what the dead process will not read.
        with contextlib.suppress(OSError):
            process.__exit__(None, None, None)
        with self._lock:
            self._process = None

    def _lost(self, seconds: float) -> DecoderLost:
        if self._closed:
            return DecoderLost("Not read: ClipDesk is closing")
        if seconds >= self._limits.seconds:
            return DecoderLost(f"Not readable: it took longer than {self._limits.seconds:g} s")
        return DecoderLost("Not readable: the decoder crashed on this file")


def _let_others_read_first(pid: int) -> None:
    """The last of those who want the disk, where the system knows such a thing (not macOS)."""
    with contextlib.suppress(psutil.Error, OSError):
        if sys.platform == "linux":
            psutil.Process(pid).ionice(psutil.IOPRIO_CLASS_BE, 7)
        elif sys.platform == "win32":
            psutil.Process(pid).ionice(psutil.IOPRIO_LOW)
