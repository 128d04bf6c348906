"""A sample of the library is taken from its thumbnails, from all over it."""

from pathlib import Path

import numpy as np
import pytest

from clipdesk.core.catalog.thumbnails import Thumbnails
from clipdesk.core.pictures.decoding import decode
from clipdesk.core.sampling import squares
from tests.core.house import paint

COLOURS = ("red", "green", "blue", "red", "green", "blue")


@pytest.fixture
def thumbnails(tmp_path: Path) -> Path:
    """Six of them, some numbers apart."""
    file = tmp_path / "thumbnails.db"
    kept = Thumbnails(file, "library")
    for number, colour in enumerate(COLOURS):
        picture = paint(tmp_path / f"{number}.png", colour, number)
        kept.put([(7 + 100 * number**2, decode(picture, ()).thumbnail)])
    kept.close()
    return file


@pytest.mark.parametrize("count", [2, 3, 5])
def test_so_many_are_taken_and_none_twice(thumbnails: Path, count: int) -> None:
    some = list(squares(thumbnails, count))
    assert [(picture.shape, picture.dtype) for picture in some] == [
        ((224, 224, 3), np.uint8)
    ] * count
    assert len({picture.tobytes() for picture in some}) == count


def test_there_may_be_fewer_or_none(thumbnails: Path, tmp_path: Path) -> None:
    assert len(list(squares(thumbnails, 100))) == len(COLOURS)
    assert not list(squares(tmp_path / "none.db", 1))
    Thumbnails(tmp_path / "empty.db", "library").close()
    assert not list(squares(tmp_path / "empty.db", 1))


def test_what_can_not_be_read_is_passed_over(thumbnails: Path) -> None:
    kept = Thumbnails(thumbnails, "library")
    kept.put([(7, b"no picture")])
    kept.close()
    assert len(list(squares(thumbnails, 100))) == len(COLOURS) - 1
