"""What the walk finds, in which order, and what it passes over."""

import os
import shutil
import socket
import sys
from pathlib import Path

import pytest

from clipdesk.core.errors import FolderError
from clipdesk.core.folders import Found, Omitted, Unreadable, stamp, walk
from clipdesk.core.folders.excludes import is_hidden
from clipdesk.core.paths import is_elsewhere
from clipdesk.core.types import USUAL, Rules, Stamp

SUFFIXES = frozenset({".png", ".jpg"})

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="POSIX names, links and devices")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes such names")


def plant(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"pixels")
    return root


def names(root: Path, under: Path | None = None, rules: Rules = USUAL) -> list[str]:
    walking = walk(root, under, suffixes=SUFFIXES, rules=rules)
    return [found.name for found in walking if not isinstance(found, Omitted)]


def omitted(root: Path, under: Path | None = None, rules: Rules = USUAL) -> list[str]:
    walking = walk(root, under, suffixes=SUFFIXES, rules=rules)
    return [found.name for found in walking if isinstance(found, Omitted)]


def test_it_finds_pictures_in_natural_order(tmp_path: Path) -> None:
    plant(tmp_path, "img10.png", "img2.PNG", "notes.txt", "b/1.jpg", "IMG3.jpg", "img2x/a.jpg")
    assert names(tmp_path) == ["b/1.jpg", "img2.PNG", "img2x/a.jpg", "IMG3.jpg", "img10.png"]


def test_it_is_lazy(tmp_path: Path) -> None:
    plant(tmp_path, "a/1.png", "b/1.png")
    walking = walk(tmp_path, suffixes=SUFFIXES)
    assert next(walking).name == "a/1.png"
    plant(tmp_path, "b/2.png")
    assert [found.name for found in walking] == ["b/1.png", "b/2.png"]


def test_the_stamp_is_the_file_s_own(tmp_path: Path) -> None:
    plant(tmp_path, "a.png")
    (tmp_path / "empty.png").touch()
    status = (tmp_path / "a.png").stat()
    expected = Stamp(6, status.st_mtime_ns, status.st_ino)
    first, empty = walk(tmp_path, suffixes=SUFFIXES)
    assert first == Found("a.png", expected)
    assert isinstance(empty, Found) and empty.stamp.size == 0
    assert stamp(tmp_path / "a.png") == expected
    assert stamp(tmp_path) is stamp(tmp_path / "none.png") is stamp(tmp_path / "a.png/x") is None


def test_hidden_and_system_places_are_passed_over(tmp_path: Path) -> None:
    plant(
        tmp_path,
        ".hidden.png",
        "._seen.png",
        ".git/a.png",
        ".Trash-1000/files/a.png",
        "@eaDir/a.png",
        "deep/node_modules/a.png",
        "$RECYCLE.BIN/a.png",
        "System Volume Information/a.png",
        "__MACOSX/a.png",
        "seen.png",
    )
    assert names(tmp_path) == ["seen.png"]
    assert names(tmp_path, tmp_path / ".git" / "a.png") == []


def test_a_hidden_root_is_looked_through_if_the_person_wants_it(tmp_path: Path) -> None:
    assert names(plant(tmp_path / ".pictures", "a.png")) == ["a.png"]


@posix_only
def test_only_regular_files_are_found(tmp_path: Path) -> None:
    plant(tmp_path, "a.png", "folder.png/b.png")
    os.mkfifo(tmp_path / "pipe.png")
    os.mkfifo(tmp_path / ".clipdeskignore")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(os.fspath(tmp_path / "socket.png"))
        assert names(tmp_path) == ["a.png", "folder.png/b.png"]


@linux_only
@pytest.mark.parametrize(
    "name", [b"new\nline.png", "\N{ARTIST PALETTE}.png".encode(), b"\xff\xfe.png", b"\"q' .png"]
)
def test_any_name_leads_back_to_its_file(tmp_path: Path, name: bytes) -> None:
    (tmp_path / os.fsdecode(name)).write_bytes(b"pixels")
    (found,) = walk(tmp_path, suffixes=SUFFIXES)
    assert os.fsencode(found.name) == name
    assert stamp(tmp_path / found.name) is not None
    assert names(tmp_path, tmp_path / found.name) == [found.name]


# ── links ─────────────────────────────────────────────────────────────────────────────────


