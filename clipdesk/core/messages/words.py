"""What is asked and told of the words that pictures have: tags, notes, labels, descriptions."""

from dataclasses import dataclass

from clipdesk.core.types import NO_NOTE, Item, LabelSet, Note, TagCount, TagUse

# ── asked ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class AskTags:
    """Which tags have these contents; answered by `TagsTold`, the newest one only."""

    content_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AskAbout:
    """All that is known of a picture, or of several at once; answered by `About`, the newest."""

    ticket: int
    content_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PutTag:
    """Give these contents a tag; it is the person's."""

    name: str
    content_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TakeTag:
    """Take a tag away from these contents."""

    name: str
    content_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WriteNote:
    """The person's note on a content; an empty one is none."""

    content_id: int
    text: str


@dataclass(frozen=True, slots=True)
class KeepLabelSet:
    """Keep a set of labels, in place of the one called ``instead_of`` if there is one.

    Answered by `LabelSetsChanged`, or a notice that says what is wrong with it.
    """

    labels: LabelSet
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class RemoveLabelSet:
    """Forget a set of labels; the tags that it led to stay."""

    name: str


@dataclass(frozen=True, slots=True)
class Suggest:
    """Which of these labels fits the pictures; answered by `LabelSuggested`, one for each label.

    Then by `SuggestingEnded`. A newer one replaces it.
    """

    ticket: int
    labels: LabelSet
    content_ids: tuple[int, ...] | None = None
    """Of these pictures; None: of all in the root."""
    root_id: int | None = None
    """Of all in this root, or of all."""


@dataclass(frozen=True, slots=True)
class StopSuggesting:
    """Nobody waits for the suggestions any more."""


@dataclass(frozen=True, slots=True)
class Describe:
    """Describe these pictures now: the person waits. A description of a model is made anew."""

    content_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DescribeAll:
    """Describe the pictures that have no note, in this root or in all, when there is time."""

    root_id: int | None = None


@dataclass(frozen=True, slots=True)
class StopDescribing:
    """Describe no more; what has been written stays."""


# ── told ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class TagsChanged:
    """Every tag there is, in the order of the alphabet."""

    tags: tuple[TagCount, ...]


@dataclass(frozen=True, slots=True)
class TagsTold:
    """What `AskTags` asked: each content and its tags, if it has any."""

    tags: tuple[tuple[int, tuple[TagUse, ...]], ...]


@dataclass(frozen=True, slots=True)
class About:
    """What `AskAbout` asked; of several pictures only the tags that any of them has."""

    ticket: int
    tags: tuple[TagUse, ...]
    note: Note = NO_NOTE
    format: str = ""
    size_bytes: int = 0
    copies: int = 0
    """Files of this content, it among them."""


@dataclass(frozen=True, slots=True)
class WordsChanged:
    """Tags or notes of these contents are others now."""

    content_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LabelSetsChanged:
    """The person's label sets."""

    sets: tuple[LabelSet, ...]


@dataclass(frozen=True, slots=True)
class Suggesting:
    """How far the suggestions are."""

    ticket: int
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class LabelSuggested:
    """The pictures that a label may fit, the likeliest first."""

    ticket: int
    label: str
    content_ids: tuple[int, ...]
    probabilities: tuple[float, ...]
    items: tuple[Item, ...]
    """The first of them, each with its probability as its score."""


@dataclass(frozen=True, slots=True)
class SuggestingEnded:
    """All labels have been told of, or why there is nothing to tell."""

    ticket: int
    model: str = ""
    pictures: int = 0
    """How many were compared."""
    unseen: int = 0
    """How many the model has not looked at yet."""
    threshold: float = 0.5
    """The probability from which on a label is likely meant, for this kind of model."""
    message: str = ""
    """What is wrong, for the person."""


@dataclass(frozen=True, slots=True)
class Describing:
    """How far describing is; ``done == total`` means that none waits."""

    done: int
    total: int
    model: str = ""
    why: str = ""
    """Why it waits, for the person."""


@dataclass(frozen=True, slots=True)
class DescribingFailed:
    """Pictures can't be described, and why: as a rule it takes another model."""

    message: str
    hint: str = ""


WordRequest = (
    AskTags
    | AskAbout
    | PutTag
    | TakeTag
    | WriteNote
    | KeepLabelSet
    | RemoveLabelSet
    | Suggest
    | StopSuggesting
    | Describe
    | DescribeAll
    | StopDescribing
)
WordEvent = (
    TagsChanged
    | TagsTold
    | About
    | WordsChanged
    | LabelSetsChanged
    | Suggesting
    | LabelSuggested
    | SuggestingEnded
    | Describing
    | DescribingFailed
)
