"""Any picture file, opened safely. Image decoders are imported here and nowhere else.

Importing this package is cheap: a decoder is loaded when the first picture needs it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from clipdesk.core.pictures.formats import SUFFIXES
from clipdesk.core.pictures.nouns import Decoded, Limits, Rendered

if TYPE_CHECKING:
    from clipdesk.core.pictures.decoding import decode, fingerprint, render
    from clipdesk.core.pictures.pool import DecoderPool

__all__ = [
    "SUFFIXES",
    "Decoded",
    "DecoderPool",
    "Limits",
    "Rendered",
    "decode",
    "fingerprint",
    "render",
]


def __getattr__(name: str) -> object:
    if name == "DecoderPool":
        return import_module("clipdesk.core.pictures.pool").DecoderPool
    if name in ("decode", "render", "fingerprint"):
        function: object = getattr(import_module("clipdesk.core.pictures.decoding"), name)
        return function
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
