"""What the engine is asked to do."""

from dataclasses import dataclass
from pathlib import Path

from clipdesk.core.messages.lessons import LessonRequest
from clipdesk.core.messages.maps import LayMapAnew, ShowMap
from clipdesk.core.messages.videos import VideoRequest
from clipdesk.core.messages.words import WordRequest
from clipdesk.core.types import Identity, Query, Rules, Secret


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
    tags: tuple[str, ...] = ()
    """Only pictures that have all of these; `SearchFailed` answers for one that there is not."""


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
    at_ms: int | None = None
    """Of a video this moment, else the one that stands for it."""


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
    | WordRequest
    | VideoRequest
    | ShowMap
    | LayMapAnew
    | LessonRequest
)
