"""Labels suggested for pictures of the library, by the vectors that it has."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from clipdesk.core.catalog.tags import LONGEST
from clipdesk.core.labels.sets import MOST
from clipdesk.core.messages.events import Notice
from clipdesk.core.messages.words import (
    KeepLabelSet,
    LabelSetsChanged,
    LabelSuggested,
    RemoveLabelSet,
    StopSuggesting,
    Suggest,
    Suggesting,
    SuggestingEnded,
)
from clipdesk.core.types import LabelSet
from tests.core.house import House, house, names, paint

COLOURS = LabelSet("Colours", "red\ngreen\nsea: something blue; blue water\n")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    for number in range(6):
        for colour in ("red", "green", "blue"):
            paint(tmp_path / "pictures" / f"{colour} {number}.png", colour, number)
    with house(tmp_path / "library") as it:
        it.add(tmp_path / "pictures")
        yield it


def suggested(home: House, ticket: int) -> dict[str, LabelSuggested]:
    return {told.label: told for told in home.of(LabelSuggested) if told.ticket == ticket}


def test_each_label_gets_its_pictures_the_likeliest_first(home: House) -> None:
    seen = home.encoder.images
    home.send(Suggest(1, COLOURS))
    told = suggested(home, 1)
    assert list(told) == ["red", "green", "sea"]
    for label, colour in (("red", "red"), ("green", "green"), ("sea", "blue")):
        of = told[label]
        assert {name.split()[0] for name in names(of.items)[:6]} == {colour}
        assert list(of.probabilities) == sorted(of.probabilities, reverse=True)
        assert [item.score for item in of.items] == list(of.probabilities)
        assert [item.content_id for item in of.items] == list(of.content_ids)
        assert of.probabilities[5] > 0.9
    assert home.encoder.images == seen, "no picture is read again"
    ended = home.of(SuggestingEnded)[-1]
    assert (ended.model, ended.pictures, ended.unseen, ended.message) == ("starter", 18, 0, "")
    assert home.of(Suggesting)[-1].total == 18


def test_only_the_pictures_that_are_meant(home: House) -> None:
    items = tuple(home.engine.library.catalog.assets.items())
    some = tuple(i.content_id for i in items if Path(i.path).name.startswith("red"))[:2]
    home.send(Suggest(1, COLOURS, content_ids=some))
    assert set(suggested(home, 1)["red"].content_ids) == set(some)
    home.send(Suggest(2, COLOURS, root_id=999))
    assert home.of(SuggestingEnded)[-1].pictures == 0


def test_a_newer_wish_replaces_the_older_and_it_can_be_stopped(home: House) -> None:
    home.inbox.put(Suggest(1, COLOURS))
    home.inbox.put(Suggest(2, COLOURS))
    home.engine.run_until_idle()
    assert {event.ticket for event in home.of(SuggestingEnded)} == {2}
    home.inbox.put(Suggest(3, COLOURS))
    home.inbox.put(StopSuggesting())
    home.engine.run_until_idle()
    assert not suggested(home, 3)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no labels"),
        ("# only this\n\n", "no labels"),
        ("one", "alone"),
        ("red\nblue\nRed", "line 3"),
        ("red\n: a caption", "line 2"),
        ("red\nblue:", "line 2"),
        ("\n".join(map(str, range(MOST + 1))), "too many"),
        ("red\n" + "x" * (LONGEST + 1), "too long"),
    ],
)
def test_bad_sets_are_told_with_their_line(home: House, text: str, words: str) -> None:
    home.send(Suggest(1, LabelSet("Bad", text)))
    assert words in home.of(SuggestingEnded)[-1].message
    home.send(KeepLabelSet(LabelSet("Bad", text)))
    assert words in " ".join((home.of(Notice)[-1].text, home.of(Notice)[-1].hint))
    assert home.of(LabelSetsChanged)[-1].sets == ()


def test_sets_are_kept_renamed_and_removed(home: House, tmp_path: Path) -> None:
    home.send(KeepLabelSet(COLOURS))
    ways = LabelSet("Hues", COLOURS.text, ("a drawing of {}",))
    home.send(KeepLabelSet(ways, instead_of="colours"))
    home.close()
    with house(tmp_path / "library") as again:
        assert again.of(LabelSetsChanged)[-1].sets == (ways,)
        again.send(RemoveLabelSet("Hues"))
        assert again.of(LabelSetsChanged)[-1].sets == ()
