"""A learner of linear maps over vectors that stay as they are; no torch needed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.adaptation.batches import Batches, Numbers
from clipdesk.core.adaptation.learner import Arrays, Pace
from clipdesk.core.adaptation.losses import GRADIENTS, Loss, Matrix
from clipdesk.core.encoders import Encoder
from clipdesk.core.encoders.adapted import Adaptation, mapped
from clipdesk.core.encoders.sharing import About
from clipdesk.core.encoders.tuning import Sides
from clipdesk.core.pairs import Pairs

RATE = 1e-3
TETHER = 0.4
"""How strongly the maps are held to what changes nothing. With less, a few hundred pairs are
learned by heart; with ten times as much, nothing is learned (tried on four sets of pairs)."""
_PICTURES_AT_ONCE = 1024
_CAPTIONS_AT_ONCE = 4096


class Maps:
    """Moves captions' vectors (and pictures') nearer to those they belong to."""

    pace = Pace(most_steps=1000, look_every=10, patience=15)

    def __init__(
        self,
        encoder: Encoder,
        pairs: Pairs,
        taught: Numbers,
        pictures: Matrix,
        captions: Matrix,
        *,
        sides: Sides,
        loss: Loss,
    ) -> None:
        """Pictures (files, d) and captions (captions, d) are vectors of ``encoder``."""
        self._space = encoder.space
        self._scale = encoder.calibration.scale
        self._bias = encoder.calibration.bias or 0.0
        self._pictures, self._captions = pictures, captions
        self._batches = Batches(
            pairs, taught, pictures=_PICTURES_AT_ONCE, captions=_CAPTIONS_AT_ONCE
        )
        self._gradient = GRADIENTS[loss]
        self.step = 0
        size = captions.shape[1]
        names = ("text",) if sides == "text" else ("text", "image")
        # Each map is the identity and what is here; beside it Adam's two moments.
        self._maps = {name: np.zeros((3, size, size), np.float32) for name in names}

    def map(self, name: str) -> Matrix | None:
        """The map of one side as it is now, (d, d); None if that side is left as it is."""
        if name not in self._maps:
            return None
        change: Matrix = self._maps[name][0]
        return np.asarray(change + np.eye(len(change), dtype=np.float32))

    def values(self) -> Arrays:
        return {name: values[0].copy() for name, values in self._maps.items()}

    def wear(self, values: Mapping[str, NDArray[Any]]) -> None:
        for name, kept in self._maps.items():
            kept[0] = values[name]

    def momentum(self) -> Arrays:
        return {name: values[1:].copy() for name, values in self._maps.items()}

    def gather(self, momentum: Mapping[str, NDArray[Any]]) -> None:
        for name, kept in self._maps.items():
            kept[1:] = momentum[name]

    def see(self, files: Numbers) -> Matrix:
        return mapped(self._pictures[files], self.map("image"))

    def read(self, captions: Numbers) -> Matrix:
        return mapped(self._captions[captions], self.map("text"))

    def learn(self) -> None:
        """Take one step (Adam, arXiv 1412.6980)."""
        self.step += 1
        batch = self._batches.take(self.step)
        text, text_back = _moved(self._captions[batch.captions], self._maps["text"][0])
        image_map = self._maps.get("image")
        pictures = self._pictures[batch.pictures]
        image, image_back = _moved(pictures, None if image_map is None else image_map[0])
        logits = self._scale * (text @ image.T) + self._bias
        gradient = self._scale * self._gradient(logits, batch.fit)
        self._update("text", text_back(gradient @ image))
        if image_map is not None:
            self._update("image", image_back(gradient.T @ text))

    def save(self, file: Path, rest: tuple[tuple[str, str], ...]) -> None:
        text = self.map("text")
        assert text is not None
        about = About(self._space.model, self._space.weights_hash, rest)
        Adaptation(about, text, self.map("image")).save(file)

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
