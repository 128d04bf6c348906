"""Settle the projection on kept features: what photographs show, by all words people search for.

The pupil's features tell more of a photograph than its projection says: it must serve icons and
captions, too. Here it learns, on many crops at once, to give for photographs its own answer moved
towards the blend of the likely classes' names, and for icons and drawings its own answer; and
both by how they compare with everyday words, for that is how it will be asked. No labels, no
texts of pictures. Writes `settled.pt`, a checkpoint like `pupil.pt`.
"""

from __future__ import annotations

import argparse
import time
from copy import deepcopy
from pathlib import Path

import everyday
import numpy as np
import torch
import torch.nn.functional as fn
from augment import sharpen
from folded import Folded
from pupil import read_tower
from reach import Reach
from space import middle, placed
from student import normalise, save_whole
from teachers import ImageTeacher, choose_device
from train import Corpus

SIDES = (161, 193)
SHARP = 25  # of likenesses with words: few of them are near


@torch.inference_mode()
def look(corpus: Corpus, tower: Folded, count: int, *, photos: bool) -> torch.Tensor:
    """The tower's features (count, 1280) of random crops of photographs, or of flat pictures."""
    out, half = [], 32
    for start in range(0, count, 2 * half):
        side = SIDES[start // (2 * half) % 2]
        if photos:
            x = sharpen(normalise(corpus.picture_batch(2 * half, side, 1)[0]), corpus.rng, 3.0)
        else:
            flat = [batch(half, side - 32)[0] for batch in (corpus.icon_batch, corpus.drawn_batch)]
            x = sharpen(normalise(torch.cat(flat)), corpus.rng, 1.0)
        x = x.to(torch.bfloat16).contiguous(memory_format=torch.channels_last)
        out.append(tower.features(x)[1].half())
    return torch.cat(out)


class Asked:
    """Everyday words, and how far two answers differ when these are looked for."""

    def __init__(self, work: Path, device: torch.device) -> None:
        count = len(everyday.phrases())
        words = torch.from_numpy(np.load(work / "made.npy", mmap_mode="r")[:count].astype("f4"))
        self.words = placed(words, middle(work)).to(device)
        self.device = device

    def differ(
        self, mine: torch.Tensor, wanted: torch.Tensor, rng: np.random.Generator
    ) -> torch.Tensor:
        """Divergence of the likenesses with some of the words, and distance."""
        some = self.words[
            torch.from_numpy(rng.integers(len(self.words), size=1500)).to(self.device)
        ]
        target = (SHARP * wanted @ some.T).softmax(-1)
        likely = fn.log_softmax(SHARP * mine @ some.T, -1)
        return fn.kl_div(likely, target, reduction="batchmean") + 1 - (mine * wanted).sum(-1).mean()


class Settler:
    """The projection, what it said before, and what is asked of it."""

    def __init__(self, corpus: Corpus, tower: Folded, options: argparse.Namespace) -> None:
        self.device, self.options = corpus.device, options
        self.rng = np.random.default_rng(options.seed)
        teacher = ImageTeacher(options.corpus / "teacher")
        self.reach = Reach(teacher, options.work, self.device, options.seed)
        self.asked = Asked(options.work, self.device)
        self.kept = [look(corpus, tower, options.count, photos=x) for x in (True, False)]
        self.spread = self.kept[0].float().std(0)
        self.projection = tower.projection
        self.before = deepcopy(tower.projection).requires_grad_(requires_grad=False)

    def blend(self, x: torch.Tensor) -> torch.Tensor:
        """What the teacher's last layer makes of features, in the common space."""
        return self.reach.blend(fn.linear(x, *self.reach.last))

    def loss(self) -> torch.Tensor:
        """Of photographs, flat pictures, and classes without pictures."""
        photos, flat = (
            x[torch.from_numpy(self.rng.integers(len(x), size=self.options.batch)).to(self.device)]
            for x in self.kept
        )
        x = torch.cat([photos, flat]).float()
        x = (x + 0.1 * torch.randn(x.shape, device=self.device) * self.spread).clamp(0, 6)
        wanted = fn.normalize(self.before(x), dim=-1)
        n = len(photos)
        wanted[:n] += self.options.towards * self.blend(x[:n])
        moved = self.reach.batch(n // 2)
        wanted = torch.cat([fn.normalize(wanted, dim=-1), self.blend(moved)])
        mine = fn.normalize(self.projection(torch.cat([x, moved])), dim=-1)
        return self.asked.differ(mine, wanted, self.rng)

    def learn(self) -> None:
        """All the minutes, at a rate that falls to nothing."""
        o = self.options
        optimiser = torch.optim.AdamW(self.projection.parameters(), lr=o.rate)
        start, step = time.monotonic(), 0
        while (part := (time.monotonic() - start) / 60 / max(o.minutes, 1e-9)) < 1 or step < 1:
            for group in optimiser.param_groups:
                group["lr"] = o.rate * max(0.01, 1 - part) * min(1.0, (step + 1) / 50)
            loss = self.loss()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            step += 1
            if step % 100 == 0:
                print(f"step {step} minute {part * o.minutes:.1f} {loss.item():.3f}", flush=True)


def main(arguments: list[str] | None = None) -> None:
    """Command line: keeps features, then learns for some minutes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True, help="folder with pupil.pt")
    parser.add_argument("--count", type=int, default=24000, help="features kept of each kind")
    parser.add_argument("--towards", type=float, default=2.0, help="weight of the blend")
    parser.add_argument("--minutes", type=float, default=6)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rate", type=float, default=0.0007)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    device, path = choose_device(), options.run / "pupil.pt"
    state = torch.load(path, map_location=device)
    tower = Folded().to(device, memory_format=torch.channels_last).eval()
    tower.load_state_dict(read_tower(path))
    corpus = Corpus(options.work, device, options.seed + state["step"], 0.3)
    settler = Settler(corpus, tower, options)
    print("features kept", flush=True)
    settler.learn()
    settled = {f"visual.projection.{k}": v for k, v in tower.projection.state_dict().items()}
    state = {"average": state["average"] | settled, "step": state["step"]}
    save_whole(state, options.run / "settled.pt")


if __name__ == "__main__":
    main()
