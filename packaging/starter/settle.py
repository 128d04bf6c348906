"""Settle the projection on kept features: what photographs show, by all words people search for.

The pupil's features tell more of a photograph than its projection says: it must serve icons and
captions, too. Here it learns, on many crops at once, to give for photographs its own answer moved
towards the blend of the likely classes' names, and for icons and drawings its own answer; and
both by how they compare with everyday words, for that is how it will be asked. Drawings, and
plain colours among them, learn their words once more, too. Writes `settled.pt`, a checkpoint like
`pupil.pt`.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
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
from synthetic import COLOURS, SYNONYMS, shade
from teachers import ImageTeacher, TextTeacher, choose_device
from train import Corpus, soft_contrast

SIDES = (129, 161, 193)
FRAMES = (
    "{}", "{} background", "a {} square", "plain {}", "the colour {}", "a photo of {}",
    "a photo of a {}", "a close-up photo of {}",
)  # fmt: skip
SHARP = 25  # of likenesses with words: few of them are near


Batches = Callable[[int, int], tuple[torch.Tensor, torch.Tensor]]


class Plain:
    """Pictures of one colour: even, running into another shade of it, or grainy; their names."""

    def __init__(self, seed: int) -> None:
        said = {n: [n, *SYNONYMS.get(n, [])] for n in COLOURS}
        self.texts = [(n, f.format(w)) for n, some in said.items() for w in some for f in FRAMES]
        self.vectors = torch.from_numpy(TextTeacher().embed([t for _, t in self.texts])).float()
        self.random = random.Random(seed)

    def batch(self, n: int, side: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Pictures (n, side, side, 3) and the teacher's vector of one text of each."""
        picks = [self.random.randrange(len(self.texts)) for _ in range(n)]
        ends = [[shade(self.texts[k][0], self.random) for k in picks] for _ in range(2)]
        one, other = (torch.tensor(e).float()[:, None, None] / 255 for e in ends)
        across = torch.linspace(0, 1, side)[None, :, None, None]
        x = (one + (other - one) * across).expand(n, side, side, 3)
        grain = torch.randn(n, 3, *(side // self.random.choice((1, 2, 4)) for _ in "xy"))
        grain = fn.interpolate(grain, (side, side), mode="bicubic").permute(0, 2, 3, 1)
        strength = 0.06 * torch.rand(n, 1, 1, 1) * (torch.rand(n, 1, 1, 1) < 0.6)
        return (x + grain * strength).clamp(0, 1), self.vectors[picks]


@torch.inference_mode()
def look(
    tower: Folded, batches: list[Batches], count: int, rng: torch.Generator, sharp: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """The tower's features (count, 1280) of pictures from each source in turn, and their words."""
    features, words = [], []
    for start in range(0, count, 64):
        side = SIDES[start // 64 % len(SIDES)]
        x, said = batches[start // 64 // len(SIDES) % len(batches)](64, side)
        x = sharpen(normalise(x), rng, sharp).to(torch.bfloat16)
        features.append(tower.features(x.contiguous(memory_format=torch.channels_last))[1].half())
        words.append(said.half())
    return torch.cat(features), torch.cat(words)


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
        self.mean = middle(options.work).to(self.device)

        def photos(n: int, side: int) -> tuple[torch.Tensor, torch.Tensor]:
            crops, _, words = corpus.picture_batch(n, side, 1)
            return crops, words

        plain, count, rng = Plain(options.seed).batch, options.count, corpus.rng
        drawn = [corpus.drawn_batch, plain]
        self.photos = look(tower, [photos], count, rng, 3.0)[0]
        self.icons = look(tower, [corpus.icon_batch], count // 2, rng, 1.0)[0]
        self.drawn, self.words = look(tower, drawn, count // 2, rng, 1.0)
        self.spread = self.photos.float().std(0)
        self.projection = tower.projection
        self.before = deepcopy(tower.projection).requires_grad_(requires_grad=False)

    def blend(self, x: torch.Tensor) -> torch.Tensor:
        """What the teacher's last layer makes of features, in the common space."""
        return self.reach.blend(fn.linear(x, *self.reach.last))

    def some(self, features: torch.Tensor, n: int) -> torch.Tensor:
        """Rows of kept features."""
        return torch.from_numpy(self.rng.integers(len(features), size=n)).to(self.device)

    def losses(self) -> list[torch.Tensor]:
        """Of what is wanted of all kinds, and of drawings by their words."""
        n = self.options.batch
        rows = self.some(self.drawn, n)
        kinds = (self.photos[self.some(self.photos, n)], self.icons[self.some(self.icons, n // 2)])
        x = torch.cat([*kinds, self.drawn[rows]]).float()
        x = (x + 0.1 * torch.randn(x.shape, device=self.device) * self.spread).clamp(0, 6)
        wanted = fn.normalize(self.before(x), dim=-1)
        wanted[:n] += self.options.towards * self.blend(x[:n])
        moved = self.reach.batch(n // 2)
        wanted = torch.cat([fn.normalize(wanted, dim=-1), self.blend(moved)])
        mine = fn.normalize(self.projection(torch.cat([x, moved])), dim=-1)
        drawn, raw = mine[len(x) - n : len(x)], self.words[rows].float()
        alone = (torch.arange(n).to(self.device), torch.ones(n, device=self.device))
        scale = torch.tensor(float(SHARP), device=self.device)
        return [
            self.asked.differ(mine, wanted, self.rng),
            0.5 * soft_contrast(drawn, placed(raw, self.mean), raw, scale, alone),
        ]

    def learn(self) -> None:
        """All the minutes, at a rate that falls to nothing."""
        o = self.options
        optimiser = torch.optim.AdamW(self.projection.parameters(), lr=o.rate)
        start, step = time.monotonic(), 0
        while (part := (time.monotonic() - start) / 60 / max(o.minutes, 1e-9)) < 1 or step < 1:
            for group in optimiser.param_groups:
                group["lr"] = o.rate * max(0.01, 1 - part) * min(1.0, (step + 1) / 50)
            parts = self.losses()
            optimiser.zero_grad()
            torch.stack(parts).sum().backward()
            optimiser.step()
            step += 1
            if step % 100 == 0:
                losses = " ".join(f"{p.item():.3f}" for p in parts)
                print(f"step {step} minute {part * o.minutes:.1f} {losses}", flush=True)


def main(arguments: list[str] | None = None) -> None:
    """Command line: keeps features, then learns for some minutes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True, help="folder with pupil.pt")
    parser.add_argument(
        "--count",
        type=int,
        default=24000,
        help="features kept of photographs; of the rest, as many",
    )
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
