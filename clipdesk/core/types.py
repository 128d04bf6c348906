"""The nouns of ClipDesk. All are frozen: they may cross threads and be kept."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal

ResizeMode = Literal["shortest", "longest", "squash"]
Interpolation = Literal["bilinear", "bicubic"]


class RootState(StrEnum):
    """How a watched folder is kept in step."""

    SCANNING = "scanning"
    WATCHED = "watched"
    POLLED = "polled"
    """The system sends no events here: it is looked through from time to time."""
    OFFLINE = "offline"
    """Not there at the moment (unplugged, unmounted, unreachable); its pictures are kept."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the person leaves out of a watched folder, beside its ``.clipdeskignore`` files."""

    patterns: tuple[str, ...] = ()
    """In gitignore's syntax, relative to the root."""
    hidden: bool = True
    """Whether hidden files and folders are left out."""
    smallest: int = 0
    """Files of fewer bytes are left out."""
    largest: int = 0
    """Files of more bytes are left out; 0 for no limit."""
    suffixes: tuple[str, ...] = ()
    """Kinds of files that are left out, lower case with their dot."""


USUAL = Rules()
"""What is left out unless the person says otherwise: what is hidden."""


@dataclass(frozen=True, slots=True)
class Root:
    """A watched folder."""

    id: int
    path: Path
    state: RootState
    pictures: int = 0
    note: str = ""
    """A sentence for the person about the state, or empty."""
    rules: Rules = USUAL


@dataclass(frozen=True, slots=True)
class Identity:
    """Which folder it is; both numbers fit a signed 64-bit integer."""

    device: int
    inode: int
    is_mount: bool
    numbered: bool = True
    """Whether the files of its disk keep their numbers as long as they live."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the file system says of a file without opening it; equal stamps mean unchanged."""

    size: int
    mtime_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class Item:
    """What the grid knows of a picture without opening it."""

    asset_id: int
    content_id: int
    """Equal for files with equal bytes; thumbnails and vectors belong to it."""
    path: str
    """Absolute, as ``os.fsdecode`` gives it: names that are not UTF-8 hold lone surrogates."""
    width: int
    height: int
    colour: int
    """The mean colour as 0xRRGGBB, shown until the thumbnail is read."""
    offline: bool = False
    score: float | None = None
    """Cosine similarity to the query, or None while browsing."""
    why: str = ""
    """Why it is among the first, where that is not how it looks; for the person."""
    duration_ms: int | None = None
    """How long it is, of a video."""
    at_ms: int | None = None
    """Which moment of a video answers the query best."""
    frame_id: int | None = None
    """The content of that moment, of which the thumbnail is."""

    @property
    def shown_id(self) -> int:
        """The content whose thumbnail is to be seen: the picture's, or that of the moment."""
        return self.content_id if self.frame_id is None else self.frame_id


def clock(ms: int) -> str:
    """A moment of a video, or how long it is, as players write it: ``0:05``, ``1:02:03``."""
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


@dataclass(frozen=True, slots=True)
class Moment:
    """A frame of a video that is known."""

    frame_id: int
    """Its content, of which the thumbnail is."""
    at_ms: int
    colour: int
    """The mean colour as 0xRRGGBB."""
    score: float | None = None
    """Cosine similarity to the question, if there is one."""


@dataclass(frozen=True, slots=True)
class Example:
    """A picture used as a question: a file, or the bytes of an encoded picture."""

    label: str
    path: Path | None = None
    data: bytes | None = None
    at_ms: int | None = None
    """Only this moment of a video."""


@dataclass(frozen=True, slots=True)
class Query:
    """What the person asks: a caption, pictures, or both (their embeddings are averaged)."""

    text: str = ""
    examples: tuple[Example, ...] = ()
    tags: tuple[str, ...] = ()
    """Only pictures that have all of these."""

    def __bool__(self) -> bool:
        return bool(self.ranks or self.tags)

    @property
    def ranks(self) -> bool:
        """Whether some pictures answer it better than others."""
        return bool(self.text.strip() or self.examples)


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag, and how many pictures have it."""

    name: str
    pictures: int


@dataclass(frozen=True, slots=True)
class TagUse:
    """A tag that pictures have."""

    name: str
    made_by: str = ""
    """The model that gave it and whom nobody has agreed with; empty: the person."""
    contents: int = 1
    """How many of those that were asked about have it."""


@dataclass(frozen=True, slots=True)
class Note:
    """What is written of a picture."""

    text: str = ""
    made_by: str = ""
    """The model that has written it; empty: the person."""


NO_NOTE = Note()


@dataclass(frozen=True, slots=True)
class LabelSet:
    """Labels of the person's own, to be suggested as tags."""

    name: str
    text: str
    """One label a line: ``name``, or ``name: caption; caption``."""
    templates: tuple[str, ...] = ()
    """How a label is said, with ``{}`` where it goes; none: as usual."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that could not be indexed, and why."""

    path: str
    reason: str
    root_id: int


