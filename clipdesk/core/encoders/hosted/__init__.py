"""Encoders that live at companies: off until the person has agreed to what is sent and paid.

Each is plain documented HTTP, one module a company; the keys are in the system's keyring, the
consent is a file beside the models. ``pip install "clipdesk[hosted]"`` brings the libraries.
"""

from clipdesk.core.encoders.hosted.encoder import PREFIX
from clipdesk.core.encoders.hosted.offers import (
    find,
    load,
    offer,
    offered,
    require,
    set_up,
    withdraw,
)

__all__ = ["PREFIX", "find", "load", "offer", "offered", "require", "set_up", "withdraw"]
