"""One library, taken in once by the real command, for all that is asked of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from clipdesk.core.encoders import starter
from tests.cli.command import Said, clipdesk
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


@pytest.fixture(scope="session")
def _starter_is_here() -> None:
    if not starter.info().here:
        pytest.skip("the built-in starter's weights are not in this checkout")


@pytest.fixture
def empty(tmp_path: Path) -> Place:
    """A library that nothing was taken into yet."""
    return Place(tmp_path / "home", tmp_path / "pictures", tmp_path / "library")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, _starter_is_here: None) -> Place:
    """Two pictures of each colour, and what the command said of taking them in."""
    top = tmp_path_factory.mktemp("cli")
    it = Place(top / "home", top / "pictures", top / "library")
    for number, colour in enumerate([*NAMES, *NAMES]):
        paint(it.pictures / f"{colour} {number}.png", colour, number)
    return it


@pytest.fixture(scope="module")
def indexed(place: Place) -> dict[str, Any]:
    """The answer of ``clipdesk index --json``."""
    return place.clipdesk("index", place.pictures, "--json").json
