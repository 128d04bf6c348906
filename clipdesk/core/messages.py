"""All that may cross the line between the engine's thread and the others.

Requests go in, events come out; every one is frozen and holds all that it needs. A *ticket* is
a number of the asker's choosing that comes back with the answer, so that stale answers can be
told from the newest.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from clipdesk.core.types import (
    EncoderState,
    Identity,
    Item,
    ModelInfo,
    Problem,
    Query,
    Root,
    Rules,
    Secret,
)

# ── requests: into the engine ─────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Stop:
    """Finish the slice at hand and return."""


@dataclass(frozen=True, slots=True)
class Search:
    """Rank the library by the query; answered by `Results` or `SearchFailed`.

    Only the newest search is kept: one that has not begun when another arrives is dropped.
    """

    ticket: int
    query: Query
    limit: int = 500
    root_id: int | None = None
    """Only pictures of this root, or all."""


@dataclass(frozen=True, slots=True)
class Browse:
    """List the pictures of a root, or of all, by path; answered by `Listing`."""

    ticket: int
    root_id: int | None = None


@dataclass(frozen=True, slots=True)
class AddRoot:
    """Watch a folder from now on; answered by `RelocationOffered` if a known one seems to be it."""

    path: Path
    anew: bool = False
    """It is another folder than those that are known, whatever it looks like."""


@dataclass(frozen=True, slots=True)
class Relocate:
    """A root that is not there is at this path now: keep all that is known of it."""

    root_id: int
    path: Path


@dataclass(frozen=True, slots=True)
class RemoveRoot:
    """Stop watching a folder and forget what is known of its files, never the files."""

    root_id: int


@dataclass(frozen=True, slots=True)
class ConfirmRemoval:
    """The person agreed to what `RemovalAsked` asked: forget the files that are gone."""

    root_id: int


@dataclass(frozen=True, slots=True)
class SetRules:
    """Leave this out of a root from now on; what is left out is put away, not forgotten."""

    root_id: int
    rules: Rules


@dataclass(frozen=True, slots=True)
class TryRules:
    """How much would these rules leave out; answered by `RulesTried`, the newest one only."""

    ticket: int
    root_id: int
    rules: Rules


@dataclass(frozen=True, slots=True)
class Look:
    """Something may have changed at this place: the file system's events become this."""

    root_id: int
    path: Path


@dataclass(frozen=True, slots=True)
class RootSeen:
    """The probe's word on a root: there, or not."""

    root_id: int
    present: bool
    changed: bool = False
    """It is there, but is another folder than before (removed and made again, remounted)."""
    identity: Identity | None = None
    """The folder that is there."""


@dataclass(frozen=True, slots=True)
class Rescan:
    """Look through a root, or all roots, from the top."""

    root_id: int | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop indexing; searching goes on."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on indexing."""


@dataclass(frozen=True, slots=True)
class SetPace:
    """Index only when plugged in, or on battery as well; answered by `PaceChanged`."""

    only_plugged_in: bool


@dataclass(frozen=True, slots=True)
class Retry:
    """Try problem files again: these, or all when empty."""

    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """Render a picture for the preview; answered by `PreviewReady` or `PreviewFailed`."""

    ticket: int
    path: str
    max_side: int
    """Pixels of the longer side at most."""


@dataclass(frozen=True, slots=True)
class WantThumbnails:
    """Make thumbnails that are missing, these first; a newer request replaces an older one."""

    asset_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ListModels:
    """Tell which models can be chosen; answered by `ModelsListed`."""


@dataclass(frozen=True, slots=True)
class UseModel:
    """Index and search with this model; the old one answers until the new one is ready.

    A model whose weights are not here is answered by `DownloadOffered` and nothing is fetched.
    """

    name: str


@dataclass(frozen=True, slots=True)
class Download:
    """The person agreed: fetch the weights of this model, then use it."""

    name: str


@dataclass(frozen=True, slots=True)
class CancelDownload:
    """Stop the download under way; what has arrived is kept for resuming."""


@dataclass(frozen=True, slots=True)
class ImportModel:
    """Keep a file or folder of weights among the models, then use it.

    Answered as `Download` is; the architecture is read off the file where none is given.
    """

    path: Path
    architecture: str = ""


@dataclass(frozen=True, slots=True)
class RemoveModel:
    """Delete a model's files, if ClipDesk put them here and does not use them; see `Notice`."""

    name: str


@dataclass(frozen=True, slots=True)
class TrustModel:
    """The person wants to use a model although it does not match captions to pictures."""

    name: str


@dataclass(frozen=True, slots=True)
class SetUpModel:
    """The person agreed to a hosted model's `Terms`: keep the key, try it, then use the model.

    Answered by `DownloadEnded`.
    """

    name: str
    settings: tuple[tuple[str, str], ...]
    """Of its entries, those that are no secret: name and value."""
    key: Secret
    """Empty: the one that is in the keyring already."""


Request = (
    Stop
    | Search
    | Browse
    | AddRoot
    | Relocate
    | RemoveRoot
    | ConfirmRemoval
    | SetRules
    | TryRules
    | Look
    | RootSeen
    | Rescan
    | Pause
    | Resume
    | SetPace
    | Retry
    | Preview
    | WantThumbnails
    | ListModels
    | UseModel
    | Download
    | CancelDownload
    | ImportModel
    | RemoveModel
    | TrustModel
    | SetUpModel
)

# ── events: out of the engine ─────────────────────────────────────────────────────────────


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
    rgba: bytes
    """width × height × 4 bytes, not premultiplied, sRGB, upright."""


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
)
