"""Real file systems that fill up, go away, or hang."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
    with loop_device(image) as device:
        yield device


@contextmanager
def loop_device(image: Path) -> Iterator[str]:
    """A file as a device."""
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


class Stick:
    """A disk with a file system of the FAT family, which numbers its files as it likes."""

    def __init__(self, device: str) -> None:
        self._device = device

    def mount(self, point: Path) -> None:
        """Plug it in."""
        command = ["mount.exfat-fuse", self._device, os.fspath(point)]
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode:
            pytest.skip(f"mounting is not allowed here: {made.stderr.strip()}")


@contextmanager
def stick(image: Path) -> Iterator[Stick]:
    """A stick with exFAT, as a driver in user space mounts it: kernels may have none."""
    _needs_root()
    for tool in ("mkfs.exfat", "mount.exfat-fuse", "losetup"):
        if shutil.which(tool) is None:
            pytest.skip(f"there is no {tool} here (Debian: exfatprogs, exfat-fuse)")
    with image.open("wb") as file:
        file.truncate(32 << 20)
    subprocess.run(["mkfs.exfat", os.fspath(image)], check=True, capture_output=True)
    with loop_device(image) as device:
        yield Stick(device)


class Share:
    """A folder of another computer, mounted by sshfs; its server is a process of its own."""

    _SERVERS = ("/usr/lib/openssh/sftp-server", "/usr/libexec/openssh/sftp-server")

    def __init__(self, remote: Path, point: Path, place: Path) -> None:
        self._remote, self.point = remote, point
        self._pid = place / "server.pid"
        self._connect = place / "connect"
        server = next((each for each in self._SERVERS if os.access(each, os.X_OK)), None)
        if server is None or shutil.which("sshfs") is None:
            pytest.skip("there is no sshfs here (Debian: sshfs, openssh-sftp-server)")
        self._connect.write_text(f"#!/bin/sh\necho $$ > '{self._pid}'\nexec {server}\n")
        self._connect.chmod(0o700)

    def mount(self) -> None:
        """Connect, in place of ssh to a server of ours."""
        options = f"ssh_command={self._connect},dcache_timeout=1,attr_timeout=0,entry_timeout=0"
        command = ["sshfs", "-o", options, f"nobody:{self._remote}"]
        made = subprocess.run(
            [*command, os.fspath(self.point)], capture_output=True, text=True, check=False
        )
        if made.returncode:
            pytest.skip(f"mounting is not allowed here: {made.stderr.strip()}")

    def stop(self) -> None:
        """The server answers no more."""
        os.kill(self._server, signal.SIGSTOP)

    def go_on(self) -> None:
        """It answers again."""
        os.kill(self._server, signal.SIGCONT)

    def kill(self) -> None:
        """The server is gone; so is the mount, but for its name."""
        with suppress(ProcessLookupError):
            os.kill(self._server, signal.SIGKILL)

    def unmount(self) -> None:
        """Let go of what is left of it; sshfs itself may have done so when it lost its server."""
        self.kill()
        command = ["umount", "--lazy", os.fspath(self.point)]
        subprocess.run(command, capture_output=True, check=False)

    @property
    def _server(self) -> int:
        return int(self._pid.read_text())


@contextmanager
def share(remote: Path, point: Path, place: Path) -> Iterator[Share]:
    """``remote`` at ``point``, by way of a server that a test may stop or kill."""
    _needs_root()
    it = Share(remote, point, place)
    it.mount()
    try:
        yield it
    finally:
        it.unmount()


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


# ── standing still ────────────────────────────────────────────────────────────────────────

_OLD, _NEW = Path("/sys/fs/cgroup/freezer"), Path("/sys/fs/cgroup")


@contextmanager
def frozen_by_cgroup(pids: list[int]) -> Iterator[None]:
    """These processes stand still, as in a container that is paused."""
    _needs_root()
    name = f"clipdesk-test-{os.getpid()}"
    if (_OLD / "cgroup.procs").exists():
        group, switch, on, off = _OLD / name, "freezer.state", "FROZEN", "THAWED"
    elif (_NEW / "cgroup.controllers").exists():
        group, switch, on, off = _NEW / name, "cgroup.freeze", "1", "0"
    else:
        pytest.skip("there is no cgroup freezer here")
    try:
        group.mkdir()
    except OSError as error:
        pytest.skip(f"no cgroup may be made here: {error}")
    homes = {pid: _group_of(pid) for pid in pids}
    home = homes[pids[0]]
    try:
        try:
            for pid in pids:
                (group / "cgroup.procs").write_text(str(pid))
            (group / switch).write_text(on)
        except OSError as error:
            pytest.skip(f"nothing may be frozen here: {error}")
        try:
            _until_frozen(group)
            yield
        finally:
            (group / switch).write_text(off)
    finally:
        # All that is in it, since what was there may have had children.
        for pid in map(int, (group / "cgroup.procs").read_text().split()):
            with suppress(OSError):
                (homes.get(pid, home) / "cgroup.procs").write_text(str(pid))
        group.rmdir()


def _group_of(pid: int) -> Path:
    """Where a process is at home, to be brought back there."""
    for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines():
        _, kinds, place = line.split(":", 2)
        if kinds == "freezer":
            return _OLD / place.lstrip("/")
        if not kinds and not _OLD.exists():
            return _NEW / place.lstrip("/")
    return _OLD if _OLD.exists() else _NEW


def _until_frozen(group: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        old, new = group / "freezer.state", group / "cgroup.events"
        if old.exists() and old.read_text().strip() == "FROZEN":
            return
        if new.exists() and "frozen 1" in new.read_text():
            return
        assert time.monotonic() < deadline, "it goes on"
        time.sleep(0.01)
