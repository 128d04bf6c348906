"""Any picture file, opened safely. Image decoders are imported here and nowhere else.

Importing this package is cheap: a decoder is loaded when the first picture needs it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from clipdesk.core.pictures.formats import (
    READS_VIDEOS,
    SUFFIXES,
    VIDEO_SUFFIXES,
    WITHOUT_VIDEOS,
    is_video,
)
from clipdesk.core.pictures.nouns import Decoded, Footage, Frame, Glance, Limits, Rendered, Timing

if TYPE_CHECKING:
    from clipdesk.core.pictures.decoding import decode, frames, render, survey
    from clipdesk.core.pictures.pool import DecoderPool, usual_workers
    from clipdesk.core.pictures.reading import fingerprint, glance

__all__ = [
    "READS_VIDEOS",
    "SUFFIXES",
    "VIDEO_SUFFIXES",
    "WITHOUT_VIDEOS",
    "Decoded",
    "DecoderPool",
    "Footage",
    "Frame",
    "Glance",
    "Limits",
    "Rendered",
    "Timing",
    "decode",
    "fingerprint",
    "frames",
    "glance",
    "is_video",
    "render",
    "survey",
    "usual_workers",
]

_LATER = {
    "pool": ("DecoderPool", "usual_workers"),
    "decoding": ("decode", "frames", "render", "survey"),
    "reading": ("fingerprint", "glance"),
}


def __getattr__(name: str) -> object:
    for module, names in _LATER.items():
        if name in names:
            found: object = getattr(import_module(f"{__name__}.{module}"), name)
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
