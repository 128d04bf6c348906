"""A real CoCa, small enough to be taught in a test what a handful of pictures show."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.core.encoders import tiny

CONFIG = {
    "embed_dim": 32,
    "vision_cfg": {
        **{"image_size": 32, "layers": 2, "width": 64, "patch_size": 8},
        **{
            "attentional_pool": True,
            "attn_pooler_heads": 2,
            "output_tokens": True,
            "attn_pooler_queries": 9,
        },
    },
    "text_cfg": {
        **{"context_length": 24, "width": 32, "heads": 2, "layers": 1},
        **{"embed_cls": True, "output_tokens": True},
    },
    "multimodal_cfg": {
        **{"context_length": 24, "width": 32, "heads": 2, "layers": 2},
        "attn_pooler_heads": 2,
    },
    "custom_text": True,
}


CAPTIONS = [
    "a red square on a wall",
    "two blue squares",
    "the green sea under a yellow sky",
    "nothing but snow",
    "a black cat in the night, asleep",
]
SAID = [caption.replace(",", " ,") for caption in CAPTIONS]
"""The same, as words come back from tokens."""


def pictures() -> np.ndarray:
    """Five coloured pictures (5, 32, 32, 3) with something in the middle of them."""
    colours = np.array([(220, 30, 30), (30, 60, 220), (30, 170, 60), (250, 250, 250), (9, 9, 9)])
    pixels = np.broadcast_to(colours[:, None, None], (5, 32, 32, 3)).astype(np.uint8).copy()
    pixels[:, 8:24, 8:24] //= 2
    return pixels


def taught(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a model that says `CAPTIONS` of `pictures`; taught once in a run of tests."""
    folder = tmp_path_factory.getbasetemp() / "coca"
    if not folder.exists():
        teach(folder, pictures(), CAPTIONS)
    return f"coca_tiny:{folder}"


def teach(folder: Path, pixels: np.ndarray, captions: list[str], steps: int = 500) -> None:
    """Write a model that says these captions of these (n, 32, 32, 3) pictures."""
    import open_clip
    import torch

    torch.manual_seed(0)
    config = {key: value for key, value in CONFIG.items() if key != "custom_text"}
    model = open_clip.CoCa(**config)
    # open_clip leaves this one as it lies in memory.
    torch.nn.init.normal_(model.text_decoder.text_projection, std=0.1)
    mean, std = torch.tensor(tiny.PREPROCESS["mean"]), torch.tensor(tiny.PREPROCESS["std"])
    images = ((torch.from_numpy(pixels) / 255 - mean) / std).permute(0, 3, 1, 2)
    texts = open_clip.SimpleTokenizer(context_length=24)(captions)
    optimiser = torch.optim.AdamW(model.parameters(), 5e-3)
    loss = torch.inf
    while steps and loss > 0.02:
        steps -= 1
        out = model(images, texts)
        loss = torch.nn.functional.cross_entropy(
            out["logits"].flatten(0, 1), out["labels"].flatten(), ignore_index=0
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    folder.mkdir(parents=True)
    description = {"model_cfg": CONFIG, "preprocess_cfg": tiny.PREPROCESS}
    (folder / "open_clip_config.json").write_text(json.dumps(description), "utf-8")
    tiny.save(model, folder / "open_clip_model.safetensors")
