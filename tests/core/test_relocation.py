"""A folder that has come back at another place keeps all that is known of it."""

import os
import shutil
from pathlib import Path

import pytest

from clipdesk.core.messages.events import (
    Notice,
    RelocationOffered,
    RootsChanged,
)
from clipdesk.core.messages.requests import (
    AddRoot,
    Browse,
    Relocate,
    Rescan,
    SetRules,
)
from clipdesk.core.moving import along
from clipdesk.core.types import RootState, Rules
from tests.core.house import House, house, paint

MANY = 50


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    folder = tmp_path / "mnt" / "disk" / "photos"
    for number in range(MANY):
        paint(folder / f"{number % 5}" / f"{number}.png", "red", number)
    return folder


def state(home: House, root_id: int) -> RootState:
    return next(r.state for r in home.of(RootsChanged)[-1].roots if r.id == root_id)


def offline(home: House, root_id: int) -> None:
    home.until(lambda: state(home, root_id) is RootState.OFFLINE)


def shown(home: House) -> dict[str, int]:
    home.send(Browse(len(home.events) + 1))
    return {item.path: item.asset_id for item in home.shown.values()}


def test_a_disk_at_another_place_is_located(tmp_path: Path, disk: Path) -> None:
    new = tmp_path / "media" / "E"
    with house(tmp_path / "library", watching=True) as home:
        root = home.add(disk)
        home.send(SetRules(root, Rules(("0/",))))
        before = shown(home)
        (tmp_path / "media").mkdir()
        (tmp_path / "mnt" / "disk").rename(new)
        offline(home, root)
        home.send(Relocate(root, new))  # the disk, rather than the folder on it
        home.until(lambda: state(home, root) is RootState.WATCHED and home.engine.idle)
        after = shown(home)
        old = str(tmp_path / "mnt" / "disk")
        assert {path.replace(str(new), old): id_ for path, id_ in after.items()} == before
        assert home.of(RootsChanged)[-1].roots[0].rules == Rules(("0/",))
        assert home.encoder.images == MANY
        paint(new / "photos" / "late.png", "blue", 99)
        home.until(lambda: "late.png" in home.shown)


