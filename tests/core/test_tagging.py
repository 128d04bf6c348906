"""Tags and notes: they belong to what is in a file, are found by, and never get lost."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from clipdesk.core import listings, tagging
from clipdesk.core.archive import backup, restore
from clipdesk.core.catalog import tags as tags_
from clipdesk.core.catalog.tags import LONGEST, tidy
from clipdesk.core.errors import QueryError
from clipdesk.core.messages.events import Listing, Notice, Results, SearchFailed
from clipdesk.core.messages.requests import AddRoot, Browse, RemoveRoot, Rescan, Search
from clipdesk.core.messages.words import (
    About,
    AskAbout,
    AskTags,
    PutTag,
    TagsChanged,
    TagsTold,
    TakeTag,
    WordsChanged,
    WriteNote,
)
from clipdesk.core.paths import Directories
from clipdesk.core.types import Note, Query, TagCount, TagUse
from tests.core.house import House, house, names, paint


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    for number, colour in enumerate(("red", "green", "blue", "yellow")):
        paint(folder / f"{colour}.png", colour, number)
    return folder


@pytest.fixture
def home(tmp_path: Path, pictures: Path) -> Iterator[House]:
    with house(tmp_path / "library") as it:
        it.add(pictures)
        yield it


def content(home: House, name: str) -> int:
    """The content of the picture that is called so."""
    catalog = home.engine.library.catalog
    return next(i.content_id for i in catalog.assets.items() if Path(i.path).name == name)


def tag(home: House, name: str, *files: str) -> None:
    home.send(PutTag(name, tuple(content(home, file) for file in files)))


def tagged(home: House, *tags: str, root_id: int | None = None) -> list[str]:
    home.send(Browse(len(home.events), root_id, tags))
    return names(home.of(Listing)[-1].items)


def test_a_tag_is_put_told_counted_and_taken(home: House) -> None:
    tag(home, "  warm   colours ", "red.png", "yellow.png")
    assert home.of(TagsChanged)[-1].tags == (TagCount("warm colours", 2),)
    red, blue = content(home, "red.png"), content(home, "blue.png")
    assert set(home.of(WordsChanged)[-1].content_ids) == {red, content(home, "yellow.png")}
    tag(home, "Warm Colours", "blue.png")  # the same tag, whatever its capital letters
    green = content(home, "green.png")
    home.send(AskTags((red, blue, green)))
    use = (TagUse("warm colours"),)
    assert dict(home.of(TagsTold)[-1].tags) == {red: use, blue: use, green: ()}
    home.send(TakeTag("warm colours", (red,)), AskAbout(7, (red, blue)))
    about = home.of(About)[-1]
    assert (about.ticket, about.tags) == (7, (TagUse("warm colours"),))
    home.send(TakeTag("warm colours", (blue, content(home, "yellow.png"))))
    assert home.of(TagsChanged)[-1].tags == ()
    assert home.engine.library.catalog.tags.names() == ()


def test_the_tags_of_many_pictures_are_looked_up_some_at_a_time(
    home: House, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tags_, "_AT_ONCE", 2)
    monkeypatch.setattr(listings, "_PAGE", 3)
    monkeypatch.setattr(tagging, "_READ_AT_ONCE", 2)
    for number in range(3):
        (pictures / f"deeper {number}").mkdir()
        shutil.copy(pictures / "green.png", pictures / f"deeper {number}" / "a copy.png")
    home.send(Rescan())
    everything = [content(home, f"{colour}.png") for colour in ("yellow", "red", "blue", "green")]
    home.send(PutTag("zebra", tuple(everything)), PutTag("ant", tuple(everything[:3])))
    before = len(home.of(Listing))
    home.send(Browse(99, None, ("zebra",)))
    pages = home.of(Listing)[before:]
    assert [len(page.items) for page in pages] == [3, 3, 1]
    assert [(page.total, page.more) for page in pages] == [(7, True), (7, True), (7, False)]
    in_order = [str(Path(item.path).relative_to(pictures)) for p in pages for item in p.items]
    assert in_order == [
        *("blue.png", "deeper 0/a copy.png", "deeper 1/a copy.png", "deeper 2/a copy.png"),
        *("green.png", "red.png", "yellow.png"),
    ]
    home.send(Search(98, Query("green", tags=("zebra",))))
    assert (home.of(Results)[-1].total, len(home.of(Results)[-1].items)) == (7, 7)
    home.send(AskAbout(8, (*everything, everything[0])))
    assert home.of(About)[-1].tags == (TagUse("ant", "", 3), TagUse("zebra", "", 4))


@pytest.mark.parametrize("name", ["", "  ", "#", "\n", "x" * (LONGEST + 1)])
def test_what_is_no_tag_is_told_in_words(home: House, name: str) -> None:
    home.send(PutTag(name, (content(home, "red.png"),)))
    assert "tag" in home.of(Notice)[-1].text
    assert not home.of(WordsChanged)


def test_names_are_tidied() -> None:
    assert tidy(" #Cafe\u0301\nbar ") == "Caf\u00e9 bar"
    assert tidy("a\udcffb") == "ab"
    with pytest.raises(QueryError):
        tidy("\udcff")


def test_tags_follow_the_picture_wherever_it_goes(
    home: House, pictures: Path, tmp_path: Path
) -> None:
    tag(home, "keep", "red.png")
    home.send(WriteNote(content(home, "red.png"), "the first draft"))
    (pictures / "red.png").rename(pictures / "crimson.png")
    shutil.copy(pictures / "crimson.png", pictures / "copy.png")
    home.send(Rescan())
    assert tagged(home, "keep") == ["copy.png", "crimson.png"]
    # It leaves the library, and comes back by another way.
    root = home.engine.library.catalog.roots.all()[0].id
    home.send(RemoveRoot(root))
    home.until(lambda: home.of(TagsChanged)[-1].tags == (), 60)
    pictures.rename(tmp_path / "elsewhere")
    home.send(AddRoot(tmp_path / "elsewhere"))
    assert tagged(home, "keep") == ["copy.png", "crimson.png"]
    assert home.engine.library.catalog.notes.of(content(home, "copy.png")).text


def test_tags_stay_when_a_picture_is_edited(home: House, pictures: Path) -> None:
    tag(home, "keep", "red.png")
    before = content(home, "red.png")
    home.send(WriteNote(before, "for the poster"))
    paint(pictures / "red.png", "red", 77)
    home.send(Rescan())
    after = content(home, "red.png")
    assert after != before
    assert tagged(home, "keep") == ["red.png"]
    assert home.engine.library.catalog.notes.of(after) == Note("for the poster")
    assert names(home.search("poster").items)[0] == "red.png"


def test_what_somebody_has_said_something_of_can_not_be_deleted(home: House) -> None:
    tag(home, "keep", "red.png")
    home.send(WriteNote(content(home, "blue.png"), "the sea"))
    db = home.engine.library.catalog._db
    for kept in [content(home, name) for name in ("red.png", "blue.png")]:
        db.execute("DELETE FROM asset WHERE content_id = ?", (kept,))
        with pytest.raises(sqlite3.IntegrityError):
            db.execute("DELETE FROM content WHERE id = ?", (kept,))


def test_a_backup_has_them(home: House, tmp_path: Path) -> None:
    tag(home, "keep", "red.png")
    home.send(WriteNote(content(home, "blue.png"), "the sea"))
    home.close()
    backup(Directories.under(tmp_path / "library"), tmp_path / "b.tar")
    restore(Directories.under(tmp_path / "other"), tmp_path / "b.tar")
    with house(tmp_path / "other") as other:
        other.engine.run_until_idle()
        assert other.of(TagsChanged)[-1].tags == (TagCount("keep", 1),)
        assert names(other.search("sea").items)[0] == "blue.png"


def test_pictures_are_listed_and_ranked_within_their_tags(home: House, pictures: Path) -> None:
    tag(home, "warm", "yellow.png", "red.png")
    tag(home, "loud", "red.png", "blue.png")
    assert tagged(home, "warm") == ["red.png", "yellow.png"]
    assert tagged(home, "warm", "LOUD") == ["red.png"]
    other = paint(pictures.parent / "more" / "red too.png", "red", 50)
    home.add(other.parent)
    tag(home, "warm", "red too.png")
    root = home.engine.library.catalog.roots.all()[-1].id
    assert tagged(home, "warm", root_id=root) == ["red too.png"]
    home.send(Search(1, Query("blue", tags=("warm",))))
    answer = home.of(Results)[-1]
    assert set(names(answer.items)) == {"red.png", "yellow.png", "red too.png"}
    assert answer.total == 3
    home.send(Search(2, Query("red", tags=("warm",)), root_id=root))
    assert names(home.of(Results)[-1].items) == ["red too.png"]


def test_a_tag_that_there_is_not_is_told(home: House) -> None:
    home.send(Browse(5, None, ("nothing",)), Search(6, Query("red", tags=("nothing",))))
    told = {event.ticket: event.message for event in home.of(SearchFailed)}
    assert told == dict.fromkeys((5, 6), "No picture has the tag “nothing”.")


def test_notes_are_found_by_their_words_and_say_so(home: House) -> None:
    blue = content(home, "blue.png")
    home.send(WriteNote(blue, "A Café by the sea, with red chairs"))
    first = home.search("a red chairs").items[0]
    assert (Path(first.path).name, first.why) == ("blue.png", "Its note has these words")
    assert names(home.search("cafe").items)[0] == "blue.png"
    assert names(home.search("red cha").items)[0] == "blue.png"  # while it is being typed
    answer = home.search("red")
    assert names(answer.items)[:2] == ["blue.png", "red.png"]
    assert [item.why for item in answer.items][1:] == [""] * 3
    assert len({item.asset_id for item in answer.items}) == 4
    assert names(home.search('red" OR *').items)[0] == "blue.png"  # no query language here
    home.send(WriteNote(blue, "   "))
    assert names(home.search("red").items)[0] == "red.png"
    assert not home.engine.library.catalog.notes.of(blue).text


def test_a_picture_is_told_about(home: House, pictures: Path) -> None:
    shutil.copy(pictures / "red.png", pictures / "again.png")
    home.send(Rescan())
    home.send(AskAbout(3, (content(home, "red.png"),)))
    about = home.of(About)[-1]
    assert (about.format, about.copies) == ("PNG", 2)
    assert about.size_bytes == (pictures / "red.png").stat().st_size
