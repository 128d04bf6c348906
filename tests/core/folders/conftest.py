"""Folders that may not be read, and disks that come and go."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

NOBODY = 65534

Mounting = Callable[[Path], AbstractContextManager[None]]


@pytest.fixture
def unprivileged() -> Iterator[Path]:
    """An empty folder, in a test that does not run as root: permissions hold."""
    if sys.platform == "win32":
        pytest.skip("permissions are set otherwise on Windows")
    folder = Path(tempfile.mkdtemp(prefix="clipdesk-"))
    is_root = os.geteuid() == 0
    if is_root:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        if is_root:
            os.seteuid(0)
        for path in (folder, *folder.rglob("*")):
            if path.is_dir():
                path.chmod(0o700)
        shutil.rmtree(folder)


@pytest.fixture
def disk() -> Mounting:
    """Mounts an empty file system at a folder for as long as the context lasts."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux may mount")

    @contextmanager
    def mounted(point: Path) -> Iterator[None]:
        command = ["mount", "-t", "tmpfs", "-o", "size=1m", "clipdesk-test", point]
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode:
            pytest.skip(f"mounting is not allowed here: {made.stderr.strip()}")
        try:
            yield
        finally:
            subprocess.run(["umount", "--lazy", point], check=True)

    return mounted
