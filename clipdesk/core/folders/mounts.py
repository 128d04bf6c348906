"""Which file system a folder lies on, and what is to be expected of it."""

import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

_MOUNTS = Path("/proc/self/mounts")

# Others change files there, and this computer's kernel is not told.
_NETWORK = frozenset({
    "9p", "acfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "drvfs", "gfs2", "glusterfs",
    "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "prl_fs", "smb3", "smbfs",
    "vboxsf", "virtiofs", "vmhgfs",
})  # fmt: skip

# They have no numbers for their files, and make some up: others after a remount, or once a file has
# been out of the system's sight for a while.
_WITHOUT_NUMBERS = frozenset({
    "9p", "cifs", "davfs", "drvfs", "exfat", "fuse", "fuseblk", "msdos", "prl_fs", "smb3", "smbfs",
    "vboxsf", "vfat", "vmhgfs",
})  # fmt: skip

_escaped = re.compile(rb"\\([0-7]{3})")


def sends_events(folder: Path, mounts: Path = _MOUNTS) -> bool:
    """Whether the system tells of every change here, wherever it is made.

    Not on network file systems and not in FUSE (sshfs, rclone, gvfs; but ``fuseblk``, which is how
    NTFS disks are mounted, is local). Where mounts can't be listed (macOS, Windows) it is assumed.
    """
    kind = _kind(folder, mounts)
    return not (kind in _NETWORK or kind == "fuse" or kind.startswith("fuse."))


def keeps_numbers(folder: Path, mounts: Path = _MOUNTS) -> bool:
    """Whether a file here has the same number (inode) as long as it lives.

    Not in FAT, nor in most of FUSE. Where mounts can't be listed it is assumed.
    """
    kind = _kind(folder, mounts)
    return not (kind in _WITHOUT_NUMBERS or kind.startswith("fuse."))


def _kind(folder: Path, mounts: Path) -> str:
    """The type of the file system; empty where that can't be known."""
    if sys.platform != "linux":
        return ""
    try:
        table = mounts.read_bytes().splitlines()
    except OSError:
        return ""
    return _file_system(os.fsencode(os.path.realpath(folder)), table)


def _file_system(path: bytes, table: Iterable[bytes]) -> str:
    """The type of the file system that the path lies on; later mounts cover earlier ones."""
    longest, kind = -1, ""
    for line in table:
        fields = line.split(b" ")
        if len(fields) < 3:
            continue
        # proc(5): space, tab, newline and backslash are written as three octal digits.
        point = _escaped.sub(lambda match: bytes([int(match[1], 8)]), fields[1]).rstrip(b"/")
        inside = path == point or path.startswith(point + b"/")
        if inside and len(point) >= longest:
            longest, kind = len(point), fields[2].decode("ascii", "replace")
    return kind
