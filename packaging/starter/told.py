"""What the finished text tower says of every training text, once and for all: `told.npy`."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from text_tower import TextTower, projected


@torch.inference_mode()
def tell(tower: TextTower, bridge: dict[str, torch.Tensor], tokens: np.ndarray) -> torch.Tensor:
    """Unit vectors of tokenised texts, by their length."""
    order = tokens.argmax(1).argsort(kind="stable")
    out = torch.zeros(len(tokens), len(bridge["weight"]))
    for start in range(0, len(order), 512):
        rows = order[start : start + 512]
        out[rows] = projected(tower(torch.from_numpy(tokens[rows]).long()), bridge)
    return out


def main(arguments: list[str] | None = None) -> None:
    """Command line: --work, and the folder of the run that has both checkpoints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True, help="the run that has text.pt")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    average = torch.load(options.run / "last.pt", map_location="cpu")["average"]
    bridge = {name: average[f"bridge.{name}"] for name in ("mean", "weight")}
    tower = TextTower().eval()
    tower.load_state_dict(torch.load(options.run / "text.pt", map_location="cpu")["model"])
    count = len(np.load(options.work / "vectors.npy", mmap_mode="r"))
    told = tell(tower, bridge, np.load(options.work / "tower_tokens.npy")[:count])
    np.save(options.work / "told.npy", told.numpy().astype(np.float16))


if __name__ == "__main__":
    main()
