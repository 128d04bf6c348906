"""Which file systems tell of changes, and number their files."""

import sys
from pathlib import Path

import pytest

from clipdesk.core.folders.mounts import keeps_numbers, sends_events

TABLE = rb"""/dev/sda1 / ext4 rw 0 0
tmpfs /tmp tmpfs rw 0 0
//nas/share /mnt/nas cifs rw 0 0
/dev/sdb1 /mnt/nas/local\040disk ext4 rw 0 0
server:/x /mnt/n\134f\011s nfs4 rw 0 0
me@host: /home/me/remote fuse.sshfs rw 0 0
/dev/sdc1 /media/usb fuseblk rw 0 0
/dev/sde1 /media/stick vfat rw 0 0
/dev/sdd1 /media/over nfs rw 0 0
/dev/sdd1 /media/over xfs rw 0 0
broken
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's table of mounts")
@pytest.mark.parametrize(
    ("folder", "sends", "keeps"),
    [
        ("/home/me/pictures", True, True),
        ("/mnt/nas", False, False),
        ("/mnt/nas/deep/below", False, False),
        ("/mnt/nasty", True, True),
        ("/mnt/nas/local disk/a", True, True),
        ("/mnt/n\\f\ts", False, True),
        ("/home/me/remote/a", False, False),
        ("/media/usb/a", True, False),
        ("/media/stick/a", True, False),
        ("/media/over", True, True),
    ],
)
def test_what_file_systems_can_do(tmp_path: Path, folder: str, sends: bool, keeps: bool) -> None:
    table = tmp_path / "mounts"
    table.write_bytes(TABLE)
    assert sends_events(Path(folder), table) == sends
    assert keeps_numbers(Path(folder), table) == keeps


def test_an_ordinary_folder_sends_events(tmp_path: Path) -> None:
    assert sends_events(tmp_path)
    assert sends_events(tmp_path, tmp_path / "no table")
    assert keeps_numbers(tmp_path)
    assert keeps_numbers(tmp_path, tmp_path / "no table")
