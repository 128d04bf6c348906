"""Whether a model had better be converted before it is loaded at all.

Torch takes seconds to import and holds the window up meanwhile. Where a model's towers are made in
the process beside first, this one never needs it; so nothing here asks open_clip, either.
"""

from pathlib import Path

from clipdesk.core.encoders import (
    accelerator,
    changes,
    kept,
    local,
    notes,
    sharing,
    starter,
    tower,
)
from clipdesk.core.encoders.name import ModelName
from clipdesk.core.encoders.recipe import Recipe
from clipdesk.core.encoders.towers import Towers
from clipdesk.core.errors import ClipDeskError, ModelNotHere


def lacking(name: str, models: Path) -> tuple[str, str] | None:
    """The network whose towers are to be made for this model, and of what (SHA-256).

    None where there are some, where a graphics card may run it, where it was tried in vain, and
    of models that are not here or are none of OpenCLIP's: loading them tells.
    """
    try:
        model = ModelName.parse(name)
        if model.is_adapted and sharing.about(sharing.path_of(name)).kind == "maps":
            model = ModelName.parse(sharing.base_of(name))
        if model.is_starter or accelerator.likely() or not tower.available():
            return None
        made_of = changes.fingerprints(_files(model, models), models).all
    except (ClipDeskError, OSError):
        return None
    network = str(model)
    if kept.failure(network, made_of, models) or _whole(network, made_of, models):
        return None
    return network, made_of


def is_here(name: str, models: Path) -> bool:
    """Whether the files of such a model lie on this computer; if in doubt, not."""
    try:
        return _files(ModelName.parse(name), models).weights.is_file()
    except (ClipDeskError, OSError):
        return False


def _files(name: ModelName, models: Path) -> Recipe:
    """As much of a recipe as names the files; raises `ModelError` where they are not known."""
    changed: Path | None = None
    if name.is_adapted:
        changed = sharing.path_of(str(name))
        weights = _files(ModelName.parse(sharing.base_of(str(name))), models).weights
    elif name.is_starter:
        weights = starter.folder() / starter.WEIGHTS
    elif name.path is not None:
        weights = local.weights_in(name.path) if name.path.is_dir() else name.path
    elif fetched := notes.read(models / notes.FETCHED).get(str(name)):
        weights = Path(str(fetched))
    else:
        raise ModelNotHere(f"{name} is not on this computer.", hint="It can be downloaded.")
    return Recipe(str(name), "", {}, {}, weights, changes=changed)


def _whole(name: str, made_of: str, models: Path) -> bool:
    known = kept.find(name, models)
    if known is None or known.towers is None:
        return False
    try:
        Towers.read(known.towers, made_of, models)
    except (OSError, ValueError):
        return False
    return True
