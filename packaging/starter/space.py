"""The common space: the text teacher's 384 numbers, seen from the middle of the training texts.

A space of fewer numbers, learned with the elder, lost a fifth of what the teachers know of
captions and a quarter of what they know of clothes; this one has nothing to learn.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as fn

SPACE = 384


def middle(work: Path) -> torch.Tensor:
    """The mean (384,) of the teacher's vectors of all texts."""
    vectors = np.load(work / "vectors.npy", mmap_mode="r")
    return torch.from_numpy(np.mean(vectors, 0, dtype=np.float64).astype(np.float32))


def placed(x: torch.Tensor, mean: torch.Tensor) -> torch.Tensor:
    """Unit vectors in the common space of the teacher's vectors, or of what stands for them."""
    return fn.normalize(x - mean, dim=-1)
