"""Encoders: torch, open_clip and OpenVINO are imported here alone, and only when needed.

Importing this package is cheap: what loads or fetches a model is imported when it is asked for.
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING

from clipdesk.core.encoders import tower
from clipdesk.core.encoders.beside import beside
from clipdesk.core.encoders.encoder import DistantEncoder, Encoder, Sleeper, Stoppable
from clipdesk.core.encoders.name import STARTER, ModelName

if TYPE_CHECKING:
    from clipdesk.core.encoders.catalogue import available
    from clipdesk.core.encoders.loading import load
    from clipdesk.core.encoders.weights import download, is_here, offer

__all__ = [
    "STARTER",
    "DistantEncoder",
    "Encoder",
    "ModelName",
    "Sleeper",
    "Stoppable",
    "available",
    "beside",
    "download",
    "is_here",
    "load",
    "offer",
]

# OpenMP's threads spin while they wait for one another, and so take the processor from the very
# thread they wait for whenever something else runs too (our own decoders do): a caption took
# 2.3 s so on two busy cores, and takes 0.3 s asleep. Must be said before torch is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# Before anything can import OpenVINO: nothing leaves this computer.
tower.silence()

_LATER = {
    "catalogue": ("available",),
    "loading": ("load",),
    "weights": ("download", "is_here", "offer"),
}


def __getattr__(name: str) -> object:
    for module, names in _LATER.items():
        if name in names:
            found: object = getattr(import_module(f"{__name__}.{module}"), name)
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
