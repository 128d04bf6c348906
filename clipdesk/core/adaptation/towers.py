"""A learner of a network's own weights: one tower or both, whole or by a little that is added."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.adaptation.batches import Batches, Numbers
from clipdesk.core.adaptation.learner import Arrays, Pace
from clipdesk.core.adaptation.losses import GRADIENTS, Loss, Matrix
from clipdesk.core.encoders import sharing
from clipdesk.core.encoders.openclip import OpenClipEncoder
from clipdesk.core.encoders.sharing import About
from clipdesk.core.encoders.tuning import Depth, Sides, Tuner
from clipdesk.core.pairs import Pairs

_PICTURES_AT_ONCE = 32
_CAPTIONS_AT_ONCE = 64
"""What a step keeps in memory: with more, large networks would need more than most people have."""

Pixels = Callable[[Numbers], NDArray[np.uint8]]
"""Pictures by their numbers, as the encoder wants them: (n, size, size, 3)."""


class Towers:
    """Teaches a network; where it goes on seeing pictures as before, their vectors suffice."""

    pace = Pace(most_steps=400, look_every=10, patience=6)

    def __init__(
        self,
        encoder: OpenClipEncoder,
        pairs: Pairs,
        taught: Numbers,
        pictures: Matrix,
        pixels: Pixels,
        *,
        depth: Depth,
        sides: Sides,
        loss: Loss,
    ) -> None:
        """Pictures (files, d) are vectors of ``encoder``, which is changed."""
        self._tuner = Tuner(encoder, depth=depth, sides=sides)
        self._encoder = encoder
        self._texts = pairs.captions
        self._pictures, self._pixels = pictures, pixels
        self._batches = Batches(
            pairs, taught, pictures=_PICTURES_AT_ONCE, captions=_CAPTIONS_AT_ONCE
        )
        self._gradient = GRADIENTS[loss]
        self.step = 0

    def learn(self) -> None:
        self.step += 1
        batch = self._batches.take(self.step)
        texts = [self._texts[number] for number in batch.captions]
        anew = self._tuner.sides == "both"
        pictures = self._pixels(batch.pictures) if anew else self._pictures[batch.pictures]
        self._tuner.learn(texts, pictures, lambda logits: self._gradient(logits, batch.fit))

    def values(self) -> Arrays:
        return {**self._tuner.values()}

    def wear(self, values: Mapping[str, NDArray[Any]]) -> None:
        self._tuner.wear(values)

    def momentum(self) -> Arrays:
        return self._tuner.momentum()

    def gather(self, momentum: Mapping[str, NDArray[Any]]) -> None:
        self._tuner.gather(momentum)

    def see(self, files: Numbers) -> Matrix:
        if self._tuner.sides == "text":
            return self._pictures[files]
        step = _PICTURES_AT_ONCE
        parts = [self._pixels(files[at : at + step]) for at in range(0, len(files), step)]
        return np.concatenate([self._encoder.encode_images(part) for part in parts])

    def read(self, captions: Numbers) -> Matrix:
        return self._encoder.encode_texts([self._texts[number] for number in captions])

    def save(self, file: Path, rest: tuple[tuple[str, str], ...]) -> None:
        space = self._encoder.space
        about = About(space.model, space.weights_hash, rest, "weights")
        sharing.write(file, about, self._tuner.changes())
