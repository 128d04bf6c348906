"""Encoders: torch and open_clip are imported here and nowhere else, and only when needed."""

from clipdesk.core.encoders.catalogue import available
from clipdesk.core.encoders.encoder import Encoder
from clipdesk.core.encoders.loading import load
from clipdesk.core.encoders.name import STARTER, ModelName
from clipdesk.core.encoders.weights import download, is_here, offer

__all__ = ["STARTER", "Encoder", "ModelName", "available", "download", "is_here", "load", "offer"]
