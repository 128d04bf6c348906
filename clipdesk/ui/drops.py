"""What was dropped or pasted, as examples to search by and folders to watch.

No file is opened here. Whether a path is there and is a folder is asked of the file system by one
``stat`` each, so that *Watch this folder* can be offered while the drag still hovers.

The order of acceptance: files → a picture as data → a ``data:`` address, alone or in HTML →
SVG text → text that is a path → an address on the web, which is named but never fetched.
File managers send files and pictures both: the file is the better one, it has a name and a place.
Browsers send the picture and its address both: the picture is the better one, it is here.
"""

import base64
import binascii
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, Qt, QUrl
from PySide6.QtGui import QImage, QImageWriter

from clipdesk.core.paths import printable
from clipdesk.core.types import Example
from clipdesk.ui.links import local_path

MAX_EXAMPLES = 16
MAX_BYTES = 64 * 2**20
"""Of an encoded picture that comes as data."""
MAX_SIDE = 2048
"""Pixels to which a bare bitmap is reduced: no encoder looks at more."""

_GNOME_FILES = "x-special/gnome-copied-files"
_WINDOWS_FILE = 'application/x-qt-windows-mime;value="FileContents"'
_SVG = re.compile(
    r"^\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s>]", re.S | re.I
)
_TOO_LARGE = "The picture is too large to be searched by."
_ON_THE_WEB = (
    "This picture is on the web, and ClipDesk never goes there by itself. "
    "Copy the picture itself or save it, then drop or paste that."
)
_NOTHING = "There is no picture in what was dropped. Try a picture file, or a copied picture."


@dataclass(frozen=True, slots=True)
class Dropped:
    """What was found: pictures, folders, or a sentence on why there is neither."""

    examples: tuple[Example, ...] = ()
    folders: tuple[Path, ...] = ()
    refusal: str = ""

    def __bool__(self) -> bool:
        return bool(self.examples or self.folders)


def may_hold_pictures(mime: QMimeData) -> bool:
    """Whether a drag is worth an answer, judged by its formats alone: quick, while it hovers."""
    return (
        mime.hasUrls()
        or mime.hasImage()
        or mime.hasHtml()
        or mime.hasText()
        or any(name.startswith("image/") or name == _WINDOWS_FILE for name in mime.formats())
    )


def query_from_mime(mime: QMimeData, label: str = "Dropped picture") -> Dropped:
    """Read a drop or the clipboard; ``label`` names pictures that have no name of their own."""
    urls = _urls(mime)
    paths = [path for path in map(local_path, urls) if path is not None]
    if paths:
        return _from_paths(paths)
    data = _encoded(mime) or _bitmap(mime) or _inline(mime, urls) or _svg(mime)
    if data:
        if len(data) > MAX_BYTES:
            return Dropped(refusal=_TOO_LARGE)
        return Dropped((Example(label, data=data),))
    text = mime.text().strip() if mime.hasText() else ""
    if (path := _path_in(text)) is not None:
        return _from_paths([path])
    if any(url.scheme() in ("http", "https") for url in [*urls, QUrl(text)]):
        return Dropped(refusal=_ON_THE_WEB)
    return Dropped(refusal=_NOTHING)


def _urls(mime: QMimeData) -> list[QUrl]:
    if mime.hasUrls():
        # Comment lines of text/uri-list come through as URLs without a scheme.
        return [url for url in mime.urls() if url.scheme()]
    lines = bytes(mime.data(_GNOME_FILES).data()).splitlines()[1:]  # the first says copy or cut
    return [QUrl.fromEncoded(line) for line in lines]


def _from_paths(paths: Iterable[str]) -> Dropped:
    examples: list[Example] = []
    folders: list[Path] = []
    missing = ""
    for text in dict.fromkeys(paths):
        path = Path(text)
        if path.is_dir():
            folders.append(path)
        elif path.is_file():
            examples.append(Example(printable(path.name), path=path))
        else:
            missing = missing or printable(path.name)
    if not examples and not folders:
        return Dropped(refusal=f"“{missing}” is not there any more.")
    return Dropped(tuple(examples[:MAX_EXAMPLES]), tuple(folders))


def _encoded(mime: QMimeData) -> bytes:
    """A picture as its source encoded it, so that nothing is decoded here."""
    offered = [name for name in mime.formats() if name.startswith("image/")]
    best = [n for n in ("image/png", "image/jpeg", "image/webp", "image/svg+xml") if n in offered]
    for name in [*best, *offered, _WINDOWS_FILE]:
        if mime.hasFormat(name) and (data := bytes(mime.data(name).data())):
            return data
    return b""


def _bitmap(mime: QMimeData) -> bytes:
    """A bare bitmap (a screenshot, a copied layer) as PNG, reduced to `MAX_SIDE`."""
    image = mime.imageData() if mime.hasImage() else None
    if not isinstance(image, QImage) or image.isNull():
        return b""
    if max(image.width(), image.height()) > MAX_SIDE:
        image = image.scaled(
            MAX_SIDE,
            MAX_SIDE,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"png"))
    writer.setCompression(20)  # little: it only crosses a thread
    writer.write(image)
    return bytes(held.data())


def _inline(mime: QMimeData, urls: Iterable[QUrl]) -> bytes:
    """A ``data:`` address: dropped by itself, as text, or inside ``<img src>``."""
    sources = [url.toString(QUrl.ComponentFormattingOption.FullyEncoded) for url in urls]
    if mime.hasHtml() and len(html := mime.html()) <= 2 * MAX_BYTES:
        sources += _Sources.of(html)
    if mime.hasText():
        sources.append(mime.text().strip())
    for source in sources:
        if source[:11].lower() == "data:image/" and (data := _data_url(source)):
            return data
    return b""


def _data_url(source: str) -> bytes:
    head, comma, body = source.partition(",")
    if not comma:
        return b""
    raw = unquote_to_bytes(body)
    if head.lower().endswith(";base64"):
        try:
            return base64.b64decode(raw)
        except binascii.Error:
            return b""
    return raw


def _svg(mime: QMimeData) -> bytes:
    """Vector programs and Figma copy SVG as plain text."""
    text = mime.text() if mime.hasText() else ""
    return text.encode("utf-8", "replace") if _SVG.match(text[:10_000]) else b""


def _path_in(text: str) -> str | None:
    """Text that is the path of something that is there."""
    text = text.strip("\"'")
    if not text or "\0" in text or len(text) > 4096 or "\n" in text:
        return None
    if text.startswith("file:"):
        return local_path(QUrl(text))
    path = os.path.expanduser(text)  # noqa: PTH111 - Path would raise for an unknown ~user
    return path if os.path.isabs(path) and os.path.lexists(path) else None  # noqa: PTH117


class _Sources(HTMLParser):
    """The addresses of the pictures in a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    @classmethod
    def of(cls, html: str) -> list[str]:
        parser = cls()
        parser.feed(html)
        return parser.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.found += [value for name, value in attrs if name == "src" and value]
