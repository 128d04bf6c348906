"""Pictures and captions that belong together: does an encoder find that out by itself?

Weights can be sound, have the right shapes and still be the wrong ones: an image tower beside
another model's text tower, captions cut up for another vocabulary, an index instead of weights.
Such an encoder gives vectors like any other, and answers every search with noise. So it is asked
about two dozen drawn pictures (the demo's own) before it is trusted with a library.
"""

import time
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from clipdesk.core import paths
from clipdesk.core.encoders.encoder import Encoder

NEEDED = 5.0
"""The score of an encoder that matches. Chance has 0 ± 1 (3.4 was the best of 2,000 wrong pairings
of an earlier starter's own vectors, 1.8 of 30 untrained text towers); the starter, which knows
least of all models, has 12.3."""
_TIMING_S = 0.25
FEW = 6
"""How many an encoder is asked about that has passed before."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an encoder made of the known pairs."""

    score: float
    """By how many standard deviations true pairs are more alike than chance would have it."""
    found: int
    """Captions whose own picture came first."""
    pairs: int
    cosines: tuple[float, ...]
    """Of each true pair."""
    pictures_per_second: float

    @property
    def matches(self) -> bool:
        return self.score >= NEEDED


def ask(encoder: Encoder, count: int | None = None) -> Answer:
    """Show it the first ``count`` known pairs, or all; takes a second, or some with large models.

    The encoder should have worked before: the first call is slower than those that follow, and
    the time that the pictures took is told.
    """
    pictures, captions = pairs()
    pictures, captions = pictures[:count], captions[:count]
    inputs = resized(pictures, encoder.space.spec.size)
    took: list[float] = []
    # Again, the first time, while it costs little: other programs can only make it slower.
    while not took or (count is None and sum(took) < _TIMING_S):
        start = time.perf_counter()
        seen = encoder.encode_images(inputs)
        took.append(time.perf_counter() - start)
    cosines = encoder.encode_texts(captions) @ seen.T
    return Answer(
        score=score(cosines),
        found=int((cosines.argmax(axis=1) == np.arange(len(captions))).sum()),
        pairs=len(captions),
        cosines=tuple(float(each) for each in np.diag(cosines)),
        pictures_per_second=len(inputs) / min(took),
    )


def score(cosines: NDArray[np.float32]) -> float:
    """How far the diagonal stands out of a square of cosines, captions by pictures.

    What a caption has in common with all pictures, and a picture with all captions, is taken
    away first: some models find one picture near to everything.
    """
    own = cosines - cosines.mean(axis=1, keepdims=True) - cosines.mean(axis=0) + cosines.mean()
    spread = float(own.std())
    return float(np.diag(own).mean() / spread * len(own) ** 0.5) if spread > 1e-7 else 0.0


@cache
def pairs() -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """The pictures, (n, side, side, 3), RGB; and what each of them shows."""
    folder = paths.resources() / "models"
    with np.load(folder / "known.npz") as file:
        pictures: NDArray[np.uint8] = file["pictures"]
    return pictures, tuple((folder / "known.txt").read_text("utf-8").splitlines())


def resized(pictures: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The square pictures in another size; near enough to what `core.pictures` would make."""
    old = pictures.shape[1]
    scale = old / side
    # Each new pixel is a mean of the old ones around its place, the nearer the weightier.
    places = (np.arange(side, dtype=np.float32) + 0.5) * scale - 0.5
    reach = np.float32(max(scale, 1.0))
    near = 1 - np.abs(places[:, None] - np.arange(old, dtype=np.float32)) / reach
    shares = np.clip(near, 0, None)
    shares /= shares.sum(axis=1, keepdims=True)
    across = np.einsum("xw,nhwc->nhxc", shares, pictures.astype(np.float32), optimize=True)
    made = np.einsum("yh,nhxc->nyxc", shares, across, optimize=True)
    pixels: NDArray[np.uint8] = np.rint(made).clip(0, 255).astype(np.uint8)
    return pixels
