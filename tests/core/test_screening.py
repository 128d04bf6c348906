"""Videos in the library: what they show is found with its time, and none keeps others waiting."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clipdesk.core import screening
from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.messages.events import Added, PreviewReady, Progress, ThumbnailsReady
from clipdesk.core.messages.requests import (
    Browse,
    Pause,
    Preview,
    RemoveRoot,
    Rescan,
    Resume,
    UseModel,
)
from clipdesk.core.messages.videos import AskMoments, MomentsTold, WantFrames
from clipdesk.core.pictures import DecoderPool
from clipdesk.core.types import Example, Item, Query
from tests.core.colours import ColourEncoder
from tests.core.house import House, house, names, paint
from tests.core.pictures.filmed import SCENES, film


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    folder = tmp_path / "clips"
    film(folder / "four.mp4")
    paint(folder / "purple.png", "purple")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path / "library") as it:
        yield it


def scene(item: Item) -> str:
    """The colour that is to be seen in `SCENES` at the time that was found."""
    assert item.at_ms is not None
    return SCENES[item.at_ms // 4_000][0]


def catalog(home: House) -> Catalog:
    return home.engine.library.catalog


@pytest.mark.parametrize("colour", [colour for colour, _ in SCENES])
def test_a_caption_finds_the_second(home: House, clips: Path, colour: str) -> None:
    home.add(clips)
    answer = home.search(colour)
    best = answer.items[0]
    assert names([best]) == ["four.mp4"]
    assert scene(best) == colour
    assert best.duration_ms == 16_000
    assert best.score == pytest.approx(1, abs=0.05)
    assert names(answer.items).count("four.mp4") == 1
    assert answer.total == 2


def test_a_video_is_one_picture_of_the_library(home: House, clips: Path) -> None:
    home.add(clips)
    home.send(Browse(1))
    assert sorted(home.shown) == ["four.mp4", "purple.png"]
    video = home.shown["four.mp4"]
    assert (video.duration_ms, video.at_ms) == (16_000, None)
    assert home.shown["purple.png"].duration_ms is None
    assert catalog(home).videos.count() == (1, 4)
    assert home.engine.problems() == ()


def test_videos_do_not_crowd_out_pictures(home: House, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    for number in range(3):
        film(folder / f"{number}.mp4", (("red", 2.0), ("orange", 2.0), ("red", 2.0)), seed=number)
        paint(folder / f"{number}.png", "red", number)
    home.add(folder)
    answer = home.search("red", limit=6)
    assert sorted(names(answer.items)) == sorted(
        f"{number}.{suffix}" for number in range(3) for suffix in ("mp4", "png")
    )


def test_a_moment_is_asked_with_and_so_is_a_whole_video(home: House, clips: Path) -> None:
    home.add(clips)
    for colour in ("blue", "yellow"):
        paint(clips / f"{colour}.png", colour)
    home.send(Rescan())
    four = clips / "four.mp4"
    blue = home.search("blue").items
    at_ms = next(item.at_ms for item in blue if item.at_ms is not None)
    before = home.encoder.images
    moment = home.search("", Example("four", four, at_ms=at_ms))
    assert "blue.png" in names(moment.items)[:2]
    whole = home.search("", Example("four", four))
    assert home.encoder.images == before  # the library's vectors answer
    assert {"blue.png", "yellow.png"} == set(names(whole.items)[1:3])


def test_a_video_from_elsewhere_finds_what_it_shows(home: House, tmp_path: Path) -> None:
    for colour in ("red", "green", "purple"):
        paint(tmp_path / "pictures" / f"{colour}.png", colour)
    home.add(tmp_path / "pictures")
    stranger = film(tmp_path / "stranger.mp4", (("green", 4.0), ("red", 4.0)))
    assert set(names(home.search("", Example("it", stranger)).items)[:2]) == {
        "red.png",
        "green.png",
    }
    one = Example("it", stranger, at_ms=6_000)
    assert names(home.search("", one).items)[0] == "red.png"


def test_nothing_is_looked_at_twice(home: House, clips: Path, tmp_path: Path) -> None:
    root = home.add(clips)
    seen = home.encoder.images
    (clips / "four.mp4").rename(clips / "renamed.mp4")
    shutil.copyfile(clips / "renamed.mp4", clips / "copy.mp4")
    home.send(Rescan())
    assert home.encoder.images == seen
    green = home.search("green").items
    assert sorted(names(green)[:2]) == ["copy.mp4", "renamed.mp4"]
    assert {scene(item) for item in green[:2]} == {"green"}
    home.send(RemoveRoot(root))
    assert home.search("green").items == ()
    assert catalog(home).videos.count() == (0, 0)
    home.add(clips)
    assert home.encoder.images == seen
    assert scene(home.search("blue").items[0]) == "blue"


def test_another_model_sees_the_same_moments(clips: Path, tmp_path: Path) -> None:
    with house(tmp_path / "library", ColourEncoder("starter"), ColourEncoder("other", 48)) as home:
        home.add(clips)
        before = [shot.at_ms for video in (1,) for shot in catalog(home).videos.shots(video)]
        home.send(UseModel("other"))
        assert home.engine.model == "other"
        space = home.engine._models.current
        assert space
        assert catalog(home).videos.lacking(space.id) == {}
        assert [shot.at_ms for shot in catalog(home).videos.shots(1)] == before
        assert scene(home.search("yellow").items[0]) == "yellow"


def test_what_was_interrupted_goes_on(
    clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after some moments, it begins where it was: those are not looked at again."""
    monkeypatch.setattr(screening, "_AT_ONCE", 2)
    asked: list[list[tuple[int, int]]] = []
    frames = DecoderPool.frames

    def spy(pool: DecoderPool, path: Path, windows: Any, specs: Any, **more: Any) -> Any:
        asked.append(list(windows))
        return frames(pool, path, windows, specs, **more)

    monkeypatch.setattr(DecoderPool, "frames", spy)
    with house(tmp_path / "library") as home:
        home.engine.take_in(clips)
        home.until(lambda: catalog(home).videos.count()[1] >= 2, 90)
    begun = len(asked)
    with house(tmp_path / "library") as home:
        home.engine.run_until_idle()
        assert scene(home.search("yellow").items[0]) == "yellow"
        assert 4 <= catalog(home).videos.count()[1] <= 5
    looked_at = [window for windows in asked[:begun] for window in windows]
    again = [window for windows in asked[begun:] for window in windows]
    assert again
    assert again[-1] == (14_000, 16_000)
    assert (0, 2_000) in looked_at
    assert (0, 2_000) not in again


