"""What a finished text tower says of every training text, once and for all.

Writes `told.npy`, in the common space, and `told_elder.npy`, in the elder's.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from space import SPACE, middle, placed
from student import read_elder
from text_tower import TextTower


@torch.inference_mode()
def tell(tower: TextTower, tokens: np.ndarray) -> torch.Tensor:
    """What stands for the teacher's vectors (n, 384) of tokenised texts, by their length."""
    order = tokens.argmax(1).argsort(kind="stable")
    out = torch.zeros(len(tokens), SPACE)
    for start in range(0, len(order), 512):
        rows = order[start : start + 512]
        out[rows] = tower(torch.from_numpy(tokens[rows]).long())
    return out


def main(arguments: list[str] | None = None) -> None:
    """Command line: --work, the elder's checkpoint, and a text tower's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--elder", type=Path, required=True, help="checkpoint of train.py")
    parser.add_argument("--text", type=Path, required=True, help="checkpoint of text_tower.py")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    vectors = np.load(options.work / "vectors.npy", mmap_mode="r")
    bridge = read_elder(options.elder, vectors).bridge
    tower = TextTower().eval()
    tower.load_state_dict(torch.load(options.text, map_location="cpu")["model"])
    answers = tell(tower, np.load(options.work / "tower_tokens.npy")[: len(vectors)])
    common = placed(answers, middle(options.work))
    np.save(options.work / "told.npy", common.numpy().astype(np.float16))
    with torch.inference_mode():
        np.save(options.work / "told_elder.npy", bridge(answers).numpy().astype(np.float16))


if __name__ == "__main__":
    main()
