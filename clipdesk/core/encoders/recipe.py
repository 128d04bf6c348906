"""All that is needed to build an encoder, once it has been found on the disk."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from clipdesk.core.errors import ModelNotHere, WeightsBroken
from clipdesk.core.paths import printable
from clipdesk.core.types import ImageSpec, Interpolation, ResizeMode

CONFIG = "open_clip_config.json"


@dataclass(frozen=True, slots=True)
class Recipe:
    """An architecture in open_clip's own words, and the files that fill it."""

    name: str
    architecture: str
    model_cfg: Mapping[str, Any]
    preprocess_cfg: Mapping[str, Any]
    weights: Path
    tokenizer: Path | None = None
    """A byte-pair vocabulary (a file), or a folder of Hugging Face tokenizer files; None means
    open_clip's own vocabulary."""
    text_model: Path | None = None
    """A folder with the configuration of a Hugging Face text tower, where there is one."""
    changes: Path | None = None
    """A file of what was changed in the weights since (see `changes`)."""
    towers: Path | None = None
    """Where its towers may lie in OpenVINO's form: a folder that need not be there."""
    remedy: str = "Remove the files of this model and fetch it again."
    """What the person can do if the files turn out to be damaged."""


def read_config(folder: Path, remedy: str = "") -> tuple[dict[str, Any], dict[str, Any]]:
    """The model's and the preprocessing's configuration in a folder of open_clip's layout.

    Raises `ModelNotHere` if there is none, `WeightsBroken` if it can't be understood; ``remedy``
    is what the person can do then.
    """
    file = folder / CONFIG
    try:
        config = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ModelNotHere(
            f"{printable(file)} can't be read: {error.strerror}.", hint=remedy
        ) from error
    except ValueError as error:
        raise WeightsBroken(f"{printable(file)} is damaged.", hint=remedy) from error
    model = config.get("model_cfg") if isinstance(config, dict) else None
    if not isinstance(model, dict) or not {"embed_dim", "vision_cfg", "text_cfg"} <= model.keys():
        raise WeightsBroken(f"{printable(file)} does not describe an OpenCLIP model.", hint=remedy)
    return model, config.get("preprocess_cfg") or {}


def image_spec(preprocess_cfg: Mapping[str, Any], image_size: Any) -> ImageSpec:
    """What open_clip calls the preprocessing, in our words.

    ``image_size`` is the network's own (a number or a pair) and overrules the configuration, as
    in ``open_clip.create_model``. Raises `WeightsBroken` for what ClipDesk can't do.
    """
    default = ImageSpec(size=0)
    height, width = image_size if isinstance(image_size, tuple | list) else (image_size, image_size)
    resize_mode: ResizeMode = preprocess_cfg.get("resize_mode") or default.resize_mode
    interpolation: Interpolation = preprocess_cfg.get("interpolation") or default.interpolation
    mean = preprocess_cfg.get("mean") or default.mean
    std = preprocess_cfg.get("std") or default.std
    if height != width:
        raise WeightsBroken(f"This model wants pictures of {width} × {height}; squares are needed.")
    if resize_mode not in get_args(ResizeMode) or interpolation not in get_args(Interpolation):
        raise WeightsBroken(f"This model prepares pictures in an unknown way ({resize_mode}).")
    return ImageSpec(
        size=int(height),
        resize_mode=resize_mode,
        interpolation=interpolation,
        fill=int(preprocess_cfg.get("fill_color") or 0),
        mean=(float(mean[0]), float(mean[1]), float(mean[2])),
        std=(float(std[0]), float(std[1]), float(std[2])),
    )
