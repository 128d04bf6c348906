"""What names say, and what they don't."""

from pathlib import Path

import pytest

from clipdesk.core.naming import pairs, words_of


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("red-chair_02", "red chair"),
        ("redChairByTheWindow", "red chair by the window"),
        ("Lampe über dem Tisch (3) - Kopie", "lampe über dem tisch"),
        ("海边的日落", "海边的日落"),
        ("cat@2x", "cat"),
        ("IMG_20240612_183155", ""),
        ("DSC01234", ""),
        ("Screenshot 2024-06-12 at 18.31.55", "at"),
        ("9f86d081884c7d659a2feaa0c55ad015", ""),
        ("550e8400-e29b-41d4-a716-446655440000", ""),
        ("image (7)", ""),
        ("a1", ""),
        ("", ""),
    ],
)
def test_names_that_say_something_and_names_that_do_not(name: str, words: str) -> None:
    assert words_of(name) == (words if len(words) > 2 else "")


def test_files_and_folders_are_captions_that_may_be_shared() -> None:
    top = Path("/pictures")
    files = [
        top / "chairs" / "red chair 1.png",
        top / "chairs" / "red-chair-2.png",
        top / "IMG_1.png",
        top / "chairs" / "red chair 1.png",
    ]
    found = pairs(files)
    assert found.files == tuple(files[:3])
    assert found.captions == ("red chair", "chairs")
    assert [(pair.caption, pair.file) for pair in found.pairs] == [(0, 0), (1, 0), (0, 1), (1, 1)]
    assert found.problems == ()
