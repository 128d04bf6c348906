"""What the image tower says of training pictures, kept so that the text tower can agree.

Writes `seen.npy` (embeddings of icons and drawn pictures) and `said.npy`
(pairs: a row of `seen.npy`, a number of `texts.json`). text_tower.py --pairs reads both.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as fn
from augment import compose_icons, placed_boxes, recolour, resample
from folded import Folded
from pupil import read_tower
from student import normalise
from teachers import choose_device
from train import Corpus


@torch.inference_mode()
def look(
    corpus: Corpus, tower: Folded, side: int, kinds: list[str], every: int = 1
) -> tuple[np.ndarray, ...]:
    """Embeddings of each `every`-th picture of each kind, and the pairs with their texts."""
    device, rng = corpus.device, corpus.rng
    vectors: list[np.ndarray] = []
    pairs: list[tuple[int, int]] = []
    sources = {"pictures": corpus.pictures, "icons": corpus.icons, "synthetic": corpus.drawn}
    done = 0
    for kind in kinds:
        values = sources[kind]
        picked = np.arange(0, len(corpus.links[kind]), every)
        for start in range(0, len(picked), 128):
            rows = picked[start : start + 128]
            n = len(rows)
            x = corpus.array(values, rows)
            ends = (torch.zeros(n), torch.ones(n))
            tall, wide = ends, ends
            if kind == "icons":
                x = compose_icons(x, corpus.coloured[rows], rng)
                tall, wide = placed_boxes(n, rng, (1.0, 1.3))
            tall, wide = (tuple(e.to(device) for e in box) for box in (tall, wide))
            x = recolour(resample(x, tall, wide, side), rng, 0.0, 0.0)
            x = normalise(x).contiguous(memory_format=torch.channels_last)
            vectors.append(fn.normalize(tower(x), dim=-1).cpu().numpy().astype(np.float16))
            for i, row in enumerate(rows):
                pairs += [(done + i, text) for text in corpus.links[kind][row]]
            done += n
        print(kind, done, flush=True)
    return np.concatenate(vectors), np.array(pairs, np.int32)


def main(arguments: list[str] | None = None) -> None:
    """Command line: the pupil looks at the prepared pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--image", type=Path, required=True, help="checkpoint of pupil.py")
    parser.add_argument("--side", type=int, default=129)
    # Not the photographs: it knows those it trained on too well, and captions of others suffer
    # (recall@10 fell from 30 to 26 % while icons rose from 21 to 29 %).
    parser.add_argument("--kinds", nargs="+", default=["icons", "synthetic"])
    parser.add_argument("--every", type=int, default=1, help="only each n-th picture")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    device = choose_device()
    corpus = Corpus(options.work, device, 3)
    tower = Folded().to(device, memory_format=torch.channels_last).eval()
    tower.load_state_dict(read_tower(options.image))
    vectors, pairs = look(corpus, tower, options.side, options.kinds, options.every)
    np.save(options.work / "seen.npy", vectors)
    np.save(options.work / "said.npy", pairs)


if __name__ == "__main__":
    main()