@dataclass(frozen=True, slots=True)
class ImageSpec:
    """How an encoder wants its pictures: what open_clip calls the preprocessing.

    ``size`` is the side in pixels of the square input. ``resize_mode`` and ``interpolation``
    are open_clip's (``open_clip.transform.PreprocessCfg``); ``fill`` is the grey level
    (0–255) of the bars that "longest" adds. ``mean`` and ``std`` are for values in 0–1, RGB.
    """

    size: int
    resize_mode: ResizeMode = "shortest"
    interpolation: Interpolation = "bicubic"
    fill: int = 0
    mean: tuple[float, float, float] = (0.48145466, 0.4578275, 0.40821073)
    std: tuple[float, float, float] = (0.26862954, 0.26130258, 0.27577711)


@dataclass(frozen=True, slots=True)
class Space:
    """Where vectors may be compared: one architecture, one set of weights, one preprocessing."""

    model: str
    """The model's name as the person gives it, e.g. ``starter`` or ``ViT-B-32/openai``."""
    architecture: str
    weights_hash: str
    """SHA-256 of the weights, hexadecimal."""
    dimensions: int
    spec: ImageSpec


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a model was taught to read its cosines as probabilities.

    Without ``bias``: softmax of ``scale`` × cosine over all the texts that compete (CLIP). With
    it: sigmoid of ``scale`` × cosine + ``bias``, each text for itself (SigLIP).
    """

    scale: float = 100.0
    bias: float | None = None


class EncoderState(StrEnum):
    """What an encoder is doing."""

    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Figures:
    """What its makers or OpenCLIP's published of a model; per cent, None where nothing was."""

    imagenet: float | None
    """Pictures named rightly among 1,000 kinds, without an example (ImageNet-1k, zero-shot)."""
    coco: float | None
    """Captions whose own picture of 5,000 comes first (MSCOCO, text to image, recall@1)."""
    languages: float | None
    """The same of 3,600 pictures, mean of 36 languages (Crossmodal-3600, recall@1)."""
    source: str
    """Whose figures these are."""


@dataclass(frozen=True, slots=True)
class Speed:
    """How many pictures a second a model looks at on this computer."""

    pictures_per_second: float
    measured: bool
    """Else it is an estimate, from a model that was measured."""


class Secret:
    """A key on its way to the keyring, or from it: never shown, logged, or taken to a file."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The key itself."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Secret(•••)"

    def __reduce__(self) -> str:
        raise TypeError("a secret is not to be pickled")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line that the person fills in to set up a hosted model."""

    name: str
    label: str
    secret: bool = False
    """It goes into the system's keyring and is never shown."""
    default: str = ""
    optional: bool = False
    file: bool = False
    """It is the content of a file."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the person must know, and agree to, before a hosted model is sent anything."""

    company: str
    sent: str
    """What leaves the computer, to whom, and when."""
    price: str
    privacy: str
    """The address of what the company says about it."""
    keys: str
    """Where a key is had."""
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model that can be chosen, presented for people."""

    name: str
    title: str
    summary: str
    here: bool
    """Its weights are on this computer."""
    size_bytes: int | None = None
    """Of the download; as the hub says, or about four bytes for each of its numbers."""
    source: str = ""
    licence: str = ""
    dimensions: int | None = None
    family: str = ""
    languages: str = ""
    """Which captions it understands: "English", "Many languages"."""
    pick: str = ""
    """What it is picked for ("Best balance"); empty: one of the many others."""
    advised: bool = False
    """The one to take on this computer, in this person's language."""
    image_size: int | None = None
    """The side, in pixels, of what it sees of a picture."""
    speed: Speed | None = None
    figures: Figures | None = None
    part_bytes: int = 0
    """Of a download that was broken off: what has arrived."""
    removable: bool = False
    """ClipDesk put it here, and can take it away."""
    doubt: str = ""
    """Why it is not trusted; empty: nothing speaks against it, or the person uses it anyway."""
    terms: Terms | None = None
    """Of a hosted model: pictures leave this computer. None: they stay."""