@posix_only
def test_links_to_files_are_files_and_broken_ones_nothing(tmp_path: Path) -> None:
    plant(tmp_path, "other/real.dat", "root/a.png")
    root = tmp_path / "root"
    (root / "link.png").symlink_to(tmp_path / "other" / "real.dat")
    (root / "broken.png").symlink_to("nowhere")
    for name in ("self.png", "self"):
        (root / name).symlink_to(name)
    assert names(root) == ["a.png", "link.png"]
    assert names(root, root / "self" / "b.png") == names(root, root / "self.png") == []


@posix_only
def test_a_link_to_a_folder_elsewhere_is_followed_and_loops_end(tmp_path: Path) -> None:
    root = plant(tmp_path / "root", "real/a.png")
    plant(tmp_path / "elsewhere", "b.png")
    (tmp_path / "elsewhere" / "back").symlink_to(root)
    (tmp_path / "elsewhere" / "round").symlink_to(tmp_path / "elsewhere")
    for name, target in {
        "0 inside": root / "real",
        "1 itself": root,
        "2 above": tmp_path,
        "real/loop": root / "real",
        "there": tmp_path / "elsewhere",
    }.items():
        (root / name).symlink_to(target)
    assert names(root) == ["real/a.png", "there/b.png"]
    assert names(root, root / "there") == ["there/b.png"]
    assert names(root, root / "there" / "round") == []


@posix_only
def test_a_root_that_is_a_link_is_its_target(tmp_path: Path) -> None:
    plant(tmp_path / "real", "a.png")
    (tmp_path / "root").symlink_to("real")
    assert names(tmp_path / "root") == ["a.png"]


# ── exclusions ────────────────────────────────────────────────────────────────────────────


def test_an_ignore_file_holds_below_its_folder_and_the_nearest_wins(tmp_path: Path) -> None:
    plant(
        tmp_path,
        *("a.png", "draft 1.png", "out/a.png", "work/out/b.png"),
        *("work/draft 2.png", "work/keep/draft 3.png", "work/only-here.png", "only-here.png"),
    )
    (tmp_path / ".clipdeskignore").write_text("# ours\ndraft*\n/out/\n", encoding="utf-8-sig")
    (tmp_path / "work" / ".clipdeskignore").write_text("/only-here.png\n[z-a]\n")
    (tmp_path / "work" / "keep" / ".clipdeskignore").write_text("!draft*\n")
    expected = ["a.png", "only-here.png", "work/keep/draft 3.png", "work/out/b.png"]
    assert names(tmp_path) == expected
    assert names(tmp_path, tmp_path / "work" / "draft 2.png") == []
    assert names(tmp_path, tmp_path / "work" / "only-here.png") == []
    assert names(tmp_path, tmp_path / "work" / "keep") == ["work/keep/draft 3.png"]
    assert names(tmp_path, tmp_path / "out" / "a.png") == []


def test_the_settings_exclude_below_the_root(tmp_path: Path) -> None:
    plant(tmp_path, "a.png", "old/b.png", "new/old/c.png", "new/d.jpg")
    rules = Rules(("/old/", "*.jpg"))
    assert names(tmp_path, rules=rules) == ["a.png", "new/old/c.png"]
    assert omitted(tmp_path, rules=rules) == ["new/d.jpg", "old"]
    assert omitted(tmp_path, tmp_path / "old" / "b.png", rules) == ["old"]
    (tmp_path / "new" / ".clipdeskignore").write_text("!d.jpg\n")
    assert names(tmp_path, rules=rules) == ["a.png", "new/d.jpg", "new/old/c.png"]


def test_hidden_files_are_looked_through_if_the_person_wants_it(tmp_path: Path) -> None:
    plant(tmp_path, "a.png", ".b.png", ".c/d.png", ".git/e.png", "._a.png", ".Trash-1000/f.png")
    assert names(tmp_path) == ["a.png"]
    assert omitted(tmp_path) == [".b.png", ".c"]
    assert names(tmp_path, rules=Rules(hidden=False)) == [".b.png", ".c/d.png", "a.png"]


def test_sizes_and_kinds_may_be_left_out(tmp_path: Path) -> None:
    for name, size in (("small.png", 10), ("middle.PNG", 100), ("large.png", 1000), ("x.jpg", 100)):
        (tmp_path / name).write_bytes(b"x" * size)
    rules = Rules(smallest=50, largest=500, suffixes=(".jpg",))
    assert names(tmp_path, rules=rules) == ["middle.PNG"]
    assert omitted(tmp_path, rules=rules) == ["large.png", "small.png", "x.jpg"]


