"""Writes down open_clip's own table of models: resources/models/openclip.json.

The program reads this file instead of importing open_clip (and with it torch) to show a list.
Run it after a new open_clip: ``python packaging/models/table.py``. It takes a
minute, and nothing is fetched.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import open_clip
import torch
from open_clip.model import _build_vision_tower
from torch.utils.flop_counter import FlopCounterMode

from clipdesk.core.encoders.identify import fingerprint

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
    architectures = {}
    for name in sorted(open_clip.list_models()):
        config = open_clip.get_model_config(name)
        architectures[name] = about(config) | {"weights": dict(weights(name))}
    return {"open_clip": open_clip.__version__, "architectures": architectures}


def weights(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The tags of an architecture, and what is known of each."""
    for tag in open_clip.list_pretrained_tags_by_model(name):
        found = open_clip.get_pretrained_cfg(name, tag)
        said: dict[str, Any] = {"repository": found["hf_hub"].rpartition("/")[0]}
        if found.get("quick_gelu"):
            said["quick_gelu"] = True
        if digest := sha256(found.get("url") or ""):
            said["sha256"] = digest
        yield tag, said


def sha256(url: str) -> str:
    """What the address of a file says of its SHA-256, whole or the beginning; or nothing."""
    for part in url.rpartition(".")[0].replace("/", "-").split("-")[::-1]:
        if re.fullmatch(r"[0-9a-f]{64}|[0-9a-f]{8}", part):
            return part
    return ""


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
        "shapes": fingerprint({k: tuple(v.shape) for k, v in state.items()}) if state else "",
    }


def whole(config: dict[str, Any]) -> Any:
    """The network as open_clip would build it, without numbers."""
    config = {**config, "vision_cfg": {**config["vision_cfg"]}}
    if "timm_model_name" in config["vision_cfg"]:
        config["vision_cfg"]["timm_model_pretrained"] = False
    custom = config.pop("custom_text", False)
    kind = open_clip.CLIP
    if custom:
        kind = open_clip.CoCa if "multimodal_cfg" in config else open_clip.CustomTextCLIP
    with torch.device("meta"):
        return kind(**config)


if __name__ == "__main__":
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(json.dumps(table(), indent=1) + "\n", "utf-8")
