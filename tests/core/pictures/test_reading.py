"""What tells a file from all others, and how little of it has to be read for that."""

import errno
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from clipdesk.core.errors import PictureGone, PictureWithheld
from clipdesk.core.pictures import decode, fingerprint, glance
from clipdesk.core.pictures.reading import hashes

LARGE = 1_000_000


class InUse(PermissionError):
    """What Windows says of a file that another program has locked."""

    winerror = 32


def noise(size: int) -> bytes:
    return np.random.default_rng(size).bytes(size)


@pytest.mark.parametrize("size", [0, 1, 3 << 16, (3 << 16) + 1, LARGE])
def test_files_and_their_bytes_are_told_apart_alike(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(noise(size))
    seen = glance(path)
    assert hashes(path.read_bytes()) == (fingerprint(path), seen.hash)
    assert (seen.size, len(seen.hash), seen.whole) == (size, 16, size <= 3 << 16)
    assert seen.whole == (seen.hash == fingerprint(path))


@pytest.mark.parametrize("place", [0, LARGE // 2, LARGE - 1])
def test_a_glance_sees_both_ends_and_the_middle(tmp_path: Path, place: int) -> None:
    data = bytearray(noise(LARGE))
    before = hashes(bytes(data))
    data[place] ^= 1
    whole, seen = hashes(bytes(data))
    assert whole != before[0]
    assert seen != before[1]
    data[place] ^= 1
    data[LARGE // 4] ^= 1
    whole, seen = hashes(bytes(data))
    assert whole != before[0]
    assert seen == before[1], "it reads more than it should"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (OSError(errno.EIO, "Input/output error"), "Input/output error"),
        (OSError(errno.ENOTCONN, "Transport endpoint is not connected"), "not connected"),
        (PermissionError(errno.EACCES, "Permission denied"), "no permission"),
        (InUse(errno.EACCES, "The process cannot access the file"), "another program"),
    ],
)
def test_what_the_system_refuses_may_be_had_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: OSError, words: str
) -> None:
    path = tmp_path / "a.png"
    path.touch()

    def refuse(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(PictureWithheld, match=words):
        glance(path)


@pytest.mark.parametrize("ask", [glance, fingerprint, lambda path: decode(path, ())])
def test_what_a_cloud_drive_keeps_elsewhere_is_not_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ask: Callable[[Path], object]
) -> None:
    path = tmp_path / "a.png"
    path.touch()
    monkeypatch.setattr("clipdesk.core.pictures.reading.is_elsewhere", lambda _: True)
    monkeypatch.setattr(Path, "open", None)
    with pytest.raises(PictureGone, match="in the cloud"):
        ask(path)


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="only Linux counts what is read")
def test_a_glance_reads_little_of_a_large_file(tmp_path: Path) -> None:
    path = tmp_path / "large.tif"
    with path.open("wb") as file:
        file.truncate(300 << 20)
    before = bytes_read()
    glance(path)
    assert bytes_read() - before < 1 << 20


def bytes_read() -> int:
    lines = Path("/proc/self/io").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("rchar")))
