"""Names of files as the system gives them.

Names are never rewritten: a name in decomposed Unicode (macOS) stays decomposed, bytes that are
not UTF-8 stay as the lone surrogates of `os.fsdecode`, so that every name opens its file again.
Two spellings of one name are told apart by the file system, not by us.
"""

import os
import sys
from pathlib import Path


def is_case_insensitive(folder: Path) -> bool:
    """Whether ``A.png`` and ``a.png`` are one file here; nothing is written to find out."""
    for probe in _lettered(folder):
        swapped = probe.with_name(probe.name.swapcase())
        try:
            swapped.lstat()
            # It answers to a name that is not in its folder. (Not by `samefile`: a driver in user
            # space may number a file by the name that it was asked for.)
            return swapped.name not in os.listdir(swapped.parent)  # noqa: PTH208 - names only
        except FileNotFoundError:
            return False
        except OSError:
            break
    return sys.platform in ("darwin", "win32")


def is_listed(path: str) -> bool:
    """Whether a file of exactly this name is there, spelled as its folder lists it.

    Where case does not matter a file answers to other spellings, too: it is not there by them.
    """
    folder, name = os.path.split(path)
    try:
        return os.path.lexists(path) and name in os.listdir(folder)  # noqa: PTH208 - names only
    except OSError:
        return False


def _lettered(folder: Path) -> list[Path]:
    """Existing names with a letter in them, nearest to the folder's own files first."""
    try:
        with os.scandir(folder) as entries:
            inside = [Path(entry.path) for _, entry in zip(range(100), entries, strict=False)]
    except OSError:
        inside = []
    return [path for path in (*inside, folder) if path.name.swapcase() != path.name]
