"""Encoders: torch, open_clip and OpenVINO are imported here alone, and only when needed."""

import os

from clipdesk.core.encoders import tower
from clipdesk.core.encoders.beside import beside
from clipdesk.core.encoders.catalogue import available
from clipdesk.core.encoders.encoder import DistantEncoder, Encoder, Stoppable
from clipdesk.core.encoders.loading import load
from clipdesk.core.encoders.name import STARTER, ModelName
from clipdesk.core.encoders.weights import download, is_here, offer

__all__ = [
    "STARTER",
    "DistantEncoder",
    "Encoder",
    "ModelName",
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
