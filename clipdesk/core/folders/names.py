"""Names of files as the system gives them, and how they sort.

Names are never rewritten: a name in decomposed Unicode (macOS) stays decomposed, bytes that are
not UTF-8 stay as the lone surrogates of `os.fsdecode`, so that every name opens its file again.
Two spellings of one name are told apart by the file system, not by us.
"""

import os
import re
import sys
from pathlib import Path

_number = re.compile("0*([0-9]+)")


def natural_key(name: str) -> str:
    """Sort key of one name: ``img2`` before ``img10``, upper and lower case alike."""
    # With its length before it, a longer number comes after a shorter one.
    return _number.sub(lambda number: f"{len(number[1]):03}{number[1]}", name.casefold())


def is_case_insensitive(folder: Path) -> bool:
    """Whether ``A.png`` and ``a.png`` are one file here; nothing is written to find out."""
    for probe in _lettered(folder):
        swapped = probe.with_name(probe.name.swapcase())
        try:
            return probe.samefile(swapped)
        except FileNotFoundError:
            return False
        except OSError:
            break
    return sys.platform in ("darwin", "win32")


def _lettered(folder: Path) -> list[Path]:
    """Existing names with a letter in them, nearest to the folder's own files first."""
    try:
        with os.scandir(folder) as entries:
            inside = [Path(entry.path) for _, entry in zip(range(100), entries, strict=False)]
    except OSError:
        inside = []
    return [path for path in (*inside, folder) if path.name.swapcase() != path.name]
