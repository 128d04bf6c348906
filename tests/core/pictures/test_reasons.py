"""What is no picture, or too much of one, is refused in words for people."""

import struct
import zlib
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image

from clipdesk.core.errors import PictureTooLarge, UnreadablePicture
from clipdesk.core.pictures import Limits, decode, fingerprint, render
from tests.core.pictures.drawn import ENDLESS, SPEC, corners, encoded, photo


def _png_header(width: int, height: int) -> bytes:
    """A PNG that promises this size and holds nothing."""
    out = b"\x89PNG\r\n\x1a\n"
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    for name, body in ((b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")):
        out += struct.pack(">I", len(body)) + name + body
        out += struct.pack(">I", zlib.crc32(name + body))
    return out


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is empty"),
        (bytes(5000), "nothing but zeros"),
        (b"<!DOCTYPE html><html><svg></svg></html>", "Not a picture: this is a web page"),
        (b"\n <!-- x --><HTML><body>404", "Not a picture: this is a web page"),
        ("Grüße aus Köln".encode(), "Not a picture: this is text"),
        (b"%PDF-1.7\n", "Not a picture: this is a PDF document"),
        (b"PK\x03\x04....", "Not a picture: this is an archive"),
        (b"8BPS\0\1", "Photoshop documents can't be read yet"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "Not a picture: this is a film"),
        (bytes(range(7, 200)), "not a picture of a known kind"),
        (b"\x89PNG\r\n\x1a\n" + b"\1\2\3" * 30, "damaged or ends too early"),
        (b"<?xml version='1.0'?><svgs/>", "Not a picture: this is text"),
    ],
)
def test_what_is_no_picture(data: bytes, words: str) -> None:
    with pytest.raises(UnreadablePicture, match=words):
        decode(data, (SPEC,))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "JPEG2000", "AVIF"])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.97])
def test_cut_short(kind: str, part: float) -> None:
    data = encoded(photo(200, 150), kind)
    cut = data[: int(len(data) * part)]
    with pytest.raises(UnreadablePicture, match=r"too early|damaged") as failure:
        decode(cut, (SPEC,))
    if kind in ("JPEG", "PNG", "BMP"):
        assert str(failure.value) == "Not readable: the file ends too early"


def test_a_header_that_asks_for_too_much() -> None:
    with pytest.raises(PictureTooLarge) as failure:
        decode(_png_header(50_000, 50_000), (SPEC,))
    assert str(failure.value) == "Too large: 50,000 × 50,000 pixels (limit 300 million)"


def test_a_large_jpeg_may_be_decoded_smaller() -> None:
    limits = Limits(max_pixels=1_000_000)
    data = encoded(photo(1600, 1200), "JPEG")
    assert decode(data, (SPEC,), limits=limits).width == 1600
    assert render(data, 400, limits=limits).width == 400
    with pytest.raises(PictureTooLarge, match="1,600 × 1,200"):
        render(data, 1600, limits=limits)
    with pytest.raises(PictureTooLarge):
        decode(encoded(photo(1600, 1200), "PNG"), (SPEC,), limits=limits)


def test_a_file_of_too_many_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.bmp"
    path.write_bytes(encoded(corners(), "BMP"))
    for source in (path, path.read_bytes()):
        with pytest.raises(PictureTooLarge, match="more than 0 MB"):
            decode(source, (), limits=Limits(max_bytes=1000))


def test_camera_raw_is_not_its_stamp() -> None:
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    tags = ImageFileDirectory_v2()
    tags[0xC612] = b"\1\4\0\0"
    tags.tagtype[0xC612] = 1
    with pytest.raises(UnreadablePicture, match="camera raw can't be read yet"):
        decode(encoded(corners(), "TIFF", tiffinfo=tags), ())


@pytest.mark.parametrize("ask", [lambda path: decode(path, ()), fingerprint])
def test_files_that_are_not_there(tmp_path: Path, ask: object) -> None:
    assert callable(ask)
    with pytest.raises(UnreadablePicture, match="no longer there"):
        ask(tmp_path / "gone.png")
    with pytest.raises(UnreadablePicture, match="a folder or a device"):
        ask(tmp_path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    import os

    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes with names here")
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(UnreadablePicture, match="a folder or a device"):
        decode(tmp_path / "pipe.png", ())


def test_pillow_is_left_as_it_was() -> None:
    before = Image.MAX_IMAGE_PIXELS
    decode(encoded(corners(), "PNG"), ())
    with pytest.raises(PictureTooLarge):
        decode(_png_header(50_000, 50_000), ())
    assert before == Image.MAX_IMAGE_PIXELS


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF"])
def test_a_file_that_is_two_things_is_the_picture_that_it_begins_as(kind: str) -> None:
    """What is behind it is never opened: an archive, a page with a script, another picture."""
    behind = BytesIO()
    with ZipFile(behind, "w") as archive:
        archive.writestr("page.svg", ENDLESS)
    page = b"<html><script>while(true){}</script></html>"
    data = encoded(corners(), kind) + page + encoded(photo(900, 700), "BMP") + behind.getvalue()
    with ZipFile(BytesIO(data)) as archive:
        assert archive.namelist() == ["page.svg"], "it is both"
    found = decode(data, (SPEC,))
    assert (found.format, found.width, found.height) == (kind, 120, 80)


def test_a_page_with_a_picture_behind_it_is_no_picture() -> None:
    with pytest.raises(UnreadablePicture, match="not a picture"):
        decode(b"<html><body></body></html>" + encoded(corners(), "JPEG"), (SPEC,))
