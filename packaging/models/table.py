"""Writes down open_clip's own table of models: resources/models/openclip.json.

The program reads this file instead of importing open_clip (and with it torch) to show a list.
Run it after a new open_clip: ``python packaging/models/table.py``. Nothing is fetched.
"""

import hashlib
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TABLE = Path(__file__).resolve().parent.parent.parent / "resources" / "models" / "openclip.json"

# Text towers of transformers, whose sizes only their own repositories tell: millions of
# parameters, from open_clip's docs/model_profile.csv (f862f86).
TEXT_MPARAMS = {
    "roberta-base": 124.87,
    "xlm-roberta-base": 278.27,
    "xlm-roberta-large": 560.94,
    "facebook/nllb-200-distilled-600M": 414.04,
    "facebook/nllb-200-distilled-1.3B": 767.14,
    "google/mt5-base": 277.86,
    "google/mt5-xl": 1674.68,
}


def table() -> dict[str, Any]:
    """All that is written down: architectures by name, and the published weights of each."""
    import open_clip

    architectures = {}
    for name in sorted(open_clip.list_models()):
        config = open_clip.get_model_config(name)
        architectures[name] = about(config) | {"weights": dict(weights(name))}
    return {"open_clip": open_clip.__version__, "architectures": architectures}


def weights(name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The tags of an architecture, and the repository of each."""
    import open_clip

    for tag in open_clip.list_pretrained_tags_by_model(name):
        found = open_clip.get_pretrained_cfg(name, tag)
        yield tag, {"repository": found["hf_hub"].rpartition("/")[0]}


def described(config: dict[str, Any]) -> dict[str, Any]:
    """What the configuration itself says."""
    text, size = config["text_cfg"], config["vision_cfg"]["image_size"]
    return {
        "dimensions": config["embed_dim"],
        "image_size": size if isinstance(size, int) else size[0],
        "context_length": text.get("context_length", 77),
        "tokenizer": text.get("hf_tokenizer_name", ""),
        "text_model": text.get("hf_model_name", ""),
    }


def about(config: dict[str, Any]) -> dict[str, Any]:
    """What people want to know of an architecture; counted on tensors that hold no numbers."""
    import torch
    from open_clip.model import _build_vision_tower
    from torch.utils.flop_counter import FlopCounterMode

    found = described(config)
    side = found["image_size"]
    vision = {**config["vision_cfg"], "output_tokens": False}
    if "timm_model_name" in vision:
        vision["timm_model_pretrained"] = False
    with torch.device("meta"):
        tower = _build_vision_tower(
            config["embed_dim"], vision, config.get("quick_gelu", False)
        ).eval()
        with FlopCounterMode(display=False) as counter:
            tower(torch.empty(1, 3, side, side))
    state = None if found["text_model"] else whole(config).state_dict()
    if state is not None:
        parameters = sum(value.numel() for value in state.values())
    else:
        own = sum(value.numel() for value in tower.state_dict().values())
        parameters = own + round(TEXT_MPARAMS[found["text_model"]] * 1e6)
    return found | {
        "parameters": parameters,
        "image_gflops": round(counter.get_total_flops() / 1e9, 3),
        "shapes": "" if state is None else shapes({k: tuple(v.shape) for k, v in state.items()}),
    }


def whole(config: dict[str, Any]) -> Any:
    """The network as open_clip would build it, without numbers."""
    import open_clip
    import torch

    config = {**config, "vision_cfg": {**config["vision_cfg"]}}
    if "timm_model_name" in config["vision_cfg"]:
        config["vision_cfg"]["timm_model_pretrained"] = False
    custom = config.pop("custom_text", False)
    kind = open_clip.CLIP
    if custom:
        kind = open_clip.CoCa if "multimodal_cfg" in config else open_clip.CustomTextCLIP
    with torch.device("meta"):
        return kind(**config)


def shapes(of: dict[str, tuple[int, ...]]) -> str:
    """A short name for the names and shapes of a network's tensors, as `identify` makes it."""
    lines = (
        f"{name} {math.prod(shape)}"
        for name, shape in sorted(of.items())
        if not name.endswith(("logit_scale", "logit_bias", "num_batches_tracked"))
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


if __name__ == "__main__":
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(json.dumps(table(), indent=1) + "\n", "utf-8")
