"""What is left out of a watched folder: the system's own places, and what the person says.

The person says it in gitignore's syntax, in the settings for a whole root and in a file called
``.clipdeskignore`` in any folder for what is below it. As with git, the pattern nearest to a file
wins, the last line of a file wins over the first, and what lies in a folder that is left out
can't be brought back.
"""

import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from pathspec import GitIgnoreSpec

from clipdesk.core.types import USUAL, Rules

IGNORE_FILE = ".clipdeskignore"

MAX_IGNORE_BYTES = 1 << 20

_SYSTEM_FOLDERS = frozenset({
    ".appledouble",
    ".cache",
    ".documentrevisions-v100",
    ".fseventsd",
    ".git",
    ".hg",
    ".spotlight-v100",
    ".svn",
    ".temporaryitems",
    ".thumbnails",
    "@eadir",  # Synology's thumbnails
    "#recycle",
    "#snapshot",
    "$recycle.bin",
    "$recycle",
    "recycler",
    "system volume information",
    "lost+found",
    "__macosx",  # resource forks in unpacked archives
    "__pycache__",
    "node_modules",
    "thumbs.db",
})  # fmt: skip
_SYSTEM_SUFFIXES = (".lrdata",)  # Lightroom's previews
_SYSTEM_PREFIXES = (
    "._",  # a file's second half, written by macOS beside it
    ".trash",
)


def is_system_name(name: str) -> bool:
    """Whether a file or folder of this name is the system's, and passed over everywhere."""
    folded = name.lower()
    return (
        folded in _SYSTEM_FOLDERS
        or folded.startswith(_SYSTEM_PREFIXES)
        or folded.endswith(_SYSTEM_SUFFIXES)
    )


def is_hidden(status: os.stat_result) -> bool:
    """Whether the system marks it hidden by a flag rather than by name (Windows, macOS)."""
    attributes: int = getattr(status, "st_file_attributes", 0)
    flags: int = getattr(status, "st_flags", 0)
    return bool(attributes & stat.FILE_ATTRIBUTE_HIDDEN or flags & stat.UF_HIDDEN)


class Excludes:
    """Patterns in gitignore's syntax that hold below one folder, over those of the folders above.

    Immutable. A line that is no pattern is passed over: a slip in one line must not bring back
    what the others leave out.
    """

    __slots__ = ("_above", "_folder", "_spec")

    def __init__(
        self, patterns: Iterable[str], *, folder: str = "", above: Self | None = None
    ) -> None:
        self._spec = GitIgnoreSpec.from_lines(line for line in patterns if _is_pattern(line))
        self._folder = f"{folder}/" if folder else ""
        self._above = above

    def skip(self, name: str, *, is_folder: bool) -> bool:
        """Whether this file or folder is left out; ``name`` is relative to the root, with ``/``."""
        place: Excludes | None = self
        while place is not None:
            below = name[len(place._folder) :] + ("/" if is_folder else "")
            verdict = place._spec.check_file(below).include
            if verdict is not None:
                return verdict
            place = place._above
        return False


class Sieve:
    """A person's rules for one root, ready to be asked. Immutable but for what it remembers."""

    def __init__(self, rules: Rules = USUAL) -> None:
        self.rules = rules
        self.patterns = Excludes(rules.patterns) if any(rules.patterns) else None
        self._kinds = frozenset(rules.suffixes)
        self._folders: dict[str, bool] = {"": False}

    def hides(self, name: str) -> bool:
        """Whether one part of a path is left out by name alone, as hidden."""
        return self.rules.hidden and name.startswith(".")

    def omits_file(self, name: str, size: int) -> bool:
        """Whether a file is left out for its kind or its size in bytes."""
        rules = self.rules
        if size < rules.smallest or (rules.largest and size > rules.largest):
            return True
        return bool(self._kinds) and name[name.rfind(".") :].lower() in self._kinds

    def omits(self, name: str, size: int) -> bool:
        """Whether a file (its name relative to the root) is left out, by all that was said here.

        What the disk says beside, in ignore files and hidden flags, is the walk's to see.
        """
        folder, _, last = name.rpartition("/")
        return (
            self.omits_file(last, size)
            or self._omits_folder(folder)
            or self._omits_part(name, last, is_folder=False)
        )

    def _omits_folder(self, folder: str) -> bool:
        known = self._folders.get(folder)
        if known is None:
            above, _, last = folder.rpartition("/")
            known = self._omits_folder(above) or self._omits_part(folder, last, is_folder=True)
            self._folders[folder] = known
        return known

    def _omits_part(self, name: str, last: str, *, is_folder: bool) -> bool:
        if self.hides(last):
            return True
        return self.patterns is not None and self.patterns.skip(name, is_folder=is_folder)


def read_excludes(path: Path, folder: str, above: Excludes | None) -> Excludes | None:
    """What holds below ``folder`` (relative to the root) with its ignore file at ``path``.

    Where there is no such file, or it can't be read, what holds above goes on holding.
    """
    try:
        # A pipe of this name would be waited for without end.
        if not stat.S_ISREG(path.stat().st_mode):
            return above
        with path.open(encoding="utf-8-sig", errors="surrogateescape") as file:
            lines = file.read(MAX_IGNORE_BYTES).splitlines()
    except OSError:
        return above
    return Excludes(lines, folder=folder, above=above)


def _is_pattern(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):  # the second by pathspec, for `[z-a]`
        return False
    return True
