"""Which empty state it is, and its words: a function, no widget."""

from dataclasses import dataclass

from clipdesk.core.messages.events import (
    EncoderChanged,
    Progress,
)
from clipdesk.core.paths import printable
from clipdesk.core.types import EncoderState, Query, Root, RootState


@dataclass(frozen=True, slots=True)
class Empty:
    """An icon, a sentence, a few words more, and the action (of the registry) that helps."""

    icon: str
    title: str
    text: str = ""
    action: str = ""


def empty_words(  # noqa: PLR0911 - one for each state
    roots: tuple[Root, ...],
    chosen: Root | None,
    query: Query,
    progress: Progress,
    encoder: EncoderChanged | None = None,
) -> Empty:
    """What to say when there is nothing to show; ``chosen`` is the folder looked at."""
    if not roots:
        return Empty(
            "images",
            "Choose a folder of pictures, or drop one here",
            "Private: nothing leaves this computer.",
            "add_folder",
        )
    if chosen is not None and chosen.state is RootState.OFFLINE:
        name = printable(chosen.path.name)
        return Empty("eject", f"“{name}” is not there", "It comes back when its disk does.")
    if encoder is not None and encoder.state is EncoderState.FAILED:
        return Empty(
            "triangle-alert",
            "ClipDesk can't see pictures without a model",
            encoder.detail,
            "models",
        )
    if progress.paused and progress.done < progress.total:
        return Empty("pause", "Indexing is paused", "Go on, and the pictures appear.", "pause")
    if progress.done < progress.total or any(r.state is RootState.SCANNING for r in roots):
        return Empty("clock", "Looking at your first pictures", "They appear here as they come.")
    if query:
        return Empty("search", "No pictures to search here", "Try all pictures instead.")
    if chosen is not None:
        name = printable(chosen.path.name)
        return Empty(
            "folder-open", f"No pictures in “{name}”", "What is put there appears here by itself."
        )
    return Empty(
        "folder-open",
        "No pictures in your folders yet",
        "What is put there appears here by itself, or watch another folder.",
        "add_folder",
    )
