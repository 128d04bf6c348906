"""Messages between a `DecoderPool` and its processes: a JSON head and blobs, lengths first.

No pickle: what comes back was made by a process that may have been taken over by a picture.
"""

import json
import struct
from typing import IO, Any

_HEAD = struct.Struct("<II")
"""Bytes of the head, number of blobs."""
_BLOB = struct.Struct("<Q")
_MAX_HEAD = 1 << 20
_MAX_BLOBS = 64


class Garbled(Exception):
    """What came is no message: the stream can't be used any more."""


def send(stream: IO[bytes], head: dict[str, Any], *blobs: bytes) -> None:
    """Write one message and flush it."""
    text = json.dumps(head).encode("ascii")  # lone surrogates of file names become \\udcxx
    stream.write(_HEAD.pack(len(text), len(blobs)) + text)
    for blob in blobs:
        stream.write(_BLOB.pack(len(blob)))
        stream.write(blob)
    stream.flush()


def receive(stream: IO[bytes], limit: int) -> tuple[dict[str, Any], list[bytes]]:
    """Read one message whose blobs are of ``limit`` bytes together at most.

    Raises EOFError where the stream ends and Garbled on nonsense.
    """
    length, count = _HEAD.unpack(_exactly(stream, _HEAD.size))
    if length > _MAX_HEAD or count > _MAX_BLOBS:
        raise Garbled
    try:
        head = json.loads(_exactly(stream, length))
    except ValueError:
        raise Garbled from None
    if not isinstance(head, dict):
        raise Garbled
    blobs = []
    for _ in range(count):
        (size,) = _BLOB.unpack(_exactly(stream, _BLOB.size))
        limit -= size
        if limit < 0:
            raise Garbled
        blobs.append(_exactly(stream, size))
    return head, blobs


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data
