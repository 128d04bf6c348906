"""Label sets as people write them, and what is refused."""

from pathlib import Path

import pytest

from clipdesk.core.errors import QueryError
from clipdesk.core.labels.sets import TEMPLATES, Label, check, parse, read


def test_a_list_is_said_in_every_template() -> None:
    red, lamp = parse(" red  chair, lamp")
    assert red == Label("red chair", tuple(t.replace("{}", "red chair") for t in TEMPLATES))
    assert (lamp.name, len(lamp.prompts)) == ("lamp", len(TEMPLATES))


def test_a_file_may_bring_captions_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "labels.txt"
    text = "\ufeff# lamps and such\n\nlamp: a lamp on a table;a {} that hangs ;\n  Stuhl\n"
    file.write_text(text, "utf-8")
    assert read(file, ["ein {}"]) == (
        Label("lamp", ("a lamp on a table", "a lamp that hangs")),
        Label("Stuhl", ("ein Stuhl",)),
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "There are no labels"),
        ("# nothing\n\n", "There are no labels"),
        ("lamp\n", "“lamp” alone"),
        ("lamp\nchair\n\n Lamp \n", "“Lamp” is in line 4 .* in line 1 "),
        ("lamp\nchair:\n", "line 2 .*“chair” has no caption"),
        ("lamp\n: a chair\n", "line 2 .*there is no name"),
    ],
)
def test_what_makes_no_sense_is_named_by_its_line(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "labels.txt"
    file.write_text(text)
    with pytest.raises(QueryError, match=words):
        read(file)


@pytest.mark.parametrize(
    ("text", "words"),
    [(" ", "label 1 there is no name"), ("a,,b", "label 2"), ("a,b,A", "label 3"), ("a", "alone")],
)
def test_lists_that_make_no_sense(text: str, words: str) -> None:
    with pytest.raises(QueryError, match=words):
        parse(text)


def test_files_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(QueryError, match="UTF-8"):
        read(tmp_path / "binary")
    with pytest.raises(QueryError, match=r"nowhere\.txt can't be read"):
        read(tmp_path / "nowhere.txt")
    with pytest.raises(QueryError, match="no place for a label") as raised:
        check(["a {}", "a photo"])
    assert "{}" in raised.value.hint
