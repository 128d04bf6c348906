"""Whether a model had better be converted before it is loaded at all.

Torch takes seconds to import and holds the window up meanwhile. Where a model's towers are made in
the process beside first, this one never needs it.
"""

from pathlib import Path

from clipdesk.core.encoders import accelerator, changes, kept, loading, tower
from clipdesk.core.encoders.name import ModelName
from clipdesk.core.encoders.towers import Towers
from clipdesk.core.errors import ClipDeskError


def lacking(name: str, models: Path) -> str:
    """What a model's towers are to be made of (SHA-256), where it has none yet; else nothing.

    Nothing also where a graphics card may run it, where it was tried in vain, and of models that
    are not here or are none of OpenCLIP's: loading them tells.
    """
    try:
        model = ModelName.parse(name)
        if model.is_starter or accelerator.likely() or not tower.available():
            return ""
        fingerprint = changes.fingerprints(loading.find(model, models), models).all
    except (ClipDeskError, OSError):
        return ""
    if kept.failure(name, fingerprint, models) or _whole(name, fingerprint, models):
        return ""
    return fingerprint


def _whole(name: str, fingerprint: str, models: Path) -> bool:
    known = kept.find(name, models)
    if known is None or known.towers is None:
        return False
    try:
        Towers.read(known.towers, fingerprint, models)
    except (OSError, ValueError):
        return False
    return True
