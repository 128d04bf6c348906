"""A program under observation: what it says line by line, and its end."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.conftest import REPOSITORY

DEADLINE_S = 30
_LOOK_S = 0.02


class Program:
    """A module of ours in a process of its own.

    It speaks into a file, so that it never has to wait until somebody listens.
    """

    def __init__(self, process: "subprocess.Popen[bytes]", said: Path) -> None:
        self.process = process
        self._path = said
        self._said = said.open("rb")
        self._half = b""
        self.last: Any = None
        """What it said last: JSON as its objects, anything else as text."""

    def until(
        self, condition: Callable[[Any], object], what: str, seconds: float = DEADLINE_S
    ) -> Any:
        """Wait until what was said last meets the condition; answers it."""
        deadline = time.monotonic() + seconds
        while True:
            self._listen()
            if self.last is not None and condition(self.last):
                return self.last
            assert self.process.poll() is None, f"it ended before: {what}"
            assert time.monotonic() < deadline, f"it never came: {what}; last: {self.last}"
            try:
                self.process.wait(_LOOK_S)
            except subprocess.TimeoutExpired:
                continue

    def says(self, line: object) -> None:
        """Wait until it says exactly this."""
        self.until(lambda said: said == line, str(line))

    def end(self, seconds: float = DEADLINE_S) -> int:
        """Wait for its end; answers the exit status."""
        return self.process.wait(seconds)

    @property
    def all(self) -> str:
        """All that it has said until now."""
        return self._path.read_text("utf-8")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._said.close()

    def _listen(self) -> None:
        *lines, self._half = (self._half + self._said.read()).split(b"\n")
        if lines:
            try:
                self.last = json.loads(lines[-1])
            except ValueError:
                self.last = lines[-1].decode()


@contextmanager
def program(
    module: str, *arguments: str | Path, env: Mapping[str, str], folder: Path
) -> Iterator[Program]:
    """Run ``python -m module``; what it says goes to ``folder``. At the end it is ended."""
    command = [sys.executable, "-m", module, *map(os.fspath, arguments)]
    said = folder / f"{module}-{time.monotonic_ns()}.said"
    with said.open("wb") as out, said.with_suffix(".errors").open("wb") as errors:
        process = subprocess.Popen(
            command, cwd=REPOSITORY, env=dict(env), stdout=out, stderr=errors
        )
    it = Program(process, said)
    try:
        yield it
    finally:
        it.close()
