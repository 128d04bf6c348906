"""What a converted tower is calibrated with and tried on: drawn pictures, and captions.

Pictures as photographs are to a network: clouds of every size (each octave of detail as strong as
the next, as in nature), under discs, bars and stripes with sharp edges; and the demo's drawings.
"""

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.encoders import known

Pixels = NDArray[np.uint8]

_THINGS = (
    "a red chair", "two dogs", "a snowy mountain", "a bowl of soup", "an old bicycle", "a kitchen",
    "a map of the sea", "a child with a kite", "an icon of a bell", "a painting of a woman",
    "a city street", "a yellow taxi", "tomatoes", "a cat", "a screenshot of a table", "a logo",
)  # fmt: skip
_WAYS = (
    "{}", "a photo of {}", "{} at night", "{} in an empty room", "a drawing of {}, in black ink",
    "close-up of {} on a white background, soft light", "{}?", "no {}",
)  # fmt: skip
CAPTIONS = tuple(way.format(thing) for thing in _THINGS for way in _WAYS)
ODD = ("", "猫が寝ている", "Ein Vogel über dem Meer", "🦜!", "&lt;b&gt;", "word " * 300, "x" * 500)


ENOUGH = 208
"""Pictures for an exam, which gives recall to some hundredths of a point."""
_CALIBRATION = 8
_ALTERED = 4
"""Times that each of the demo's drawings is altered."""


def calibration(size: int) -> Pixels:
    """What shows a network's whole range: (32, size, size, 3).

    The demo's drawings have what clouds and discs have not: white ground, thin lines, flat colours.
    Lowest cosine in bytes, to photographs: ViT-B/32 0.9998 (by clouds and discs alone 0.9984, by
    photographs 0.9981), the starter 0.941 (0.921, 0.971).
    """
    drawings = known.resized(known.pairs()[0], size)
    return np.concatenate([drawings, pictures(size, _CALIBRATION, seed=1)])


def exam(size: int, count: int, own: Pixels | None = None) -> Pixels:
    """What a form is tried on: the person's ``own`` pictures (square, of any size), if so many.

    Else half of them are the demo's drawings, cut and lightened, and half are clouds and discs.
    """
    if own is not None and len(own) >= count:
        return known.resized(own[:count], size)
    demos = known.resized(np.concatenate([known.pairs()[0]] * _ALTERED)[: count // 2], size)
    drawn = pictures(size, count - len(demos), seed=2)
    return np.concatenate([altered(demos, seed=2), drawn])


def pictures(size: int, count: int, seed: int) -> Pixels:
    """Drawn pictures, (count, size, size, 3); the same for the same seed."""
    return np.stack([_drawn(size, np.random.default_rng((seed, i))) for i in range(count)])


def altered(pixels: Pixels, seed: int) -> Pixels:
    """The same pictures cut, lightened or darkened, and some of them mirrored."""
    dice = np.random.default_rng(seed)
    size = pixels.shape[1]
    changed = np.empty_like(pixels)
    for one, picture in zip(changed, pixels, strict=True):
        side = round(size * dice.uniform(0.6, 0.85))
        top, left = dice.integers(0, size - side + 1, 2)
        places = (np.arange(size) * side) // size
        part = picture[top + places][:, left + places]
        if dice.random() < 0.3:
            part = part[:, ::-1]
        one[:] = 255 * (part / 255) ** dice.uniform(0.6, 1.6)
    return changed


def _drawn(size: int, dice: np.random.Generator) -> Pixels:
    picture = np.empty((size, size, 3))
    picture[:] = dice.uniform(0, 255, 3)
    picture += _clouds(size, dice)[..., None] * dice.uniform(-90, 90, 3)
    y, x = np.mgrid[:size, :size] / size
    for _ in range(dice.integers(1, 5)):
        (cx, cy), radius, turn = dice.random(2), dice.uniform(0.05, 0.4), dice.uniform(0, np.pi)
        along = (x - cx) * np.cos(turn) + (y - cy) * np.sin(turn)
        across = (y - cy) * np.cos(turn) - (x - cx) * np.sin(turn)
        match dice.integers(3):
            case 0:
                inside = along**2 + across**2 < radius**2
            case 1:
                inside = (abs(along) < radius) & (abs(across) < radius * dice.uniform(0.1, 1))
            case _:
                inside = (abs(along) < radius) & (np.sin(across * dice.uniform(20, 120)) > 0)
        picture[inside] = dice.uniform(0, 255, 3) + 0.2 * picture[inside]
    return np.clip(picture + dice.normal(0, 5, picture.shape), 0, 255).astype(np.uint8)


def _clouds(size: int, dice: np.random.Generator) -> NDArray[np.float64]:
    """Noise whose strength falls as one over its frequency, of unit spread."""
    waves = np.fft.fftfreq(size)
    frequency = np.hypot(waves[:, None], waves[None])
    frequency[0, 0] = np.inf
    noise = np.fft.ifft2(np.fft.fft2(dice.normal(size=(size, size))) / frequency).real
    spread: NDArray[np.float64] = noise / noise.std()
    return spread
