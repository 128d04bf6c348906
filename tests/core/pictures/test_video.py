"""Videos: frames out of their middle, with the time they are seen at, whatever the file says."""

import struct
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clipdesk.core.errors import PictureGone, PictureTooLarge, UnreadablePicture
from clipdesk.core.pictures import (
    DecoderPool,
    Footage,
    Limits,
    decode,
    fingerprint,
    frames,
    moments,
    reading,
    render,
    survey,
)
from clipdesk.core.types import ImageSpec, Stamp
from tests.core.colours import NAMES
from tests.core.pictures.drawn import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    corners,
    near,
    quarters,
    rgba,
    thumbnail_of,
)
from tests.core.pictures.filmed import FFV1, MJPEG, MPEG2, MPEG4, SCENES, VP9, Kind, film, sound

SECONDS = 60
"""A deadline for what takes a fraction of it."""
SPEC = ImageSpec(32, "squash")


def colours(footage: Footage) -> list[str]:
    """The names of what is to be seen, frame by frame."""
    return [nearest(frame.colour) for frame in footage.frames]


def nearest(colour: int) -> str:
    seen = np.array([colour >> 16, colour >> 8 & 255, colour & 255])
    return min(NAMES, key=lambda name: int(np.abs(seen - NAMES[name]).sum()))


def all_of(path: Path) -> Footage:
    timing = decode(path, ()).timing
    assert timing
    return frames(path, moments.windows(timing.duration_ms), (SPEC,))


@pytest.mark.parametrize("gop", [10, 9_999], ids=["many keys", "one key"])
@pytest.mark.parametrize("kind", [MPEG4, MJPEG, VP9, FFV1], ids=lambda kind: kind.suffix)
def test_each_scene_is_found_at_its_time(kind: Kind, gop: int, tmp_path: Path) -> None:
    path = film(tmp_path / f"four{kind.suffix}", kind=kind, gop=gop)
    poster = decode(path, (SPEC,))
    assert poster.timing
    assert (poster.width, poster.height, poster.timing.duration_ms) == (160, 120, 16_000)
    assert poster.content_hash == fingerprint(path)
    footage = all_of(path)
    assert colours(footage) == [colour for colour, _ in SCENES]
    for number, frame in enumerate(footage.frames):
        assert 4_000 * number <= frame.at_ms < 4_000 * (number + 1)
        assert near(tuple(frame.inputs[0].mean(axis=(0, 1))), NAMES[SCENES[number][0]])


@pytest.mark.parametrize("kind", [MPEG4, VP9, MPEG2], ids=lambda kind: kind.suffix)
def test_a_frame_is_found_again_by_its_time(kind: Kind, tmp_path: Path) -> None:
    path = film(tmp_path / f"four{kind.suffix}", kind=kind, gop=25)
    taken = all_of(path)
    assert len(taken.frames) == len(SCENES)
    moments_ = moments.exactly([frame.at_ms for frame in taken.frames])
    again = frames(path, moments_, (SPEC,), distinct=False)
    assert [(f.at_ms, f.colour) for f in again.frames] == [
        (f.at_ms, f.colour) for f in taken.frames
    ]
    shown = render(path, 80, at_ms=taken.frames[2].at_ms)
    assert (shown.width, shown.height) == (80, 60)
    assert nearest(int.from_bytes(rgba(shown)[:3])) == "blue"


def test_what_stands_still_for_long_is_seen_when_it_is_shown(tmp_path: Path) -> None:
    """Recorders of screens write a frame only when something changes."""
    times = [0, 1, 2, *range(50, 55), 200, 201, *range(300, 450)]
    scenes = (("red", 0.3), ("green", 0.5), ("blue", 0.2), ("yellow", 15))
    path = film(tmp_path / "screen.mp4", scenes, times=times, rate=10)
    footage = all_of(path)
    assert colours(footage) == [colour for colour, _ in scenes]
    begun = {"red": 0, "green": 5_000, "blue": 20_000, "yellow": 30_000}
    for colour, frame in zip(begun, footage.frames, strict=True):
        assert begun[colour] <= frame.at_ms < begun[colour] + 2_000


def test_frames_that_show_nothing_new_are_left_out(tmp_path: Path) -> None:
    path = film(tmp_path / "long.mp4", (("red", 40.0), ("black", 10.0), ("red", 10.0)))
    first, again = all_of(path).frames
    assert first.at_ms < 2_000
    assert 50_000 <= again.at_ms < 52_000


