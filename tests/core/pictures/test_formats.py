"""Every format, mode and depth comes out upright, in sRGB, not clipped."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from clipdesk.core.pictures import SUFFIXES, decode, fingerprint, render
from clipdesk.core.types import ImageSpec
from tests.core.pictures.drawn import (
    BLUE,
    GREEN,
    RED,
    SPEC,
    SQUASH,
    WHITE,
    assert_upright,
    corners,
    encoded,
    near,
    quarters,
    rgba,
)


@pytest.mark.parametrize(
    "kind",
    ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "JPEG2000", "PPM", "QOI"],
)
def test_formats(kind: str) -> None:
    decoded = decode(encoded(corners(), kind), (SQUASH,))
    assert (decoded.width, decoded.height, decoded.format) == (120, 80, kind)
    assert_upright(decoded, 30 if kind == "AVIF" else 12)


def test_suffixes_are_lower_case_with_a_dot() -> None:
    assert {".jpg", ".png", ".heic", ".svg", ".svgz", ".avif", ".ico"} <= SUFFIXES
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in SUFFIXES)


def test_the_name_does_not_matter(tmp_path: Path) -> None:
    liar = tmp_path / "really.jpg"
    liar.write_bytes(encoded(corners(), "PNG"))
    assert decode(liar, (SQUASH,)).format == "PNG"


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_upright(kind: str, orientation: int) -> None:
    # How each orientation is stored, so that showing it by its tag gives `corners` again.
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = corners().transpose(undo[orientation]) if orientation > 1 else corners()
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(stored, kind, exif=exif)
    decoded = decode(data, (SQUASH,))
    assert (decoded.width, decoded.height) == (120, 80)
    assert_upright(decoded)
    shown = render(data, 60)
    assert (shown.width, shown.height) == (60, 40)


def test_upright_when_decoded_smaller() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = corners(2400, 1600).transpose(Image.Transpose.ROTATE_90)
    decoded = decode(encoded(stored, "JPEG", exif=exif), (SQUASH,))
    assert (decoded.width, decoded.height) == (2400, 1600)
    assert_upright(decoded)


def _cmyk() -> Image.Image:
    ink = np.zeros((80, 120, 4), np.uint8)
    ink[:40, :60] = (0, 255, 255, 0)  # red
    ink[:40, 60:] = (255, 0, 255, 0)  # green
    ink[40:, :60] = (255, 255, 0, 0)  # blue
    return Image.frombytes("CMYK", (120, 80), ink.tobytes())


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk(kind: str) -> None:
    """Pillow writes CMYK JPEGs as Adobe does, inverted."""
    found = quarters(decode(encoded(_cmyk(), kind), (SQUASH,)).inputs[0])
    wanted = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255))
    assert all(near(a, b, 8) for a, b in zip(found, wanted, strict=True)), found


def _ramp(top: int) -> np.ndarray:
    return np.repeat(np.linspace(0, top, 64)[None, :], 64, axis=0)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bit_grey_is_scaled(kind: str) -> None:
    image = Image.fromarray(_ramp(65535).astype(np.uint16))
    assert image.mode == "I;16"
    grey = decode(encoded(image, kind), (SPEC,)).inputs[0][32, :, 0]
    assert np.abs(grey.astype(float) - np.linspace(0, 255, 64)).max() <= 1


@pytest.mark.parametrize("top", [1.0, 255.0, 7000.0])
def test_floating_point_is_scaled(top: float) -> None:
    image = Image.fromarray(_ramp(1).astype(np.float32) * np.float32(top))
    grey = decode(encoded(image, "TIFF"), (SPEC,)).inputs[0][32, :, 1]
    assert grey[0] == 0
    assert grey[-1] >= (255 if top < 1000 else 27)
    assert (np.diff(grey.astype(int)) >= 0).all()


def test_numbers_that_are_none() -> None:
    values = _ramp(1).astype(np.float32)
    values[3] = np.nan
    values[4] = np.inf
    grey = decode(encoded(Image.fromarray(values), "TIFF"), (SPEC,)).inputs[0][32, :, 1]
    assert abs(int(grey[-1]) - 255) <= 1


def test_one_bit() -> None:
    image = Image.new("1", (64, 64), 1)
    image.paste(0, (0, 0, 32, 64))
    for kind in ("PNG", "TIFF", "BMP"):
        grey = decode(encoded(image, kind), (SPEC,)).inputs[0]
        assert grey[10, 10, 0] == 0
        assert grey[10, 60, 0] == 255


def _swapped_profile() -> bytes:
    """sRGB's own profile with red and green changed places and under another name."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = int.from_bytes(data[128:132], "big")
    at = {bytes(data[p : p + 4]): p for p in range(132, 132 + 12 * count, 12)}
    red, green = at[b"rXYZ"] + 4, at[b"gXYZ"] + 4
    data[red : red + 8], data[green : green + 8] = data[green : green + 8], data[red : red + 8]
    return bytes(data.replace("sRGB".encode("utf-16-be"), "odd!".encode("utf-16-be")))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_an_embedded_profile_is_heeded(kind: str) -> None:
    image = Image.new("RGB", (64, 64), (255, 0, 0))
    data = encoded(image, kind, icc_profile=_swapped_profile())
    assert near(quarters(decode(data, (SPEC,)).inputs[0])[0], (0, 255, 0), 12)
    shown = render(data, 64)
    assert near(tuple(rgba(shown)[:4]), (0, 255, 0, 255), 12)


