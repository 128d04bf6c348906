"""Any picture file, opened safely. Image decoders are imported here and nowhere else.

Importing this package is cheap: a decoder is loaded when the first picture needs it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from clipdesk.core.pictures.formats import SUFFIXES
from clipdesk.core.pictures.nouns import Decoded, Glance, Limits, Rendered

if TYPE_CHECKING:
    from clipdesk.core.pictures.decoding import decode, render
    from clipdesk.core.pictures.pool import DecoderPool, usual_workers
    from clipdesk.core.pictures.reading import fingerprint, glance

__all__ = [
    "SUFFIXES",
    "Decoded",
    "DecoderPool",
    "Glance",
    "Limits",
    "Rendered",
    "decode",
    "fingerprint",
    "glance",
    "render",
    "usual_workers",
]

_LATER = {
    "pool": ("DecoderPool", "usual_workers"),
    "decoding": ("decode", "render"),
    "reading": ("fingerprint", "glance"),
}


def __getattr__(name: str) -> object:
    for module, names in _LATER.items():
        if name in names:
            found: object = getattr(import_module(f"{__name__}.{module}"), name)
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
