"""Real open_clip models, small enough to be made in a test: random weights, real vocabulary."""

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

PREPROCESS = {
    "mean": [0.5, 0.4, 0.3],
    "std": [0.2, 0.25, 0.3],
    "interpolation": "bicubic",
    "resize_mode": "squash",
}


def config(dimensions: int = 32, **text: Any) -> dict[str, Any]:
    """An architecture of some ten thousand parameters beside its vocabulary."""
    return {
        "embed_dim": dimensions,
        "vision_cfg": {"image_size": 32, "layers": 2, "width": 64, "patch_size": 16},
        "text_cfg": {"context_length": 24, "width": 32, "heads": 2, "layers": 2, **text},
    }


def network(model_cfg: dict[str, Any], seed: int = 0) -> Any:
    """The network open_clip makes of an architecture, with random weights."""
    import open_clip
    import torch

    torch.manual_seed(seed)
    return open_clip.CLIP(**model_cfg).eval()


def save(model: Any, file: Path) -> None:
    """Write weights the way their suffix says, in half precision if they are the starter's."""
    import torch
    from safetensors.torch import save_file

    state = {name: value.contiguous().clone() for name, value in model.state_dict().items()}
    if file.suffix == ".safetensors":
        save_file(state, file)
    else:
        torch.save(state, file)


def folder(path: Path, model_cfg: dict[str, Any], seed: int = 0) -> Any:
    """A model in open_clip's own layout; returns the network."""
    path.mkdir(parents=True)
    content = {"model_cfg": model_cfg, "preprocess_cfg": PREPROCESS}
    (path / "open_clip_config.json").write_text(json.dumps(content), "utf-8")
    model = network(model_cfg, seed)
    save(model, path / "open_clip_model.safetensors")
    return model


def starter(resources: Path) -> Any:
    """A starter in its layout: half precision, a vocabulary of its own; returns the network."""
    from open_clip.tokenizer import default_bpe

    path = resources / "starter"
    with gzip.open(default_bpe(), "rt", encoding="utf-8") as stream:
        merges = [next(stream) for _ in range(1001)]
    vocabulary = 2 * 256 + len(merges) - 1 + 2
    model = folder(path, config(vocab_size=vocabulary)).half().float()
    shutil.move(path / "open_clip_model.safetensors", path / "weights.safetensors")
    save(network(config(vocab_size=vocabulary)).half(), path / "weights.safetensors")
    (path / "bpe.txt.gz").write_bytes(gzip.compress("".join(merges).rstrip("\n").encode()))
    return model