def test_what_was_seen_before_is_not_new(tmp_path: Path) -> None:
    path = film(tmp_path / "four.mp4")
    windows = moments.windows(16_000)
    first = frames(path, windows[:3], (SPEC,))
    assert colours(first) == ["red", "green"]
    assert first.done == 3
    rest = frames(path, windows[3:], (SPEC,), look=first.look)
    assert colours(rest) == ["blue", "yellow"]
    known = [frame.at_ms for frame in rest.frames]
    assert colours(frames(path, windows, (SPEC,), known=known)) == ["red", "green"]


def test_what_changes_slowly_is_seen_in_the_end(tmp_path: Path) -> None:
    shades = [Image.new("RGB", (160, 120), (level, 60, 200)) for level in range(0, 240, 8)]
    path = film(tmp_path / "slow.mp4", [(shade, 2.0) for shade in shades])
    assert len(all_of(path).frames) > 8


def test_a_turned_video_is_upright(tmp_path: Path) -> None:
    path = film(tmp_path / "turned.mp4", ((corners(160, 120), 2),), rotation=90)
    poster = decode(path, (ImageSpec(64),))
    assert (poster.width, poster.height) == (120, 160)
    found = quarters(np.asarray(thumbnail_of(poster).convert("RGB")))
    for colour, wanted in zip(found, (GREEN, WHITE, RED, BLUE), strict=True):
        assert near(colour, wanted, 16), found


def test_the_poster_is_not_the_black_at_the_beginning(tmp_path: Path) -> None:
    picture = Image.effect_noise((160, 120), 90)
    path = film(tmp_path / "fade.mp4", (("black", 4.0), (picture, 4.0)))
    poster = decode(path, ())
    assert poster.timing
    assert poster.timing.at_ms >= 4_000


def _lying(data: bytes, duration: int) -> bytes:
    """An MP4 file that says another duration in all of its three places."""
    lying = bytearray(data)
    for name, place in ((b"mvhd", 20), (b"mdhd", 20), (b"tkhd", 24)):
        at = lying.index(name) + place
        lying[at : at + 4] = struct.pack(">I", duration)
    return bytes(lying)


@pytest.mark.parametrize("said", [0, 1, 0x7FFF_FFFF, 0xFFFF_FFFF])
def test_a_duration_that_is_a_lie_is_not_believed(said: int, tmp_path: Path) -> None:
    path = film(tmp_path / "honest.mp4")
    path.write_bytes(_lying(path.read_bytes(), said))
    assert colours(all_of(path)) == [colour for colour, _ in SCENES]


