"""Turn checkpoints into the files the program carries: configuration, weights, merges."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

import torch
from folded import to_timm
from open_clip.model import CustomTextCLIP
from pupil import Pupil
from safetensors.torch import save_file
from student import CONTEXT, MEAN, SIDE, STD, model_config
from text_tower import write_merges

MAX_BYTES = 25_000_000


def text_weights(text: dict[str, torch.Tensor], bridge: dict[str, torch.Tensor]) -> dict[str, Any]:
    """The text tower with its head and the bridge folded into one projection."""
    weight, bias = text["text.text_projection.weight"], text["text.text_projection.bias"]
    folded = {k.removeprefix("text."): v for k, v in text.items() if k.startswith("text.")}
    folded["text_projection.weight"] = bridge["weight"] @ weight
    folded["text_projection.bias"] = bridge["weight"] @ (bias - bridge["mean"])
    return folded


def unfold(average: dict[str, torch.Tensor], elder: dict[str, torch.Tensor]) -> dict[str, Any]:
    """A checkpoint of pupil.py in the terms of one of train.py, whose bridge it shares."""
    pupil = Pupil()
    pupil.load_state_dict(average)
    trunk = {f"visual.trunk.{k}": v for k, v in to_timm(pupil.visual).items()}
    bridge = {k: v for k, v in elder.items() if k.startswith("bridge.")}
    return trunk | bridge | {"log_scale": average["log_scale"]}


def build(
    average: dict[str, torch.Tensor], text: dict[str, torch.Tensor], trunk: str, side: int
) -> Any:
    """The whole model as stock open_clip builds it, with the trained weights in it."""
    model = CustomTextCLIP(**model_config(trunk, side)).eval()
    state = model.state_dict()
    bridge = {name: average[f"bridge.{name}"] for name in ("mean", "weight")}
    fresh = {k: v for k, v in average.items() if k.startswith("visual.")}
    fresh |= {f"text.{k}": v for k, v in text_weights(text, bridge).items()}
    fresh["logit_scale"] = average["log_scale"].clamp(max=4.2)
    model.load_state_dict({name: fresh[name] for name in state}, strict=True)
    return model


def write(model: Any, target: Path, version: str, trunk: str, side: int) -> int:
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
        "model_cfg": {"custom_text": True, **model_config(trunk, side)},
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
    parser.add_argument(
        "--image", type=Path, required=True, help="checkpoint of pupil.py, or of train.py alone"
    )
    parser.add_argument("--elder", type=Path, help="the checkpoint of train.py it learned from")
    parser.add_argument("--text", type=Path, required=True, help="checkpoint of text_tower.py")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--version", default="1")
    parser.add_argument("--side", type=int, default=SIDE)
    parser.add_argument("--card", type=Path, help="a model card to lay beside the weights")
    options = parser.parse_args(arguments)
    average = torch.load(options.image, map_location="cpu")["average"]
    text = torch.load(options.text, map_location="cpu")["model"]
    trunk = "mobilenetv4_conv_small"
    if options.elder:
        trunk, elder = "mobilenetv2_100", torch.load(options.elder, map_location="cpu")
        average = unfold(average, elder["average"])
    model = build(average, text, trunk, options.side)
    size = write(model, options.out, options.version, trunk, options.side)
    if options.card:
        shutil.copy(options.card, options.out / "MODEL_CARD.md")
    print(f"{options.out}: {size} bytes")


if __name__ == "__main__":
    main()