def test_a_profile_keeps_transparency() -> None:
    image = Image.new("RGBA", (100, 100), (255, 0, 0, 0))
    image.paste((255, 0, 0, 255), (0, 0, 50, 100))
    data = encoded(image, "PNG", icc_profile=_swapped_profile())
    shown = render(data, 100)
    assert near(tuple(rgba(shown)[:4]), (0, 255, 0, 255))
    assert rgba(shown)[-1] == 0


def test_a_broken_profile_is_passed_over() -> None:
    data = encoded(corners(), "PNG", icc_profile=b"no profile at all")
    assert_upright(decode(data, (SQUASH,)))


def test_a_png_of_another_gamma_is_brought_to_ours() -> None:
    from PIL import PngImagePlugin

    chunks = PngImagePlugin.PngInfo()
    chunks.add(b"gAMA", (100_000).to_bytes(4, "big"))  # linear light
    data = encoded(Image.new("RGB", (64, 64), (55, 55, 55)), "PNG", pnginfo=chunks)
    assert near(quarters(decode(data, (SPEC,)).inputs[0])[0], (128, 128, 128), 3)


def test_palette_with_transparency() -> None:
    image = Image.new("P", (64, 64), 0)
    image.putpalette([0, 0, 0, 30, 60, 220])
    image.paste(1, (16, 16, 48, 48))
    for kind in ("PNG", "GIF"):
        data = encoded(image, kind, transparency=0)
        decoded = decode(data, (SPEC,))
        assert near(tuple(decoded.inputs[0][32, 32]), BLUE)
        assert near(tuple(decoded.inputs[0][4, 4]), WHITE)
        assert rgba(render(data, 64))[3] == 0


def test_grey_with_transparency() -> None:
    image = Image.new("LA", (64, 64), (0, 0))
    image.paste((90, 255), (16, 16, 48, 48))
    pixels = decode(encoded(image, "PNG"), (SPEC,)).inputs[0]
    assert near(tuple(pixels[32, 32]), (90, 90, 90))
    assert near(tuple(pixels[4, 4]), WHITE)


def test_a_sixteen_bit_grey_may_be_seen_through() -> None:
    values = np.full((64, 64), 20_000, np.uint16)
    values[:32] = 500
    data = encoded(Image.fromarray(values), "PNG", transparency=500)
    shown = render(data, 64)
    assert rgba(shown)[3] == 0
    assert near(tuple(rgba(shown)[-4:]), (78, 78, 78, 255), 1)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animation_is_its_first_frame(kind: str) -> None:
    frames = [Image.new("RGB", (120, 80), colour) for colour in (RED, BLUE)]
    data = encoded(corners(), kind, save_all=True, append_images=frames)
    assert_upright(decode(data, (SQUASH,)), 30)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animation_that_begins_blank_is_its_first_frame_that_is_not(kind: str) -> None:
    blank = Image.new("RGB", (120, 80))
    data = encoded(blank, kind, save_all=True, append_images=[blank.copy(), corners()])
    assert_upright(decode(data, (SQUASH,)), 30)


def test_many_pages_are_their_first() -> None:
    others = [Image.new("RGB", (300, 200), RED)]
    decoded = decode(encoded(corners(), "TIFF", save_all=True, append_images=others), (SQUASH,))
    assert (decoded.width, decoded.height) == (120, 80)
    assert_upright(decoded)


def test_an_icon_is_its_largest() -> None:
    data = encoded(corners(128, 128), "ICO", sizes=[(16, 16), (32, 32), (128, 128)])
    decoded = decode(data, (SQUASH,))
    assert (decoded.width, decoded.height, decoded.format) == (128, 128, "ICO")
    assert_upright(decoded)


def test_one_hash_for_one_content(tmp_path: Path) -> None:
    data = encoded(corners(), "PNG")
    path = tmp_path / "a.png"
    path.write_bytes(data)
    decoded = decode(path, ())
    assert decoded.content_hash == decode(data, ()).content_hash == fingerprint(path)
    assert len(decoded.content_hash) == 16
    assert decoded.inputs == ()
    path.write_bytes(data + b"\0")
    assert fingerprint(path) != decoded.content_hash


def test_odd_names(tmp_path: Path) -> None:
    for name in ("new\nline.png", "quo'\"te.png", "😀.png", b"\xff\xfe.png"):
        path = tmp_path / (
            name if isinstance(name, str) else name.decode("utf-8", "surrogateescape")
        )
        try:
            path.write_bytes(encoded(corners(), "PNG"))
        except (OSError, UnicodeEncodeError):
            continue  # this file system takes no such name
        assert_upright(decode(path, (SQUASH,)))


def test_extreme_shapes_cost_little() -> None:
    for size in ((60_000, 1), (1, 60_000)):
        image = Image.new("RGB", size, GREEN)
        for mode in ("shortest", "longest", "squash"):
            decoded = decode(encoded(image, "PNG"), (ImageSpec(64, resize_mode=mode),))
            assert decoded.inputs[0].shape == (64, 64, 3)
        with Image.open(BytesIO(decoded.thumbnail)) as small:
            assert sorted(small.size) == [1, 320]