def test_half_a_video_is_what_it_holds(tmp_path: Path) -> None:
    path = film(tmp_path / "half.mkv", kind=FFV1)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    footage = frames(path, moments.windows(16_000), (SPEC,))
    assert colours(footage) == ["red", "green"]
    assert footage.ended_ms
    assert 7_000 < footage.ended_ms < 9_000


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Not readable: the file is empty"),
        (bytes(5_000), "Not readable: the file holds nothing but zeros"),
        (b"some words\n" * 50, "Not a video: this is text"),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "Not a video: this is text"),
        (b"\0\0\0 ftypisom" + bytes(900), "Not readable: the video is damaged or ends too early"),
        (b"\x1aE\xdf\xa3" + bytes(range(256)), "Not readable: the video is damaged"),
    ],
)
def test_what_is_no_video_is_said_in_words(data: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(data)
    with pytest.raises(UnreadablePicture, match=words):
        decode(path, (SPEC,))
    with pytest.raises(UnreadablePicture):
        frames(path, ((0, 1_000),), (SPEC,))


def test_a_video_without_its_end_is_said_in_words(tmp_path: Path) -> None:
    path = film(tmp_path / "cut.mp4")
    path.write_bytes(path.read_bytes()[:5_000])  # an MP4's table of contents comes last
    with pytest.raises(UnreadablePicture, match="damaged or ends too early"):
        decode(path, (SPEC,))


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    with pytest.raises(UnreadablePicture, match="there is only sound in it"):
        decode(sound(tmp_path / "song.mp4"), (SPEC,))


def test_a_picture_that_is_called_a_video_is_a_picture(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    corners().save(path, "PNG")
    assert decode(path, ()).format == "PNG"
    assert decode(path, ()).timing is None


def test_a_video_of_too_many_pixels_is_refused(tmp_path: Path) -> None:
    path = film(tmp_path / "large.mp4")
    with pytest.raises(PictureTooLarge, match="160 × 120"):
        decode(path, (SPEC,), limits=Limits(max_pixels=10_000))


def test_damage_in_the_middle_costs_what_is_damaged(tmp_path: Path) -> None:
    path = film(tmp_path / "hurt.avi", kind=MJPEG)
    data = bytearray(path.read_bytes())
    third = len(data) // 3
    data[third : 2 * third] = np.random.default_rng(1).bytes(third)
    path.write_bytes(data)
    seen = colours(all_of(path))
    assert seen[0] == "red"
    assert seen[-1] == "yellow"


def test_a_video_that_has_changed_is_not_taken_for_the_one_that_is_known(tmp_path: Path) -> None:
    path = film(tmp_path / "now.mp4")
    known = path.stat()
    stamp = Stamp(known.st_size, known.st_mtime_ns, known.st_ino)
    assert frames(path, ((0, 1_000),), (SPEC,), stamp=stamp).frames
    with pytest.raises(PictureGone):
        frames(path, ((0, 1_000),), (SPEC,), stamp=Stamp(1, known.st_mtime_ns, known.st_ino))


def test_a_long_video_is_known_by_parts_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = film(tmp_path / "a.avi", kind=MJPEG)
    whole = fingerprint(path)
    monkeypatch.setattr(reading, "_LONG", 1_000)
    monkeypatch.setattr(reading, "_PART", 64)
    parts = fingerprint(path)
    copy = tmp_path / "b.avi"
    copy.write_bytes(path.read_bytes())
    assert whole != parts == fingerprint(copy) == decode(path, ()).content_hash
    copy.write_bytes(path.read_bytes() + b"!")
    assert fingerprint(copy) != parts
    picture = tmp_path / "large.bmp"
    Image.effect_noise((64, 64), 9).save(picture)
    assert fingerprint(picture) == decode(picture, ()).content_hash


@pytest.mark.parametrize(("seconds", "count"), [(0, 1), (1, 1), (9, 5), (120, 60), (36_000, 60)])
def test_windows_cover_a_video_of_any_length(seconds: int, count: int) -> None:
    windows = moments.windows(seconds * 1_000)
    assert len(windows) == count
    assert (windows[0][0], windows[-1][1]) == (0, seconds * 1_000)
    assert all(a[1] == b[0] for a, b in pairwise(windows))
    begun = windows[count // 2][0]
    assert moments.left(seconds * 1_000, begun) == windows[count // 2 :]
    assert set(moments.telling(seconds * 1_000)) <= set(windows)


@pytest.fixture
def pool() -> Iterator[DecoderPool]:
    with DecoderPool(1) as pool:
        yield pool


def test_the_same_from_another_process(pool: DecoderPool, tmp_path: Path) -> None:
    path = film(tmp_path / "v\udcff.mp4")
    specs = (SPEC, ImageSpec(48, "longest"))
    there, here = pool.decode(path, specs).result(SECONDS), decode(path, specs)
    assert (there.timing, there.thumbnail) == (here.timing, here.thumbnail)
    windows = moments.windows(16_000)
    taken, own = pool.frames(path, windows, specs).result(SECONDS), frames(path, windows, specs)
    assert (taken.done, taken.ended_ms) == (own.done, own.ended_ms)
    assert colours(taken) == colours(own) == [colour for colour, _ in SCENES]
    for a, b in zip(taken.frames, own.frames, strict=True):
        assert (a.at_ms, a.thumbnail) == (b.at_ms, b.thumbnail)
        assert [i.shape for i in a.inputs] == [(32, 32, 3), (48, 48, 3)]
        assert a.inputs[1].flags.writeable
    asked = pool.survey(path, 4, SPEC).result(SECONDS)
    assert colours(asked) == colours(survey(path, 4, SPEC)) == [colour for colour, _ in SCENES]
    shown = pool.render(path, 40, at_ms=14_000).result(SECONDS)
    assert nearest(int.from_bytes(rgba(shown)[:3])) == "yellow"
    with pytest.raises(UnreadablePicture, match="no longer there"):
        pool.frames(tmp_path / "gone.mp4", windows, specs).result(SECONDS)
