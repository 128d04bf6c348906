"""Where things are kept; one override moves them all."""

import os
import re
import stat
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import platformdirs

APPLICATION = "ClipDesk"
BACKUPS = "backups"
"""The folder beside a catalogue where copies of it are kept."""

# Not in `stat` before Python 3.13.
_SF_DATALESS = 0x40000000
_RECALL_ON_OPEN = 0x00040000
_RECALL_ON_DATA_ACCESS = 0x00400000
_ELSEWHERE = stat.FILE_ATTRIBUTE_OFFLINE | _RECALL_ON_OPEN | _RECALL_ON_DATA_ACCESS


@dataclass(frozen=True, slots=True)
class Directories:
    """The directories of one library (Linux: the XDG base directory specification, 0.8)."""

    data: Path
    """The catalogue and the vector index: dear to rebuild."""
    cache: Path
    """Thumbnails: cheap to rebuild."""
    state: Path
    """Window geometry, logs."""
    models: Path
    """Weights that were downloaded; shared by all libraries of this person."""

    @classmethod
    def default(cls) -> "Directories":
        """The person's own library, where the system keeps such things."""
        data = Path(platformdirs.user_data_dir(APPLICATION, appauthor=False))
        return cls(
            data=data,
            cache=Path(platformdirs.user_cache_dir(APPLICATION, appauthor=False)),
            state=Path(platformdirs.user_state_dir(APPLICATION, appauthor=False)),
            models=data / "models",
        )

    @classmethod
    def under(cls, library: Path) -> "Directories":
        """A library that keeps everything in one folder, models apart."""
        library = library.absolute()
        return cls(library, library / "cache", library / "state", cls.default().models)

    @property
    def catalog(self) -> Path:
        return self.data / "catalog.sqlite"

    @property
    def thumbnails(self) -> Path:
        return self.cache / "thumbnails.sqlite"

    @property
    def backups(self) -> Path:
        return self.data / BACKUPS

    @property
    def indexes(self) -> Path:
        return self.data / "indexes"

    def make(self) -> None:
        """Create what is missing, readable by the owner only."""
        for directory in (self.data, self.cache, self.state, self.indexes):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)


def resources() -> Path:
    """The files that come with the program: the starter's weights, icons, style."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_resources"
    return installed if installed.is_dir() else package.parent / "resources"


def printable(path: str | os.PathLike[str]) -> str:
    """The path as it may be shown in a window, a log or a terminal.

    Control and format characters (which could hide or reverse a name, or drive a terminal) and
    bytes that are not UTF-8 appear escaped.
    """
    text = os.fspath(path)
    return "".join(
        char
        if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
        else char.encode("unicode_escape", "surrogatepass").decode("ascii")
        for char in text
    )


_number = re.compile("0*([0-9]+)")


def natural_key(name: str) -> str:
    """Sort key of one name: ``img2`` before ``img10``, upper and lower case alike."""
    # With its length before it, a longer number comes after a shorter one.
    return _number.sub(lambda number: f"{len(number[1]):03}{number[1]}", name.casefold())


def natural(path: str) -> tuple[str, str]:
    """The key of browsing order: folder by folder, letter case aside, "img2" before "img10"."""
    # A low separator keeps a folder's pictures together: "a/x" comes before "a b/x".
    return natural_key(path.replace(os.sep, "\0")), path


def is_elsewhere(status: os.stat_result) -> bool:
    """Whether it is a placeholder of a cloud drive: reading it would fetch it."""
    attributes: int = getattr(status, "st_file_attributes", 0)
    flags: int = getattr(status, "st_flags", 0)
    return bool(attributes & _ELSEWHERE or flags & _SF_DATALESS)
