"""Tables of pairs: what is read, what is passed over, and by which line it is named."""

import os
import sys
from pathlib import Path

import pytest

from clipdesk.core.errors import QueryError
from clipdesk.core.pairs import LineProblem, Pair, in_words, read


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three files to speak of."""
    for name in ("a.png", "b.png", "c, d.png"):
        (tmp_path / name).touch()
    return tmp_path


def write(folder: Path, text: str, name: str = "pairs.tsv") -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder / name


def test_captions_are_shared_and_graded(folder: Path) -> None:
    found = read(
        write(
            folder,
            "note\tfile\trelevance\tcaption\n"
            'x\ta.png\t\ta "quoted" thing\n'
            "x\tb.png\t2.5\tred\n"
            "x\ta.png\t0\tred\n",
        )
    )
    assert found.files == (folder / "a.png", folder / "b.png")
    assert found.lines == (2, 3)
    assert found.captions == ('a "quoted" thing', "red")
    assert found.pairs == (Pair(0, 0), Pair(1, 1, 2.5), Pair(1, 0, 0.0))
    assert found.problems == ()


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_quoted_cells_may_hold_delimiters_and_line_breaks(folder: Path, delimiter: str) -> None:
    strange = folder / "line\nbreak.png"
    rows = [("file", "caption"), ("c, d.png", 'he said ""hello""'), ("a.png", "two\nlines; yes,")]
    if sys.platform != "win32":
        strange.touch()
        rows.append((strange.name, "strange"))
    text = "\ufeff" + "".join(f'"{file}"{delimiter}"{caption}"\r\n' for file, caption in rows)
    found = read(write(folder, text, "pairs.csv"))
    assert found.captions[:2] == ('he said "hello"', "two\nlines; yes,")
    assert found.files[0] == folder / "c, d.png"
    assert (strange in found.files) == strange.exists()


def test_each_bad_line_is_named_and_passed_over(folder: Path) -> None:
    table = write(
        folder,
        "file\tcaption\trelevance\n"
        "a.png\tone\t\n"
        "\ttwo\t\n"
        "b.png\t \t\n"
        "nowhere\x1b.png\tthree\t\n"
        "a.png\tone\t1\n"
        "b.png\tfour\tmuch\n"
        "b.png\tfour\t-1\n"
        "b.png\tfour\tnan\n"
        f"{'x' * 5000}.png\tlong\t\n"
        "short\n"
        "\n"
        "b.png\tfive\t\ttoo\tmany\n",
    )
    found = read(table)
    assert found.captions == ("one", "five")
    reasons = {problem.line: problem.reason for problem in found.problems}
    assert list(reasons) == [3, 4, 5, 6, 7, 8, 9, 10, 11]
    assert reasons[3] == "it names no file."
    assert reasons[4] == "it has no caption."
    assert reasons[5].startswith("there is no picture") and "\\x1b" in reasons[5]
    assert reasons[6] == "it says the same as line 2."
    assert all("no number from 0 up" in reasons[line] for line in (7, 8, 9))
    assert "there is no picture" in reasons[10]
    assert "has no caption" in reasons[11]
    words = list(in_words(found.problems, limit=2))
    assert words == ["line 3: it names no file.", "line 4: it has no caption.", "and 7 more"]


def test_groups_beside_captions_or_alone(folder: Path) -> None:
    found = read(write(folder, "file\tkind\na.png\tx\nb.png\tx\nb.png\ty\n"), group="kind")
    assert (found.groups, found.captions) == (("x", "x"), ())
    (problem,) = found.problems
    assert (problem.line, "“x”" in problem.reason) == (4, True)
    both = read(write(folder, "file\tgroup\tname\na.png\tx\t\nb.png\t\tred\n"), caption="name")
    assert (both.groups, both.captions, both.pairs) == (("x", ""), ("red",), (Pair(0, 1),))


def test_pictures_that_turn_out_unreadable_take_their_pairs_along(folder: Path) -> None:
    found = read(write(folder, "file\tcaption\na.png\tone\nb.png\ttwo\nb.png\tone\n"))
    less = found.without({0: "Not a picture"})
    assert less.files == (folder / "b.png",)
    assert less.captions == ("one", "two")
    assert less.pairs == (Pair(1, 0), Pair(0, 0))
    assert less.problems == (LineProblem(2, f"{folder / 'a.png'}: Not a picture"),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no columns named file and caption"),
        ("picture,words\na.png,red\n", "no columns named file and caption"),
        ("file\tcaption\n", "no captions"),
        ("file\tcaption\nnowhere.png\tred\n", "Line 2: there is no picture"),
        ('file,caption\na.png,"red\n', "not a table"),
    ],
)
def test_tables_that_are_none(folder: Path, text: str, words: str) -> None:
    with pytest.raises(QueryError, match=words):
        read(write(folder, text))
    with pytest.raises(QueryError, match=os.strerror(2)):
        read(folder / "nowhere.tsv")


def test_a_rank_counts_the_less_the_later(folder: Path) -> None:
    table = (
        "file\tcaption\trank\trelevance\n"
        "a.png\tred\t1\t\n"
        "b.png\tred\t4\t\n"
        "a.png\tblue\t4\t3\n"
        "b.png\tblue\t0\t\n"
        "b.png\tgreen\tbest\t\n"
    )
    found = read(write(folder, table))
    assert [pair.relevance for pair in found.pairs] == [1.0, 0.25, 3.0]
    assert [(p.line, p.reason) for p in found.problems] == [
        (5, "the rank “0” is no number from 1 up."),
        (6, "the rank “best” is no number from 1 up."),
    ]
