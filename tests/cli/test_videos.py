"""Videos on the command line: found by what they show, and told with the second."""

import pytest

from clipdesk.core.types import clock
from tests.cli.conftest import Place
from tests.core.house import paint
from tests.core.pictures.filmed import film


@pytest.mark.usefixtures("_starter_is_here")
def test_a_caption_finds_a_second_of_a_video(empty: Place) -> None:
    scenes = (("red", 4.0), ("green", 4.0), ("blue", 4.0))
    film(empty.pictures / "clip.mp4", scenes)
    paint(empty.pictures / "grey.png", "white")
    taken = empty.clipdesk("index", empty.pictures, "--json").json
    assert (taken["indexed"], taken["failed"]) == (2, [])
    assert taken["frames"] >= 2
    status = empty.clipdesk("status", "--json").json
    assert (status["pictures"], status["videos"]) == (2, 1)
    assert status["frames"] == taken["frames"] + 1  # the one that stands for it
    said = empty.clipdesk("search", "plain blue", "--json").json["hits"]
    (clip,) = [hit for hit in said if hit["path"].endswith("clip.mp4")]
    assert 8 <= clip["at"] < 12
    assert all("at" not in hit for hit in said if hit["path"].endswith(".png"))
    assert (
        f"clip.mp4  at {clock(round(clip['at'] * 1000))}"
        in empty.clipdesk("search", "plain blue").out
    )
    again = empty.clipdesk("index", empty.pictures, "--json").json
    assert (again["unchanged"], again["images_per_second"]) == (2, 0)
    assert "frames" not in again


@pytest.mark.parametrize(
    ("ms", "said"), [(0, "0:00"), (5_999, "0:05"), (83_000, "1:23"), (3_723_000, "1:02:03")]
)
def test_times_are_written_as_players_write_them(ms: int, said: str) -> None:
    assert clock(ms) == said