def test_a_copy_of_the_disk_is_known_without_being_read(
    tmp_path: Path, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another file system numbers its files otherwise; their size and time have to do."""
    with house(tmp_path / "library", watching=True) as home:
        root = home.add(disk)
        shutil.copytree(disk, tmp_path / "new")
        shutil.rmtree(disk)
        offline(home, root)
        monkeypatch.setattr(home.engine._pool, "fingerprint", None)
        monkeypatch.setattr(home.engine._pool, "decode", None)
        home.send(Relocate(root, tmp_path / "new"))
        home.until(lambda: home.engine.tally.unchanged == MANY)
        assert len(shown(home)) == MANY
        home.send(Rescan())  # now the numbers are known
        assert home.engine.tally.unchanged == 2 * MANY


def test_another_folder_is_refused(tmp_path: Path, disk: Path) -> None:
    other = tmp_path / "other"
    for number in range(MANY):
        paint(other / f"{number % 5}" / f"{number}.png", "blue", 1000 + number)
    with house(tmp_path / "library", watching=True) as home:
        root = home.add(disk)
        disk.rename(tmp_path / "gone")
        offline(home, root)
        home.send(Relocate(root, other))
        assert "does not hold" in home.of(Notice)[-1].text
        home.send(Relocate(root, tmp_path / "nowhere"))
        assert "no folder" in home.of(Notice)[-1].text
        assert home.engine.library.catalog.roots.all()[0].path == disk
        assert len(shown(home)) == MANY


def test_it_is_offered_when_the_folder_is_added(tmp_path: Path, disk: Path) -> None:
    with house(tmp_path / "library", watching=True) as home:
        root = home.add(disk)
        new = disk.rename(tmp_path / "new")
        offline(home, root)
        home.send(AddRoot(new))
        (offer,) = home.of(RelocationOffered)
        assert (offer.root_id, offer.title, offer.path) == (root, "photos", new)
        assert len(home.engine.library.catalog.roots.all()) == 1
        home.send(Relocate(offer.root_id, offer.path))
        home.until(lambda: state(home, root) is RootState.WATCHED and home.engine.idle)
        assert home.encoder.images == MANY
        assert all(path.startswith(f"{new}{os.sep}") for path in shown(home))


def test_what_is_offered_may_be_refused(tmp_path: Path, disk: Path) -> None:
    with house(tmp_path / "library", watching=True) as home:
        root = home.add(disk)
        new = disk.rename(tmp_path / "new")
        offline(home, root)
        home.send(AddRoot(new), AddRoot(new, anew=True))
        assert len(home.of(RelocationOffered)) == 1
        assert [row.path for row in home.engine.library.catalog.roots.all()] == [disk, new]
        assert home.encoder.images == MANY, "the content is known all the same"


def test_a_stranger_is_added_without_a_question(tmp_path: Path, disk: Path) -> None:
    with house(tmp_path / "library", watching=True) as home:
        root = home.add(disk)
        disk.rename(tmp_path / "gone")
        offline(home, root)
        paint(tmp_path / "other" / "0" / "other.png", "blue", 5)
        home.send(AddRoot(tmp_path / "other"))
        assert not home.of(RelocationOffered)
        assert len(shown(home)) == MANY + 1


@pytest.mark.parametrize("inside", ["", "photos"])
def test_a_folder_that_was_added_anew_becomes_one_with_what_was_known(
    tmp_path: Path, disk: Path, inside: str
) -> None:
    with house(tmp_path / "library", watching=True) as home:
        root = home.add(disk)
        before = {Path(path).name: id_ for path, id_ in shown(home).items()}
        new = tmp_path / "new"
        (new / inside).parent.mkdir(exist_ok=True)
        shutil.copytree(disk, new / inside)
        shutil.rmtree(disk)
        offline(home, root)
        paint(new / inside / "late.png", "blue", 99)
        home.send(AddRoot(new, anew=True))
        home.send(Relocate(root, new / inside))
        home.until(lambda: home.engine.idle and len(home.of(RootsChanged)[-1].roots) == 1)
        after = {Path(path).name: id_ for path, id_ in shown(home).items()}
        assert after.keys() == {*before, "late.png"}
        assert {name: after[name] for name in before} == before, "what was known first counts"
        assert home.encoder.images == MANY + 1


def test_what_lay_beside_it_moves_along_by_its_content(tmp_path: Path, disk: Path) -> None:
    beside = disk.with_name("drawings")
    impostor = disk.with_name("scans")
    for number in range(6):
        paint(beside / f"{number}.png", "green", 200 + number)
        paint(impostor / f"{number}.png", "yellow", 300 + number)
    with house(tmp_path / "library", watching=True) as home:
        roots = [home.add(folder) for folder in (disk, beside, impostor)]
        seen = home.encoder.images
        new = tmp_path / "media" / "E"
        new.parent.mkdir()
        disk.parent.rename(new)
        shutil.rmtree(new / "scans")
        paint(new / "scans" / "0.png", "purple", 400)
        for root in roots:
            offline(home, root)
        home.send(Relocate(roots[0], new / "photos"))
        home.until(lambda: state(home, roots[1]) is RootState.WATCHED and home.engine.idle)
        paths = {row.id: row.path for row in home.engine.library.catalog.roots.all()}
        assert paths == dict(zip(roots, (new / "photos", new / "drawings", impostor), strict=True))
        assert "drawings has moved along" in home.of(Notice)[-1].text
        assert state(home, roots[2]) is RootState.OFFLINE, "what is there is another folder"
        assert home.encoder.images == seen


@pytest.mark.parametrize(
    ("path", "old", "new", "now"),
    [
        ("/media/A/y", "/media/A/x", "/media/B/x", "/media/B/y"),
        ("/media/A/y/z", "/media/A/x/z", "/media/B/x/z", "/media/B/y/z"),
        ("/mnt/y", "/mnt/x", "/media/E/x", "/media/E/y"),
        ("/home/y", "/media/A/x", "/media/B/x", None),
        ("/media/A/y", "/media/A/x", "/media/A/renamed", None),
        ("/media/A/y", "/media/A/x", "/media/A/x", None),
    ],
)
def test_where_a_folder_should_be_now(path: str, old: str, new: str, now: str | None) -> None:
    assert along(Path(path), Path(old), Path(new)) == (Path(now) if now else None)


def test_it_is_offered_though_nobody_knows_yet_what_is_there(tmp_path: Path, disk: Path) -> None:
    """A folder that is added at the very start waits until every root has been looked at."""
    with house(tmp_path / "library") as home:
        root = home.add(disk)
    new = disk.rename(tmp_path / "new")
    with house(tmp_path / "library") as home:
        home.send(AddRoot(new))
        (offer,) = home.of(RelocationOffered)
        assert (offer.root_id, offer.path, offer.old) == (root, new, disk)
