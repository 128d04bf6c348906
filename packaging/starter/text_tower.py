"""Teach the small text tower to answer as the text teacher does, on many cheap texts.

The texts: everything in `texts.json`, spans of captions, and single words and short phrases made
of the teacher's own vocabulary. The tower learns the teacher's 384 numbers, and above all where
they point from the middle of all texts, which is all that the common space keeps.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from pathlib import Path

import everyday
import numpy as np
import scenes
import torch
import torch.nn.functional as fn
from muon import Muon
from open_clip.model import CLIPTextCfg, _build_text_tower
from open_clip.tokenizer import SimpleTokenizer, default_bpe
from space import SPACE, middle, placed
from student import CONTEXT, MERGES, TEXT, save_whole
from teachers import TextTeacher, choose_device
from texts import embed_new
from torch.nn.attention import SDPBackend, sdpa_kernel

ADJECTIVES = (
    "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white",
    "grey", "golden", "silver", "dark", "bright", "small", "large", "old", "new", "young", "tall",
    "round", "wooden", "metal", "glass", "plastic", "empty", "full", "open", "closed", "wet",
    "dry", "happy", "sad", "sleeping", "running", "sitting", "standing", "hand-drawn", "blurry",
    "colourful", "modern", "vintage",
)  # fmt: skip
PLACES = (
    "on a table", "in the grass", "on a white background", "in the snow", "on the beach",
    "in a kitchen", "at night", "in a field", "on a street", "in a city", "in the water",
    "on a shelf", "in a bowl", "under a tree", "in a forest", "on a wall", "in a room",
    "at sunset", "in the sky", "on a plate", "in front of a building", "near a lake",
)  # fmt: skip
TEMPLATES = (
    "a photo of a {}", "a photo of {}", "a picture of a {}", "{} icon", "a drawing of a {}",
    "a close-up photo of a {}", "the {}", "some {}", "many {}s", "a painting of a {}",
    "a person with a {}", "a {} logo", "an illustration of a {}", "a photo of the {}",
    "a man holding a {}", "a woman with a {}", "two {}s", "a screenshot of {}", "{} texture",
    "a photo of a {}, a type of food", "a photo of a {}, a piece of clothing", "{} emoji",
)  # fmt: skip


def write_merges(target: Path, count: int = MERGES) -> None:
    """The first merges of open_clip's own tokenizer, as a file its SimpleTokenizer reads."""
    lines = (
        gzip.decompress(Path(default_bpe()).read_bytes()).decode("utf-8").split("\n")[: count + 1]
    )
    # mtime 0: the same file on every run. No last newline: it would count as an empty merge.
    target.write_bytes(gzip.compress("\n".join(lines).encode("utf-8"), mtime=0))


def words_of(teacher: TextTeacher) -> list[str]:
    """Whole lower-case words of the text teacher's vocabulary, commonest first."""
    vocabulary = sorted(teacher.tokenizer.get_vocab().items(), key=lambda item: item[1])
    return [word for word, _ in vocabulary if word.isascii() and word.isalpha() and len(word) > 2]


def make_texts(words: list[str], known: list[str], count: int, seed: int) -> list[str]:
    """`count` phrases: spans of known captions, and templates around words."""
    rng = random.Random(seed)
    captions = [text for text in known if len(text.split()) >= 6]
    made: dict[str, None] = {}
    while len(made) < count:
        roll = rng.random()
        if roll < 0.45 and captions:
            parts = rng.choice(captions).split()
            length = rng.randint(2, min(12, len(parts)))
            at = rng.randrange(len(parts) - length + 1)
            text = " ".join(parts[at : at + length]).strip(",.;:")
        else:
            a = rng.choice(words[: rng.choice((4000, 12000, len(words)))])
            b = rng.choice(words[: rng.choice((4000, 12000))])
            text = rng.choice((
                rng.choice(TEMPLATES).format(a),
                a,
                f"{a} {b}",
                f"{rng.choice(ADJECTIVES)} {a}",
                f"a {rng.choice(ADJECTIVES)} {a} {rng.choice(PLACES)}",
                f"a {a} {rng.choice(PLACES)}",
                f"a {a} and a {b}",
                rng.choice(TEMPLATES).format(rng.choice(known)) if known else a,
            ))  # fmt: skip
        made[text] = None
    return list(made)


def tokenise(texts: list[str], merges: Path) -> np.ndarray:
    """Token numbers (n, 32) of texts by open_clip's tokenizer over the shortened merges."""
    tokenizer = SimpleTokenizer(bpe_path=str(merges), context_length=CONTEXT)
    return np.concatenate(
        [
            tokenizer(texts[i : i + 1000]).numpy().astype(np.int32)
            for i in range(0, len(texts), 1000)
        ]
    )


def token_words(merges: Path) -> list[str]:
    """Every token of the shortened tokenizer as a word of its own; the two marks come last."""
    decoder = SimpleTokenizer(bpe_path=str(merges), context_length=CONTEXT).decoder
    return [decoder[i].removesuffix("</w>") for i in range(len(decoder) - 2)]


