"""CLIP's text tower in NumPy: a caption is read before anything larger would be opened.

A caption is a handful of tokens, and each looks only at those before it: what fills the rest of
the 77 places need not be reckoned. What is left is to pass once over the weights, which are mapped
into memory as halves, and are widened a matrix at a time.

After ``open_clip.transformer.TextTransformer``; whether it answers as that does is seen when a
model is converted.
"""

import json
import math
import mmap
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numkong
import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

BATCH = 16
"""Captions at once, so that memory stays bounded whatever the caller brings."""
PREFIX = "text."
"""What stands before the names where the tower is a module of its own."""
BLOCK = "transformer.resblocks."
_MOST = 8
"""Threads: each has some megabytes of its own."""
_EPSILON = 1e-5


@dataclass(frozen=True, slots=True)
class Reading:
    """A text tower that `Reader` can run: its weights, and what they don't tell."""

    file: str
    """A .safetensors file with open_clip's names, in halves; seen from the other towers' folder."""
    heads: int
    quick: bool
    """Activated by OpenAI's stand-in for GELU, which is quicker."""


class Reader:
    """Tokens in, unit vectors out."""

    def __init__(self, file: Path, heads: int, *, quick: bool) -> None:
        """Map the weights. Raises OSError, or ValueError for a file that is damaged."""
        self._tensors = _mapped(file)
        self._heads = heads
        self._activated = _quick_gelu if quick else _gelu
        self._layers = sum(name.endswith(".ln_1.weight") for name in self._tensors)
        wide = (each.size for name, each in self._tensors.items() if name.startswith(BLOCK))
        self._room = _Room(max(wide, default=0))

    def __call__(self, tokens: NDArray[np.int64]) -> Vectors:
        """The vectors (n, dimensions) of captions (n, context length)."""
        # Those of a length together, and where there are many, some on each core.
        order = np.argsort(_ends(tokens), kind="stable")
        batches = [tokens[order[i : i + BATCH]] for i in range(0, len(order), BATCH)]
        if len(batches) == 1:
            made = [self._read(tokens[order])]
        else:
            with ThreadPoolExecutor(min(_MOST, os.cpu_count() or 1), "read") as pool:
                made = list(pool.map(self._read, batches))
        vectors = np.concatenate(made)
        vectors[order] = vectors.copy()
        return vectors

    def _read(self, tokens: NDArray[np.int64]) -> Vectors:
        ends = _ends(tokens)
        tokens = tokens[:, : ends.max() + 1]
        words, places = self._tensors["token_embedding.weight"], self._tensors[_PLACES]
        x = words[tokens].astype(np.float32)
        x += places[: tokens.shape[1]]
        for layer in range(self._layers):
            at = f"{BLOCK}{layer}."
            x += self._attended(self._normed(x, f"{at}ln_1"), f"{at}attn.")
            wide = self._activated(self._linear(self._normed(x, f"{at}ln_2"), f"{at}mlp.c_fc"))
            x += self._linear(wide, f"{at}mlp.c_proj")
        last = self._normed(x[np.arange(len(x)), ends], "ln_final")
        if "text_projection" in self._tensors:
            vectors = last @ self._tensors["text_projection"].astype(np.float32)
        else:
            vectors = self._linear(last, "text_projection")
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit

    def _attended(self, x: Vectors, at: str) -> Vectors:
        rows, length, width = x.shape
        asked = self._linear(x, f"{at}in_proj", "_")
        parts = asked.reshape(rows, length, 3, self._heads, width // self._heads)
        query, key, value = parts.transpose(2, 0, 3, 1, 4)
        scores = query @ key.swapaxes(-1, -2) / np.float32(math.sqrt(width // self._heads))
        scores += np.triu(np.full((length, length), -np.inf, np.float32), 1)
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        seen = (shares @ value).transpose(0, 2, 1, 3).reshape(rows, length, width)
        return self._linear(seen, f"{at}out_proj")

    def _linear(self, x: Vectors, name: str, dot: str = ".") -> Vectors:
        halves = self._tensors[f"{name}{dot}weight"]
        weights = self._room.whole[: halves.size].reshape(halves.shape)
        numkong.astype(halves, "float32", out=weights)  # ten times as fast as NumPy's own
        made: Vectors = x.reshape(-1, x.shape[-1]) @ weights.T
        if (bias := self._tensors.get(f"{name}{dot}bias")) is not None:
            made += bias
        return made.reshape(*x.shape[:-1], len(weights))

    def _normed(self, x: Vectors, name: str) -> Vectors:
        centred: Vectors = x - x.mean(axis=-1, keepdims=True)
        variance = np.square(centred).mean(axis=-1, keepdims=True)
        centred /= np.sqrt(variance + np.float32(_EPSILON))
        centred *= self._tensors[f"{name}.weight"]
        centred += self._tensors[f"{name}.bias"]
        return centred


class _Room(threading.local):
    """Where a thread widens the weights that it is at."""

    def __init__(self, size: int) -> None:
        self.whole = np.empty(size, np.float32)


_PLACES = "positional_embedding"


def _ends(tokens: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where captions end, (n,): what says so is the highest number that there is."""
    places: NDArray[np.int64] = tokens.argmax(axis=1)
    return places


def _quick_gelu(x: Vectors) -> Vectors:
    activated: Vectors = x / (1 + np.exp(np.float32(-1.702) * x))
    return activated


def _gelu(x: Vectors) -> Vectors:
    """By the error function, which NumPy lacks: Abramowitz and Stegun 7.1.26, off by 1.5e-7."""
    size = np.abs(x) * np.float32(math.sqrt(0.5))
    t = 1 / (1 + np.float32(0.3275911) * size)
    series = np.zeros_like(x)
    for factor in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series += np.float32(factor)
        series *= t
    activated: Vectors = x * (1 + np.copysign(1 - series * np.exp(-size * size), x)) / 2
    return activated


def _mapped(file: Path) -> dict[str, NDArray[np.float16]]:
    """The tensors of the text tower in a .safetensors file; their numbers stay on the disk."""
    with file.open("rb") as stream:
        whole = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    try:
        start = 8 + int.from_bytes(whole[:8], "little")
        header = json.loads(whole[8:start])
        tensors = {
            name.removeprefix(PREFIX): np.frombuffer(
                whole, "<f2", math.prod(said["shape"]), start + said["data_offsets"][0]
            ).reshape(said["shape"])
            for name, said in header.items()
            if said.get("dtype") == "F16"
        }
    except (AttributeError, KeyError, TypeError, OverflowError) as error:
        raise ValueError(f"no weights: {error!r}") from error
    return tensors
