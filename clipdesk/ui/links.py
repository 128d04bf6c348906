"""File URLs for drags, clipboards and other programs, for every name a file can have."""

import os
from urllib.parse import quote_from_bytes, unquote_to_bytes

from PySide6.QtCore import QUrl


def file_url(path: str | os.PathLike[str]) -> QUrl:
    """The URL of a file.

    ``QUrl.fromLocalFile`` turns names that are not UTF-8 into those of another file, so the bytes
    of the name are quoted here, where names are bytes.
    """
    if os.name == "nt":
        return QUrl.fromLocalFile(os.fspath(path))
    return QUrl.fromEncoded(b"file://" + quote_from_bytes(os.fsencode(path)).encode())


def local_path(url: QUrl) -> str | None:
    """The path that a URL points to on this computer, or None: `file_url` the other way round."""
    if not url.isLocalFile():
        return None
    if os.name == "nt":
        return os.path.normpath(url.toLocalFile())
    quoted = url.path(QUrl.ComponentFormattingOption.FullyEncoded)
    return os.fsdecode(unquote_to_bytes(quoted)) or None
