"""Gather every text that belongs to a picture and ask the text teacher for its vector.

Writes `texts.json` (unique texts), `vectors.npy` (their 384-d vectors) and `links.json` (for each
picture, icon and synthetic picture the numbers of its texts; for each class its vector).
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

import numpy as np
from teachers import TextTeacher, class_names

SENTENCE = re.compile(r"(?<=[.!?;])\s+")


def sentences(text: str) -> list[str]:
    """The text, and its sentences where it has several; at most a caption's length each."""
    parts = [part.strip() for part in SENTENCE.split(text) if len(part.split()) >= 3]
    return [" ".join(text.split()[:40])] + (parts[:3] if len(parts) > 1 else [])


def icon_texts(icon: dict[str, object]) -> list[str]:
    """What a person may type to find this icon: its name first."""
    name, tags = str(icon["name"]).lower(), [str(tag).lower() for tag in icon["tags"]]
    kind = str(icon["kind"])
    names = [name, f"{name} {kind}" if kind not in name else name]
    plain = [tag for tag in tags if "flat color icon" not in tag and "country flag" not in tag]
    joined = [", ".join([name, *plain[:5]])] if plain else []
    return names + joined + plain[:8]


class Table:
    """Unique texts in the order of their first appearance."""

    def __init__(self) -> None:
        self.texts: dict[str, int] = {}

    def add(self, texts: list[str]) -> list[int]:
        """Numbers of the texts, new ones appended."""
        return [self.texts.setdefault(text, len(self.texts)) for text in dict.fromkeys(texts)]


def class_vectors(teacher: TextTeacher, folder: Path) -> np.ndarray:
    """One vector per class: the mean over its synonyms, bare and as a photo."""
    rows = []
    for name in class_names(folder):
        synonyms = [part.strip() for part in name.split(",")]
        phrases = [s for part in synonyms for s in (part, f"a photo of a {part}")]
        rows.append(teacher.embed(phrases).astype(np.float32).mean(0))
    return np.stack(rows).astype(np.float16)


def embed_new(teacher: TextTeacher, texts: list[str], listed: Path, kept: Path) -> np.ndarray:
    """Vectors of all texts, those of an earlier run taken over."""
    vectors = np.zeros((len(texts), 384), np.float16)
    known: dict[str, int] = {}
    if listed.exists():
        earlier = json.loads(listed.read_text(encoding="utf-8"))
        known = {text: i for i, text in enumerate(earlier)}
        old = np.load(kept)
    new = []
    for i, text in enumerate(texts):
        if text in known:
            vectors[i] = old[known[text]]
        else:
            new.append(i)
    if new:
        vectors[new] = teacher.embed([texts[i] for i in new])
    print("embedded", len(new), flush=True)
    return vectors


def main(arguments: list[str] | None = None) -> None:
    """Command line: --corpus and --work, after prepare.py and synthetic.py."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    options = parser.parse_args(arguments)
    work: Path = options.work
    table = Table()
    links: dict[str, list[list[int]]] = {}
    pictures = json.loads((work / "pictures.json").read_text(encoding="utf-8"))
    links["pictures"] = [
        table.add([part for text in row["texts"] for part in sentences(text)]) for row in pictures
    ]
    icons = json.loads((work / "icons.json").read_text(encoding="utf-8"))
    links["icons"] = [table.add(icon_texts(icon)) for icon in icons]
    drawn = json.loads((work / "synthetic.json").read_text(encoding="utf-8"))
    links["synthetic"] = [table.add(texts) for texts in drawn]
    print("texts", len(table.texts), flush=True)
    teacher = TextTeacher()
    np.save(work / "classes.npy", class_vectors(teacher, options.corpus / "teacher"))
    np.save(
        work / "vectors.npy",
        embed_new(teacher, list(table.texts), work / "texts.json", work / "vectors.npy"),
    )
    (work / "texts.json").write_text(json.dumps(list(table.texts)), encoding="utf-8")
    (work / "links.json").write_text(json.dumps(links), encoding="utf-8")


if __name__ == "__main__":
    main()
