"""The parent's side of a process beside, which speaks in lines of JSON (`parent` is the other).

It reads its input, and ends when that closes: so it never outlives us, however we end.
"""

import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import clipdesk
from clipdesk.core.errors import ChildError

log = logging.getLogger(__name__)

_LONGEST_LINE = 1 << 20
_LAST_WORDS = 2000
"""Bytes that are kept of what it says besides."""
_PATIENCE_S = 5.0


class Child:
    """One run of a module of ours, within a ``with`` block; nothing of it is left after that.

    One thread writes to it and hears it. `stop` and `kill` may come from any, and at any time: a
    child that was told to end before it began does not begin, and has nothing to say.
    """

    def __init__(self, module: str, *arguments: str | os.PathLike[str]) -> None:
        self._module, self._arguments = module, arguments
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._listener: threading.Thread | None = None
        self._besides = b""
        self._stopped = self._over = False
        self.killed = False

    @property
    def pid(self) -> int | None:
        """Its number, once it has begun."""
        return self._process.pid if self._process else None

    @property
    def status(self) -> int | None:
        """How it has ended; None before, and where it never began."""
        return self._process.returncode if self._process else None

    @property
    def last_words(self) -> str:
        """The end of what it said besides its lines, once it has ended: a trace, as a rule."""
        return self._besides.decode("utf-8", "replace").strip()

    def __enter__(self) -> Self:
        """Begin; raises `ChildError` where the system starts no more processes."""
        with self._lock:
            if self._stopped:
                return self
            try:
                self._process = process = start(
                    self._module, *self._arguments, stderr=subprocess.PIPE
                )
            except OSError as error:
                raise ChildError(
                    f"Another process can't be started: {error.strerror or error}.",
                    hint="Close other programs, then try again.",
                ) from error
        self._listener = threading.Thread(
            target=self._hear_besides, args=(process,), name=f"hear {self._module}", daemon=True
        )
        self._listener.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        process = self._process
        if process is None:
            return
        heard_all, self._over = self._over, True
        if not heard_all:
            process.kill()  # nobody hears the rest
        self.stop()
        try:
            process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert process.stdout is not None
        process.stdout.close()
        if self._listener:
            self._listener.join(_PATIENCE_S)
        if process.returncode and heard_all and not self.killed:
            log.info("%s ended with %d: %s", self._module, process.returncode, self.last_words)

    def write(self, data: bytes) -> None:
        """Say this to it; of one that hears nothing any more the end is heard."""
        if self._process and self._process.stdin:
            with contextlib.suppress(OSError, ValueError):  # closed on its side, or on ours
                self._process.stdin.write(data)
                self._process.stdin.flush()

    def heard(self) -> Iterator[dict[str, Any]]:
        """What it says, object by object, until it has ended; what is no object is passed over."""
        while (said := self.hear()) is not None:
            yield said

    def hear(self) -> dict[str, Any] | None:
        """The next of what it says; None once it has ended."""
        while line := self._line():
            with contextlib.suppress(ValueError, RecursionError):
                said = json.loads(line)
                if isinstance(said, dict):
                    return said
            log.info("%s says what is no message: %r", self._module, line[:200])
        return None

    def read(self, size: int) -> bytes:
        """So many bytes, which it said to be coming; fewer if it ended."""
        if self._process is None or self._over:
            return b""
        assert self._process.stdout is not None
        return self._process.stdout.read(size)

    def stop(self) -> None:
        """Let it keep what was done, and end: its input closes."""
        with self._lock:
            self._stopped = True
            if self._process and self._process.stdin:
                with contextlib.suppress(OSError):  # what it did not read any more
                    self._process.stdin.close()

    def kill(self) -> None:
        """End it at once."""
        with self._lock:
            self._stopped = self.killed = True
            if self._process:
                self._process.kill()

    def _line(self) -> bytes:
        if self._process is None or self._over:
            return b""
        assert self._process.stdout is not None
        line = self._process.stdout.readline(_LONGEST_LINE)
        if len(line) == _LONGEST_LINE:
            log.info("%s does not come to an end", self._module)
            self._process.kill()
            line = b""
        self._over |= not line
        return line

    def _hear_besides(self, process: subprocess.Popen[bytes]) -> None:
        """Take in what it or a library of its prints, or it would wait for somebody who does."""
        assert process.stderr is not None
        with process.stderr as pipe:
            while some := os.read(pipe.fileno(), _LAST_WORDS):
                self._besides = (self._besides + some)[-_LAST_WORDS:]


def start(
    module: str,
    *arguments: str | os.PathLike[str],
    stderr: int = subprocess.DEVNULL,
    **environment: str,
) -> subprocess.Popen[bytes]:
    """Run a module of ours by its name, with pipes for its input and output; raises OSError."""
    # Found from where this package is, never from the current folder (-P).
    root = str(Path(clipdesk.__file__).parent.parent)
    paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW
    return subprocess.Popen(
        command(module, *arguments),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        env=os.environ | {"PYTHONPATH": paths} | environment,
        creationflags=flags,
    )


def command(module: str, *arguments: str | os.PathLike[str]) -> list[str | os.PathLike[str]]:
    """How a module of ours is run by the Python that runs us."""
    return [sys.executable, "-P", "-W", "ignore", "-m", module, *arguments]
