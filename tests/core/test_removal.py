"""A scan that would forget most of a folder asks first."""

import shutil
from pathlib import Path

import pytest

from clipdesk.core.messages.events import (
    RemovalAsked,
)
from clipdesk.core.messages.requests import (
    ConfirmRemoval,
    Rescan,
)
from tests.core.house import House, house, paint


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    for number in range(40):
        paint(folder / f"{number}.png", "red", number)
    return folder


def lose(folder: Path, many: int) -> None:
    for number in range(many):
        (folder / f"{number}.png").unlink()


def questions(home: House) -> list[tuple[int, int]]:
    return [(asked.gone, asked.total) for asked in home.of(RemovalAsked)]


def test_most_of_a_folder_is_kept_until_the_person_agrees(tmp_path: Path, pictures: Path) -> None:
    with house(tmp_path / "library") as home:
        root = home.add(pictures)
        lose(pictures, 30)
        home.send(Rescan())
        assert questions(home) == [(30, 40)]
        assert home.of(RemovalAsked)[0].title == "pictures"
        assert len(home.shown) == 40
        home.send(Rescan())
        assert len(questions(home)) == 1, "the same question is not asked twice"
        home.send(ConfirmRemoval(root))
        assert len(home.shown) == 10
        assert questions(home)[-1] == (0, 10)
        assert home.encoder.images == 40


def test_less_than_half_goes_without_a_question(tmp_path: Path, pictures: Path) -> None:
    with house(tmp_path / "library") as home:
        home.add(pictures)
        lose(pictures, 19)
        home.send(Rescan())
        assert len(home.shown) == 21
        lose_again = [pictures / f"{number}.png" for number in range(19, 39)]
        for path in lose_again:
            path.unlink()
        home.send(Rescan())  # 20 of 21: so few are no disk
        assert len(home.shown) == 1
        assert not questions(home)


def test_a_folder_that_is_empty_is_asked_about_however_small(tmp_path: Path) -> None:
    with house(tmp_path / "library") as home:
        paint(tmp_path / "few" / "one.png", "red")
        root = home.add(tmp_path / "few")
        (tmp_path / "few" / "one.png").unlink()
        home.send(Rescan())
        assert questions(home) == [(1, 1)]
        home.send(ConfirmRemoval(root))
        assert not home.shown


def test_what_comes_back_withdraws_the_question(tmp_path: Path, pictures: Path) -> None:
    with house(tmp_path / "library") as home:
        home.add(pictures)
        shutil.move(pictures, tmp_path / "away")
        pictures.mkdir()
        home.send(Rescan())
        assert questions(home) == [(40, 40)]
        pictures.rmdir()
        shutil.move(tmp_path / "away", pictures)
        home.send(Rescan())
        assert questions(home)[-1] == (0, 40)
        assert home.encoder.images == 40


def test_what_has_moved_to_another_folder_is_not_asked_about(
    tmp_path: Path, pictures: Path
) -> None:
    with house(tmp_path / "library") as home:
        other = tmp_path / "other"
        other.mkdir()
        home.add(pictures)
        home.add(other)
        (pictures / "39.png").unlink()
        (pictures).rename(other / "all")
        pictures.mkdir()
        paint(pictures / "new.png", "blue", 99)
        home.send(Rescan())
        assert not [asked for asked in questions(home) if asked[0]]
        assert len(home.shown) == 40
        assert home.encoder.images == 41


def test_only_what_was_asked_about_may_go(tmp_path: Path, pictures: Path) -> None:
    with house(tmp_path / "library") as home:
        root = home.add(pictures)
        lose(pictures, 25)
        home.send(Rescan())
        shutil.rmtree(pictures)
        pictures.mkdir()
        home.send(ConfirmRemoval(root))  # agreed to 25, not to all
        assert len(home.shown) == 15
        assert questions(home)[-1] == (15, 15)


def test_the_question_is_asked_again_after_a_restart(tmp_path: Path, pictures: Path) -> None:
    with house(tmp_path / "library") as home:
        home.add(pictures)
    lose(pictures, 39)
    with house(tmp_path / "library", watching=True) as home:
        home.until(lambda: bool(questions(home)))
        assert questions(home) == [(39, 40)]
