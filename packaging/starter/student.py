"""The starter's shape: an OpenCLIP configuration; and the elder, which only others learn from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as fn
from open_clip.timm_model import TimmModel
from space import SPACE
from teachers import MAP_CHANNELS

EMBEDDING = 256
CONTEXT = 32
MERGES = 9984
ELDER_SIDE = 96
TEXT = {
    "context_length": CONTEXT,
    "vocab_size": 256 * 2 + MERGES + 2,
    "width": 192,
    "heads": 4,
    "layers": 3,
    "proj_bias": True,
}
MEAN = (0.5, 0.5, 0.5)
STD = (0.5, 0.5, 0.5)


def model_config(side: int) -> dict[str, Any]:
    """The `model_cfg` that open_clip builds the starter from."""
    return {
        "embed_dim": SPACE,
        "vision_cfg": {
            "timm_model_name": "mobilenetv2_100",
            "timm_model_pretrained": False,
            "timm_pool": "avg",
            "timm_proj": "mlp",
            "timm_proj_bias": True,
            "image_size": side,
        },
        "text_cfg": TEXT,
    }


class Bridge(torch.nn.Module):
    """A linear map from the text teacher's space to the elder's, begun at its main axes (PCA)."""

    def __init__(self, vectors: np.ndarray, size: int = EMBEDDING) -> None:
        super().__init__()
        x = torch.from_numpy(vectors.astype(np.float32))
        mean = x.mean(0)
        axes = torch.linalg.svd(x - mean, full_matrices=False)[2][:size]
        self.register_buffer("mean", mean)
        self.weight = torch.nn.Parameter(axes.clone())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Unit vectors in the elder's space."""
        return fn.normalize((x - self.mean) @ self.weight.T, dim=-1)


class Student(torch.nn.Module):
    """The elder: a tower, its space, the teacher's map and classes, and two temperatures."""

    def __init__(self, vectors: np.ndarray, trunk: str = "mobilenetv4_conv_small") -> None:
        super().__init__()
        self.visual = TimmModel(trunk, EMBEDDING, pool="avg", proj="")
        width, hidden = self.visual.trunk.num_features, self.visual.trunk.head_hidden_size
        self.to_map = torch.nn.Linear(width, MAP_CHANNELS)
        self.to_classes = torch.nn.Linear(hidden, 1001)
        self.bridge = Bridge(vectors)
        self.log_scale = torch.nn.Parameter(torch.tensor(2.7))
        self.class_scale = torch.nn.Parameter(torch.tensor(2.7))

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Embedding (n, 256), teacher-like map (n, cells, 320), class logits (n, 1001)."""
        features = self.visual.trunk.forward_features(x)
        hidden = self.visual.trunk.forward_head(features, pre_logits=True)
        embedding = fn.normalize(self.visual.trunk.classifier(hidden).float(), dim=-1)
        cells = features.flatten(2).transpose(1, 2)
        return embedding, self.to_map(cells).float(), self.to_classes(hidden).float()


def read_elder(path: Path, vectors: np.ndarray) -> Student:
    """The tower of train.py, as it was when its average was written."""
    elder = Student(vectors[:1000]).requires_grad_(requires_grad=False)
    elder.load_state_dict(torch.load(path, map_location="cpu")["average"])
    return elder.eval()


def normalise(x: torch.Tensor) -> torch.Tensor:
    """Pictures (NHWC, 0..1) as the tower wants them: NCHW, -1..1, channels last in memory."""
    return (x * 2 - 1).permute(0, 3, 1, 2)


def save_whole(state: dict[str, Any], path: Path) -> None:
    """Write a checkpoint beside its place, then move it there, so that it is never half."""
    draft = path.with_suffix(".part")
    torch.save(state, draft)
    draft.replace(path)
