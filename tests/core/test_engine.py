"""The engine on real files: what is found, what it costs, and what survives."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from clipdesk.core.errors import LibraryError
from clipdesk.core.messages.events import (
    Changed,
    DownloadEnded,
    DownloadOffered,
    EncoderChanged,
    Listing,
    Notice,
    PreviewFailed,
    PreviewReady,
    ProblemsChanged,
    Progress,
    Results,
    RootsChanged,
    SearchFailed,
    SearchWaits,
    ThumbnailsReady,
)
from clipdesk.core.messages.requests import (
    Browse,
    Download,
    Look,
    Pause,
    Preview,
    RemoveRoot,
    Rescan,
    Resume,
    Retry,
    Search,
    UseModel,
    WantThumbnails,
)
from clipdesk.core.types import EncoderState, Example, Query, RootState
from tests.core.colours import ColourEncoder
from tests.core.house import House, house, names, paint


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    for number, colour in enumerate(("red", "green", "blue", "yellow")):
        paint(folder / f"{colour}.png", colour, number)
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path / "library") as it:
        yield it


def test_a_caption_finds_its_picture_first(home: House, pictures: Path) -> None:
    home.add(pictures)
    answer = home.search("blue")
    assert names(answer.items)[0] == "blue.png"
    assert answer.total == 4
    scores = [item.score for item in answer.items]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == pytest.approx(1, abs=0.05)


def test_a_picture_finds_what_looks_like_it(home: House, pictures: Path, tmp_path: Path) -> None:
    home.add(pictures)
    stranger = paint(tmp_path / "stranger.png", "green", 99)
    by_path = home.search("", Example("stranger.png", stranger))
    by_bytes = home.search("", Example("pasted", data=stranger.read_bytes()))
    assert names(by_path.items)[0] == names(by_bytes.items)[0] == "green.png"


def test_a_picture_of_the_library_is_not_encoded_again(home: House, pictures: Path) -> None:
    home.add(pictures)
    before = home.encoder.images
    assert names(home.search("", Example("red", pictures / "red.png")).items)[0] == "red.png"
    assert home.encoder.images == before


def test_a_caption_and_a_picture_together(home: House, pictures: Path) -> None:
    home.add(pictures)
    answer = home.search("yellow", Example("red", pictures / "red.png"))
    assert set(names(answer.items)[:2]) == {"red.png", "yellow.png"}


def test_a_broken_example_is_named(home: House, pictures: Path, tmp_path: Path) -> None:
    home.add(pictures)
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe0 no more than this")
    home.send(Search(7, Query(examples=(Example("broken.jpg", broken),))))
    (failure,) = home.of(SearchFailed)
    assert failure.ticket == 7
    assert "broken.jpg" in failure.message


def test_a_search_waits_for_the_encoder(home: House) -> None:
    home.inbox.put(Search(1, Query("red")))
    home.send()
    assert home.of(SearchWaits)[0].ticket == 1
    assert home.of(Results)[0].ticket == 1


def test_only_the_newest_search_is_answered(home: House, pictures: Path) -> None:
    home.add(pictures)
    home.send(Search(1, Query("red")), Search(2, Query("green")), Search(3, Query("blue")))
    assert [answer.ticket for answer in home.of(Results)] == [3]


def test_nothing_is_done_twice(home: House, pictures: Path) -> None:
    home.add(pictures)
    home.send(Rescan())
    assert home.encoder.images == 4
    assert home.engine.tally.unchanged == 4


def test_a_rename_costs_nothing_and_keeps_who_it_is(home: House, pictures: Path) -> None:
    home.add(pictures)
    before = home.shown["red.png"]
    (pictures / "red.png").rename(pictures / "crimson.png")
    home.send(Rescan())
    assert home.encoder.images == 4
    assert home.shown["crimson.png"].asset_id == before.asset_id
    assert "red.png" not in home.shown


def test_a_renamed_tree_costs_nothing(home: House, tmp_path: Path) -> None:
    folder = tmp_path / "tree"
    for number in range(60):
        paint(folder / "old" / f"{number}.png", "blue", number)
    home.add(folder)
    (folder / "old").rename(folder / "new")
    home.send(Rescan())
    assert home.encoder.images == 60
    assert home.engine.tally.moved == 60
    assert len(home.shown) == 60
    assert all("new" in item.path for item in home.shown.values())


def test_a_move_between_roots_keeps_who_it_is(home: House, pictures: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    home.add(pictures)
    home.add(other)
    before = home.shown["blue.png"].asset_id
    (pictures / "blue.png").rename(other / "blue.png")
    home.send(Rescan())
    assert home.shown["blue.png"].asset_id == before
    assert home.encoder.images == 4


def test_a_copy_is_another_picture_that_costs_nothing(home: House, pictures: Path) -> None:
    home.add(pictures)
    shutil.copy(pictures / "red.png", pictures / "red again.png")
    home.send(Rescan())
    assert home.encoder.images == 4
    assert set(names(home.search("red").items)[:2]) == {"red.png", "red again.png"}


def test_a_file_moved_from_elsewhere_is_known_by_its_content(
    home: House, pictures: Path, tmp_path: Path
) -> None:
    home.add(pictures)
    before = home.shown["red.png"].asset_id
    shutil.copy(pictures / "red.png", tmp_path / "red.png")  # another inode, another time
    (pictures / "red.png").unlink()
    home.send(Rescan())
    assert "red.png" not in home.shown
    shutil.copy(tmp_path / "red.png", pictures / "back.png")
    home.send(Rescan())
    assert home.shown["back.png"].asset_id == before
    assert home.encoder.images == 4


def test_a_deleted_picture_is_no_longer_found(home: House, pictures: Path) -> None:
    home.add(pictures)
    (pictures / "red.png").unlink()
    home.send(Rescan())
    assert "red.png" not in home.shown
    assert "red.png" not in names(home.search("red").items)


def test_a_changed_picture_is_seen_anew(home: House, pictures: Path) -> None:
    home.add(pictures)
    before = home.shown["red.png"].asset_id
    paint(pictures / "red.png", "purple", 5)
    home.send(Rescan())
    assert home.of(Changed)[-1].items[0].asset_id == before
    assert names(home.search("purple").items)[0] == "red.png"


def test_an_editor_that_saves_by_replacing(home: House, pictures: Path) -> None:
    home.add(pictures)
    before = home.shown["red.png"].asset_id
    paint(pictures / "red.png.tmp.png", "orange", 5)
    (pictures / "red.png.tmp.png").replace(pictures / "red.png")
    home.send(Rescan())
    assert home.shown["red.png"].asset_id == before
    assert names(home.search("orange").items)[0] == "red.png"


def test_a_bad_file_costs_one_file(home: House, pictures: Path) -> None:
    (pictures / "notes.jpg").write_text("no picture at all")
    (pictures / "empty.png").touch()
    home.add(pictures)
    problems = home.of(ProblemsChanged)[-1].problems
    assert [Path(problem.path).name for problem in problems] == ["empty.png", "notes.jpg"]
    assert all(problem.reason for problem in problems)
    assert len(home.shown) == 4


def test_a_mended_file_is_a_problem_no_more(home: House, pictures: Path) -> None:
    (pictures / "late.png").write_bytes(b"\x89PNG\r\n\x1a\n half of it")
    home.add(pictures)
    assert home.of(ProblemsChanged)[-1].problems
    paint(pictures / "late.png", "purple", 8)
    home.send(Retry())
    assert not home.of(ProblemsChanged)[-1].problems
    assert names(home.search("purple").items)[0] == "late.png"


def test_a_problem_file_is_tried_again_only_when_it_changes(home: House, pictures: Path) -> None:
    (pictures / "bad.png").write_bytes(b"bad")
    home.add(pictures)
    home.send(Rescan())
    home.send(Rescan())
    (pictures / "bad.png").unlink()
    home.send(Rescan())
    assert not home.of(ProblemsChanged)[-1].problems


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_any_name_will_do(home: House, tmp_path: Path) -> None:
    folder = tmp_path / "strange"
    strange = [
        "a b.png",
        'it\'s "q".png',
        "line\nbreak.png",
        "🎨.png",
        "%20#?.png",
        "שלום.png",
        os.fsdecode(b"\xff\xfe.png"),
    ]
    for number, name in enumerate(strange):
        paint(tmp_path / "one.png", "red", number).replace(_under(folder, name))
    home.add(folder)
    assert set(home.shown) == set(strange)
    assert set(names(home.search("red").items)) == set(strange)


def _under(folder: Path, name: str) -> Path:
    folder.mkdir(exist_ok=True)
    return folder / name


def test_forgetting_a_folder_forgets_no_work(home: House, pictures: Path) -> None:
    root = home.add(pictures)
    home.send(RemoveRoot(root))
    assert not home.shown
    assert home.search("red").total == 0
    home.add(pictures)
    assert len(home.shown) == 4
    assert home.encoder.images == 4


def test_a_folder_around_a_watched_one_takes_it_over(home: House, pictures: Path) -> None:
    home.add(pictures)
    ids = {name: item.asset_id for name, item in home.shown.items()}
    home.add(pictures.parent)
    (root,) = home.engine.library.catalog.roots.all()
    assert root.path == pictures.parent
    assert {name: home.shown[name].asset_id for name in ids} == ids
    assert home.encoder.images == 4


def test_a_folder_is_watched_once(home: House, pictures: Path) -> None:
    home.add(pictures)
    home.add(pictures)
    assert len(home.engine.library.catalog.roots.all()) == 1
    assert home.engine.tally.unchanged == 4
    (pictures / "inner").mkdir()
    home.add(pictures / "inner")
    assert "watched already, as a part" in home.of(Notice)[-1].text
    home.add(pictures.parent / "nowhere")
    assert "no folder" in home.of(Notice)[-1].text


def test_browsing_lists_in_natural_order(home: House, tmp_path: Path) -> None:
    folder = tmp_path / "numbered"
    for number in (10, 2, 1):
        paint(folder / f"img{number}.png", "red", number)
    home.add(folder)
    home.send(Browse(5))
    listing = home.of(Listing)[-1]
    assert listing.ticket == 5
    assert names(listing.items) == ["img1.png", "img2.png", "img10.png"]


def test_pausing_keeps_the_rest_for_later(home: House, pictures: Path) -> None:
    home.send(Pause())
    home.add(pictures)
    assert home.of(Progress)[-1].paused
    assert not home.shown
    home.send(Resume())
    assert len(home.shown) == 4
    last = home.of(Progress)[-1]
    assert (last.done, last.paused) == (last.total, False)


def test_previews_and_thumbnails(home: House, pictures: Path) -> None:
    home.add(pictures)
    home.send(Preview(1, str(pictures / "red.png"), 32))
    preview = home.of(PreviewReady)[-1]
    assert (preview.width, preview.height) == (32, 24)
    home.send(Preview(2, str(pictures / "none.png"), 32))
    assert home.of(PreviewFailed)[-1].ticket == 2
    red = home.shown["red.png"]
    home.engine.library.thumbnails.drop(red.content_id)
    home.send(WantThumbnails((red.asset_id,)))
    home.until(lambda: bool(home.of(ThumbnailsReady)))
    assert home.of(ThumbnailsReady)[-1].content_ids == (red.content_id,)
    assert home.engine.library.thumbnails.has(red.content_id)


def test_a_new_model_answers_only_when_it_knows_every_picture(
    tmp_path: Path, pictures: Path
) -> None:
    old, new = ColourEncoder("starter"), ColourEncoder("other", size=16)
    with house(tmp_path / "library", old, new) as home:
        home.add(pictures)
        home.send(UseModel("other"))
        assert new.images == old.images == 4
        states = [(e.model, e.next_model) for e in home.of(EncoderChanged)]
        assert states.index(("starter", "other")) < states.index(("other", ""))
        assert names(home.search("red").items)[0] == "red.png"
    with house(tmp_path / "library", new) as home:  # it is remembered, and nothing done twice
        home.send()
        assert home.engine.model == "other"
        assert new.images == 4


def test_a_change_of_model_goes_on_after_an_interruption(tmp_path: Path, pictures: Path) -> None:
    with house(tmp_path / "library") as home:
        home.add(pictures)
        home.engine.library.catalog.options.next_model = "other"
    with house(tmp_path / "library", ColourEncoder("starter"), ColourEncoder("other", 16)) as home:
        home.send()
        assert home.engine.model == "other"


def test_a_model_that_is_not_here_is_offered_not_fetched(home: House, pictures: Path) -> None:
    home.add(pictures)
    home.send(UseModel("elsewhere"))
    home.until(lambda: bool(home.of(DownloadOffered)))
    assert home.engine.model == "starter"
    assert "elsewhere" not in home.shelf.encoders
    home.send(Download("elsewhere"))
    home.until(lambda: bool(home.of(DownloadEnded)) and home.engine.idle)
    home.until(lambda: home.engine.model == "elsewhere")


def test_without_any_encoder_the_rest_goes_on(tmp_path: Path, pictures: Path) -> None:
    with house(tmp_path / "library", ColourEncoder("other")) as home:
        home.send()
        assert home.of(EncoderChanged)[-1].state is EncoderState.FAILED
        home.send(Search(1, Query("red")))
        assert "not here" in home.of(SearchFailed)[-1].message
        home.send(UseModel("other"))
        home.add(pictures)
        assert len(home.shown) == 4


def test_one_library_has_one_writer(home: House, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="Another ClipDesk"):
        House(tmp_path / "library")


def test_events_keep_it_in_step(tmp_path: Path, pictures: Path) -> None:
    with house(tmp_path / "library", watching=True) as home:
        home.add(pictures)
        paint(pictures / "deep" / "purple.png", "purple", 3)
        home.until(lambda: "purple.png" in home.shown)
        (pictures / "deep").rename(pictures / "deeper")
        home.until(lambda: "deeper" in home.shown["purple.png"].path)
        shutil.rmtree(pictures / "deeper")
        home.until(lambda: "purple.png" not in home.shown)
        (pictures / "red.png").rename(pictures / "rouge.png")
        home.until(lambda: "rouge.png" in home.shown and "red.png" not in home.shown)
        assert home.encoder.images == 5


def test_a_folder_that_is_gone_is_offline_not_deleted(tmp_path: Path, pictures: Path) -> None:
    with house(tmp_path / "library", watching=True) as home:
        home.add(pictures)
        away = tmp_path / "unplugged"
        pictures.rename(away)
        home.until(lambda: home.of(RootsChanged)[-1].roots[0].state is RootState.OFFLINE)
        home.send(Browse(1))
        assert [item.offline for item in home.shown.values()] == [True] * 4
        answer = home.search("red")
        assert names(answer.items)[0] == "red.png"
        assert answer.items[0].offline
        away.rename(pictures)
        home.until(lambda: home.of(RootsChanged)[-1].roots[0].state is RootState.WATCHED)
        home.send(Browse(2))
        assert [item.offline for item in home.shown.values()] == [False] * 4
        assert home.encoder.images == 4


def test_it_catches_up_at_the_start(tmp_path: Path, pictures: Path) -> None:
    with house(tmp_path / "library") as home:
        home.add(pictures)
    (pictures / "red.png").rename(pictures / "crimson.png")
    paint(pictures / "new.png", "purple", 9)
    with house(tmp_path / "library", watching=True) as home:
        home.until(lambda: "new.png" in home.shown)
        home.send(Browse(1))
        assert set(home.shown) == {"crimson.png", "green.png", "blue.png", "yellow.png", "new.png"}
        assert home.encoder.images == 1


@pytest.mark.parametrize("first", ["old", "new"])
def test_a_rename_of_case_where_case_does_not_matter(
    home: House, pictures: Path, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    """As macOS and Windows have it: the file still answers to its old spelling."""

    walk = sys.modules["clipdesk.core.folders.walk"]  # the package has a function of that name

    class AnyCase(walk._Named):
        def __init__(self, path: Path) -> None:
            names = {file.name.lower(): file.name for file in path.parent.iterdir()}
            super().__init__(path.with_name(names.get(path.name.lower(), path.name)))
            self.name = path.name

    real = os.path.lexists
    monkeypatch.setattr(walk, "_Named", AnyCase)
    monkeypatch.setattr(walk, "is_case_insensitive", lambda _: True)
    monkeypatch.setattr(os.path, "lexists", lambda p: real(p) or real(p.replace("red", "RED")))
    root = home.add(pictures)
    before = home.shown["red.png"].asset_id
    (pictures / "red.png").rename(pictures / "RED.png")
    looks = [Look(root, pictures / "red.png"), Look(root, pictures / "RED.png")]
    for look in looks if first == "old" else reversed(looks):
        home.send(look)
    assert home.shown["RED.png"].asset_id == before
    assert "red.png" not in home.shown
    assert home.encoder.images == 4