def prepare(work: Path, count: int, seed: int) -> None:
    """Write `tower_tokens.npy` and `tower_vectors.npy`: known texts first, then made ones."""
    known = json.loads((work / "texts.json").read_text(encoding="utf-8"))
    vectors = [np.load(work / "vectors.npy")]
    made: list[str] = []
    if count:
        teacher = TextTeacher()
        words = words_of(teacher)
        made = everyday.phrases() + words + make_texts(words, known, count, seed)
        made += scenes.scenes(count * 4 // 5, seed)
        vectors.append(embed_new(teacher, made, work / "made.json", work / "made.npy"))
        (work / "made.json").write_text(json.dumps(made), encoding="utf-8")
        np.save(work / "made.npy", vectors[-1])
    # How often each is drawn: single words more often, they are queries and cheap.
    often = np.ones(len(known) + len(made), np.float32)
    often[len(known) : len(known) + len(everyday.phrases())] = 5
    often[len(often) - count * 4 // 5 :] = 2  # the scenes, nearest to what people ask
    often *= [3 if len(text.split()) <= 2 else 1 for text in known + made]
    np.save(work / "tower_often.npy", often)
    write_merges(work / "bpe.txt.gz")
    np.save(work / "token_vectors.npy", TextTeacher().embed(token_words(work / "bpe.txt.gz")))
    np.save(work / "tower_tokens.npy", tokenise(known + made, work / "bpe.txt.gz"))
    np.save(work / "tower_vectors.npy", np.concatenate(vectors))


class TextTower(torch.nn.Module):
    """open_clip's text transformer with a head in the teacher's 384 dimensions."""

    def __init__(self) -> None:
        super().__init__()
        self.text = _build_text_tower(SPACE, CLIPTextCfg(**TEXT))

    @torch.no_grad()
    def begin(self, words: np.ndarray) -> None:
        """Start as a bag of words: the mean of what the teacher says of each token alone.

        Each token's row is its vector along the main axes, the first layer's attention passes the
        mean on, the other layers add little, and the head leads back along the same axes.
        """
        text = self.text
        x = torch.from_numpy(words.astype(np.float32))
        mean = x.mean(0)
        axes = torch.linalg.svd(x - mean, full_matrices=False)[2][: text.width]
        rows = (x - mean) @ axes.T
        text.token_embedding.weight.zero_()
        text.token_embedding.weight[: len(rows)] = rows / rows.std()
        text.positional_embedding.mul_(2)
        for depth, block in enumerate(text.transformer.resblocks):
            block.mlp.c_proj.weight.mul_(0.1)
            block.attn.in_proj_weight[: 2 * text.width].mul_(0.5)
            if depth == 0:
                block.attn.in_proj_weight[2 * text.width :] = torch.eye(text.width)
                block.attn.out_proj.weight.copy_(torch.eye(text.width))
            else:
                block.attn.out_proj.weight.mul_(0.1)
        # About unit length comes out: the last norm makes its input as long as the width's root.
        text.text_projection.weight.copy_(axes.T * (0.7 / text.width**0.5))
        text.text_projection.bias.copy_(mean)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """The teacher's vectors, as far as they are learned."""
        # The mask is causal: what follows the longest text's end changes nothing and is cut off.
        longest = int(tokens.argmax(1).max()) + 1
        full, mask = self.text.attn_mask, self.text.attn_mask[:longest, :longest]
        self.text.attn_mask = mask
        # Half the precision and the plain way of attention: 2.6 times as fast on a processor.
        quick = torch.autocast(tokens.device.type, torch.bfloat16, enabled=self.training)
        try:
            with quick, sdpa_kernel(SDPBackend.MATH):
                return self.text(tokens[:, :longest]).float()
        finally:
            self.text.attn_mask = full


class Pairs:
    """Training pictures as the image tower sees them, with the numbers of their texts."""

    def __init__(self, work: Path, device: torch.device, scale: float) -> None:
        self.seen = torch.from_numpy(np.load(work / "seen.npy")).to(device).float()
        self.said = np.load(work / "said.npy")
        self.raw = np.load(work / "vectors.npy")
        self.scale, self.device = scale, device

    def loss(
        self,
        tower: TextTower,
        tokens: torch.Tensor,
        mean: torch.Tensor,
        picks: np.ndarray,
    ) -> torch.Tensor:
        """Contrastive loss of texts against pictures; texts alike share the target."""
        rows, texts = self.said[picks].T
        images = self.seen[torch.from_numpy(rows).long().to(self.device)]
        words = placed(tower(tokens[texts].to(self.device)), mean)
        raw = torch.from_numpy(self.raw[texts].astype(np.float32)).to(self.device)
        target = ((fn.normalize(raw, dim=-1) @ fn.normalize(raw, dim=-1).T - 1) / 0.04).exp()
        target = target / target.sum(1, keepdim=True)
        logits = self.scale * words @ images.T
        down = -(target * fn.log_softmax(logits.T, 1)).sum(1).mean()
        return (down - (target * fn.log_softmax(logits, 1)).sum(1).mean()) / 2


def optimiser_of(tower: TextTower, options: argparse.Namespace) -> torch.optim.Optimizer:
    """Adam, or Muon for the blocks' matrices."""
    if not options.muon:
        return torch.optim.AdamW(tower.parameters(), lr=options.rate, weight_decay=0.02)
    blocks = [p for p in tower.text.transformer.parameters() if p.ndim == 2]
    mine = {id(p) for p in blocks}
    others = [p for p in tower.parameters() if id(p) not in mine]
    groups = [{"params": blocks, "muon": True}, {"params": others, "share": 0.1}]
    return Muon(groups, options.rate)


def train(options: argparse.Namespace) -> None:
    """Distil for some minutes; resumes from `text.pt` in the run's folder."""
    torch.set_num_threads(options.threads)
    device = choose_device()
    torch.manual_seed(options.seed)
    tokens = torch.from_numpy(np.load(options.work / "tower_tokens.npy")).long()
    vectors = np.load(options.work / "tower_vectors.npy", mmap_mode="r")
    often = np.cumsum(np.load(options.work / "tower_often.npy").astype(np.float64))
    often /= often[-1]
    lengths = tokens.argmax(1).numpy()
    tower = TextTower()
    tower.begin(np.load(options.work / "token_vectors.npy"))
    tower = tower.to(device)
    optimiser = optimiser_of(tower, options)
    path = options.run / "text.pt"
    step = restore(path, tower, optimiser) if path.exists() else 0
    mean = middle(options.work).to(device)
    pairs = Pairs(options.work, device, options.scale) if options.pairs > 0 else None
    rng = np.random.default_rng(options.seed + step)
    start, total, counted = time.monotonic(), 0.0, 0
    while (spent := (time.monotonic() - start) / 60) < options.minutes:
        left = (options.minutes - spent) / max(options.minutes * options.fall, 1e-9)
        for group in optimiser.param_groups:
            group["lr"] = options.rate * min(1.0, (step + 1) / 200, max(left, 0.01))
        # Sorted pools of eight batches: texts of one length go together and little is padded.
        pool = np.searchsorted(often, rng.random(options.batch * 8)).clip(max=len(tokens) - 1)
        pool = pool[np.argsort(lengths[pool])]
        for rows in rng.permutation(pool.reshape(8, -1)):
            target = torch.from_numpy(vectors[np.sort(rows)].astype(np.float32)).to(device)
            answer = tower(tokens[np.sort(rows)].to(device))
            loss = (answer - target).square().sum(1).mean()
            agree = placed(answer, mean) * placed(target, mean)
            loss = 0.3 * loss + (1 - agree.sum(1)).mean()
            if pairs is not None:
                picks = rng.integers(len(pairs.said), size=options.paired or options.batch)
                loss = loss + options.pairs * pairs.loss(tower, tokens, mean, picks)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(tower.parameters(), 1.0)
            optimiser.step()
            step, total, counted = step + 1, total + loss.item(), counted + 1
        if counted >= 200:
            print(f"step {step} minute {spent:.1f} loss {total / counted:.4f}", flush=True)
            total, counted = 0.0, 0
            save(path, tower, optimiser, step)
    save(path, tower, optimiser, step)


def restore(path: Path, tower: TextTower, optimiser: torch.optim.Optimizer) -> int:
    """Go on from a checkpoint; the step it was at."""
    state = torch.load(path, map_location=choose_device())
    tower.load_state_dict(state["model"])
    # The other optimiser's memory is of no use; this one soon has its own.
    if state["optimiser"]["param_groups"][0].keys() == optimiser.param_groups[0].keys():
        optimiser.load_state_dict(state["optimiser"])
    return int(state["step"])


def save(path: Path, tower: TextTower, optimiser: torch.optim.Optimizer, step: int) -> None:
    """Write the checkpoint."""
    state = {"model": tower.state_dict(), "optimiser": optimiser.state_dict(), "step": step}
    save_whole(state, path)


def main(arguments: list[str] | None = None) -> None:
    """Command line: `--prepare N` embeds the known texts and N made ones, else train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--run", type=Path)
    parser.add_argument("--prepare", type=int, metavar="N")
    parser.add_argument("--pairs", type=float, default=0, help="weight of agreeing with seen.py")
    parser.add_argument("--scale", type=float, default=20, help="of likenesses with pictures")
    parser.add_argument("--paired", type=int, default=0, help="pairs a step; 0: the batch")
    parser.add_argument("--muon", action="store_true", help="with --rate 0.01 or so")
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--fall", type=float, default=0.3, help="last part with a falling rate")
    parser.add_argument("--batch", type=int, default=192)
    parser.add_argument("--rate", type=float, default=0.001)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    if options.prepare is not None:
        prepare(options.work, options.prepare, options.seed)
        return
    options.run.mkdir(parents=True, exist_ok=True)
    train(options)


if __name__ == "__main__":
    main()
