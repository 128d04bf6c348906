"""SVG, by resvg: drawn at the size that is needed, reading nothing but the document itself."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from io import BytesIO
from math import ceil, isfinite
from typing import Any, cast

import resvg_py
from PIL import Image

from clipdesk.core.errors import PictureTooLarge, UnreadablePicture
from clipdesk.core.pictures import sniff
from clipdesk.core.pictures.formats import Loaded, Scale
from clipdesk.core.pictures.nouns import Limits

MAX_SIDE = 8192
"""Pixels of the longer side at most, whatever is asked for."""
MAX_TEXT = 64 << 20
"""Bytes of the document, expanded, at most."""
MAX_ELEMENTS = 500_000

_SVG = "{http://www.w3.org/2000/svg}"
_PIECE = 1 << 20

_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}
_LENGTH = re.compile(r"\s*\+?(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+)\s*([a-z%]*)\s*$", re.IGNORECASE)


def load(data: bytes, scale: Scale, limits: Limits) -> Loaded:
    """Draw the document on a transparent ground; ``currentColor`` is black."""
    root = _parse(_expand(data))
    _keep_inside(root)
    width, height = _size(root)
    factor = scale(ceil(width), ceil(height))
    longest = max(1, min(round(max(width, height) * factor), MAX_SIDE))
    if longest * longest * min(width, height) / max(width, height) > limits.max_pixels:
        raise PictureTooLarge("Too large to be drawn")
    # Without a size of its own a document gets resvg's, which may differ from its shape.
    root.set("width", f"{width:f}")
    root.set("height", f"{height:f}")
    text = next(root.iter(_SVG + "text"), None)
    png = _draw(
        ET.tostring(root, encoding="unicode"),
        longest if width >= height else max(1, round(longest * width / height)),
        with_fonts=text is not None,
    )
    image = Image.open(BytesIO(png))
    image.load()
    return Loaded(image, max(1, round(width)), max(1, round(height)), "SVG")


def _draw(document: str, width: int, *, with_fonts: bool) -> bytes:
    # Looking through the system's fonts is the dearest part of drawing an icon.
    try:
        return resvg_py.svg_to_bytes(
            svg_string=document, width=width, skip_system_fonts=not with_fonts
        )
    except BaseException as fault:
        # A panic of the renderer is no Exception, and its class can't be imported.
        if type(fault).__name__ != "PanicException":
            raise
        raise UnreadablePicture("Not readable: the drawing is damaged") from None


def _expand(data: bytes) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        text, whole = data[:MAX_TEXT], len(data) <= MAX_TEXT
        if not whole:
            raise PictureTooLarge("Too large: an SVG document of more than 64 MB")
        return text
    text, whole = sniff.gunzip(data, MAX_TEXT)
    if len(text) >= MAX_TEXT:
        raise PictureTooLarge("Too large: an SVG document of more than 64 MB")
    if not whole:
        raise UnreadablePicture("Not readable: the file ends too early")
    return text


def _parse(text: bytes) -> ET.Element:
    """The document's tree, entities expanded (within expat's own limit on their growth)."""
    try:
        root = _tree(text)
    except ET.ParseError as error:
        said = str(error)
        if said.startswith("unbound prefix"):
            # Editors leave these behind when their own namespaces are cleaned away.
            return _parse(_with_prefixes(text))
        if "no element found" in said or "unclosed" in said:
            raise UnreadablePicture("Not readable: the file ends too early") from None
        line = error.position[0]
        raise UnreadablePicture(f"Not readable: the drawing is damaged in line {line}") from None
    if root.tag == "svg":
        # Without the namespace browsers refuse it; people expect to see it.
        for element in root.iter():
            element.tag = _SVG + element.tag
    if root.tag != _SVG + "svg":
        raise UnreadablePicture("Not a picture: this is a text in XML, not a drawing")
    return root


def _tree(text: bytes) -> ET.Element:
    """Build the tree in pieces, so that a document of elements without end is stopped early."""
    parser: ET.XMLPullParser[Any] = ET.XMLPullParser(("start",))
    root: ET.Element | None = None
    count = 0
    for at in range(0, len(text), _PIECE):
        parser.feed(text[at : at + _PIECE])
        for _, element in cast(Iterator[tuple[str, ET.Element]], parser.read_events()):
            root = element if root is None else root
            count += 1
        if count > MAX_ELEMENTS:
            raise PictureTooLarge(f"Too large: a drawing of more than {MAX_ELEMENTS:,} elements")
    parser.close()
    if root is None:
        raise UnreadablePicture("Not readable: the file ends too early")
    return root


def _with_prefixes(text: bytes) -> bytes:
    """The document with a declaration of every prefix that has none."""
    used = set(re.findall(rb"[</\s]([A-Za-z_][\w.-]*):[A-Za-z_]", text))
    missing = used - set(re.findall(rb"xmlns:([\w.-]+)", text)) - {b"xml", b"xmlns"}
    if not missing:
        raise UnreadablePicture("Not readable: the drawing is damaged")
    declarations = b"".join(b' xmlns:%s="urn:%s"' % (name, name) for name in sorted(missing))
    return re.sub(rb"(<(?:[\w.-]+:)?svg)(?=[\s>/])", rb"\1" + declarations, text, count=1)


def _keep_inside(root: ET.Element) -> None:
    """Drop every reference that leaves the document: resvg would open files by it."""
    for element in root.iter():
        for name, value in list(element.attrib.items()):
            if name.rpartition("}")[2] != "href":
                continue
            target = value.strip()
            if not target.startswith("#") and not target.lower().startswith("data:"):
                del element.attrib[name]


def _size(root: ET.Element) -> tuple[float, float]:
    """The size the document asks for, in CSS pixels."""
    box = [float(part) for part in re.findall(r"[-+.\deE]+", root.get("viewBox", ""))[:4]]
    box_width, box_height = box[2:] if len(box) == 4 and min(box[2:]) > 0 else (0.0, 0.0)
    width = _length(root.get("width"), box_width)
    height = _length(root.get("height"), box_height)
    # One side given: the other follows from the box.
    if not width:
        width = height * box_width / box_height if height and box_height else box_width or 100.0
    if not height:
        height = width * box_height / box_width if box_width else box_height or width
    if not (isfinite(width) and isfinite(height) and 0 < width <= 1e7 and 0 < height <= 1e7):
        raise PictureTooLarge("Too large: a drawing without a sensible size")
    return width, height


def _length(text: str | None, whole: float) -> float:
    """A CSS length in pixels; 0.0 if there is none."""
    match = _LENGTH.match(text or "")
    if not match:
        return 0.0
    number, unit = float(match[1]), match[2].lower()
    if unit == "%":
        return number / 100 * whole
    return number * _UNITS.get(unit, 16.0)  # what is left are em, ex and rem
