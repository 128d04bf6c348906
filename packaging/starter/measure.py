"""Measure an exported starter on pictures it was not trained on, beside chance and its teachers.

Every figure comes with a 95 % interval from 1,000 bootstrap draws over the queries' pictures.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np
import open_clip
import synthetic
import torch
import torch.nn.functional as fn
from open_clip.model import CustomTextCLIP
from open_clip.tokenizer import SimpleTokenizer
from PIL import Image, ImageOps
from prepare import flatten, read_table, render_icon
from safetensors.torch import load_file
from teachers import ImageTeacher, TextTeacher
from texts import class_vectors

Figure = dict[str, float]
PHOTO_TEMPLATES = ("a photo of {}", "a photo of a {}", "{}", "a close-up photo of {}")
CLOTHING_TEMPLATES = ("a photo of a {}", "{}", "a {}, a piece of clothing", "a {} lying flat")
TRASH_TEMPLATES = ("a photo of {}", "{}", "a photo of {} waste", "an object made of {}")


class Encoder(Protocol):
    """What is measured: pictures and texts to unit vectors."""

    def pictures(self, pictures: list[Image.Image]) -> np.ndarray:
        """Unit vectors of pictures."""

    def texts(self, texts: list[str]) -> np.ndarray:
        """Unit vectors of texts."""


class Starter:
    """An exported directory, read with stock open_clip."""

    def __init__(self, folder: Path, *, random_weights: bool = False) -> None:
        config = json.loads((folder / "open_clip_config.json").read_text(encoding="utf-8"))
        model_cfg = config["model_cfg"]
        model_cfg.pop("custom_text", None)
        self.model = CustomTextCLIP(**model_cfg).eval()
        if not random_weights:
            weights = {k: v.float() if v.dtype == torch.float16 else v
                       for k, v in load_file(folder / "weights.safetensors").items()}  # fmt: skip
            self.model.load_state_dict(weights, strict=True)
        self.model.visual.to(memory_format=torch.channels_last)
        p = config["preprocess_cfg"]
        self.transform = open_clip.image_transform(
            p["size"], is_train=False, mean=p["mean"], std=p["std"],
            interpolation=p["interpolation"], resize_mode=p["resize_mode"],
        )  # fmt: skip
        context = config["model_cfg"]["text_cfg"]["context_length"]
        self.tokenizer = SimpleTokenizer(
            bpe_path=str(folder / "bpe.txt.gz"), context_length=context
        )

    @torch.inference_mode()
    def pictures(self, pictures: list[Image.Image]) -> np.ndarray:
        """Unit vectors of pictures."""
        out = []
        for start in range(0, len(pictures), 64):
            x = torch.stack([self.transform(p) for p in pictures[start : start + 64]])
            x = x.contiguous(memory_format=torch.channels_last)
            out.append(self.model.encode_image(x, normalize=True))
        return torch.cat(out).numpy()

    @torch.inference_mode()
    def texts(self, texts: list[str]) -> np.ndarray:
        """Unit vectors of texts."""
        chunks = [texts[i : i + 256] for i in range(0, len(texts), 256)]
        parts = [self.model.encode_text(self.tokenizer(c), normalize=True) for c in chunks]
        return torch.cat(parts).numpy()


class Teachers:
    """No training at all: the image teacher's classes as a mean of their names' vectors."""

    def __init__(self, corpus: Path) -> None:
        self.image = ImageTeacher(corpus / "teacher").eval()
        self.text = TextTeacher()
        names = class_vectors(self.text, corpus / "teacher").astype(np.float32)[1:]
        self.mean = names.mean(0)
        self.names = names - self.mean

    @torch.inference_mode()
    def pictures(self, pictures: list[Image.Image]) -> np.ndarray:
        """Probability-weighted vectors of the class names."""
        out = []
        for picture in pictures:
            square = picture.resize((224, 224), Image.Resampling.BICUBIC)
            x = torch.from_numpy(np.array(square)).permute(2, 0, 1)[None].float() / 127.5 - 1
            maps = self.image.maps(x).flatten(2).transpose(1, 2)
            out.append(self.image.head(maps)[0][0, 1:].softmax(-1).numpy() @ self.names)
        return fn.normalize(torch.from_numpy(np.stack(out)), dim=-1).numpy()

    def texts(self, texts: list[str]) -> np.ndarray:
        """Centred vectors of the texts."""
        x = self.text.embed(texts).astype(np.float32) - self.mean
        return x / np.linalg.norm(x, axis=1, keepdims=True)


def interval(hits: np.ndarray, groups: list[object]) -> Figure:
    """Mean of the hits with a 95 % interval, drawing whole groups (pictures) again and again."""
    members = defaultdict(list)
    for group, hit in zip(groups, hits, strict=True):
        members[group].append(float(hit))
    sums = np.array([sum(m) for m in members.values()])
    sizes = np.array([len(m) for m in members.values()])
    draws = np.random.default_rng(0).integers(len(sums), size=(1000, len(sums)))
    means = sums[draws].sum(1) / sizes[draws].sum(1)
    low, high = np.percentile(means, [2.5, 97.5])
    return {"value": float(np.mean(hits)), "low": float(low), "high": float(high), "n": len(hits)}


def open_picture(path: Path) -> Image.Image | None:
    """Upright RGB on white, or None for what this script cannot read."""
    try:
        if path.suffix == ".svg":
            return flatten(Image.fromarray(render_icon(path.read_text(encoding="utf-8"), 192)))
        picture = Image.open(path)
        picture.draft("RGB", (448, 448))
        return flatten(ImageOps.exif_transpose(picture))
    except Exception:  # foreign files: whatever a decoder raises, the picture is left out
        return None


def ranks(scores: np.ndarray, wanted: list[set[int]]) -> np.ndarray:
    """For each query the place (0 is first) of its best-placed wanted picture."""
    order = np.argsort(-scores, 1, kind="stable")
    place = np.empty_like(order)
    np.put_along_axis(place, order, np.arange(scores.shape[1])[None].repeat(len(scores), 0), 1)
    return np.array([min(place[i, j] for j in want) for i, want in enumerate(wanted)])


def measure_captions(encoder: Encoder, root: Path) -> dict[str, Figure]:
    """Caption to photo: every caption asks, all captioned pictures answer."""
    rows = read_table(root / "a-captions" / "captions.tsv")
    files = sorted({row["file"] for row in rows})
    opened = {f: open_picture(root / "a-captions" / f) for f in files}
    files = [f for f in files if opened[f] is not None]
    gallery = encoder.pictures([opened[f] for f in files])
    rows = [row for row in rows if row["file"] in files]
    queries = encoder.texts([row["caption"] for row in rows])
    place = ranks(queries @ gallery.T, [{files.index(row["file"])} for row in rows])
    groups = [row["file"] for row in rows]
    return {f"caption recall@{k}": interval(place < k, groups) for k in (1, 5, 10)}


def measure_labels(encoder: Encoder, root: Path) -> dict[str, Figure]:
    """Zero-shot classes: the label whose mean template vector is nearest."""
    rows = read_table(root / "b-labels" / "labels.tsv")
    out = {}
    for name, templates in (
        ("clothing", CLOTHING_TEMPLATES), ("grocery", PHOTO_TEMPLATES),
        ("trashnet", TRASH_TEMPLATES),
    ):  # fmt: skip
        mine = [row for row in rows if row["set"] == name]
        labels = sorted({row["label"] for row in mine})
        vectors = [encoder.texts([t.format(x.lower()) for t in templates]).mean(0) for x in labels]
        matrix = np.stack(vectors)
        matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
        pictures = [open_picture(root / "b-labels" / row["file"]) for row in mine]
        chosen = (encoder.pictures(pictures) @ matrix.T).argmax(1)
        hits = np.array([labels[c] == row["label"] for c, row in zip(chosen, mine, strict=True)])
        out[f"label {name} top-1"] = interval(hits, list(range(len(hits))))
    return out


def measure_icons(encoder: Encoder, root: Path) -> dict[str, Figure]:
    """Name or keyword to icon or emoji, among all the design assets."""
    gallery, rows = [], []
    for row in read_table(root / "d-assets" / "keywords.tsv"):
        picture = open_picture(root / "d-assets" / row["file"])
        if picture is not None:
            gallery.append(picture)
            rows.append(row)
    vectors = encoder.pictures(gallery)
    asked: dict[str, dict[str, set[int]]] = {"name": defaultdict(set), "keyword": defaultdict(set)}
    for index, row in enumerate(rows):
        if row["set"] not in ("lucide", "phosphor", "healthicons", "noto-emoji"):
            continue
        asked["name"][row["name"].lower()].add(index)
        for keyword in row.get("keywords", "").split(";"):
            if keyword.strip():
                asked["keyword"][keyword.strip().lower()].add(index)
    out, everything = {}, []
    for kind, queries in asked.items():
        scores = encoder.texts(list(queries)) @ vectors.T
        hits = ranks(scores, list(queries.values())) < 10
        out[f"icon {kind} recall@10"] = interval(hits, list(queries))
        everything.append(hits)
    hits = np.concatenate(everything)
    return {"icon recall@10": interval(hits, list(range(len(hits))))} | out


def measure_phrases(encoder: Encoder, count: int = 300) -> dict[str, Figure]:
    """Which of 20 phrases is true of a drawn picture; seeds that training never draws."""
    drawn, phrases = [], []
    seed = 10_000_000
    while len(drawn) < count:
        rng = random.Random(seed)
        seed += 1
        picture, texts = synthetic.draw_single(rng, 3)
        if texts[0] not in phrases and "outline" not in texts[0]:
            drawn.append(picture.resize((224, 224), Image.Resampling.LANCZOS))
            phrases.append(texts[0])
    scores = encoder.pictures(drawn) @ encoder.texts(phrases).T
    rng = random.Random(0)
    hits = []
    for i in range(count):
        others = rng.sample([j for j in range(count) if j != i], 19)
        hits.append(scores[i, i] > scores[i, others].max())
    return {"phrase top-1 of 20": interval(np.array(hits), list(range(count)))}


def recompress(picture: Image.Image, quality: int) -> Image.Image:
    """The picture after a trip through JPEG."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


