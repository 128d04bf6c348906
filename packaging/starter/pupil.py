"""Train the image tower that ships, from what hints.py began.

Photographs: every crop with what the teacher sees in that very crop - features, classes through
the teacher's own last layer (SimKD, Chen et al. 2022), the classes' names in text space, their
blend there - and with the picture's texts. Icons and drawings: with their words, and with what
the elder tower (train.py) thinks of many words for the same picture, in a space of its own
(affinity mimicking: TinyCLIP, Wu et al. 2023). The texts stay where they are: only pictures move
(LiT, Zhai et al. 2022).
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as fn
from augment import sharpen
from folded import Folded
from hints import agreement
from muon import Muon, groups_of
from reach import Reach
from space import SPACE, middle, placed
from student import ELDER_SIDE, Student, normalise, read_elder, save_whole
from teachers import ImageTeacher, Oracle, choose_device
from train import Corpus, same_picture, soft_contrast

TEACHER_SIDE = 225
RAW = 384
FIRST = 7  # unit that still learns; those before it are right already


class Told(Corpus):
    """Words in three ways, in one row: the text teacher's vector, the common and the elder's space.

    Photographs get the teacher's own words, where the text tower is going; icons and drawings
    what the text tower says now, for it has learned to agree with them.
    """

    def __init__(
        self, work: Path, device: torch.device, seed: int, smallest: float, elder: Student
    ) -> None:
        super().__init__(work, device, seed, smallest)
        raw = torch.from_numpy(self.vectors.astype(np.float32))
        with torch.inference_mode():
            self.placed = placed(raw, middle(work)).half().numpy()
            self.across = elder.bridge(raw).half().numpy()
        self.told, self.told_elder = np.load(work / "told.npy"), np.load(work / "told_elder.npy")
        links = [
            text for kind in ("icons", "synthetic") for row in self.links[kind] for text in row
        ]
        self.sayings = np.unique(links)

    def rows(self, picks: np.ndarray, kind: str) -> torch.Tensor:
        """The three vectors (n, 384 + 384 + 256) of some texts."""
        own = (self.placed, self.across) if kind == "pictures" else (self.told, self.told_elder)
        three = [values[picks] for values in (self.vectors, *own)]
        return torch.from_numpy(np.concatenate(three, 1, dtype=np.float32)).to(self.device)

    def words(self, kind: str, rows: np.ndarray) -> torch.Tensor:
        """One text of each row; the first text twice as often."""
        texts = [self.links[kind][row] for row in rows]
        picks = np.array([self.random.choice([some[0], *some]) for some in texts])
        return self.rows(picks, kind)

    def other_words(self, n: int) -> torch.Tensor:
        """Any texts of icons and drawings."""
        return self.rows(self.numpy.choice(self.sayings, n), "icons")


class Pupil(torch.nn.Module):
    """The tower and two temperatures."""

    def __init__(self) -> None:
        super().__init__()
        self.visual = Folded()
        self.log_scale = torch.nn.Parameter(torch.tensor(2.9))
        self.class_scale = torch.nn.Parameter(torch.tensor(2.9))

    def forward(
        self, x: torch.Tensor, stages: list[torch.Tensor] | None = None
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Unit embeddings and pooled features of pictures, and how far the units are from these."""
        x = x.to(torch.bfloat16).contiguous(memory_format=torch.channels_last)
        far = torch.zeros((), device=x.device)
        for at, unit in enumerate(self.visual.units):
            with torch.set_grad_enabled(at >= FIRST and torch.is_grad_enabled()):
                x = unit(x)
            if stages is not None and at >= FIRST:
                y = stages[at].to(x.device)
                spread = y.var((0, 2, 3))[:, None, None] + 1e-4
                far = far + ((x.float() - y).square() / spread).mean()
        features = self.visual.head(x)
        return fn.normalize(self.visual.projection(features), dim=-1), features, far