# ── a part of it ──────────────────────────────────────────────────────────────────────────


def test_a_walk_of_a_part_says_what_the_whole_walk_says(tmp_path: Path) -> None:
    plant(tmp_path, "a/b/1.png", "a/b/2.txt", "a/3.png", "c.png")
    assert names(tmp_path, tmp_path) == names(tmp_path)
    assert names(tmp_path, tmp_path / "a") == ["a/3.png", "a/b/1.png"]
    assert names(tmp_path, tmp_path / "a" / "b" / "1.png") == ["a/b/1.png"]
    assert names(tmp_path, tmp_path / "a" / "b" / "2.txt") == []
    assert names(tmp_path, tmp_path / "a" / "gone" / "1.png") == []
    assert names(tmp_path, tmp_path / "c.png" / "below") == []
    with pytest.raises(ValueError, match="subpath"):
        names(tmp_path, tmp_path.parent)


# ── what can't be looked at ───────────────────────────────────────────────────────────────


def test_a_root_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match=r"“.*gone” can't be looked through: It is not there\."):
        names(tmp_path / "gone")
    with pytest.raises(FolderError, match="not a folder"):
        names(plant(tmp_path, "a.png") / "a.png")


def test_a_root_that_goes_away_meanwhile_is_an_error_not_an_empty_folder(tmp_path: Path) -> None:
    root = plant(tmp_path / "root", "a/1.png", "b/1.png")
    walking = walk(root, suffixes=SUFFIXES)
    assert next(walking).name == "a/1.png"
    shutil.rmtree(root)
    with pytest.raises(FolderError):
        list(walking)
    walking = walk(plant(root, "a/1.png", "b/1.png"), suffixes=SUFFIXES)
    next(walking)
    root.rename(tmp_path / "other")
    plant(root, "c.png")
    with pytest.raises(FolderError, match="went away"):
        list(walking)


def test_a_folder_that_goes_away_meanwhile_is_just_gone(tmp_path: Path) -> None:
    plant(tmp_path, "a/1.png", "b/1.png", "c/1.png")
    walking = walk(tmp_path, suffixes=SUFFIXES)
    next(walking)
    shutil.rmtree(tmp_path / "b")
    assert [found.name for found in walking] == ["c/1.png"]


def test_a_folder_that_may_not_be_read_is_told(unprivileged: Path) -> None:
    plant(unprivileged, "a.png", "locked/b.png", "listed/c.png", "locked/in/d.png", "z.png")
    (unprivileged / "link").symlink_to("locked/in")
    (unprivileged / "locked").chmod(0o000)
    (unprivileged / "listed").chmod(0o400)
    found = list(walk(unprivileged, suffixes=SUFFIXES))
    assert [each.name for each in found] == ["a.png", "link", "listed/c.png", "locked", "z.png"]
    assert [type(each) for each in found] == [Found, Unreadable, Unreadable, Unreadable, Found]
    locked = Unreadable("locked", "Its permissions do not allow reading it.")
    assert found[3] == locked
    for name in ("b.png", "in", "in/d.png"):
        (below,) = walk(unprivileged, unprivileged / "locked" / name, suffixes=SUFFIXES)
        assert isinstance(below, Unreadable)
    with pytest.raises(FolderError, match="permissions"):
        stamp(unprivileged / "locked" / "b.png")
    with pytest.raises(FolderError, match="permissions"):
        names(unprivileged / "locked")


class _Status:
    """As much of a status as Windows and macOS add to Linux's."""

    def __init__(self, *, st_file_attributes: int = 0, st_flags: int = 0) -> None:
        self.st_file_attributes = st_file_attributes
        self.st_flags = st_flags


@pytest.mark.parametrize(
    ("status", "hidden", "elsewhere"),
    [
        (_Status(), False, False),
        (_Status(st_file_attributes=0x2), True, False),  # FILE_ATTRIBUTE_HIDDEN
        (_Status(st_file_attributes=0x1000), False, True),  # FILE_ATTRIBUTE_OFFLINE
        (_Status(st_file_attributes=0x400000), False, True),  # …_RECALL_ON_DATA_ACCESS
        (_Status(st_flags=0x8000), True, False),  # UF_HIDDEN
        (_Status(st_flags=0x40000000), False, True),  # SF_DATALESS
    ],
)
def test_flags_of_other_systems(status: os.stat_result, hidden: bool, elsewhere: bool) -> None:
    assert (is_hidden(status), is_elsewhere(status)) == (hidden, elsewhere)
