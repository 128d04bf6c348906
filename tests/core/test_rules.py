"""What the person leaves out is put away, not forgotten."""

import time
from pathlib import Path

import pytest

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.messages.events import (
    RemovalAsked,
    RootsChanged,
    RulesTried,
)
from clipdesk.core.messages.requests import (
    Rescan,
    SetRules,
    TryRules,
)
from clipdesk.core.paths import Directories
from clipdesk.core.types import Rules
from tests.core.house import House, house, names, paint


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    for number in range(30):
        paint(folder / "drafts" / f"{number}.png", "red", number)
    paint(folder / "final.png", "blue", 99)
    paint(folder / ".secret" / "hidden.png", "green", 98)
    return folder


def asked(home: House) -> list[RemovalAsked]:
    return [event for event in home.of(RemovalAsked) if event.gone]


def test_what_is_left_out_comes_back_without_being_looked_at(
    tmp_path: Path, pictures: Path
) -> None:
    with house(tmp_path / "library") as home:
        root = home.add(pictures)
        before = {item.asset_id for item in home.shown.values()}
        home.send(SetRules(root, Rules(("drafts/",))))
        assert set(home.shown) == {"final.png"}
        assert not asked(home), "nobody is asked about what they left out themselves"
        assert names(home.search("red").items) == ["final.png"]
        assert home.of(RootsChanged)[-1].roots[0].pictures == 1
        assert home.of(RootsChanged)[-1].roots[0].rules.patterns == ("drafts/",)
        home.send(SetRules(root, Rules()))
        assert {item.asset_id for item in home.shown.values()} == before
        assert home.encoder.images == 31
        assert home.engine.tally.removed == 0


def test_rules_outlive_a_restart(tmp_path: Path, pictures: Path) -> None:
    rules = Rules(("*.gif", "!a.gif"), hidden=False, smallest=10, largest=10**6, suffixes=(".svg",))
    with house(tmp_path / "library") as home:
        home.send(SetRules(home.add(pictures), rules))
        assert "hidden.png" in home.shown
    with house(tmp_path / "library") as home:
        assert home.engine.library.catalog.roots.all()[0].rules == rules
        home.take_in(pictures)
        assert home.engine.tally.unchanged == 32


def test_killed_before_the_rules_were_applied_nobody_is_asked(
    tmp_path: Path, pictures: Path
) -> None:
    with house(tmp_path / "library") as home:
        home.add(pictures)
    catalog = Catalog(Directories.under(tmp_path / "library").catalog)
    catalog.roots.rule(1, Rules(("drafts/",)))
    catalog.close()
    with house(tmp_path / "library", watching=True) as home:
        home.until(lambda: home.engine.idle and home.engine.library.catalog.assets.count() == 1)
        assert not asked(home)
        home.send(SetRules(1, Rules()))
        home.until(lambda: home.engine.library.catalog.assets.count() == 31)
        assert home.encoder.images == 0


def test_an_ignore_file_leaves_out_as_well(tmp_path: Path, pictures: Path) -> None:
    with house(tmp_path / "library") as home:
        home.add(pictures)
        (pictures / ".clipdeskignore").write_text("drafts/\n")
        home.send(Rescan())
        assert set(home.shown) == {"final.png"}
        assert not asked(home)
        (pictures / ".clipdeskignore").unlink()
        home.send(Rescan())
        assert len(home.shown) == 31
        assert home.encoder.images == 31


def test_a_disk_that_is_away_obeys_too(tmp_path: Path, pictures: Path) -> None:
    with house(tmp_path / "library") as home:
        home.add(pictures)
    pictures.rename(tmp_path / "unplugged")
    with house(tmp_path / "library", watching=True) as home:
        catalog = home.engine.library.catalog
        home.send(SetRules(1, Rules(("drafts/",))))
        assert catalog.assets.count() == 1
        home.send(SetRules(1, Rules()))
        assert catalog.assets.count() == 31


def test_events_from_hidden_places_are_heard_if_wanted(tmp_path: Path, pictures: Path) -> None:
    with house(tmp_path / "library", watching=True) as home:
        root = home.add(pictures)
        home.send(SetRules(root, Rules(hidden=False)))
        home.until(lambda: "hidden.png" in home.shown)
        paint(pictures / ".secret" / "late.png", "yellow", 97)
        home.until(lambda: "late.png" in home.shown)


def test_rules_can_be_tried_before(tmp_path: Path, pictures: Path) -> None:
    with house(tmp_path / "library") as home:
        root = home.add(pictures)
        home.inbox.put(TryRules(1, root, Rules(("final.png",))))
        home.send(TryRules(2, root, Rules(("1?.png",))))
        home.send(SetRules(root, Rules(("drafts/",))))
        home.send(TryRules(3, root, Rules(suffixes=(".png",))))
        home.send(TryRules(4, root, Rules(smallest=10**6)))
        home.send(TryRules(5, root, Rules(("[z-a]", "#"))))
        tried = {event.ticket: (event.left_out, event.total) for event in home.of(RulesTried)}
        assert tried[2] == (10, 31)
        assert tried[3] == tried[4] == (31, 31), "what is left out already counts as well"
        assert tried[5] == (0, 31)
        assert set(home.shown) == {"final.png"}, "to try is not to do"


def test_rules_change_while_pictures_are_being_taken_in(tmp_path: Path, pictures: Path) -> None:
    with house(tmp_path / "library", watching=True) as home:
        home.engine.take_in(pictures)
        home.until(lambda: len(home.shown) > 3, 20)
        home.send(SetRules(1, Rules(("drafts/",))))
        home.until(lambda: set(home.shown) == {"final.png"})
        begun = time.monotonic()
        home.send(SetRules(1, Rules()))
        home.until(lambda: len(home.shown) == 31)
        assert time.monotonic() - begun < 10
        assert home.encoder.images == 31


def test_a_folder_around_keeps_the_rules_of_those_it_takes_over(tmp_path: Path) -> None:
    """Whether said from the inner folder or from the one around it, they mean the same."""
    inner = tmp_path / "all" / "in*ner 1"
    for name in (
        "a/b.png",
        "c/a/b.png",
        "c/d.png",
        "e.png",
        "f/e.png",
        "keep/x.png",
        "g/keep/x.png",
    ):
        paint(inner / name, "red", len(name))
        paint(tmp_path / "all" / "other" / name, "red", 100 + len(name))
    rules = Rules(("a/", "/c/d.png", "e.png", "x.png", "!keep/x.png", "!/g/keep/x.png"))
    with house(tmp_path / "library") as home:
        root = home.add(inner)
        home.send(SetRules(root, rules))
        before = {item.path for item in home.engine.library.catalog.assets.items()}
        assert len(before) == 2
        home.add(tmp_path / "all")
        after = {item.path for item in home.engine.library.catalog.assets.items()}
        assert {path for path in after if path.startswith(str(inner))} == before
        assert len(after) == 2 + 7