def crop(picture: Image.Image, part: float, rng: random.Random) -> Image.Image:
    """A random piece with `part` of each side."""
    w, h = picture.size
    x, y = rng.uniform(0, 1 - part) * w, rng.uniform(0, 1 - part) * h
    return picture.crop((round(x), round(y), round(x + part * w), round(y + part * h)))


def measure_edits(encoder: Encoder, root: Path) -> dict[str, Figure]:
    """An edited copy asks; the original must come first among all originals."""
    paths = sorted((root / "a-captions").rglob("*.jp*g")) + sorted(
        (root / "b-labels").rglob("*.jp*g")
    )
    originals = [p for p in map(open_picture, paths) if p is not None]
    gallery = encoder.pictures(originals)
    rng = random.Random(0)
    edits: dict[str, Callable[[Image.Image], Image.Image]] = {
        "crop 80 %": lambda p: crop(p, 0.8, rng),
        "resize to a third": lambda p: p.resize((max(8, p.width // 3), max(8, p.height // 3))),
        "recompress": lambda p: recompress(p, 25),
        "greyscale": lambda p: p.convert("L").convert("RGB"),
    }
    out, everything = {}, []
    for name, edit in edits.items():
        scores = encoder.pictures([edit(p) for p in originals]) @ gallery.T
        hits = scores.argmax(1) == np.arange(len(originals))
        out[f"edit {name} recall@1"] = interval(hits, list(range(len(hits))))
        everything.append(hits)
    hits = np.concatenate(everything)
    groups = list(range(len(originals))) * len(edits)
    return {"edit recall@1": interval(hits, groups)} | out


def measure_speed(encoder: Starter) -> dict[str, float]:
    """Pictures a second and milliseconds a caption, decode and resizing not counted."""
    side = encoder.model.visual.image_size[0]
    x = torch.rand(64, 3, side, side).contiguous(memory_format=torch.channels_last)
    tokens = encoder.tokenizer(["a dog running on the beach at sunset"])
    with torch.inference_mode():
        encoder.model.encode_image(x)
        encoder.model.encode_text(tokens)
        start = time.perf_counter()
        for _ in range(3):
            encoder.model.encode_image(x)
        pictures = 192 / (time.perf_counter() - start)
        start = time.perf_counter()
        for _ in range(20):
            encoder.model.encode_text(tokens)
        caption = (time.perf_counter() - start) / 20 * 1000
    return {"pictures a second": round(pictures, 1), "milliseconds a caption": round(caption, 2)}


def measure(encoder: Encoder, root: Path) -> dict[str, Figure]:
    """All tasks."""
    return {
        **measure_captions(encoder, root),
        **measure_labels(encoder, root),
        **measure_icons(encoder, root),
        **measure_phrases(encoder),
        **measure_edits(encoder, root),
    }


def table(results: dict[str, dict[str, Figure]]) -> str:
    """The figures as a Markdown table, one column per encoder."""
    names = list(results)
    lines = ["| task | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for task in results[names[0]]:
        cells = []
        for name in names:
            f = results[name][task]
            cells.append(f"{100 * f['value']:.1f} ({100 * f['low']:.1f}–{100 * f['high']:.1f})")
        lines.append(f"| {task} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    """Command line: print the table, keep it as JSON, add a line to the log of experiments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starter", type=Path, required=True, help="the exported directory")
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, help="also measure the teachers and random weights")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--log", type=Path, help="append a line to this table of experiments")
    parser.add_argument("--note", default="")
    options = parser.parse_args(arguments)
    starter = Starter(options.starter)
    results = {"starter": measure(starter, options.pictures)}
    speed = measure_speed(starter)
    if options.corpus:
        torch.manual_seed(0)
        untrained = Starter(options.starter, random_weights=True)
        results["untrained"] = measure(untrained, options.pictures)
        results["teachers alone"] = measure(Teachers(options.corpus), options.pictures)
    print(table(results))
    print(speed)
    if options.json:
        options.json.write_text(json.dumps(results | {"speed": speed}, indent=1) + "\n")
    if options.log:
        keys = list(results["starter"])
        if not options.log.exists():
            options.log.write_text("\t".join(["note", *keys]) + "\n")
        values = [f"{100 * results['starter'][key]['value']:.1f}" for key in keys]
        with options.log.open("a", encoding="utf-8") as handle:
            handle.write("\t".join([options.note, *values]) + "\n")


if __name__ == "__main__":
    main()
