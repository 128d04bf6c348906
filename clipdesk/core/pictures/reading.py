"""The bytes of a picture file, and what tells them from all others: nothing is decoded here."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from clipdesk.core.errors import PictureError, PictureGone, PictureWithheld, UnreadablePicture
from clipdesk.core.paths import is_elsewhere
from clipdesk.core.pictures.formats import is_video
from clipdesk.core.pictures.nouns import Glance, Limits, too_many_bytes

_CHUNK = 1 << 20
_HEAD = 1 << 12
_LONG = 64 << 20
"""Bytes from which on a video is known by parts of it: it may have as many as a disk."""
_PARTS = 64
_PART = 1 << 18
_GLANCE = 1 << 16
"""Bytes that a glance reads at the beginning, in the middle, and at the end."""


_IN_USE = (32, 33)
"""ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION of Windows."""


def read(source: Path | bytes, limits: Limits) -> bytes:
    """All bytes of a picture. Raises UnreadablePicture or PictureTooLarge."""
    if isinstance(source, bytes):
        if len(source) > limits.max_bytes:
            raise too_many_bytes(limits)
        return source
    try:
        with _open(source) as file:
            size = os.fstat(file.fileno()).st_size
            if size > limits.max_bytes:
                raise too_many_bytes(limits)
            # What is added meanwhile is left out: a file that grows will be looked at again.
            return file.read(size)
    except OSError as error:
        raise _unreadable(error) from None


def fingerprint(path: Path) -> bytes:
    """The content hash that `decode` gives, without decoding. Raises UnreadablePicture.

    Of a long video it is that of its size and of parts of it: whoever cuts, adds or converts
    changes all that follows.
    """
    try:
        with _open(path) as file:
            size = os.fstat(file.fileno()).st_size
            if size > _LONG and is_video(path):
                return _hash(_spread(file, size))
            return _hash(iter(lambda: file.read(_CHUNK), b""))
    except OSError as error:
        raise _unreadable(error) from None


def glance(path: Path) -> Glance:
    """What a few bytes say of a file, however large it is. Raises UnreadablePicture."""
    try:
        with _open(path) as file:
            size = os.fstat(file.fileno()).st_size
            return Glance(size, _hash(_parts(file, size)), whole=_is_small(size))
    except OSError as error:
        raise _unreadable(error) from None


def head(path: Path) -> bytes:
    """The first bytes of a file. Raises UnreadablePicture."""
    with opened(path) as file:
        return file.read(_HEAD)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file, to be read here and there. Raises UnreadablePicture."""
    try:
        with _open(path) as file:
            yield file
    except OSError as error:
        raise _unreadable(error) from None


def hashes(data: bytes) -> tuple[bytes, bytes]:
    """What `fingerprint` and `glance` say of a file of these bytes."""
    whole = _hash([data])
    size = len(data)
    return whole, whole if _is_small(size) else _hash(data[a:b] for a, b in _ends(size))


def _is_small(size: int) -> bool:
    """Whether a glance sees all of it."""
    return size <= 3 * _GLANCE


def _ends(size: int) -> Iterator[tuple[int, int]]:
    middle = (size - _GLANCE) // 2
    for start in (0, middle, size - _GLANCE):
        yield start, start + _GLANCE


def _parts(file: BinaryIO, size: int) -> Iterator[bytes]:
    if _is_small(size):
        yield file.read(size)
        return
    for start, end in _ends(size):
        file.seek(start)
        yield file.read(end - start)


def _spread(file: BinaryIO, size: int) -> Iterator[bytes]:
    yield size.to_bytes(8, "big")
    for number in range(_PARTS):
        file.seek((size - _PART) * number // (_PARTS - 1))
        yield file.read(_PART)


def _hash(parts: Iterable[bytes]) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(part)
    return digest.digest()


def _open(path: Path) -> BinaryIO:
    status = path.stat()
    if is_elsewhere(status):
        raise PictureGone("Not on this computer: it is kept in the cloud")
    if not stat.S_ISREG(status.st_mode):
        # A pipe would be waited for without end, and to read a device may do something.
        raise UnreadablePicture("Not a picture: this is a folder or a device")
    return path.open("rb")


def _unreadable(error: OSError) -> PictureError:
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return PictureGone("Not readable: the file is no longer there")
    if getattr(error, "winerror", None) in _IN_USE:
        return PictureWithheld("Not readable now: another program keeps this file to itself")
    if isinstance(error, PermissionError):
        return PictureWithheld("Not readable: you have no permission to open this file")
    return PictureWithheld(f"Not readable: {error.strerror or error}")
