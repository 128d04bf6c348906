"""What the window is given to paint."""

import pytest
from PIL import Image, ImageDraw

from clipdesk.core.pictures.showing import shown
from tests.core.pictures.drawn import corners


def cut_out(colour: tuple[int, int, int]) -> Image.Image:
    """A square in the middle of nothing."""
    image = Image.new("RGBA", (64, 64), (255, 255, 255, 0))
    ImageDraw.Draw(image).rectangle((16, 16, 47, 47), (*colour, 255))
    return image


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA"])
def test_an_opaque_picture_is_known_as_such(mode: str) -> None:
    rendered = shown(corners(40, 30).convert(mode))
    assert (rendered.opaque, rendered.lightness) == (True, None)
    assert len(rendered.bgra) == 40 * 30 * 4


def test_pixels_are_in_the_order_of_screens() -> None:
    image = Image.new("RGBA", (2, 2), (200, 100, 50, 128))
    assert shown(image).bgra == bytes((50, 100, 200, 128)) * 4


@pytest.mark.parametrize(
    ("colour", "light"), [((255, 255, 255), 1.0), ((0, 0, 0), 0.0), ((255, 0, 0), 0.5)]
)
def test_only_what_can_be_seen_is_light(colour: tuple[int, int, int], light: float) -> None:
    rendered = shown(cut_out(colour))
    assert not rendered.opaque
    assert rendered.lightness == pytest.approx(light, abs=0.01)


def test_a_clear_corner_needs_no_ground_and_stays_clear() -> None:
    image = Image.new("RGBA", (400, 400), (9, 9, 9, 255))
    image.putpixel((0, 0), (9, 9, 9, 0))
    rendered = shown(image)
    assert (rendered.opaque, rendered.lightness) == (False, None)
    assert rendered.bgra[3] == 0
