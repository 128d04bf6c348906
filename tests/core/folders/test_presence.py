"""A root goes, comes back, is another one, or does not answer."""

import queue
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from clipdesk.core.folders import Identity, Presence, Probe, identify, judge
from tests.core.folders.conftest import Mounting

HERE = Presence(present=True)
ANOTHER = Presence(present=True, changed=True)
GONE = Presence(present=False)

Reports = queue.Queue[tuple[int, Presence]]


@pytest.fixture
def reports() -> Reports:
    return queue.Queue()


@pytest.fixture
def probe(reports: Reports) -> Iterator[Probe]:
    probe = Probe(lambda *report: reports.put(report), interval_seconds=0.02)
    yield probe
    probe.close()


def test_another_number_is_no_other_folder_where_folders_have_none() -> None:
    before = Identity(1, 10, is_mount=False)
    assert judge(before, Identity(1, 11, is_mount=False)).changed
    assert not judge(before, Identity(1, 11, is_mount=False, numbered=False)).changed
    assert judge(before, Identity(2, 10, is_mount=False, numbered=False)).changed


def test_a_folder_is_known_by_its_numbers(tmp_path: Path) -> None:
    identity = identify(tmp_path)
    assert identity == identify(tmp_path / ".")
    assert identity is not None and not identity.is_mount
    (tmp_path / "file").touch()
    assert identify(tmp_path / "file") is identify(tmp_path / "gone") is None


DISK, POINT = Identity(7, 2, is_mount=True), Identity(1, 50, is_mount=False)


@pytest.mark.parametrize(
    ("before", "now", "presence"),
    [
        (POINT, POINT, HERE),
        (POINT, None, GONE),
        (POINT, Identity(1, 51, is_mount=False), ANOTHER),  # removed and made again
        (DISK, DISK, HERE),
        (DISK, POINT, GONE),  # the mount point shows through
        (DISK, Identity(8, 2, is_mount=True), ANOTHER),  # mounted anew
        (POINT, DISK, ANOTHER),  # something is mounted over it
    ],
)
def test_judgement(before: Identity, now: Identity | None, presence: Presence) -> None:
    assert judge(before, now) == presence


def test_only_changes_are_reported(tmp_path: Path, probe: Probe, reports: Reports) -> None:
    root = tmp_path / "root"
    root.mkdir()
    probe.follow(1, root, identify(root))
    probe.follow(2, tmp_path, identify(tmp_path))
    root.rename(tmp_path / "away")
    assert reports.get(timeout=60) == (1, GONE)
    (tmp_path / "away").rename(root)
    assert reports.get(timeout=60) == (1, HERE)
    root.rename(tmp_path / "kept")  # else the new folder may be given the old one's number
    root.mkdir()
    while (report := reports.get(timeout=60)) == (1, GONE):
        pass  # if a look fell between the two
    assert report == (1, ANOTHER)
    probe.unfollow(1)
    shutil.rmtree(root)
    probe.follow(3, root, None)
    root.mkdir()
    assert reports.get(timeout=60) == (3, ANOTHER)
    assert reports.empty()


def test_a_poke_does_not_wait_for_the_next_round(tmp_path: Path, reports: Reports) -> None:
    probe = Probe(lambda *report: reports.put(report), interval_seconds=3600)
    looked = threading.Event()
    try:
        probe.follow(1, tmp_path / "root", None)
        probe.follow(2, tmp_path, None)  # following looks at once
        assert reports.get(timeout=60) == (2, ANOTHER)
        (tmp_path / "root").mkdir()
        probe.poke()
        assert reports.get(timeout=60) == (1, ANOTHER)
    finally:
        looked.set()
        probe.close()


def test_a_share_that_hangs_hangs_nobody(tmp_path: Path, reports: Reports) -> None:
    hung, released = tmp_path / "hung", threading.Event()
    hung.mkdir()

    def stat(path: Path) -> Identity | None:
        if path == hung:
            released.wait(120)
        return identify(path)

    probe = Probe(lambda *report: reports.put(report), 0.02, timeout_seconds=0.1, stat=stat)
    try:
        probe.follow(1, hung, identify(hung))
        probe.follow(2, tmp_path, None)
        assert {reports.get(timeout=60), reports.get(timeout=60)} == {(1, GONE), (2, ANOTHER)}
        released.set()
        assert reports.get(timeout=60) == (1, HERE)
        released.clear()
        assert reports.get(timeout=60) == (1, GONE)
    finally:
        closing = threading.Thread(target=probe.close)
        closing.start()
        closing.join(60)
        assert not closing.is_alive(), "closing waits for a look that hangs"
        released.set()


@pytest.mark.logs_faults
def test_a_report_that_is_not_taken_ends_nothing(tmp_path: Path, reports: Reports) -> None:
    def report(root_id: int, presence: Presence) -> None:
        reports.put((root_id, presence))
        if root_id == 1:
            raise RuntimeError("not now")

    probe = Probe(report, 0.02)
    try:
        probe.follow(1, tmp_path, None)
        assert reports.get(timeout=60) == (1, ANOTHER)
        probe.follow(2, tmp_path, None)
        assert reports.get(timeout=60) == (2, ANOTHER)
    finally:
        probe.close()


def test_a_disk_that_is_pulled(
    tmp_path: Path, disk: Mounting, probe: Probe, reports: Reports
) -> None:
    point = tmp_path / "disk"
    point.mkdir()
    with disk(point):
        (point / "pictures").mkdir()
        whole, part = identify(point), identify(point / "pictures")
        assert whole is not None and whole.is_mount
        assert part is not None and not part.is_mount
        probe.follow(1, point, whole)
        probe.follow(2, point / "pictures", part)
    assert {reports.get(timeout=60), reports.get(timeout=60)} == {(1, GONE), (2, GONE)}
    assert judge(whole, identify(point)) == GONE
    with disk(point):
        root_id, presence = reports.get(timeout=60)
        assert root_id == 1 and presence.present
    assert reports.get(timeout=60) == (1, GONE)
