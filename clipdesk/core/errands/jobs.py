"""What a process beside can be sent for, and what it says."""

from dataclasses import dataclass
from pathlib import Path

from clipdesk.core.messages.lessons import (
    ExaminingProgress,
    Judgement,
    LibraryExamined,
    SourceName,
    SourceTold,
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
class ExamineWords:
    """How well is the library found by its own words?"""

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


JOBS = (CountSources, TeachWords, ExamineWords)
ANSWERS = (Counted, Far, Judged, Paused, Failed, ExaminingProgress, LibraryExamined)
