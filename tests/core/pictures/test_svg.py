"""Drawings are sharp at any size, and read nothing but themselves."""

import gzip
from pathlib import Path

import pytest
from PIL import Image

from clipdesk.core.errors import PictureTooLarge, UnreadablePicture
from clipdesk.core.pictures import decode, render
from clipdesk.core.pictures.formats import svg
from clipdesk.core.types import ImageSpec
from tests.core.pictures.drawn import RED, SPEC, SVG, WHITE, corners, encoded, near, thumbnail_of

ICON = SVG + 'width="24" height="24" viewBox="0 0 24 24"><path {} d="M9 9h6v6h-6z"/></svg>'
BOX = 'viewBox="0 0 100 100"'


@pytest.mark.parametrize(
    "document",
    [
        ICON.format(""),
        ICON.format('fill="currentColor"'),
        ICON.format('fill="none" stroke="currentColor" stroke-width="8"'),
        "<?xml version='1.0'?>\n<!-- made by hand -->\n<!DOCTYPE svg>\n" + ICON.format(""),
        "\ufeff" + ICON.format(""),
        ICON.format("").replace(' xmlns="http://www.w3.org/2000/svg"', ""),
        ICON.format('inkscape:label="x"'),
        ICON.format("").replace("<path", "<s:path").replace("<svg", "<s:svg")
        .replace("</svg", "</s:svg").replace("xmlns=", "xmlns:s="),
    ],
)  # fmt: skip
def test_icons_are_black_on_white(document: str) -> None:
    decoded = decode(document.encode(), (SPEC,))
    assert (decoded.width, decoded.height, decoded.format) == (24, 24, "SVG")
    assert decoded.inputs[0][32, 32].max() == 0
    assert decoded.inputs[0][2, 2].min() == 255


def test_white_icons_are_seen() -> None:
    pixels = decode(ICON.format('fill="#fff"').encode(), (SPEC,)).inputs[0]
    assert pixels[32, 32].min() == 255
    assert pixels[2, 2].max() < 128


def test_utf_16() -> None:
    document = "<?xml version='1.0' encoding='UTF-16'?>" + ICON.format("")
    assert decode(document.encode("utf-16"), (SPEC,)).width == 24


def test_gzipped() -> None:
    assert decode(gzip.compress(ICON.format("").encode()), (SPEC,)).format == "SVG"


def test_drawn_at_the_size_that_is_needed() -> None:
    document = (SVG + 'viewBox="0 0 10 10"><rect width="5" height="10"/></svg>').encode()
    decoded = decode(document, (ImageSpec(336),))
    assert (decoded.width, decoded.height) == (10, 10)
    assert thumbnail_of(decoded).size == (320, 320)
    # An enlarged small drawing would have a soft edge.
    edge = decoded.inputs[0][100, :, 0].astype(int)
    assert ((edge > 16) & (edge < 239)).sum() <= 3
    assert (render(document, 2000).width, render(document, 2000).height) == (2000, 2000)


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="30" height="10"', (30, 10)),
        ('viewBox="0 0 40 20"', (40, 20)),
        ('width="1in" height="25.4mm"', (96, 96)),
        ('width="80" viewBox="0 0 40 20"', (80, 40)),
        ('height="80" viewBox="0 0 40 20"', (160, 80)),
        ('width="100%" height="100%" viewBox="5,5,40,20"', (40, 20)),
        ("", (100, 100)),
    ],
)
def test_sizes(attributes: str, size: tuple[int, int]) -> None:
    document = SVG + attributes + '><rect width="9" height="9"/></svg>'
    decoded = decode(document.encode(), (SPEC,))
    assert (decoded.width, decoded.height) == size


@pytest.mark.parametrize("name", ["href", "xlink:href"])
def test_no_other_file_is_opened(tmp_path: Path, name: str) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(encoded(Image.new("RGB", (50, 50), RED), "PNG"))
    for target in (str(secret), secret.as_uri(), f"  {secret}", str(secret).replace("/", "&#x2f;")):
        document = f'{SVG}{BOX}><image width="100" height="100" {name}="{target}"/></svg>'
        pixels = decode(document.encode(), (SPEC,)).inputs[0]
        assert near(tuple(pixels[32, 32]), WHITE)


def test_pictures_inside_are_drawn() -> None:
    from base64 import b64encode

    data = b64encode(encoded(Image.new("RGB", (50, 50), RED), "PNG")).decode()
    image = f'<image width="100" height="100" href="data:image/png;base64,{data}"/>'
    document = f"{SVG}{BOX}>{image}</svg>"
    assert near(tuple(decode(document.encode(), (SPEC,)).inputs[0][32, 32]), RED)


def test_entities_open_no_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    document = (
        f'<!DOCTYPE svg [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
        f'{SVG}{BOX}><text y="50">&x;</text></svg>'
    )
    with pytest.raises(UnreadablePicture):
        decode(document.encode(), ())


def test_text_without_fonts_is_no_fault() -> None:
    document = f'{SVG}{BOX}><text y="50" font-family="No Such Font">Hi</text></svg>'
    assert decode(document.encode(), ()).width == 100


def _nested(open_: str, close: str) -> str:
    return f"{SVG}{BOX}>{open_ * 20_000}{close * 20_000}</svg>"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ((SVG + 'viewBox="0 0 1e30 1"/>').encode(), "without a sensible size"),
        ((SVG + BOX + ">" + "<g/>" * 2000 + "</svg>").encode(), "1,000 elements"),
        (gzip.compress(SVG.encode() + BOX.encode() + b">" + b" " * (65 << 20)), "64 MB"),
    ],
)
def test_bombs_are_too_large(data: bytes, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(svg, "MAX_ELEMENTS", 1000)
    with pytest.raises(PictureTooLarge, match=words):
        decode(data, ())


def test_bombs_of_entities_uses_and_depth() -> None:
    levels = range(1, 12)
    entities = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in levels)
    laughs = f'<!DOCTYPE svg [<!ENTITY a0 "haha">{entities}]>{SVG}{BOX}><text>&a11;</text></svg>'
    groups = "".join(f'<g id="a{i}">{f"""<use href="#a{i - 1}"/>""" * 10}</g>' for i in levels)
    uses = f'{SVG}{BOX}><g id="a0"><rect width="1" height="1"/></g>{groups}</svg>'
    for document in (laughs, uses, _nested("<g>", "</g>")):
        with pytest.raises(UnreadablePicture):
            decode(document.encode(), ())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ICON.format("")[:-12], "ends too early"),
        (SVG + BOX + "><g></svg>", "damaged in line 1"),
    ],
)
def test_damage_is_named(text: str, words: str) -> None:
    with pytest.raises(UnreadablePicture, match=words):
        decode(text.encode(), ())


def test_a_panic_of_the_renderer_is_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    panic = type("PanicException", (BaseException,), {})

    def svg_to_bytes(**_: object) -> bytes:
        raise panic

    monkeypatch.setattr(svg.resvg_py, "svg_to_bytes", svg_to_bytes)
    with pytest.raises(UnreadablePicture, match="the drawing is damaged"):
        decode(ICON.format("").encode(), ())


def test_a_drawing_is_not_mistaken_for_a_picture() -> None:
    assert decode(encoded(corners(), "PNG"), ()).format == "PNG"
