"""One library, taken in once by the real command, for all that is asked of it."""

import os
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from clipdesk.core.encoders import kept, starter
from clipdesk.core.encoders.ahead import lacking
from clipdesk.core.paths import Directories
from tests.cli.command import HOMES, Said, at_once, clipdesk
from tests.core.colours import NAMES
from tests.core.house import paint


@dataclass(frozen=True)
class Place:
    """A person's home, their pictures, and their library."""

    home: Path
    pictures: Path
    library: Path

    def clipdesk(self, *arguments: str | Path) -> Said:
        """Run a command on this library."""
        return clipdesk(*arguments, "--library", self.library, home=self.home)

    def at_once(self, *arguments: str | Path) -> Said:
        """The same in this process, for what needs torch."""
        return at_once(*arguments, "--library", self.library, home=self.home)


def never_quickened(name: str, home: Path) -> None:
    """This model is not to be made quicker for this person: that takes a minute of a processor.

    That it is done, and what comes of it, `tests.core.test_quickening` tries.
    """
    with pytest.MonkeyPatch.context() as patch:
        for variable in HOMES:
            patch.setenv(variable, str(home))
        models = Directories.default().models
    lack = lacking(name, models)
    if lack is not None:
        kept.note_failure(*lack, models, "a test has no time for it")


@pytest.fixture(scope="session")
def _starter_is_here() -> None:
    if not starter.info().here:
        pytest.skip("the built-in starter's weights are not in this checkout")


@pytest.fixture
def empty(tmp_path: Path) -> Place:
    """A library that nothing was taken into yet."""
    return Place(tmp_path / "home", tmp_path / "pictures", tmp_path / "library")


STRANGE = [
    "a b.png",
    'it\'s "q".png',
    "line\nbreak.png",
    "🎨.png",
    "%20#?.png",
    "--help.png",
    os.fsdecode(b"\xff\xfe.png"),
]
"""Names that are none of a picture's fault."""

_HUGE = struct.pack("<3i2h6i", 40, 50_000, 50_000, 1, 24, *[0] * 6)

HOSTILE = {
    "cut short.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x40",
    "empty.gif": b"",
    "huge\u202e.bmp": b"BM" + bytes(12) + _HUGE,
    os.fsdecode(b"not \xe9 text.webp"): b"<html></html>",
}
"""Files that are no pictures, whatever they say."""


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory, _starter_is_here: None) -> Place:
    """Two pictures of each colour; where there can be, strange names and hostile files, too."""
    top = tmp_path_factory.mktemp("cli")
    it = Place(top / "home", top / "pictures", top / "library")
    for number, colour in enumerate([*NAMES, *NAMES]):
        paint(it.pictures / f"{colour} {number}.png", colour, number)
    if sys.platform == "linux":  # where names may be any bytes
        for number, name in enumerate(STRANGE):
            (top / "home").mkdir(exist_ok=True)
            paint(top / "home" / "one.png", "red", 100 + number).replace(it.pictures / name)
        for name, content in HOSTILE.items():
            (it.pictures / name).write_bytes(content)
    return it


@pytest.fixture(scope="session")
def count(place: Place) -> int:
    """How many pictures the library has."""
    return sum(1 for file in place.pictures.iterdir() if file.name not in HOSTILE)


@pytest.fixture(scope="session")
def indexed(place: Place) -> dict[str, Any]:
    """The answer of ``clipdesk index --json``."""
    return place.clipdesk("index", place.pictures, "--json").json
