"""Watched folders: what is in them, what changes, whether they are there."""

from clipdesk.core.folders.excludes import IGNORE_FILE, Excludes, Sieve
from clipdesk.core.folders.names import is_case_insensitive
from clipdesk.core.folders.presence import Presence, Probe, identify, is_there, judge
from clipdesk.core.folders.settle import Settling
from clipdesk.core.folders.walk import Found, Omitted, Unreadable, stamp, walk
from clipdesk.core.folders.walker import Seen, Standing, Walker
from clipdesk.core.folders.watch import Mode, Watcher, Watching
from clipdesk.core.types import Identity

__all__ = [
    "IGNORE_FILE",
    "Excludes",
    "Found",
    "Identity",
    "Mode",
    "Omitted",
    "Presence",
    "Probe",
    "Seen",
    "Settling",
    "Sieve",
    "Standing",
    "Unreadable",
    "Walker",
    "Watcher",
    "Watching",
    "identify",
    "is_case_insensitive",
    "is_there",
    "judge",
    "stamp",
    "walk",
]
