"""What is on its way into the library, and what has come in."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.errors import ModelError, PicturesRefused
from clipdesk.core.pictures import Decoded, Glance
from clipdesk.core.reconcile import Candidate
from clipdesk.core.search.space import SearchSpace

Vectors = NDArray[np.float32]
K = TypeVar("K", bytes, int)


@dataclass(slots=True)
class Ingested:
    """What a step has brought into the library."""

    added: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    seen_again: list[int] = field(default_factory=list)
    """Assets that are as they were, and have been looked at for another encoder."""
    moved: list[int] = field(default_factory=list)
    """Assets that were missing elsewhere, recognised by their content."""
    failed: list[tuple[Candidate, str]] = field(default_factory=list)
    """With the reason; empty if the file went away before it could be read."""
    refused: int = 0
    """Of these, pictures that an encoder does not take, though another one does."""
    encoded: int = 0
    """Pictures that went through the network."""

    @property
    def done(self) -> int:
        known = len(self.changed) + len(self.seen_again) + len(self.moved)
        return len(self.added) + known + len(self.failed)


@dataclass(slots=True)
class Flight:
    """A candidate whose content is being read by a decoder."""

    candidate: Candidate
    future: "Future[Decoded] | Future[Glance] | Future[bytes]"
    spaces: tuple[SearchSpace, ...]
    glance: Glance | None = None
    """What has been seen of it before its hash was asked for."""


@dataclass(slots=True)
class Landed:
    """A candidate whose content is known: decoded, or recognised by its hash."""

    candidate: Candidate
    content: Decoded | int


@dataclass(slots=True)
class Batch:
    """Pictures on their way through the encoders."""

    landed: list[Landed]
    pictures: dict[bytes, tuple[Decoded, int]]
    """What was decoded, by its hash, with the size of its file; equal bytes are encoded once."""
    parts: "list[tuple[SearchSpace, list[bytes], Future[Vectors]]]"
    """For each space the hashes that lack a vector there, and their vectors."""

    def vectors(self) -> tuple[list[tuple[SearchSpace, list[bytes], Vectors]], dict[bytes, str]]:
        """What the encoders said, by space; and of the pictures that they do not take, why."""
        return told(self.parts)

    @property
    def ready(self) -> bool:
        return all(part.done() for _, _, part in self.parts)


def told(
    parts: Iterable[tuple[SearchSpace, Sequence[K], "Future[Vectors]"]],
) -> tuple[list[tuple[SearchSpace, list[K], Vectors]], dict[K, str]]:
    """What encoders that are done said of what each was given; and of what one refuses, why."""
    encoded, refused = [], dict[K, str]()
    for space, given, part in parts:
        fault = part.exception()
        if isinstance(fault, PicturesRefused):
            refused |= {given[at]: why for at, why in fault.reasons.items()}
            kept = [at for at in range(len(given)) if at not in fault.reasons]
            encoded.append((space, [given[at] for at in kept], fault.vectors[kept]))
        elif isinstance(fault, ModelError):
            raise EncoderFailed(space, fault) from fault
        else:
            encoded.append((space, list(given), part.result()))
    return encoded, refused


class EncoderFailed(Exception):
    """The encoder of a space gave up, for the reason given; its pictures wait in the queue."""

    def __init__(self, space: SearchSpace, reason: ModelError) -> None:
        super().__init__(str(reason))
        self.space = space
        self.reason = reason
