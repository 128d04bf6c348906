"""What is asked and told of teaching a model one's own words, and of testing how well it finds."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal

SourceName = Literal["tags", "notes", "names", "folders", "used", "tables"]
"""Where pairs of words and pictures come from."""
Towers = Literal["head", "lora", "all"]
Deed = Literal["opened", "shown", "copied", "dragged"]

# ── asked ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class AskSources:
    """Which pairs are there, with those of these tables; answered by `SourcesTold`."""

    tables: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class AskTeaching:
    """How it stands; answered by `TeachingTold`."""


@dataclass(frozen=True, slots=True)
class Teach:
    """Teach the model in use by these pairs; what it is doing is told by `TeachingTold`."""

    sources: tuple[SourceName, ...]
    tables: tuple[Path, ...] = ()
    towers: Towers = "head"


@dataclass(frozen=True, slots=True)
class PauseTeaching:
    """Stop for now; what has been done is kept."""


@dataclass(frozen=True, slots=True)
class ResumeTeaching:
    """Go on where it was."""


@dataclass(frozen=True, slots=True)
class DropTeaching:
    """Stop, or discard what came of it; nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class AdoptTaught:
    """Keep what was taught among the models, and use it."""


@dataclass(frozen=True, slots=True)
class SaveTaught:
    """Copy what was taught to a file of the person's; answered by a notice."""

    path: Path


@dataclass(frozen=True, slots=True)
class NoteUse:
    """After searching for these words this was done with these contents.

    Kept only if the person wants that.
    """

    query: str
    content_ids: tuple[int, ...]
    deed: Deed


@dataclass(frozen=True, slots=True)
class RememberUses:
    """Whether it may be kept from now on which pictures are used after which search."""

    wanted: bool


@dataclass(frozen=True, slots=True)
class ForgetUses:
    """Forget which pictures were used after which search."""


@dataclass(frozen=True, slots=True)
class ExamineLibrary:
    """How well is the library found by these words; answered by `LibraryExamined`."""

    sources: tuple[SourceName, ...] = ("tags", "names", "folders")


@dataclass(frozen=True, slots=True)
class StopExamining:
    """The test under way is not wanted any more."""


@dataclass(frozen=True, slots=True)
class SaveReport:
    """Copy the last test's report, a page, to this file; answered by a notice."""

    path: Path


LessonRequest = (
    AskSources
    | AskTeaching
    | Teach
    | PauseTeaching
    | ResumeTeaching
    | DropTeaching
    | AdoptTaught
    | SaveTaught
    | NoteUse
    | RememberUses
    | ForgetUses
    | ExamineLibrary
    | StopExamining
    | SaveReport
)

# ── told ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class SourceTold:
    """How many pairs there are of one kind, and a few of them."""

    name: SourceName
    pictures: int
    captions: int
    samples: tuple[tuple[str, str], ...] = ()
    """Words, and the name of a file that they belong to."""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourcesTold:
    """The pairs there are; ``message`` says why they can't be told."""

    sources: tuple[SourceTold, ...]
    remembers: bool = False
    """Whether it is kept which pictures are used."""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share (or a difference of two), and the interval that holds it in 95 of 100 such tests."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """How held-out pictures are found by their words, before and after."""

    questions: int
    pictures: int
    before: Estimate
    """Recall@10."""
    after: Estimate
    difference: Estimate
    better: bool
    """By more than chance."""
    learned_from: int


class TeachingState(StrEnum):
    """How teaching stands."""

    IDLE = "idle"
    SEEING = "seeing"
    LEARNING = "learning"
    PAUSED = "paused"
    JUDGED = "judged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class TeachingTold:
    """How teaching stands, all of it."""

    state: TeachingState
    model: str = ""
    done: int = 0
    total: int = 0
    judgement: Judgement | None = None
    message: str = ""
    """Why it failed."""
    problems: tuple[str, ...] = ()
    """Pairs that were passed over, and why."""


@dataclass(frozen=True, slots=True)
class Examined:
    """How one model did."""

    model: str
    first: Estimate
    """Recall@1."""
    ten: Estimate
    """Recall@10."""
    median: float
    """Rank of the right picture, 1 is best."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the test, and the place of the first right picture; 1 is best."""

    words: str
    name: str
    content_id: int
    place: int


@dataclass(frozen=True, slots=True)
class ExaminingProgress:
    """How far the test is."""

    what: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class LibraryExamined:
    """How well the library is found, the model in use first; ``message`` says why not."""

    models: tuple[Examined, ...]
    questions: int = 0
    pictures: int = 0
    sampled: bool = False
    """There were more than were asked about."""
    found: tuple[Asked, ...] = ()
    missed: tuple[Asked, ...] = ()
    message: str = ""


LessonEvent = SourcesTold | TeachingTold | ExaminingProgress | LibraryExamined
