"""What a file is, by its first bytes."""

import re
import zlib

_RASTER = (
    b"\xff\xd8\xff",  # JPEG
    b"\x89PNG\r\n\x1a\n",
    b"GIF87a",
    b"GIF89a",
    b"II*\0",  # TIFF, little-endian
    b"MM\0*",  # TIFF, big-endian
    b"II+\0",  # BigTIFF
    b"MM\0+",
    b"BM",
    b"\0\0\1\0",  # ICO
    b"\0\0\2\0",  # CUR
    b"\0\0\0\x0cjP  \r\n\x87\n",  # JPEG 2000
    b"\xff\x4f\xff\x51",  # JPEG 2000 code stream
    b"icns",
    b"qoif",
)
_OTHER = (
    # What people do keep under a picture's name, or will ask for.
    (b"%PDF-", "this is a PDF document"),
    (b"%!PS", "this is a PostScript document"),
    (b"\xc5\xd0\xd3\xc6", "this is a PostScript document"),
    (b"8BPS", "Photoshop documents can't be read yet"),
    (b"gimp xcf", "GIMP documents can't be read yet"),
    (b"\xff\x0a", "JPEG XL can't be read yet"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL can't be read yet"),
    (b"v/1\x01", "OpenEXR can't be read yet"),
    (b"#?RADIANCE", "Radiance HDR can't be read yet"),
    (b"DDS ", "DirectDraw surfaces can't be read yet"),
    (b"PK\x03\x04", "this is an archive or an office document"),
    (b"Rar!", "this is an archive"),
    (b"7z\xbc\xaf", "this is an archive"),
    (b"\x1f\x8b", "this is a compressed file"),
    (b"\xd0\xcf\x11\xe0", "this is an office document"),
    (b"\x7fELF", "this is a program"),
    (b"MZ", "this is a program"),
    (b"SQLite format 3", "this is a database"),
    (b"ID3", "this is a sound"),
    (b"OggS", "this is a sound or a film"),
    (b"\x1aE\xdf\xa3", "this is a film"),
)
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_AVIF_BRANDS = {b"avif", b"avis"}
_HEAD = 4096


def is_raster(data: bytes) -> bool:
    return (
        data.startswith(_RASTER)
        or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")
        or re.match(rb"P[1-6][\s#]", data) is not None
        or bool(_brands(data) & _AVIF_BRANDS)
    )


def is_heif(data: bytes) -> bool:
    brands = _brands(data)
    # "mif1" is the container alone; what is inside may be either.
    return bool(brands & _HEIF_BRANDS) or (b"mif1" in brands and not brands & _AVIF_BRANDS)


def is_svg(data: bytes) -> bool:
    """Whether this is an SVG document, plain or gzipped."""
    text = _text(data)
    # What may stand before the root: declaration, comments, doctype.
    return re.search(r"<(?:[\w.-]+:)?svg[\s>/]", text) is not None and not _is_web_page(text)


def why_not(data: bytes) -> str:
    """Say, for the person, what this is if it is no picture that can be read."""
    if not data.strip(b"\0"):
        return f"Not readable: the file {'holds nothing but zeros' if data else 'is empty'}"
    for magic, words in _OTHER:
        if data.startswith(magic):
            return f"Not readable: {words}" if "can't" in words else f"Not a picture: {words}"
    if data[4:8] == b"ftyp":
        return "Not a picture: this is a film or a sound"
    if data[257:262] == b"ustar":
        return "Not a picture: this is an archive"
    return _why_no_picture(_text(data))


def _why_no_picture(text: str) -> str:
    if _is_web_page(text):
        return "Not a picture: this is a web page"
    if text and all(char.isprintable() or char.isspace() for char in text):
        return "Not a picture: this is text"
    return "Not readable: this is not a picture of a known kind"


def gunzip(data: bytes, limit: int) -> tuple[bytes, bool]:
    """Expand gzipped data up to ``limit`` bytes; the second answer is whether that was all.

    Raises zlib.error if the data are damaged.
    """
    stream = zlib.decompressobj(wbits=31)
    out = stream.decompress(data, limit)
    return out, stream.eof


def _brands(data: bytes) -> set[bytes]:
    if data[4:8] != b"ftyp":
        return set()
    end = min(int.from_bytes(data[:4], "big"), 256)
    return {data[8:12]} | {data[at : at + 4] for at in range(16, end - 3, 4)}


def _text(data: bytes) -> str:
    """The beginning of a text in any Unicode encoding, or an empty string."""
    head = data[:_HEAD]
    if head.startswith(b"\x1f\x8b"):
        try:
            head, _ = gunzip(head, 4 * _HEAD)
        except zlib.error:
            return ""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "ignore")
    return head.decode("utf-8-sig", "ignore") if b"\0" not in head else ""


def _is_web_page(text: str) -> bool:
    return (
        re.match(
            r"\s*(?:<\?xml[^>]*>|<!--.*?-->|\s)*<(?:!doctype\s+html|html|head|body)\b",
            text,
            re.IGNORECASE | re.DOTALL,
        )
        is not None
    )