class Trainer:
    """The pupil, its average, those it learns from, and the step."""

    def __init__(self, corpus: Told, elder: Student, options: argparse.Namespace) -> None:
        self.corpus, self.options, device = corpus, options, corpus.device
        torch.manual_seed(options.seed)
        self.pupil, self.average = Pupil().to(device), Pupil().to(device)
        self.teacher = ImageTeacher(options.corpus / "teacher").to(device)
        self.teacher.requires_grad_(requires_grad=False)
        self.oracle = Oracle(self.teacher, device, every=False)
        self.stages = Oracle(self.teacher, device, every=True)
        body = self.teacher.body
        self.last = [getattr(body, f"{x}{self.teacher.classify}").flatten(1 if x == "w" else 0)
                     for x in "wb"]  # fmt: skip
        self.elder = elder.to(device, memory_format=torch.channels_last)
        self.elder_scale = float(elder.log_scale.clamp(max=4.2).exp())
        projection = self.pupil.visual.projection
        groups = groups_of(self.pupil.visual)
        mine = {id(p) for p in projection.parameters()}
        groups[1]["params"] = [p for p in groups[1]["params"] if id(p) not in mine]
        groups.append({"params": list(projection.parameters()), "share": options.projection})
        groups.append({"params": [self.pupil.log_scale, self.pupil.class_scale], "share": 0.4})
        self.optimiser = Muon(groups, options.rate)
        self.reach = Reach(self.teacher, options.work, device, options.seed)
        self.blend = self.reach.blend
        self.step = 0

    def begin(self, run: Path) -> None:
        """Start from the tower of hints.py and the projection of reach.py."""
        tower = torch.load(run / "hints.pt", map_location=self.corpus.device)["tower"]
        tower = {k: v for k, v in tower.items() if not k.startswith("projection.")}
        projection = torch.load(run / "projection.pt", map_location=self.corpus.device)
        tower |= {f"projection.{k}": v for k, v in projection.items()}
        self.pupil.visual.load_state_dict(tower)
        self.average.load_state_dict(self.pupil.state_dict())

    def state(self) -> dict[str, object]:
        """What a later run needs to go on from here."""
        return {
            "pupil": self.pupil.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
        }

    def restore(self, state: dict) -> None:
        """Go on from a saved state."""
        self.pupil.load_state_dict(state["pupil"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step = state["step"]

    def losses(self) -> dict[str, torch.Tensor]:
        """One batch; the parts of its loss, already weighted."""
        o, corpus = self.options, self.corpus
        n = o.batch // 2
        m = o.batch * 3 // 8
        twins = n // 8
        crops, _, words = corpus.picture_batch(n, TEACHER_SIDE, 1, twins)
        icons, icon_words = corpus.icon_batch(m, o.small)
        drawn, drawn_words = corpus.drawn_batch(o.batch - n - m, o.small)
        crops, flat = normalise(crops), normalise(torch.cat([icons, drawn]))
        # A third of the photographs are laid over one another: no words fit them any more, but
        # the teacher is asked about just that (function matching, Beyer et al. 2022).
        plain = n - n // 3
        part = 0.5 + 0.5 * torch.rand(n - plain, 1, 1, 1, generator=corpus.rng).to(crops.device)
        crops[plain:] = part * crops[plain:] + (1 - part) * crops[: n - plain]
        _, wanted, logits = (y.to(corpus.device) for y in self.oracle(crops))
        with torch.inference_mode():
            less = fn.interpolate(flat, (ELDER_SIDE, ELDER_SIDE), mode="bilinear", antialias=True)
            elder = self.elder(less.contiguous(memory_format=torch.channels_last))[0]
        many = torch.cat([icon_words, drawn_words, corpus.other_words(o.sayings)])
        thought = (self.elder_scale * elder.clone() @ many[:, RAW + SPACE :].T).softmax(-1)
        seen = fn.interpolate(crops, (o.side, o.side), mode="bilinear", antialias=True)
        seen = sharpen(seen, corpus.rng, 3.0)
        photos, features, far = self.pupil(seen, self.stages(seen))
        others = self.pupil(sharpen(flat, corpus.rng, 1.0))[0]
        answers = logits[:, 1:].softmax(-1)
        entropy = (answers * answers.clamp(min=1e-8).log()).sum(-1).mean()

        def divergence(mine: torch.Tensor) -> torch.Tensor:
            return entropy - (answers * fn.log_softmax(mine, -1)).sum(-1).mean()

        names = self.pupil.class_scale.clamp(max=4.2).exp() * photos @ self.blend.names.T
        classes = fn.linear(features, *self.last)[:, 1:]
        words = torch.cat([words[:plain], icon_words, drawn_words])
        whole = torch.cat([photos[:plain], others])
        alone = (torch.arange(len(whole)), torch.ones(len(whole)))
        mix = tuple(x.to(corpus.device) for x in alone)
        scale = self.pupil.log_scale.clamp(max=4.2).exp()
        thinks = fn.log_softmax(scale * others @ many[:, RAW : RAW + SPACE].T, -1)
        return {
            "units": o.units * far,
            "features": 0.5 * (features - wanted).square().mean() / wanted.var(0).mean(),
            "near": 1 - fn.cosine_similarity(features, wanted).mean(),
            "class": 0.3 * divergence(classes),
            "name": 0.8 * divergence(names),
            "blend": 8 - 8 * (photos * self.blend(logits[:, 1:])).sum(-1).mean(),
            "reach": 4 * self.reach.loss(self.pupil.visual.projection, o.reach),
            "same": 0.3 * same_picture(photos[:twins], photos[twins : 2 * twins],
                                       whole[2 * twins :]),
            "words": soft_contrast(whole, words[:, RAW : RAW + SPACE], words[:, :RAW], scale, mix),
            "elder": fn.kl_div(thinks, thought, reduction="batchmean"),
        }  # fmt: skip

    def update(self, rate: float) -> dict[str, float]:
        """One step of the optimiser and of the average."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate * min(1.0, (self.step + 1) / 30)
        parts = self.losses()
        self.optimiser.zero_grad(set_to_none=True)
        torch.stack(list(parts.values())).sum().backward()
        self.optimiser.step()
        self.step += 1
        keep = min(self.options.keep, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for mine, theirs in zip(self.average.parameters(), self.pupil.parameters(),
                                    strict=True):  # fmt: skip
                mine.lerp_(theirs, 1 - keep)
        return {name: value.item() for name, value in parts.items()}


def read_tower(path: Path) -> dict[str, torch.Tensor]:
    """The state of the average's `Folded` in a checkpoint of this script."""
    average = torch.load(path, map_location="cpu")["average"]
    return {k.removeprefix("visual."): v for k, v in average.items() if k.startswith("visual.")}


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--elder", type=Path, required=True, help="checkpoint of train.py")
    parser.add_argument(
        "--run", type=Path, required=True, help="folder with hints.pt and projection.pt"
    )
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--fall", type=float, default=0.6, help="last part with a falling rate")
    parser.add_argument("--side", type=int, default=161, help="of photographs; 32 k + 1")
    parser.add_argument("--small", type=int, default=129, help="of icons and drawings; 32 k + 1")
    parser.add_argument("--batch", type=int, default=96)
    parser.add_argument("--rate", type=float, default=0.001)
    parser.add_argument("--keep", type=float, default=0.99, help="of the moving average")
    parser.add_argument("--smallest", type=float, default=0.3, help="crop, as a part of the area")
    parser.add_argument("--projection", type=float, default=1.0, help="its share of the rate")
    parser.add_argument("--units", type=float, default=0.1, help="weight of the teacher's units")
    parser.add_argument("--reach", type=int, default=256, help="features moved towards classes")
    parser.add_argument("--sayings", type=int, default=768, help="texts the elder thinks of")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """Train until the minutes are over; goes on from `pupil.pt`."""
    options = parse(arguments)
    torch.set_num_threads(options.threads)
    device, path = choose_device(), options.run / "pupil.pt"
    state = torch.load(path, map_location=device) if path.exists() else None
    options.seed += state["step"] if state else 0
    elder = read_elder(options.elder, np.load(options.work / "vectors.npy", mmap_mode="r"))
    corpus = Told(options.work, device, options.seed, options.smallest, elder)
    trainer = Trainer(corpus, elder, options)
    if state:
        trainer.restore(state)
    else:
        trainer.begin(options.run)
    start = saved = time.monotonic()
    sums: dict[str, float] = {}
    while (spent := (time.monotonic() - start) / 60) < options.minutes:
        left = (options.minutes - spent) / max(options.minutes * options.fall, 1e-9)
        for name, value in trainer.update(options.rate * min(1.0, max(left, 0.01))).items():
            sums[name] = sums.get(name, 0.0) + value
        if trainer.step % 20 == 0:
            parts = " ".join(f"{name} {value / 20:.3f}" for name, value in sums.items())
            print(f"step {trainer.step} minute {spent:.1f} {parts}", flush=True)
            sums = {}
        if time.monotonic() - saved > 240:
            save_whole(trainer.state(), path)
            saved = time.monotonic()
    save_whole(trainer.state(), path)
    average = trainer.average.visual
    print(agreement(corpus, average, trainer.oracle, trainer.teacher, options.side), flush=True)


if __name__ == "__main__":
    main()
