"""Teach every unit of the image tower what the teacher's unit makes of the same input.

Hint-based training (FitNets, Romero et al. 2015), all units at once: each begins with random
weights, is given the input that the teacher's own unit got, and learns by regression to give its
output. No gradient goes from unit to unit, and every place in a map is an example, so it takes
minutes where learning from the classes alone takes days. `--chained` then gives every unit what
the student's own units before it made, and the gradient goes all the way.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as fn
from augment import sharpen
from folded import Folded, Unit
from muon import Muon, groups_of
from shelf import Shelf
from student import normalise, save_whole
from teachers import ImageTeacher, Oracle, choose_device
from train import Corpus

# Sides of the crops, and how often each comes, where they come fresh; the corpus is sharp at the
# smaller ones.
SIDES, SHARES = (97, 129, 161, 225), (0.2, 0.3, 0.3, 0.2)
LATE = 7  # unit from which on maps are small


def some_pictures(corpus: Corpus, n: int, side: int, rng: np.random.Generator) -> torch.Tensor:
    """Crops of everything there is; half are four pictures side by side, sharper than one."""
    k, m = n // 2, n // 6
    x = corpus.picture_batch(n - k - m, side, 1)[0]
    half = side // 2 + 1
    small = corpus.picture_batch(4 * k, half, 1)[0].view(k, 2, 2, half, half, 3)
    quilt = small.permute(0, 1, 3, 2, 4, 5).reshape(k, 2 * half, 2 * half, 3)[:, :side, :side]
    drawn = corpus.icon_batch(m, side) if rng.random() < 0.5 else corpus.drawn_batch(m, side)
    x = sharpen(normalise(torch.cat([x, quilt, drawn[0]])).contiguous(), corpus.rng, 3.0)
    noise = torch.randn(x.shape, generator=corpus.rng) * 0.1
    noise *= torch.rand(n, 1, 1, 1, generator=corpus.rng).pow(3)
    return (x + noise.to(x.device)).contiguous(memory_format=torch.channels_last)


class Hinter:
    """The tower, its teacher and the step."""

    def __init__(self, corpus: Corpus, teacher: ImageTeacher, options: argparse.Namespace) -> None:
        self.corpus, self.options = corpus, options
        torch.manual_seed(options.seed)
        self.tower = Folded().to(corpus.device, memory_format=torch.channels_last)
        self.oracle = Oracle(teacher, corpus.device, every=True)
        self.rng = np.random.default_rng(options.seed)
        self.shelf = Shelf(options.kept, corpus.device)
        groups = groups_of(self.tower, 0.4)
        # The first unit has hardly a matrix: it learns by Adam's rule, and may learn faster.
        first = {id(p) for p in self.tower.units[0].parameters()}
        for group in groups:
            group["params"] = [p for p in group["params"] if id(p) not in first]
        groups.append({"params": list(self.tower.units[0].parameters()), "share": 0.4})
        self.optimiser = Muon(groups, options.rate)
        self.spread: list[torch.Tensor] = []
        self.step = 0

    def batch(self) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """Pictures, and the teacher's answers at every unit."""
        side = int(self.rng.choice(SIDES, p=SHARES))
        x = some_pictures(self.corpus, self.options.batch, side, self.rng)
        return x, self.oracle(x)

    @torch.no_grad()
    def measure_spreads(self) -> None:
        """Set each unit's means and spreads from a few batches of the teacher's answers."""
        batches = [self.batch() for _ in range(6)]

        def flat(kind: int) -> torch.Tensor:
            return torch.cat([b[1][kind].transpose(0, 1).flatten(1) for b in batches], 1)

        before = None
        for at, unit in enumerate(self.tower.units):
            y = flat(at)
            if before is not None:
                unit.in_mean.copy_(before.mean(1))
                unit.in_std.copy_(before.std(1) + 1e-3)
            made = y - before if unit.residual else y
            unit.out_mean.copy_(made.mean(1))
            unit.out_std.copy_(made.std(1) + 1e-3)
            before = y
        self.tower.head.in_mean.copy_(before.mean(1))
        self.tower.head.in_std.copy_(before.std(1) + 1e-3)

    def choose_first(self, tries: int, steps: int) -> None:
        """Begin the first unit several times and go on with the best: alone it easily gets stuck.

        Its 32 filters see the pixels; what it gets wrong, every unit after it gets wrong.
        """
        n, best = 2 * self.options.batch, float("inf")
        x = torch.cat([some_pictures(self.corpus, n, 97, self.rng) for _ in range(4)])
        y = torch.cat([self.oracle(part)[0] for part in x.split(n)]).to(x.device)
        kept: Unit = self.tower.units[0]
        for attempt in range(tries):
            torch.manual_seed(self.options.seed + attempt)
            unit = Unit(3, y.shape[1], 1, 1).to(x.device)
            for name in ("out_mean", "out_std"):
                getattr(unit, name).copy_(getattr(kept, name))
            optimiser, mean = torch.optim.Adam(unit.parameters(), betas=(0.9, 0.98)), 1.0
            for step in range(steps):
                for group in optimiser.param_groups:
                    group["lr"] = 0.02 * min(1.0, (step + 1) / 30, 1.4 * (1 - step / steps))
                rows = torch.randint(len(x), (12,), device=x.device)
                error = (unit(x[rows]) - y[rows]) / unit.out_std[:, None, None]
                loss = error.square().mean()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                mean += 0.02 * (loss.item() - mean)
            print(f"first unit, attempt {attempt}: {mean:.3f}", flush=True)
            if mean < best:
                best = mean
                kept.load_state_dict(unit.state_dict())

    def stock(self) -> None:
        """Lay a fresh batch on the shelf; at the start, fill it."""
        fresh = self.step % self.options.every == 0
        while self.shelf.filled < self.shelf.size or fresh:
            x = some_pictures(self.corpus, self.options.batch, self.options.side, self.rng)
            self.shelf.put(x, self.oracle(x)[:-1], self.rng)
            fresh = False

    def apart(self) -> dict[str, torch.Tensor]:
        """The loss of each unit on the teacher's own inputs."""
        self.stock()
        n, parts, half = self.options.batch, {}, self.corpus.device.type == "cpu"
        for at, unit in enumerate([*self.tower.units, self.tower.head]):
            # The first units see many places a picture: a third of the pictures is enough.
            few = n // 3 if at < LATE else n
            rows = torch.randint(self.shelf.filled, (few,), generator=self.corpus.rng)
            x, wanted = self.shelf.take(at, rows.to(self.corpus.device))
            answer, wanted = unit(x.to(torch.bfloat16 if half else torch.float32)), wanted.float()
            if at == len(self.tower.units):
                parts["head"] = (answer - wanted).square().mean() / wanted.var(0).mean()
                continue
            counts = ~wanted.isnan()
            error = (answer.float() - wanted.nan_to_num()) / unit.out_std[:, None, None]
            parts[f"u{at}"] = (error.square() * counts).sum() / counts.sum()
        return parts

    def chained(self) -> dict[str, torch.Tensor]:
        """The loss of the whole tower: every unit's output and the features, from the pixels."""
        x, answers = self.batch()
        x = x.to(torch.bfloat16).contiguous(memory_format=torch.channels_last)
        parts = {}
        for at, unit in enumerate(self.tower.units):
            x = unit(x)
            if at >= 2:
                y = answers[at].to(x.device)
                spread = y.var((0, 2, 3))[:, None, None] + 1e-4
                parts[f"u{at}"] = 0.1 * ((x.float() - y).square() / spread).mean()
        features, wanted = self.tower.head(x), answers[-2].to(x.device)
        parts["head"] = (features - wanted).square().mean() / wanted.var(0).mean()
        parts["whole"] = 1 - fn.cosine_similarity(features, wanted).mean()
        return parts

    def update(self, rate: float) -> dict[str, float]:
        """One step."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate * min(1.0, (self.step + 1) / 50)
        parts = self.chained() if self.options.chained else self.apart()
        self.optimiser.zero_grad(set_to_none=True)
        torch.stack(list(parts.values())).sum().backward()
        self.optimiser.step()
        self.step += 1
        return {name: value.item() for name, value in parts.items()}

    def state(self) -> dict[str, object]:
        """What a later run needs to go on."""
        return {"tower": self.tower.state_dict(), "step": self.step}


@torch.inference_mode()
def agreement(
    corpus: Corpus, tower: Folded, oracle: Oracle, teacher: ImageTeacher, side: int
) -> str:
    """How near the tower's features are to the teacher's on pictures kept apart."""
    w, b = (getattr(teacher.body, f"{x}{teacher.classify}") for x in "wb")
    same, near, count = 0, 0.0, 0
    for start in range(0, min(512, len(corpus.apart)), 64):
        rows = corpus.apart[start : start + 64]
        x = corpus.array(corpus.pictures, rows).permute(0, 3, 1, 2) * 2 - 1
        x = fn.interpolate(x, (side, side), mode="bilinear", antialias=True)
        features = tower.features(x.contiguous(memory_format=torch.channels_last))[1]
        answers = oracle(x)
        logits = fn.linear(features, w.flatten(1), b)
        same += int((logits.argmax(1) == answers[-1].argmax(1)).sum())
        near += float(fn.cosine_similarity(features, answers[-2]).sum())
        count += len(rows)
    return f"first class {100 * same / count:.1f} % features {near / count:.3f} of {count}"


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True, help="folder of the checkpoint")
    parser.add_argument("--minutes", type=float, default=25)
    parser.add_argument("--fall", type=float, default=0.95, help="last part with a falling rate")
    parser.add_argument("--chained", action="store_true", help="from the pixels to the features")
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--side", type=int, default=161, help="of the crops kept; 32 k + 1")
    parser.add_argument("--kept", type=int, default=9600, help="crops on the shelf (350 KB each)")
    parser.add_argument("--every", type=int, default=4, help="steps from fresh batch to batch")
    parser.add_argument("--rate", type=float, default=0.05)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """Train until the minutes are over; goes on from `hints.pt`."""
    options = parse(arguments)
    torch.set_num_threads(options.threads)
    options.run.mkdir(parents=True, exist_ok=True)
    path, device = options.run / "hints.pt", choose_device()
    state = torch.load(path, map_location=device) if path.exists() else None
    options.seed += state["step"] if state else 0
    corpus = Corpus(options.work, device, options.seed, 0.35)
    teacher = ImageTeacher(options.corpus / "teacher").requires_grad_(requires_grad=False)
    hinter = Hinter(corpus, teacher, options)
    if state:
        hinter.tower.load_state_dict(state["tower"])
        first = state["step"]
    else:
        hinter.measure_spreads()
        hinter.choose_first(3, 1200)
        first = 0
    start = saved = time.monotonic()
    sums: dict[str, float] = {}
    while (spent := (time.monotonic() - start) / 60) < options.minutes:
        left = (options.minutes - spent) / max(options.minutes * options.fall, 1e-9)
        for name, value in hinter.update(options.rate * min(1.0, max(left, 0.01))).items():
            sums[name] = sums.get(name, 0.0) + value
        if hinter.step % 50 == 0:
            parts = " ".join(f"{name} {value / 50:.3f}" for name, value in sums.items())
            print(f"step {first + hinter.step} minute {spent:.1f} {parts}", flush=True)
            sums = {}
        if time.monotonic() - saved > 180:
            save_whole(hinter.state() | {"step": first + hinter.step}, path)
            saved = time.monotonic()
            print(agreement(corpus, hinter.tower, hinter.oracle, teacher, 193), flush=True)
    save_whole(hinter.state() | {"step": first + hinter.step}, path)
    print(agreement(corpus, hinter.tower, hinter.oracle, teacher, 193), flush=True)


if __name__ == "__main__":
    main()
