"""What drops and the clipboard carry, source by source, becomes a question."""

import base64
import os
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage

from clipdesk.core.types import Example
from clipdesk.ui.drops import MAX_EXAMPLES, MAX_SIDE, Dropped, may_hold_pictures, query_from_mime
from clipdesk.ui.links import file_url, local_path

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SVG = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><path d='M0 0h8'/></svg>"


def mime(**formats: str | bytes) -> QMimeData:
    made = QMimeData()
    names = {"uris": "text/uri-list", "html": "text/html", "text": "text/plain"}
    for name, value in formats.items():
        data = value.encode() if isinstance(value, str) else value
        made.setData(names.get(name, name.replace("_", "/")), data)
    return made


def test_several_files_from_a_file_manager_become_several_examples(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a b#c%20é.png", "naïve “quotes”.jpg")]
    for file in files:
        file.touch()
    made = QMimeData()
    made.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    assert query_from_mime(made) == Dropped(tuple(Example(file.name, path=file) for file in files))


def test_comment_lines_and_doubles_in_a_list_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "one.png"
    file.touch()
    found = query_from_mime(mime(uris=f"# a comment\r\nfile://{file}\r\nfile://{file}\r\n"))
    assert [example.path for example in found.examples] == [file]


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_name_that_is_not_utf8_is_found_again(tmp_path: Path) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9\n#1.png"))
    file.touch()
    made = QMimeData()
    made.setUrls([file_url(file)])
    (example,) = query_from_mime(made).examples
    assert example.path == file
    assert example.label == "caf\\udce9\\n#1.png"
    assert local_path(file_url(file)) == str(file)


def test_a_folder_is_to_be_watched_and_beside_files_both_are_told(tmp_path: Path) -> None:
    folder, file = tmp_path / "folder", tmp_path / "file.png"
    folder.mkdir()
    file.touch()
    found = query_from_mime(mime(uris=f"file://{folder}\nfile://{file}"))
    assert found.folders == (folder,)
    assert [example.path for example in found.examples] == [file]


def test_a_file_is_preferred_to_the_picture_sent_along(tmp_path: Path) -> None:
    file = tmp_path / "one.png"
    file.touch()
    found = query_from_mime(mime(uris=f"file://{file}", image_png=PNG))
    assert found.examples == (Example("one.png", path=file),)


def test_the_clipboard_of_a_file_manager(tmp_path: Path) -> None:
    file = tmp_path / "copied.png"
    file.touch()
    made = QMimeData()
    made.setData("x-special/gnome-copied-files", f"copy\nfile://{file}".encode())
    assert [example.path for example in query_from_mime(made).examples] == [file]


def test_an_encoded_picture_is_taken_as_it_is_before_its_address() -> None:
    firefox = mime(uris="https://example.org/page", html="<img src='x.png'>", image_png=PNG)
    assert query_from_mime(firefox, "Pasted").examples == (Example("Pasted", data=PNG),)


def test_a_bare_bitmap_is_encoded_and_reduced() -> None:
    made = QMimeData()
    image = QImage(MAX_SIDE * 2, 64, QImage.Format.Format_RGB32)
    image.fill(0xFF8800)
    made.setImageData(image)
    (example,) = query_from_mime(made).examples
    assert example.data is not None
    back = QImage.fromData(example.data)
    assert (back.width(), back.height()) == (MAX_SIDE, 32)
    assert back.pixelColor(5, 5).name() == "#ff8800"


@pytest.mark.parametrize("kind", ["html", "text", "uris"])
def test_a_data_address_is_decoded_wherever_it_stands(kind: str) -> None:
    address = "data:image/png;base64," + base64.b64encode(PNG).decode()
    value = f'<p><b>x</b><img alt="1 > 0" SRC="{address}"></p>' if kind == "html" else address
    assert query_from_mime(mime(**{kind: value})).examples[0].data == PNG


def test_svg_as_text_and_as_a_data_address() -> None:
    source = '<?xml version="1.0"?>\n<!-- made by hand -->\n' + SVG
    assert query_from_mime(mime(text=source)).examples[0].data == source.encode()
    quoted = "data:image/svg+xml," + SVG.replace("<", "%3C").replace(">", "%3E")
    assert query_from_mime(mime(text=quoted)).examples[0].data == SVG.encode()


def test_text_that_is_a_path(tmp_path: Path) -> None:
    file = tmp_path / "one picture.png"
    file.touch()
    assert query_from_mime(mime(text=f'"{file}"\n')).examples[0].path == file
    assert not query_from_mime(mime(text="a red chair"))


def test_the_web_is_named_and_never_fetched() -> None:
    for made in (mime(uris="https://example.org/a.png"), mime(text="https://example.org/a.png")):
        found = query_from_mime(made)
        assert not found
        assert "on the web" in found.refusal


@pytest.mark.parametrize(
    "html", ["<img src='data:image/png;base64,@@@'>", "<img", "<img src>", "<!DOCTYPE html>", ""]
)
def test_nonsense_is_refused_with_a_sentence(html: str) -> None:
    found = query_from_mime(mime(html=html))
    assert not found
    assert found.refusal.endswith(".")


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    found = query_from_mime(mime(uris=f"file://{tmp_path}/gone.png"))
    assert found == Dropped(refusal="“gone.png” is not there any more.")


def test_no_more_examples_than_can_be_told_apart(tmp_path: Path) -> None:
    for number in range(MAX_EXAMPLES + 5):
        (tmp_path / f"{number}.png").touch()
    uris = "\n".join(f"file://{file}" for file in tmp_path.iterdir())
    assert len(query_from_mime(mime(uris=uris)).examples) == MAX_EXAMPLES


def test_hovering_asks_by_formats_alone() -> None:
    assert may_hold_pictures(mime(image_webp=b"anything"))
    assert may_hold_pictures(mime(text="anything"))
    made = QMimeData()
    made.setData("application/x-something-else", b"x")
    assert not may_hold_pictures(made)