KILLED = """
import os, sys
from pathlib import Path
from clipdesk.core import screening
from clipdesk.core.screening import Screening
from tests.core.house import house
screening._AT_ONCE = 1
commit = Screening._commit
def die(self, reel, footage):
    done = commit(self, reel, footage)
    os._exit(9)
Screening._commit = die
with house(Path(sys.argv[1])) as home:
    home.take_in(Path(sys.argv[2]))
"""


def test_killed_again_and_again_it_comes_to_its_end(clips: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    command = [sys.executable, "-c", KILLED, str(library), str(clips)]
    repository = Path(__file__).parent.parent.parent
    for _ in range(2):
        done = subprocess.run(
            command, cwd=repository, env=dict(os.environ), capture_output=True, check=False
        )
        assert done.returncode == 9, done.stderr.decode()
    with house(library) as home:
        video = catalog(home).videos.unseen()[0]
        assert video.looked_ms == 4_000  # two moments, one by each that was killed
        home.engine.run_until_idle()
        assert catalog(home).videos.unseen() == ()
        # What was new last is not remembered: each time a frame may be there twice.
        assert 4 <= catalog(home).videos.count()[1] <= 6
        for colour, _ in SCENES:
            assert scene(home.search(colour).items[0]) == colour
        checkup = catalog(home).examine()
        assert (checkup.damage, checkup.orphans, checkup.broken_vectors) == ((), 0, ())


def test_a_long_film_lets_others_pass(
    home: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screening, "_AT_ONCE", 1)
    folder = tmp_path / "clips"
    film(folder / "a long.mp4", (("red", 30.0), ("blue", 30.0)), rate=1, gop=2)
    film(folder / "b short.mp4", (("green", 4.0), ("yellow", 4.0)))
    home.engine.take_in(folder)
    home.until(lambda: len(catalog(home).videos.unseen()) == 2, 90)
    home.until(lambda: len(catalog(home).videos.unseen()) == 1, 90)
    (left,) = catalog(home).videos.unseen()
    assert left.duration_ms == 60_000
    home.engine.run_until_idle()
    assert catalog(home).videos.unseen() == ()


def test_a_pause_is_a_pause(home: House, clips: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screening, "_AT_ONCE", 1)
    home.engine.take_in(clips)
    home.until(lambda: bool(catalog(home).videos.unseen()), 90)
    home.send(Pause())
    (video,) = catalog(home).videos.unseen()
    home.send(Browse(9))
    assert catalog(home).videos.unseen() == (video,)
    home.send(Resume())
    assert catalog(home).videos.unseen() == ()
    told = home.of(Progress)
    assert any(event.what == "Looking through videos" for event in told)
    assert (told[-1].done, told[-1].total) == (told[-1].total, told[-1].done)


def test_a_standing_question_hears_of_new_moments(home: House, clips: Path) -> None:
    home.add(clips)
    ids = [item.asset_id for event in home.of(Added) for item in event.items]
    assert ids.count(home.shown["four.mp4"].asset_id) >= 2


def test_a_damaged_video_costs_itself(home: House, clips: Path) -> None:
    whole = (clips / "four.mp4").read_bytes()
    (clips / "cut.mp4").write_bytes(whole[:4_000])
    (clips / "words.mov").write_text("no film at all")
    home.add(clips)
    assert {Path(problem.path).name: problem.reason for problem in home.engine.problems()} == {
        "cut.mp4": "Not readable: the video is damaged or ends too early",
        "words.mov": "Not a video: this is text",
    }
    assert scene(home.search("red").items[0]) == "red"


def test_a_video_that_changes_is_looked_through_anew(home: House, clips: Path) -> None:
    home.add(clips)
    film(clips / "four.mp4", (("orange", 4.0), ("white", 4.0)))
    home.send(Rescan())
    assert names(home.search("orange").items)[0] == "four.mp4"
    assert home.search("orange").items[0].duration_ms == 8_000
    best = next(item for item in home.search("red").items if item.at_ms is not None)
    assert (best.score or 0) < 0.9  # the red scene is gone


def test_the_moments_of_a_video_are_told_with_their_scores(home: House, clips: Path) -> None:
    home.add(clips)
    best = home.search("blue").items[0]
    home.send(AskMoments(best.content_id, scored=True))
    told = home.of(MomentsTold)[-1]
    assert told.content_id == best.content_id
    assert [moment.at_ms // 4_000 for moment in told.moments] == [0, 1, 2, 3]
    assert max(told.moments, key=lambda moment: moment.score or 0).at_ms == best.at_ms
    home.send(AskMoments(best.content_id))
    assert {moment.score for moment in home.of(MomentsTold)[-1].moments} == {None}
    home.send(AskMoments(home.search("purple").items[0].content_id))
    assert home.of(MomentsTold)[-1].moments == ()


def test_a_moment_is_shown_large_and_small(home: House, clips: Path) -> None:
    home.add(clips)
    best = home.search("green").items[0]
    assert best.frame_id is not None
    home.send(Preview(5, best.path, 64, best.at_ms))
    shown = home.of(PreviewReady)[-1]
    blue, green, red = shown.bgra[:3]
    assert green > red
    assert green > blue
    home.engine.library.thumbnails.drop(best.frame_id)
    home.send(WantFrames((best.frame_id,)))
    assert home.of(ThumbnailsReady)[-1].content_ids == (best.frame_id,)
    assert home.engine.library.thumbnails.has(best.frame_id)


def test_without_the_library_that_reads_them_known_videos_are_kept(
    home: House, clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.add(clips)
    pictures = frozenset({".png"})
    monkeypatch.setattr("clipdesk.core.reconcile.SUFFIXES", pictures)
    home.send(Rescan())
    assert sorted(home.shown) == ["four.mp4", "purple.png"]
    assert names(home.search("red").items)[0] == "four.mp4"


def test_a_library_without_videos_asks_nothing_of_them(
    home: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(DecoderPool, "frames", lambda *_, **__: asked.append("frames"))
    for name in ("unseen", "lacking", "remaining", "items", "frames_of"):
        monkeypatch.setattr(
            f"clipdesk.core.catalog.videos.Videos.{name}",
            lambda *_, name=name, **__: asked.append(name),
        )
    paint(tmp_path / "pictures" / "red.png", "red")
    home.add(tmp_path / "pictures")
    assert names(home.search("red").items) == ["red.png"]
    assert asked == []


def test_a_query_by_a_moment_is_a_query() -> None:
    assert Query(examples=(Example("it", Path("it.mp4"), at_ms=3),)).ranks
