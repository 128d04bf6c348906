"""Contrastive training of linear maps over vectors that stay as they are; no torch needed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.pairs import Pairs
from clipdesk.core.types import Calibration

Loss = Literal["softmax", "sigmoid"]
Towers = Literal["text", "both"]
Matrix = NDArray[np.float32]

RATE = 1e-3
TETHER = 0.4
"""How strongly the maps are held to what changes nothing. With less, a few hundred pairs are
learned by heart; with ten times as much, nothing is learned (tried on four sets of pairs)."""
_PICTURES_AT_ONCE = 1024
_CAPTIONS_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class Examples:
    """Vectors of captions (m, d) and pictures (n, d), and what belongs together how much."""

    captions: Matrix
    pictures: Matrix
    pairs: Pairs


class Trainer:
    """Moves captions' vectors (and pictures') nearer to those they belong to, step by step.

    The loss of a pair counts by its relevance, in both directions (GCL, arXiv 2404.08535).
    """

    def __init__(
        self, examples: Examples, calibration: Calibration, *, loss: Loss, towers: Towers
    ) -> None:
        self._examples = examples
        self._scale = calibration.scale
        self._bias = calibration.bias or 0.0
        self._gradient = _sigmoid if loss == "sigmoid" else _softmax
        rows = [(p.caption, p.file, p.relevance) for p in examples.pairs.pairs if p.relevance > 0]
        table = np.array(rows, np.float64).reshape(-1, 3)
        self._caption, self._file = table[:, 0].astype(np.intp), table[:, 1].astype(np.intp)
        self._relevance = (table[:, 2] / max(table[:, 2].max(initial=0), 1e-12)).astype(np.float32)
        size = examples.captions.shape[1]
        self.step = 0
        names = ("text",) if towers == "text" else ("text", "image")
        # Each map is the identity and what is here; beside it Adam's two moments.
        self._maps = {name: np.zeros((3, size, size), np.float32) for name in names}

    def map(self, name: str) -> Matrix | None:
        """The map of one side as it is now, (d, d); None if that side is left as it is."""
        if name not in self._maps:
            return None
        change: Matrix = self._maps[name][0]
        return np.asarray(change + np.eye(len(change), dtype=np.float32))

    def state(self) -> dict[str, NDArray[Any]]:
        """All that is needed to go on later."""
        maps = {f"map_{name}": values.copy() for name, values in self._maps.items()}
        return {"step": np.array(self.step), **maps}

    def resume(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from a state of a training on the same examples."""
        self.step = int(state["step"])
        self._maps = {name: state[f"map_{name}"].copy() for name in self._maps}

    def learn(self) -> None:
        """Take one step (Adam, arXiv 1412.6980)."""
        self.step += 1
        captions, pictures, fit = self._batch()
        text, text_back = _moved(captions, self._maps["text"][0])
        image_map = self._maps.get("image")
        image, image_back = _moved(pictures, None if image_map is None else image_map[0])
        logits = self._scale * (text @ image.T) + self._bias
        gradient = self._scale * self._gradient(logits, fit)
        self._update("text", text_back(gradient @ image))
        if image_map is not None:
            self._update("image", image_back(gradient.T @ text))

    def _batch(self) -> tuple[Matrix, Matrix, Matrix]:
        """Captions (m, d), pictures (n, d), and how well they fit (m, n)."""
        pictures = np.unique(self._file)
        # By the number of the step: what is resumed goes on as it would have.
        dice = np.random.default_rng(self.step)
        if len(pictures) > _PICTURES_AT_ONCE:
            pictures = np.sort(dice.choice(pictures, _PICTURES_AT_ONCE, replace=False))
        chosen = np.flatnonzero(np.isin(self._file, pictures))
        captions = np.unique(self._caption[chosen])
        if len(captions) > _CAPTIONS_AT_ONCE:
            captions = np.sort(dice.choice(captions, _CAPTIONS_AT_ONCE, replace=False))
            chosen = chosen[np.isin(self._caption[chosen], captions)]
        fit = np.zeros((len(captions), len(pictures)), np.float32)
        row = np.searchsorted(captions, self._caption[chosen])
        fit[row, np.searchsorted(pictures, self._file[chosen])] = self._relevance[chosen]
        return self._examples.captions[captions], self._examples.pictures[pictures], fit

    def _update(self, name: str, gradient: Matrix) -> None:
        change, mean, square = self._maps[name]
        gradient = gradient + TETHER * change
        mean += 0.1 * (gradient - mean)
        square += 0.001 * (gradient**2 - square)
        steady = mean / (1 - 0.9**self.step)
        change -= RATE * steady / (np.sqrt(square / (1 - 0.999**self.step)) + 1e-8)


def _moved(vectors: Matrix, change: Matrix | None) -> tuple[Matrix, Any]:
    """Vectors after a map, of unit length, and the way back from their gradient to the map's."""
    moved = vectors if change is None else vectors + vectors @ change
    length = np.linalg.norm(moved, axis=1, keepdims=True) + 1e-12
    unit = moved / length

    def back(gradient: Matrix) -> Matrix:
        along = (gradient * unit).sum(axis=1, keepdims=True) * unit
        return np.asarray(vectors.T @ ((gradient - along) / length))

    return unit, back


def _softmax(logits: Matrix, fit: Matrix) -> Matrix:
    """The gradient (m, n) of cross entropy over rows and over columns, each weighted by fit."""
    by_row, by_column = fit.sum(axis=1, keepdims=True), fit.sum(axis=0, keepdims=True)
    rows = by_row * _shares(logits, 1) - fit
    columns = by_column * _shares(logits, 0) - fit
    return np.asarray((rows + columns) / (2 * fit.sum()))


def _shares(logits: Matrix, axis: int) -> Matrix:
    powers = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return np.asarray(powers / powers.sum(axis=axis, keepdims=True))


def _sigmoid(logits: Matrix, fit: Matrix) -> Matrix:
    """The gradient (m, n) of SigLIP's loss (arXiv 2303.15343), right pairs weighted by fit."""
    right = fit > 0
    likely = 0.5 * (1 + np.tanh(logits / 2))
    return np.asarray((likely - right) * np.where(right, fit, 1) / max(1, len(logits)))
