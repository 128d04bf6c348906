"""What is shown of a picture, and the ground on which a transparent one is judged."""

import pytest
from PIL import Image, ImageDraw

from clipdesk.core.pictures import decode, render
from tests.core.pictures.drawn import (
    BLUE,
    RED,
    SPEC,
    WHITE,
    corners,
    encoded,
    near,
    photo,
    rgba,
    thumbnail_of,
)


def _disc(colour: tuple[int, int, int], side: int = 200) -> Image.Image:
    image = Image.new("RGBA", (side, side), (*colour, 0))
    ImageDraw.Draw(image).ellipse((20, 20, side - 20, side - 20), fill=(*colour, 255))
    return image


@pytest.mark.parametrize("size", [(1600, 1200), (1000, 200), (300, 200)])
def test_fits_and_is_never_enlarged(size: tuple[int, int]) -> None:
    decoded = decode(encoded(photo(*size), "JPEG"), ())
    thumbnail = thumbnail_of(decoded)
    assert thumbnail.format == "JPEG"
    assert max(thumbnail.size) == min(320, max(size))
    assert abs(thumbnail.width / thumbnail.height - size[0] / size[1]) < 0.03
    assert len(decoded.thumbnail) < 40_000


def test_keeps_transparency() -> None:
    thumbnail = thumbnail_of(decode(encoded(_disc(RED), "PNG"), ()))
    assert thumbnail.format == "WEBP"
    assert thumbnail.mode == "RGBA"
    assert thumbnail.getpixel((2, 2))[3] == 0
    assert near(thumbnail.getpixel((100, 100)), (*RED, 255), 16)


def test_an_alpha_channel_that_hides_nothing_is_dropped() -> None:
    opaque = photo(200, 150).copy()
    opaque.putalpha(255)
    assert thumbnail_of(decode(encoded(opaque, "PNG"), ())).format == "JPEG"


def test_tiny_ones_keep_every_pixel() -> None:
    icon = photo(32, 32)
    thumbnail = thumbnail_of(decode(encoded(icon, "BMP"), ()))
    assert thumbnail.tobytes() == icon.tobytes()


@pytest.mark.parametrize(
    ("colour", "on_white"),
    [((0, 0, 0), True), (BLUE, True), ((255, 255, 0), True), (WHITE, False), ((240,) * 3, False)],
)
def test_the_ground_lets_the_picture_be_seen(
    colour: tuple[int, int, int], *, on_white: bool
) -> None:
    pixels = decode(encoded(_disc(colour), "PNG"), (SPEC,)).inputs[0]
    ground, seen = pixels[1, 1], pixels[32, 32]
    assert (ground.min() == 255) == on_white
    assert abs(ground.astype(int) - seen).max() > 100
    assert near(tuple(seen), colour, 4)


def test_colours_under_full_transparency_do_not_count() -> None:
    image = Image.new("RGBA", (200, 200), (255, 255, 255, 0))
    ImageDraw.Draw(image).ellipse((80, 80, 120, 120), fill=(0, 0, 0, 255))
    assert decode(encoded(image, "PNG"), (SPEC,)).inputs[0][1, 1].min() == 255


def test_an_empty_picture_is_white() -> None:
    empty = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    assert decode(encoded(empty, "PNG"), (SPEC,)).inputs[0].min() == 255


def test_mean_colour() -> None:
    assert decode(encoded(Image.new("RGB", (90, 60), (18, 52, 86)), "PNG"), ()).colour == 0x123456


def test_rendering_fits_and_is_never_enlarged() -> None:
    data = encoded(corners(120, 80), "PNG")
    small, whole = render(data, 60), render(data, 4000)
    assert (small.width, small.height, len(rgba(small))) == (60, 40, 60 * 40 * 4)
    assert (whole.width, whole.height) == (120, 80)
    assert near(tuple(rgba(whole)[:4]), (*RED, 255), 2)
    assert near(tuple(rgba(whole)[-4:]), (*WHITE, 255), 2)


def test_rendering_is_not_premultiplied() -> None:
    data = encoded(Image.new("RGBA", (10, 10), (200, 100, 50, 128)), "PNG")
    assert tuple(rgba(render(data, 10))[:4]) == (200, 100, 50, 128)
