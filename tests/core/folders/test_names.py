"""Names sort as people count."""

import random
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from clipdesk.core.folders import is_case_insensitive
from clipdesk.core.paths import natural_key


def test_numbers_count_and_case_does_not() -> None:
    names = ["img1", "IMG2", "img10", "img10a", "Img10B", "img0011", "x", "Ärger", "ärger 2"]
    shuffled = random.Random(1).sample(names, len(names))
    assert sorted(shuffled, key=natural_key) == names


@given(st.lists(st.text(st.characters(exclude_characters="/\0"))))
def test_any_names_can_be_compared(names: list[str]) -> None:
    assert len(sorted(names, key=natural_key)) == len(names)


def test_numbers_of_any_length_count() -> None:
    names = ["a0", "a00", "a2", "a10", "a" + "1" * 99, "a" + "9" * 250, "\udcff1"]
    shuffled = random.Random(1).sample(names, len(names))
    assert sorted(shuffled, key=lambda name: (natural_key(name), name)) == names


def test_the_file_system_says_whether_case_matters(tmp_path: Path) -> None:
    (tmp_path / "Probe.png").touch()
    assert is_case_insensitive(tmp_path) == (tmp_path / "pROBE.PNG").exists()
