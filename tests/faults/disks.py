"""Real file systems that fill up, go away, or hang."""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_DETACH = 2  # MNT_DETACH of umount2(2)


def _needs_root() -> None:
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux may mount")


@contextmanager
def memory_disk(point: Path, size: str = "64m") -> Iterator[None]:
    """An empty disk of this size at a folder, for as long as the context lasts."""
    _needs_root()
    mount(point, size)
    try:
        yield
    finally:
        unmount(point)


def mount(point: Path, size: str = "64m") -> None:
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "clipdesk-test", os.fspath(point)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"mounting is not allowed here: {made.stderr.strip()}")


def plug(disk: Path, point: Path) -> None:
    """Mount the file system that is at ``disk`` at ``point`` too: it comes back as it was."""
    subprocess.run(["mount", "--bind", os.fspath(disk), os.fspath(point)], check=True)


@contextmanager
def block_disk(image: Path, megabytes: int = 32) -> Iterator[str]:
    """A real file system in a file, as a device that can be mounted and unmounted again."""
    _needs_root()
    if shutil.which("mkfs.ext4") is None:
        pytest.skip("there is no mkfs.ext4 here")
    with image.open("wb") as file:
        file.truncate(megabytes << 20)
    subprocess.run(["mkfs.ext4", "-q", os.fspath(image)], check=True)
    made = subprocess.run(
        ["losetup", "--find", "--show", os.fspath(image)],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        pytest.skip(f"there are no loop devices here: {made.stderr.strip()}")
    device = made.stdout.strip()
    try:
        yield device
    finally:
        subprocess.run(["losetup", "--detach", device], check=True)


def mount_device(device: str, point: Path) -> None:
    subprocess.run(["mount", device, os.fspath(point)], check=True)


def remount(point: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", os.fspath(point)], check=True)


def unmount(point: Path) -> None:
    subprocess.run(["umount", "--lazy", os.fspath(point)], check=True)


@contextmanager
def stalled(point: Path) -> Iterator[None]:
    """A share whose server has gone: whoever looks at the folder waits until the context ends.

    It is a FUSE mount that nobody answers for; closing its device sends all who wait home.
    """
    _needs_root()
    try:
        device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
    except OSError as error:
        pytest.skip(f"there is no FUSE here: {error}")
    libc = ctypes.CDLL(None, use_errno=True)
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0".encode()
    place = os.fsencode(point)
    if libc.mount(b"clipdesk-test", place, b"fuse", 0, options) != 0:
        os.close(device)
        pytest.skip(f"mounting is not allowed here: {os.strerror(ctypes.get_errno())}")
    try:
        yield
    finally:
        os.close(device)
        libc.umount2(place, _DETACH)
