"""Teach the projection all classes of the teacher, also those the corpus has no pictures of.

The teacher's features of the corpus' pictures are moved towards a class drawn at random until the
teacher says that it may be this one; the projection learns the mean of the names of the classes
that are then likely. Writes `projection.pt`; pupil.py goes on with it, a little every step.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as fn
from folded import FEATURES
from space import SPACE, middle, placed
from student import save_whole
from teachers import MAP_SIDE, ImageTeacher, choose_device
from timm.layers import Mlp

SOFT = 0.7  # of the logits: what else it could be says much about what a thing is like


class Blend:
    """Where the teacher's answers lie in the common space: the likely names' mean."""

    def __init__(self, work: Path, device: torch.device) -> None:
        classes = torch.from_numpy(np.load(work / "classes.npy")[1:].astype(np.float32))
        self.names = placed(classes, middle(work)).to(device)
        self.apart = self.names - self.names.mean(0)

    def __call__(self, logits: torch.Tensor) -> torch.Tensor:
        """Unit vectors (n, 384) for logits (n, 1000)."""
        return fn.normalize((SOFT * logits).softmax(-1) @ self.apart, dim=-1)


def pooled(teacher: ImageTeacher, work: Path, rng: np.random.Generator, each: int) -> torch.Tensor:
    """The teacher's features (n, 1280) of `each` crops of every picture, from its kept maps."""
    maps = np.load(work / "maps.npy", mmap_mode="r")
    w, b = (getattr(teacher.body, f"{x}{teacher.expand}").detach() for x in "wb")
    out = []
    for start in range(0, len(maps), 512):
        cells = torch.from_numpy(maps[start : start + 512].astype(np.float32))
        features = fn.linear(cells, w.flatten(1), b).clamp(0, 6)
        for _ in range(each):
            inside = np.zeros((len(cells), MAP_SIDE, MAP_SIDE), np.float32)
            for row in inside:
                tall, wide = rng.integers(3, MAP_SIDE + 1, 2)
                y, x = rng.integers(MAP_SIDE + 1 - tall), rng.integers(MAP_SIDE + 1 - wide)
                row[y : y + tall, x : x + wide] = 1 / (tall * wide)
            part = torch.from_numpy(inside).flatten(1)[:, None]
            out.append(torch.bmm(part, features)[:, 0].half())
    return torch.cat(out)


class Reach:
    """Features moved towards classes, and what the projection makes of them."""

    def __init__(self, teacher: ImageTeacher, work: Path, device: torch.device, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.generator = torch.Generator(device).manual_seed(seed)
        self.device = device
        self.features = pooled(teacher, work, self.rng, 2).to(device)
        self.spread = self.features.float().std(0)
        w, b = (getattr(teacher.body, f"{x}{teacher.classify}").detach().to(device) for x in "wb")
        self.last = w.flatten(1)[1:], b[1:]
        self.blend = Blend(work, device)

    def batch(self, n: int) -> torch.Tensor:
        """Features (n, 1280): a quarter mixed, a half moved, all of them shaken."""
        rows = torch.from_numpy(self.rng.integers(len(self.features), size=n)).to(self.device)
        x = self.features[rows].float()
        k, m = n // 4, n // 2
        part = torch.rand(k, 1, generator=self.generator, device=self.device)
        x[:k] = part * x[:k] + (1 - part) * x[k : 2 * k]
        classes = torch.from_numpy(self.rng.integers(len(self.last[0]), size=n - m))
        logits, way = fn.linear(x[m:], *self.last), self.last[0][classes.to(self.device)]
        lack = logits.max(1)[0] - logits.gather(1, classes.to(self.device)[:, None])[:, 0]
        lack += 2 * torch.randn(n - m, generator=self.generator, device=self.device)
        # Some of the way is cut off at 0 and 6: a third more.
        x[m:] += 1.3 * lack.clamp(min=0)[:, None] * way / way.square().sum(1, keepdim=True)
        noise = torch.randn(x.shape, generator=self.generator, device=self.device)
        return (x + 0.2 * noise * self.spread).clamp(0, 6)

    def loss(self, projection: torch.nn.Module, n: int) -> torch.Tensor:
        """How far (0 to 2) the projection's answers are from the blends."""
        x = self.batch(n)
        wanted = self.blend(fn.linear(x, *self.last))
        return 1 - fn.cosine_similarity(projection(x), wanted).mean()


def main(arguments: list[str] | None = None) -> None:
    """Command line: some minutes from random weights, `projection.pt` in the run's folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--batch", type=int, default=384)
    parser.add_argument("--rate", type=float, default=0.0015)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    device = choose_device()
    reach = Reach(ImageTeacher(options.corpus / "teacher"), options.work, device, options.seed)
    projection = Mlp(FEATURES, 2 * SPACE, SPACE).to(device)
    optimiser = torch.optim.AdamW(projection.parameters(), lr=options.rate)
    start, step = time.monotonic(), 0
    while (part := (time.monotonic() - start) / 60 / max(options.minutes, 1e-9)) < 1 or step < 1:
        for group in optimiser.param_groups:
            group["lr"] = options.rate * max(0.01, 1 - part) * min(1.0, (step + 1) / 50)
        loss = reach.loss(projection, options.batch)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        step += 1
        if step % 200 == 0:
            print(f"step {step} far {loss.item():.3f}", flush=True)
    options.run.mkdir(parents=True, exist_ok=True)
    save_whole(projection.state_dict(), options.run / "projection.pt")


if __name__ == "__main__":
    main()
