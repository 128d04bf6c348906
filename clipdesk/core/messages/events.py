"""What the engine tells."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from clipdesk.core.messages.lessons import LessonEvent
from clipdesk.core.messages.maps import MapDrawn, MapProgress
from clipdesk.core.messages.videos import VideoEvent
from clipdesk.core.messages.words import WordEvent
from clipdesk.core.types import EncoderState, Item, ModelInfo, Problem, Query, Root


@dataclass(frozen=True, slots=True)
class RootsChanged:
    """The watched folders as they are now."""

    roots: tuple[Root, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far indexing is; ``done == total`` means in step."""

    done: int
    total: int
    images_per_second: float = 0.0
    seconds_left: float | None = None
    paused: bool = False
    what: str = ""
    """What is being done, for the person: "Indexing Archive", "Looking through Brand"."""
    why: str = ""
    """Why it is slow, or waits though nobody paused it, for the person."""


@dataclass(frozen=True, slots=True)
class PaceChanged:
    """How the library is indexed from now on; told at the start, too."""

    only_plugged_in: bool


@dataclass(frozen=True, slots=True)
class RelocationOffered:
    """The folder that is to be watched holds the pictures of a root that is not there."""

    root_id: int
    title: str
    """The root's name."""
    path: Path
    """Where it seems to be now."""
    old: Path = Path()
    """Where it was."""


@dataclass(frozen=True, slots=True)
class RulesTried:
    """What `TryRules` asked: of the pictures known there, so many would be left out."""

    ticket: int
    root_id: int
    left_out: int
    total: int


@dataclass(frozen=True, slots=True)
class Listing:
    """The pictures that `Browse` asked for, in browsing order, a page at a time."""

    ticket: int
    root_id: int | None
    items: tuple[Item, ...]
    first: int = 0
    """How many there were on the pages before."""
    more: bool = False
    """Whether pages are to follow; the last one may be empty."""
    total: int | None = None
    """How many there are in all, as far as is known."""
    tags: tuple[str, ...] = ()
    """Only those that have all of these."""


@dataclass(frozen=True, slots=True)
class Added:
    """Pictures that have become searchable."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """Pictures of which something has changed: path, pixels, offline."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Removed:
    """Pictures that are no longer there."""

    asset_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RemovalAsked:
    """Most of a root's pictures are gone: they are kept until the person agrees.

    A disk that was not there in time looks like this, so does a folder that was emptied.
    """

    root_id: int
    title: str
    gone: int
    """How many; 0 when the question no longer stands."""
    total: int


@dataclass(frozen=True, slots=True)
class Results:
    """The answer to a search, best first."""

    ticket: int
    query: Query
    items: tuple[Item, ...]
    total: int
    """Pictures that were ranked."""
    took_ms: float
    trusted: int
    """How many of the first items stand out from the rest; what follows is guesswork."""


@dataclass(frozen=True, slots=True)
class SearchWaits:
    """A search can't be answered yet (the encoder is loading); it is kept and will be."""

    ticket: int
    reason: str


@dataclass(frozen=True, slots=True)
class SearchFailed:
    """A search can't be answered; why, for the person."""

    ticket: int
    message: str


@dataclass(frozen=True, slots=True)
class ProblemsChanged:
    """The files that could not be indexed, all of them."""

    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class PreviewReady:
    """A picture rendered for the preview."""

    ticket: int
    path: str
    width: int
    height: int
    bgra: bytes
    """width × height × 4 bytes, as screens order them; not premultiplied, sRGB, upright."""
    opaque: bool = True
    lightness: float | None = None
    """Of what can be seen of a transparent picture, 0–1; None if that is nearly all of it."""


@dataclass(frozen=True, slots=True)
class PreviewFailed:
    """A picture can't be rendered; why, for the person."""

    ticket: int
    path: str
    message: str


@dataclass(frozen=True, slots=True)
class ThumbnailsReady:
    """Thumbnails that were missing can be read now."""

    content_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EncoderChanged:
    """The encoder that answers searches, and what it is doing.

    While ``next_model`` is not empty the library is being encoded with it; this one answers.
    """

    model: str
    state: EncoderState
    detail: str = ""
    next_model: str = ""
    engine: str = ""
    """What the answering one runs on, and in which numbers: "cpu, int8", "cuda"."""
    quickening: float | None = None
    """How far a quicker form of it is, of 1; None while none is being made."""


@dataclass(frozen=True, slots=True)
class ModelsListed:
    """The models that can be chosen, recommended first."""

    models: tuple[ModelInfo, ...]


@dataclass(frozen=True, slots=True)
class DownloadOffered:
    """The model must be fetched first, or its terms agreed to: the person is to be asked."""

    model: ModelInfo


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """Bytes of the download under way."""

    name: str
    done_bytes: int
    total_bytes: int


@dataclass(frozen=True, slots=True)
class DownloadEnded:
    """The download is over; ``message`` is empty if it went well."""

    name: str
    message: str = ""


class Level(StrEnum):
    """How much a notice matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence for the person, and what they can do."""

    level: Level
    text: str
    hint: str = ""


Event = (
    RootsChanged
    | RelocationOffered
    | RulesTried
    | Progress
    | PaceChanged
    | Listing
    | Added
    | Changed
    | Removed
    | RemovalAsked
    | Results
    | SearchWaits
    | SearchFailed
    | ProblemsChanged
    | PreviewReady
    | PreviewFailed
    | ThumbnailsReady
    | EncoderChanged
    | ModelsListed
    | DownloadOffered
    | DownloadProgress
    | DownloadEnded
    | Notice
    | WordEvent
    | VideoEvent
    | MapDrawn
    | MapProgress
    | LessonEvent
)
