"""What a process beside can be sent for, and what it says."""

from dataclasses import dataclass
from pathlib import Path

from clipdesk.core.messages.lessons import (
    Judgement,
    LibraryTested,
    SourceName,
    SourceTold,
    TestProgress,
    Towers,
)
from clipdesk.core.paths import Directories


@dataclass(frozen=True, slots=True)
class CountSources:
    """Which pairs are there?"""

    library: Directories
    tables: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class TeachWords:
    """Teach a model by these pairs."""

    library: Directories
    model: str
    out: Path
    sources: tuple[SourceName, ...]
    tables: tuple[Path, ...]
    towers: Towers


@dataclass(frozen=True, slots=True)
class TestWords:
    """How well is the library found by its own words?"""

    __test__ = False
    library: Directories
    report: Path
    """A folder."""
    sources: tuple[SourceName, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    sources: tuple[SourceTold, ...]


@dataclass(frozen=True, slots=True)
class Far:
    """How far teaching is."""

    learning: bool
    """Else it is still looking at pictures."""
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Judged:
    judgement: Judgement
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paused:
    """It was told to stop, and has kept what was done."""


@dataclass(frozen=True, slots=True)
class Failed:
    message: str


JOBS = (CountSources, TeachWords, TestWords)
ANSWERS = (Counted, Far, Judged, Paused, Failed, TestProgress, LibraryTested)
