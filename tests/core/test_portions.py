"""How many pictures an encoder is shown at once."""

import pytest

from clipdesk.core.portions import MOST, Portion, even


def settled(each: float) -> int:
    """After a while, with an encoder that takes so many seconds for a picture."""
    portion = Portion()
    for _ in range(12):
        portion.took(portion.size, portion.size * each)
    return portion.size


@pytest.mark.parametrize(
    ("each", "size"), [(1e-6, MOST), (0.003, 64), (0.02, 16), (0.026, 8), (0.15, 2), (30, 2)]
)
def test_as_many_as_fit_into_a_slice(each: float, size: int) -> None:
    assert settled(each) == size


def test_it_is_grown_with_care_and_there_are_few_sizes() -> None:
    portion, sizes = Portion(), list[int]()
    for _ in range(7):
        sizes.append(portion.size)
        portion.took(portion.size, 1e-6)
    assert sizes == [4, 4, 8, 16, 32, 64, 64]


def test_the_first_time_the_encoder_was_still_getting_ready() -> None:
    portion = Portion()
    portion.took(4, 3.0)
    assert portion.size == 4
    portion.took(4, 3.0)
    assert portion.size == 2


def test_even_numbers() -> None:
    assert [even(count) for count in (1, 2, 3, 7, 8, 63, 64)] == [1, 2, 2, 4, 8, 32, 64]
