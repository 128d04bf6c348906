"""Vectors of captions that every process would else make anew before its first answer."""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Kept:
    """Some captions' vectors in a file; it may be lost, damaged or foreign at any time."""

    def __init__(self, file: Path, identity: str, captions: Sequence[str]) -> None:
        """``identity`` is that of the space that the vectors belong to."""
        self._file = file
        self._count = len(captions)
        self._of = "\0".join([identity, *captions]).encode("utf-8", "surrogateescape")

    def read(self, dimensions: int) -> Vectors | None:
        """The vectors (n, dimensions); None where they have to be made."""
        try:
            stamp, body = self._file.read_bytes().split(b"\n", 1)
        except (OSError, ValueError):
            return None
        if stamp != self._stamp(body) or len(body) != self._count * dimensions * 4:
            return None
        return np.frombuffer(body, "<f4").astype(np.float32).reshape(self._count, dimensions)

    def write(self, vectors: Vectors) -> None:
        """Keep them, whole or not at all; where there is no room they are made again."""
        body = vectors.astype("<f4").tobytes()
        with contextlib.suppress(OSError):
            handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=self._file.name)
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(self._stamp(body) + b"\n" + body)
                Path(name).replace(self._file)
            finally:
                Path(name).unlink(missing_ok=True)

    def _stamp(self, body: bytes) -> bytes:
        return hashlib.sha256(self._of + b"\0" + body).hexdigest().encode()
