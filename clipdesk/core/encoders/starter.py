"""The small model that comes with the program: no download, no question."""

from pathlib import Path

from clipdesk.core import paths
from clipdesk.core.encoders.name import STARTER
from clipdesk.core.encoders.recipe import CONFIG, Recipe, read_config
from clipdesk.core.errors import ModelNotHere
from clipdesk.core.types import ModelInfo

WEIGHTS = "weights.safetensors"
VOCABULARY = "bpe.txt.gz"
TOWERS = "towers"
REPAIR = "Install ClipDesk again, or choose another model."


def folder() -> Path:
    """Where the starter's files lie."""
    return paths.resources() / STARTER


def info() -> ModelInfo:
    """The starter, as the model dialog shows it."""
    weights = folder() / WEIGHTS
    here = weights.is_file()
    return ModelInfo(
        name=STARTER,
        title="Starter (built in)",
        summary="Small and quick, works at once. A larger model sees and understands more.",
        here=here,
        size_bytes=weights.stat().st_size if here else None,
        source="ClipDesk",
        licence="Apache-2.0",
    )


def recipe() -> Recipe:
    """How to build the starter.

    Raises `ModelNotHere` if one of its files is missing, `WeightsBroken` if its description
    makes no sense.
    """
    missing = [name for name in (CONFIG, WEIGHTS, VOCABULARY) if not (folder() / name).is_file()]
    if missing:
        raise ModelNotHere(
            f"The built-in starter is incomplete: {', '.join(missing)} is not there.", hint=REPAIR
        )
    model_cfg, preprocess_cfg = read_config(folder(), REPAIR)
    return Recipe(
        name=STARTER,
        architecture=STARTER,
        model_cfg=model_cfg,
        preprocess_cfg=preprocess_cfg,
        weights=folder() / WEIGHTS,
        tokenizer=folder() / VOCABULARY,
        towers=folder() / TOWERS,
        remedy=REPAIR,
    )
