"""Pairs that a library has already: what was said counts, what models said does not."""

from pathlib import Path

import pytest

from clipdesk.core.errors import QueryError
from clipdesk.core.sources import Sources, only_paired
from tests.core.house import House, paint


def library(tmp_path: Path) -> House:
    """Four pictures, of which one is there twice, taken in by a real engine."""
    folder = tmp_path / "pictures"
    paint(folder / "hats" / "red-hat.png", "red", 1)
    paint(folder / "hats" / "IMG_0002.png", "green", 2)
    paint(folder / "sea view.png", "blue", 3)
    copied = folder / "copies" / "blue mountain.png"
    copied.parent.mkdir(parents=True)
    copied.write_bytes((folder / "sea view.png").read_bytes())
    paint(folder / "snow.png", "white", 4)
    it = House(tmp_path / "library")
    it.take_in(folder)
    return it


def content(it: House, name: str) -> int:
    return next(
        i.content_id for i in it.engine.library.catalog.assets.items() if i.path.endswith(name)
    )


def test_each_source_tells_what_it_has(tmp_path: Path) -> None:
    it = library(tmp_path)
    catalog = it.engine.library.catalog
    red, green = content(it, "red-hat.png"), content(it, "IMG_0002.png")
    with catalog.transaction():
        catalog.tags.put("Hero shot", [red, green])
        catalog.tags.put("guessed", [red], made_by="a model")
        catalog.notes.write(red, "A hat\nthat is red")
        catalog.notes.describe(green, "a machine's word", "coca")
        catalog.uses.add("a red thing", [red, red], "dragged")
        catalog.uses.add("a red thing", [red], "dragged")
        catalog.uses.add("nothing", [987654], "opened")
    table = tmp_path / "captions.tsv"
    table.write_text(
        f"file\tcaption\n{tmp_path / 'pictures' / 'sea view.png'}\tthe sea\nlost.png\tlost\n"
    )
    told = {source.name: source for source in Sources(catalog).told([table, tmp_path / "no.tsv"])}
    counts = {name: (source.pictures, source.captions) for name, source in told.items()}
    assert counts == {
        "tags": (2, 1),
        "notes": (1, 1),
        "names": (3, 4),
        "folders": (3, 2),
        "used": (1, 1),
        "tables": (1, 1),
    }
    # Which of its two pictures was decoded first is chance.
    ((words, shown),) = told["tags"].samples
    assert words == "Hero shot"
    assert shown in {"red-hat.png", "IMG_0002.png"}
    assert told["notes"].samples == (("A hat that is red", "red-hat.png"),)
    lost, none = told["tables"].problems
    assert "captions.tsv, line 3: there is no picture" in lost
    assert "no.tsv can't be read" in none
    it.close()


def test_they_are_gathered_each_by_its_weight(tmp_path: Path) -> None:
    it = library(tmp_path)
    catalog = it.engine.library.catalog
    red, blue = content(it, "red-hat.png"), content(it, "sea view.png")
    outside = paint(tmp_path / "outside.png", "black", 9)
    table = tmp_path / "captions.tsv"
    sea = tmp_path / "pictures" / "copies" / "blue mountain.png"
    table.write_text(f"file\tcaption\trank\n{sea}\tthe sea\t4\n{outside}\tnight\t1\n")
    with catalog.transaction():
        catalog.tags.put("red hat", [red])
        catalog.uses.add("red hat", [red], "opened")
    gathered = Sources(catalog).gather(("tags", "names", "folders", "used"), [table])
    pairs = gathered.pairs
    said = {
        (pairs.captions[pair.caption], gathered.contents[pair.file]): pair.relevance
        for pair in pairs.pairs
    }
    assert said["red hat", red] == 1.0, "said and used and named: the most of it counts"
    assert said["sea view", blue] == said["blue mountain", blue] == 0.5
    assert said["hats", red] == 0.3
    assert said["the sea", blue] == 0.25
    assert said["night", 0] == 1.0
    assert pairs.files[gathered.contents.index(0)] == outside
    learned = only_paired(gathered)
    assert len(learned.pairs) == len(pairs.pairs)
    with pytest.raises(QueryError, match="no words for any picture"):
        Sources(catalog).gather(("notes",))
    it.close()
