"""Train the image tower: consistent teaching, then words.

Every crop is shown with what the image teacher sees in that crop (features and classes), with the
classes' names in text space, and with the picture's own texts. The text side is the teacher's
vectors behind a learned linear map; text_tower.py later learns to give the same vectors itself.
Mixup and long patience follow Beyer et al. 2022, "Knowledge distillation: a good teacher is
patient and consistent". Constant rate with a moving average, so that it may be stopped any time;
`--decay` minutes before the end the rate falls to zero (warm-up, stable, decay).
"""

from __future__ import annotations

import argparse
import json
import random
import time
from datetime import timedelta
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as fn
from augment import (
    compose_icons,
    placed_boxes,
    random_boxes,
    recolour,
    resample,
)
from student import Student, normalise, save_whole
from teachers import ImageTeacher, choose_device


class Corpus:
    """The prepared arrays, and random batches from them."""

    def __init__(self, work: Path, device: torch.device, seed: int, smallest: float = 0.22) -> None:
        self.device, self.smallest = device, smallest
        mode = None if device.type == "cuda" else "r"
        self.pictures = np.load(work / "pictures.npy", mmap_mode=mode)
        self.maps = np.load(work / "maps.npy", mmap_mode=mode)
        self.icons = np.load(work / "icons.npy", mmap_mode=mode)
        self.drawn = np.load(work / "synthetic.npy", mmap_mode=mode)
        self.vectors = np.load(work / "vectors.npy")
        self.classes = np.load(work / "classes.npy")
        self.links = json.loads((work / "links.json").read_text(encoding="utf-8"))
        about = json.loads((work / "pictures.json").read_text(encoding="utf-8"))
        # Photographs more often than charts and sprites: they are what people keep most.
        share = {"photo": 1.4, "painting": 1.0, "illustration": 0.8, "chart": 0.4, "emoji": 0.8}
        weights = np.array([share.get(row["kind"], 0.6) for row in about])
        weights *= [0.4 if row["source"] == "dcss-tiles" else 1.0 for row in about]
        # The teacher may still be at work: pictures it has not seen yet wait for the next start.
        weights *= (self.maps[:, 24, :8] != 0).any(1)
        # Every fortieth photograph is never shown: agreement with the teacher is measured on them.
        kept = np.array([row["kind"] == "photo" for row in about])
        kept &= np.arange(len(about)) % 40 == 7
        self.apart = np.flatnonzero(kept)
        weights[self.apart] = 0
        self.share = np.cumsum(weights / weights.sum())
        about = json.loads((work / "icons.json").read_text(encoding="utf-8"))
        self.coloured = torch.tensor([row["style"] == "color" for row in about])
        self.random, self.rng = random.Random(seed), torch.Generator().manual_seed(seed)
        self.numpy = np.random.default_rng(seed)

    def words(self, kind: str, rows: np.ndarray) -> torch.Tensor:
        """The vector of one text of each row; the first text twice as often."""
        picks = []
        for row in rows:
            texts = self.links[kind][row]
            picks.append(self.random.choice([texts[0], *texts]))
        return torch.from_numpy(self.vectors[picks]).to(self.device).float()

    def array(self, values: np.ndarray, rows: np.ndarray) -> torch.Tensor:
        """Rows of an array as a float tensor on the device."""
        tensor = torch.from_numpy(np.ascontiguousarray(values[rows])).to(self.device)
        return tensor.float().div_(255) if values.dtype == np.uint8 else tensor.float()

    def picture_batch(
        self, n: int, side: int, cells: int, twins: int = 0
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Crops of pictures, the teacher's map of each crop, a text vector of each picture.

        The first `twins` pictures come twice: large crops, the second time often without colour.
        """
        rows = np.searchsorted(self.share, self.numpy.random(n)).clip(max=len(self.share) - 1)
        rows[twins : 2 * twins] = rows[:twins]
        tall, wide = random_boxes(n, self.rng, (self.smallest, 1.0), 0.5)
        if twins:
            large = random_boxes(2 * twins, self.rng, (0.6, 1.0), 0.1)
            for box, other in zip((tall, wide), large, strict=True):
                for edge, value in zip(box, other, strict=True):
                    edge[: 2 * twins] = value
        tall, wide = (tuple(e.to(self.device) for e in box) for box in (tall, wide))
        x = resample(self.array(self.pictures, rows), tall, wide, side)
        maps = self.array(self.maps, rows).view(n, 7, 7, -1)
        maps = resample(maps, tall, wide, cells).flatten(1, 2)
        x = torch.cat(
            [
                recolour(x[:twins], self.rng, 0.15, 0.0),
                recolour(x[twins : 2 * twins], self.rng, 0.15, 0.5),
                recolour(x[2 * twins :], self.rng, 0.25, 0.1),
            ]
        )
        return x, maps, self.words("pictures", rows)

    def icon_batch(self, n: int, side: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Icons in random colours and sizes, a name or keyword of each."""
        rows = self.numpy.integers(len(self.icons), size=n)
        x = compose_icons(self.array(self.icons, rows), self.coloured[rows], self.rng)
        boxes = placed_boxes(n, self.rng, (0.95, 1.6))
        tall, wide = (tuple(e.to(self.device) for e in box) for box in boxes)
        return resample(x, tall, wide, side), self.words("icons", rows)

    def drawn_batch(self, n: int, side: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Synthetic pictures, hardly cropped, a true description of each."""
        rows = self.numpy.integers(len(self.drawn), size=n)
        boxes = random_boxes(n, self.rng, (0.85, 1.0), 0.0)
        tall, wide = (tuple(e.to(self.device) for e in box) for box in boxes)
        x = resample(self.array(self.drawn, rows), tall, wide, side)
        return recolour(x, self.rng, 0.06, 0.0), self.words("synthetic", rows)


def soft_contrast(
    images: torch.Tensor,
    words: torch.Tensor,
    raw: torch.Tensor,
    scale: torch.Tensor,
    mix: tuple[torch.Tensor, torch.Tensor],
) -> torch.Tensor:
    """Contrastive loss both ways; texts that say nearly the same share the target."""
    n = len(images)
    order, part = mix
    likeness = fn.normalize(raw, dim=-1)
    target = ((likeness @ likeness.T - 1) / 0.04).exp()
    target = target / target.sum(1, keepdim=True)
    target = part[:, None] * target + (1 - part[:, None]) * target[order]
    logits = scale * images @ words.T
    down = target.T / target.sum(0)[:, None].clamp(min=1e-6)
    # Rows keep only their weight in columns that some mixed picture still shows.
    forward = -(target * fn.log_softmax(logits, 1)).sum() / n
    return (forward - (down * fn.log_softmax(logits.T, 1)).sum() / n) / 2


def same_picture(first: torch.Tensor, second: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
    """Contrastive loss between two crops of one picture, against the batch's other pictures."""
    logits = 20 * first @ torch.cat([second, others]).T
    return fn.cross_entropy(logits, torch.arange(len(first), device=first.device))


class Trainer:
    """Model, average, optimiser and step; `state` is everything needed to go on."""

    def __init__(self, corpus: Corpus, teacher: ImageTeacher, options: argparse.Namespace) -> None:
        self.corpus, self.options, device = corpus, options, corpus.device
        torch.manual_seed(options.seed)
        self.teacher = teacher.to(device).requires_grad_(requires_grad=False)
        corner = np.concatenate([corpus.vectors[:: max(1, len(corpus.vectors) // 20000)]])
        self.model = Student(corner, options.trunk).to(device, memory_format=torch.channels_last)
        self.average = Student(corner, options.trunk).to(device).requires_grad_(requires_grad=False)
        self.average.load_state_dict(self.model.state_dict())
        decayed = [p for p in self.model.visual.parameters() if p.ndim > 1]
        others = [p for p in self.model.visual.parameters() if p.ndim <= 1]
        heads = [p for k, p in self.model.named_parameters() if not k.startswith("visual")]
        groups = [
            {"params": decayed, "weight_decay": options.weight_decay},
            {"params": others + heads, "weight_decay": 0.0},
        ]
        self.optimiser = torch.optim.AdamW(groups, lr=options.rate, betas=(0.9, 0.98))
        self.classes = torch.from_numpy(corpus.classes).to(device).float()[1:]
        sample = np.arange(0, len(corpus.maps), -(-len(corpus.maps) // 800))
        maps = corpus.array(corpus.maps, sample).flatten(0, 1)
        self.map_mean, self.map_std = maps.mean(0), maps.std(0) + 1e-3
        self.step = 0

    def state(self) -> dict[str, object]:
        """What a later run needs to go on from here."""
        return {
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
        }

    def restore(self, state: dict) -> None:
        """Go on from a saved state."""
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step = state["step"]

    def losses(self, side: int) -> dict[str, torch.Tensor]:
        """One batch through the model; the parts of its loss, already weighted."""
        o, corpus = self.options, self.corpus
        n = o.batch * 5 // 8
        m = o.batch // 4
        k = o.batch - n - m
        cells = -(-side // 32)
        twins = n // 6
        crops, maps, raw = corpus.picture_batch(n, side, cells, twins)
        icons, icon_raw = corpus.icon_batch(m, side)
        drawn, drawn_raw = corpus.drawn_batch(k, side)
        device = corpus.device
        # Mixup among the pictures only: icons and drawings, the last rows, stay as they are.
        part = torch.ones(o.batch)
        if o.mixup > 0:
            chance = torch.rand(n, generator=corpus.rng) < o.mixup
            chance[: 2 * twins] = False
            amount = torch.rand(n, generator=corpus.rng) * 0.5 + 0.5
            part[:n] = torch.where(chance, amount, torch.ones(n))
        order = torch.cat([torch.randperm(n, generator=corpus.rng), torch.arange(n, o.batch)])
        part, order = part.to(device), order.to(device)
        p = part[:n, None, None]
        with torch.no_grad():
            answers = self.teacher.head(maps)[0][:, 1:].softmax(-1)
            answers = p[:, 0] * answers + (1 - p[:, 0]) * answers[order[:n]]
            maps = (maps - self.map_mean) / self.map_std
            maps = p * maps + (1 - p) * maps[order[:n]]
            crops = p[..., None] * crops + (1 - p[..., None]) * crops[order[:n]]
            x = normalise(torch.cat([crops, icons, drawn]))
        with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
            embedding, seen, classes = self.model(x)
        raw = torch.cat([raw, icon_raw, drawn_raw])
        words = self.model.bridge(raw)
        scale = self.model.log_scale.clamp(max=4.2).exp()
        names = self.model.bridge(self.classes)
        by_name = self.model.class_scale.clamp(max=4.2).exp() * embedding[:n] @ names.T
        a, b = embedding[:twins], embedding[twins : 2 * twins]
        whole, wanted = seen[:n].mean(1), maps.mean(1)
        entropy = (answers * answers.clamp(min=1e-8).log()).sum(-1).mean()

        def divergence(logits: torch.Tensor) -> torch.Tensor:
            return entropy - (answers * fn.log_softmax(logits, -1)).sum(-1).mean()

        return {
            "map": fn.mse_loss(seen[:n], maps),
            "whole": 1 - fn.cosine_similarity(whole, wanted, dim=-1).mean(),
            "class": 0.3 * divergence(classes[:n, 1:]),
            "name": 0.8 * divergence(by_name),
            "same": 0.3 * same_picture(a, b, embedding[2 * twins :]),
            "words": 1.0 * soft_contrast(embedding, words, raw, scale, (order, part)),
        }

    def share_gradients(self) -> None:
        """Mean of the gradients over all ranks, in one message."""
        if self.options.ranks < 2:
            return
        gradients = [p.grad for p in self.model.parameters() if p.grad is not None]
        flat = torch.cat([g.reshape(-1) for g in gradients])
        torch.distributed.all_reduce(flat)
        parts = flat.div_(self.options.ranks).split([g.numel() for g in gradients])
        for gradient, part in zip(gradients, parts, strict=True):
            gradient.copy_(part.view_as(gradient))

    def update(self, side: int, rate: float) -> dict[str, float]:
        """One step of the optimiser and of the average."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate * min(1.0, (self.step + 1) / self.options.warmup)
        parts = self.losses(side)
        self.optimiser.zero_grad(set_to_none=True)
        torch.stack(list(parts.values())).sum().backward()
        self.share_gradients()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 5.0)
        self.optimiser.step()
        self.step += 1
        if self.options.rank == 0:
            self.move_average()
        return {name: value.item() for name, value in parts.items()}

    def move_average(self) -> None:
        """Let the average follow the model; quickly at first."""
        keep = min(self.options.keep, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            mine, theirs = self.average.state_dict(), self.model.state_dict()
            for name, value in mine.items():
                if value.dtype.is_floating_point:
                    value.lerp_(theirs[name], 1 - keep)
                else:
                    value.copy_(theirs[name])


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True, help="folder of the checkpoints")
    parser.add_argument("--resume", type=Path, help="checkpoint; the run's own last by default")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--decay", type=float, default=0, help="minutes of falling rate at the end")
    parser.add_argument("--side", type=int, default=96)
    parser.add_argument("--batch", type=int, default=0, help="0: 192, or 1024 with an accelerator")
    parser.add_argument("--rate", type=float, default=0.002)
    parser.add_argument("--weight-decay", type=float, default=0.05)
    parser.add_argument("--warmup", type=int, default=300)
    parser.add_argument("--keep", type=float, default=0.998, help="of the moving average")
    parser.add_argument("--mixup", type=float, default=0.3, help="share of pictures mixed")
    parser.add_argument("--smallest", type=float, default=0.22, help="crop, as a part of the area")
    parser.add_argument("--trunk", default="mobilenetv4_conv_small")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rank", type=int, default=0, help="of this process, 0 is the leader")
    parser.add_argument("--ranks", type=int, default=1, help="processes that share the gradients")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(arguments)


def finished(options: argparse.Namespace, *, mine: bool) -> bool:
    """Whether any rank has come to its end; all must stop at the same step."""
    if options.ranks < 2:
        return mine
    flag = torch.tensor(float(mine))
    torch.distributed.all_reduce(flag)
    return bool(flag > 0)


def main(arguments: list[str] | None = None) -> None:
    """Train until the minutes are over; `last.pt` is always there to go on from."""
    options = parse(arguments)
    torch.set_num_threads(options.threads)
    if options.ranks > 1:
        # On a busy machine two processes of one thread lose less to waiting than two threads.
        torch.distributed.init_process_group(
            "gloo",
            init_method=(options.run / "ranks").resolve().as_uri(),
            rank=options.rank,
            world_size=options.ranks,
            timeout=timedelta(hours=1),
        )
    device = choose_device()
    options.batch = options.batch or (1024 if device.type == "cuda" else 192)
    options.run.mkdir(parents=True, exist_ok=True)
    last = options.run / "last.pt"
    found = options.resume or (last if last.exists() else None)
    state = torch.load(found, map_location=device) if found else None
    # Another seed after a resume, or the same crops would come again.
    seed = options.seed + (state["step"] if state else 0) + 7919 * options.rank
    corpus = Corpus(options.work, device, seed, options.smallest)
    trainer = Trainer(corpus, ImageTeacher(options.corpus / "teacher"), options)
    if state:
        trainer.restore(state)
    start, saved, sums, counted = time.monotonic(), time.monotonic(), {}, 0
    while not finished(options, mine=(spent := (time.monotonic() - start) / 60) >= options.minutes):
        left = options.minutes - spent
        rate = options.rate * min(1.0, left / options.decay) if options.decay else options.rate
        for name, value in trainer.update(options.side, rate).items():
            sums[name] = sums.get(name, 0.0) + value
        counted += 1
        if counted == 50 and options.rank == 0:
            parts = " ".join(f"{name} {value / counted:.3f}" for name, value in sums.items())
            speed = trainer.step, spent
            print(f"step {speed[0]} minute {speed[1]:.1f} {parts}", flush=True)
            sums, counted = {}, 0
        if time.monotonic() - saved > 180 and options.rank == 0:
            save_whole(trainer.state(), last)
            saved = time.monotonic()
    if options.rank == 0:
        save_whole(trainer.state(), last)


if __name__ == "__main__":
    main()
