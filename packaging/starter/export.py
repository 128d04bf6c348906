"""Turn checkpoints into the files the program carries: configuration, weights, merges."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

import torch
from folded import Folded, to_timm
from open_clip.model import CustomTextCLIP
from pupil import Pupil
from safetensors.torch import save_file
from space import middle
from student import CONTEXT, MEAN, STD, model_config
from text_tower import write_merges

MAX_BYTES = 25_000_000


def text_weights(text: dict[str, torch.Tensor], mean: torch.Tensor) -> dict[str, Any]:
    """The text tower, its head answering from the middle of the common space."""
    own = {k: v for k, v in text.items() if k.startswith("text.")}
    own["text.text_projection.bias"] = own["text.text_projection.bias"] - mean
    return own


def image_weights(tower: Folded) -> dict[str, Any]:
    """The image tower as open_clip names its parts."""
    trunk = {f"visual.trunk.{k}": v for k, v in to_timm(tower).items()}
    projection = tower.projection.state_dict().items()
    return trunk | {f"visual.head.mlp.{k}": v for k, v in projection}


def build(
    pupil: dict[str, torch.Tensor], text: dict[str, torch.Tensor], mean: torch.Tensor, side: int
) -> Any:
    """The whole model as stock open_clip builds it, with the trained weights in it.

    `pupil` and `text` are the averages and the model of their checkpoints.
    """
    model = CustomTextCLIP(**model_config(side)).eval()
    own = Pupil()
    own.load_state_dict(pupil)
    fresh = image_weights(own.visual) | text_weights(text, mean)
    fresh["logit_scale"] = pupil["log_scale"].clamp(max=4.2)
    model.load_state_dict({name: fresh[name] for name in model.state_dict()}, strict=True)
    return model


def write(model: Any, target: Path, version: str, side: int) -> int:
    """Write the directory; the bytes it takes."""
    target.mkdir(parents=True, exist_ok=True)
    halves = {
        name: (value.half() if value.dtype.is_floating_point else value).contiguous()
        for name, value in model.state_dict().items()
    }
    save_file(halves, target / "weights.safetensors", {"format": "pt"})
    # The library makes it readable by its owner only; it is to be installed for everyone.
    (target / "weights.safetensors").chmod(0o644)
    config = {
        # Without the word, open_clip would build the kind whose text tower has no bias.
        "model_cfg": {"custom_text": True, **model_config(side)},
        "preprocess_cfg": {
            "size": side,
            "mean": MEAN,
            "std": STD,
            "interpolation": "bicubic",
            "resize_mode": "squash",
        },
        "clipdesk": {
            "name": "ClipDesk starter",
            "version": version,
            "context_length": CONTEXT,
            "tokenizer": "bpe.txt.gz",
        },
    }
    text = json.dumps(config, indent=2) + "\n"
    (target / "open_clip_config.json").write_text(text, encoding="utf-8")
    write_merges(target / "bpe.txt.gz")
    size = sum(path.stat().st_size for path in target.iterdir() if path.is_file())
    if size > MAX_BYTES:
        raise SystemExit(f"{size} bytes are too many for the package")
    return size


def main(arguments: list[str] | None = None) -> None:
    """Command line: two checkpoints in, a directory out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="whose texts have the middle")
    parser.add_argument("--image", type=Path, required=True, help="checkpoint of pupil.py")
    parser.add_argument("--text", type=Path, required=True, help="checkpoint of text_tower.py")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--version", default="1")
    parser.add_argument("--side", type=int, default=193, help="32 k + 1")
    parser.add_argument("--card", type=Path, help="a model card to lay beside the weights")
    options = parser.parse_args(arguments)
    pupil = torch.load(options.image, map_location="cpu")["average"]
    text = torch.load(options.text, map_location="cpu")["model"]
    model = build(pupil, text, middle(options.work), options.side)
    size = write(model, options.out, options.version, options.side)
    if options.card:
        shutil.copy(options.card, options.out / "MODEL_CARD.md")
    print(f"{options.out}: {size} bytes")


if __name__ == "__main__":
    main()
