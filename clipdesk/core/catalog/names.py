"""File names and paths as the catalogue keeps them: bytes, since not every name is text."""

import os
from pathlib import Path

from clipdesk.core.paths import natural_key


def to_blob(name: str | Path) -> bytes:
    """The bytes of a name that came from ``os.fsdecode``."""
    return os.fsencode(name)


def from_blob(blob: bytes) -> str:
    """The name of these bytes, as ``os.fsdecode`` gives it."""
    return os.fsdecode(blob)


def place(name: str) -> bytes:
    """Where a name stands in browsing order among those of its root (see `paths.natural`)."""
    return natural_key(name.replace("/", "\0")).encode("utf-8", "surrogatepass")


def under(name: str) -> tuple[bytes, bytes]:
    """The half-open range of names below a folder of this name: ``first <= name < end``."""
    prefix = to_blob(name) + b"/"
    return prefix, prefix[:-1] + b"0"  # "0" follows "/" in ASCII


def relative(path: Path, root: Path) -> str:
    """The name of ``path`` in ``root``, with slashes; empty if it is not below it."""
    try:
        name = path.relative_to(root).as_posix()
    except ValueError:
        return ""
    return "" if name == "." else name
