"""A network whose weights were changed for someone's pictures: another one, and the changes.

A changed tensor is kept whole under its name, or as two narrow matrices whose product is added
to it: ``NAME.up`` (out, rank) and ``NAME.down`` (rank, in), as LoRA has it (arXiv 2106.09685).
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from clipdesk.core.encoders import notes, sharing
from clipdesk.core.encoders.name import ModelName
from clipdesk.core.encoders.recipe import Recipe
from clipdesk.core.errors import WeightsBroken
from clipdesk.core.paths import printable

IMAGE_SIDE = "visual."
"""How open_clip's names of what sees pictures begin."""
UP, DOWN = ".up", ".down"
_WIDEST = 1024


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """SHA-256 of what makes the vectors: of pictures, and all of them."""

    pictures: str
    all: str


def recipe(name: ModelName, find: Callable[[ModelName], Recipe], models: Path) -> Recipe:
    """How to build the network that an adapted model is; ``find`` finds the one it was made for.

    Raises `ModelNotHere`, `WeightsBroken`, or what finding raises.
    """
    file = sharing.path_of(str(name))
    base = find(ModelName.parse(sharing.base_of(str(name))))
    found = sharing.about(file)
    if found.kind != "weights":
        raise sharing.broken(file)
    sharing.check_base(found, file, notes.fingerprint(base.weights, models))
    return replace(base, name=str(name), changes=file, towers=None, remedy=sharing.REMEDY)


def fingerprints(recipe: Recipe, models: Path) -> Fingerprints:
    """What tells this network's vectors from another's; raises OSError.

    Where pictures are seen as before, their vectors remain good: it is the same space.
    """
    weights = notes.fingerprint(recipe.weights, models)
    if recipe.changes is None:
        return Fingerprints(weights, weights)
    both = f"{weights}:{notes.fingerprint(recipe.changes, models)}"
    changed = hashlib.sha256(both.encode()).hexdigest()
    with sharing.opened(recipe.changes) as (_, tensors):
        sees_anew = any(name.startswith(IMAGE_SIDE) for name in tensors.keys())  # noqa: SIM118 - it is no mapping
    return Fingerprints(changed if sees_anew else weights, changed)


def apply(network: Any, file: Path) -> None:
    """Change the weights of an open_clip network; raises `WeightsBroken` if they don't fit."""
    import torch

    weights: dict[str, torch.Tensor] = network.state_dict()
    with sharing.opened(file) as (about, tensors), torch.no_grad():
        for name in tensors.keys():  # noqa: SIM118 - it is no mapping
            whole, _, half = name.rpartition(".")
            if name in weights:
                weights[name].copy_(_fitting(tensors, name, tuple(weights[name].shape)))
            elif f".{half}" == UP and whole in weights:
                weights[whole].add_(_product(tensors, whole, weights[whole]))
            elif f".{half}" != DOWN or whole not in weights:
                raise WeightsBroken(
                    f"{printable(file)} does not fit {about.base}.", hint=sharing.REMEDY
                )


def _product(tensors: Any, name: str, weight: Any) -> Any:
    out, into = weight.shape[0], int(np.prod(weight.shape[1:]))
    rank = int(tensors.get_slice(name + UP).get_shape()[-1])
    if rank > _WIDEST:
        raise ValueError(rank)
    up = _fitting(tensors, name + UP, (out, rank))
    return (up @ _fitting(tensors, name + DOWN, (rank, into))).view_as(weight)


def _fitting(tensors: Any, name: str, shape: tuple[int, ...]) -> Any:
    """A tensor if it is what is expected; the file comes from anywhere."""
    import torch

    # The size is told before the numbers are read.
    if tuple(tensors.get_slice(name).get_shape()) != shape:
        raise ValueError(name)
    values = tensors.get_tensor(name)
    if values.dtype != np.float32 or not np.isfinite(values).all():
        raise ValueError(name)
    return torch.from_numpy(values)
