"""All that an encoder plug-in needs from ClipDesk: what it is asked for, and what it answers.

A plug-in is an installed package with an entry point in the group ``clipdesk.encoders``; the
entry point's name is the model's (``plugin:NAME``), and its object, which may be a module, is an
`EncoderPlugin`. ``packaging/plugin`` is a small one that works, and the guide to writing others.

Interface 1. A plug-in says which interface it was written for; one that ClipDesk does not speak
is refused by name.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.encoders.encoder import Encoder
from clipdesk.core.types import Calibration, ImageSpec, Space

__all__ = [
    "GROUP",
    "INTERFACE",
    "AudioEncoder",
    "AudioSpec",
    "Calibration",
    "Description",
    "Encoder",
    "EncoderPlugin",
    "ImageSpec",
    "Space",
    "Takes",
]

GROUP = "clipdesk.encoders"
INTERFACE = 1


class Takes(StrEnum):
    """A kind of thing that an encoder maps into its space."""

    IMAGES = "images"
    TEXTS = "texts"
    AUDIO = "audio"


@dataclass(frozen=True, slots=True)
class Description:
    """What people are told of a plug-in's encoder, and what its answers are checked against."""

    title: str
    licence: str
    dimensions: int
    takes: frozenset[Takes] = frozenset({Takes.IMAGES, Takes.TEXTS})
    """ClipDesk shows pictures, so it uses encoders that take images and texts at least."""


class EncoderPlugin(Protocol):
    """What the entry point names. Importing it must be cheap: libraries are for `load`."""

    @property
    def interface(self) -> int:
        """The `INTERFACE` that this plug-in was written for, as a literal number."""

    @property
    def description(self) -> Description:
        """What it is."""

    def load(self, storage: Path) -> Encoder:
        """Build the encoder; called in a thread of its own, and may take minutes.

        ``storage`` is a folder for the plug-in's own files. What goes wrong is best raised as
        `clipdesk.core.errors.ModelError`, whose words the person reads as they are. Nothing may
        be fetched without their consent: weights that lack are `ModelNotHere`, with a hint.

        The encoder's `Space` says how pictures are prepared for it, and its ``weights_hash``
        must change whenever the vectors would: by it, libraries know what to encode again.
        """


@dataclass(frozen=True, slots=True)
class AudioSpec:
    """How an encoder wants its sounds: one channel of ``rate_hz`` samples a second."""

    rate_hz: int
    seconds: float
    """How much it hears at once; longer sounds come in pieces, shorter ones end in silence."""


class AudioEncoder(Encoder, Protocol):
    """An encoder that takes audio, too (CLAP: audio and texts; ImageBind: all three).

    ClipDesk has no sounds to search yet; such an encoder is checked like the others, and one
    that takes images besides is used for them.
    """

    @property
    def audio(self) -> AudioSpec:
        """How sounds are to be prepared."""

    def encode_audio(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Embed (n, rate_hz · seconds) samples in -1–1 as (n, dimensions), of unit length."""
