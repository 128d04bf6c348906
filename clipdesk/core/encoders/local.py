"""Weights that the person has on the disk already: ARCHITECTURE:PATH."""

import difflib
import re
from pathlib import Path
from typing import Any

from clipdesk.core.encoders.name import FORMS, ModelName
from clipdesk.core.encoders.recipe import CONFIG, Recipe, read_config
from clipdesk.core.encoders.table import table
from clipdesk.core.errors import ModelNotHere, UnknownModel, WeightsBroken
from clipdesk.core.paths import printable

SUFFIXES = (".safetensors", ".pt", ".pth", ".bin")
"""Formats of weights, the safer first."""


def recipe(name: ModelName) -> Recipe:
    """How to build the encoder that the file or folder ``name.path`` holds.

    In a folder, its ``open_clip_config.json`` says what is built; for a file, one beside it does
    not matter: the architecture is open_clip's own of that name.
    Raises `ModelNotHere`, `UnknownModel` or `WeightsBroken`.
    """
    path = name.path
    if path is None or not path.exists():
        raise ModelNotHere(f"There is nothing at {printable(path or '')}.", hint=FORMS)
    if path.is_dir():
        folder, weights = path, weights_in(path)
    else:
        folder, weights = path.parent, path
        if path.suffix.lower() not in SUFFIXES:
            raise ModelNotHere(
                f"{printable(path)} is not a file of weights.",
                hint=f"Weights end in {', '.join(SUFFIXES)}.",
            )
    if path.is_dir() and (folder / CONFIG).is_file():
        model_cfg, preprocess_cfg = read_config(folder)
    else:
        model_cfg = architecture(name.architecture)
        preprocess_cfg = preprocessing(name.architecture)
    text = model_cfg["text_cfg"]
    return Recipe(
        name=str(name),
        architecture=name.architecture,
        model_cfg=model_cfg,
        preprocess_cfg=preprocess_cfg,
        weights=weights,
        remedy="Check that the file is whole, and that it is named with its architecture.",
        tokenizer=folder if text.get("hf_tokenizer_name") else None,
        text_model=folder if text.get("hf_model_name") else None,
    )


def architecture(name: str) -> dict[str, Any]:
    """open_clip's own description of an architecture; raises `UnknownModel`."""
    import open_clip

    config: dict[str, Any] | None = open_clip.get_model_config(name) if ":" not in name else None
    if config is None:
        near = difflib.get_close_matches(name, open_clip.list_models(), n=3, cutoff=0.6)
        raise UnknownModel(
            f"OpenCLIP has no architecture called “{name}”.",
            hint=f"Did you mean {' or '.join(near)}?" if near else FORMS,
        )
    return config


def preprocessing(name: str) -> dict[str, Any]:
    """How an architecture's published weights want their pictures, where all of them agree.

    open_clip takes OpenAI's way for a bare file; for SigLIP and some others that is wrong.
    """
    import open_clip

    tags = open_clip.list_pretrained_tags_by_model(name)
    ways = [
        {key: said[key] for key in ("mean", "std", "interpolation", "resize_mode") if key in said}
        for said in (open_clip.get_pretrained_cfg(name, tag) for tag in tags)
    ]
    return ways[0] if ways and all(way == ways[0] for way in ways) else {}


def check_activation(name: ModelName, sha256: str) -> None:
    """Raise `WeightsBroken` if weights that are known were given the wrong activation function.

    ViT-B-32 and ViT-B-32-quickgelu have the same tensors, and either answers, one of them worse.
    """
    known = table().with_hash(sha256) if name.path is not None and name.path.is_file() else None
    if known is None or known.quick_gelu == name.architecture.endswith("-quickgelu"):
        return
    right = name.architecture.removesuffix("-quickgelu") + "-quickgelu" * known.quick_gelu
    raise WeightsBroken(
        f"These weights ({known.name}) were not made for {name.architecture}.",
        hint=f"Name them {right}:{printable(name.path or '')}.",
    )


def plain(name: str) -> str:
    """The name of a file as it may stand in the name of a folder or a model."""
    return re.sub(r"[^\w.-]+", "-", printable(name), flags=re.ASCII).strip(".-") or "weights"


def weights_in(folder: Path) -> Path:
    """The file of weights in a folder. Raises `ModelNotHere` if there is none."""
    for suffix in SUFFIXES:
        # open_clip's own file first, where a folder holds several.
        found = sorted(folder.glob(f"*{suffix}"), key=lambda f: ("open_clip" not in f.name, f.name))
        if found:
            return found[0]
    raise ModelNotHere(f"There are no weights in {printable(folder)}.")
