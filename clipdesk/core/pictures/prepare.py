"""From a whole picture to what an encoder takes, as open_clip's own preprocessing does it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clipdesk.core.types import ImageSpec

HEADROOM = 1.5
"""How many times more pixels a side than the result a picture keeps when it is decoded small."""

_FILTERS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}


@dataclass(frozen=True, slots=True)
class _Plan:
    """Resize this part of the picture (in its own pixels) to this size; the rest is bars."""

    box: tuple[float, float, float, float]
    size: tuple[int, int]


def scale_for(spec: ImageSpec, width: int, height: int) -> float:
    """How much smaller a picture may be decoded without harm to the encoder's input."""
    side = max(width, height) if spec.resize_mode == "longest" else min(width, height)
    return HEADROOM * spec.size / side


def prepare(image: Image.Image, full: tuple[int, int], spec: ImageSpec) -> NDArray[np.uint8]:
    """Resize and crop or pad; (size, size, 3), 0–255.

    ``image`` is RGB; ``full`` its size before it was decoded smaller, from which open_clip
    would have reckoned (``open_clip.transform.image_transform``).
    """
    plan = _plan(*full, spec)
    x, y = image.width / full[0], image.height / full[1]
    left, top, right, bottom = plan.box
    box = (left * x, top * y, min(right * x, image.width), min(bottom * y, image.height))
    # Resizing the part that is kept gives the same pixels as cropping the whole, resized: the
    # filter looks beyond the box. And a strip of 1 × 60,000 costs no 60,000 × size pixels.
    resized = image.resize(plan.size, _FILTERS[spec.interpolation], box=box)
    if plan.size != (spec.size, spec.size):
        padded = Image.new("RGB", (spec.size, spec.size), (spec.fill,) * 3)
        padded.paste(resized, ((spec.size - plan.size[0]) // 2, (spec.size - plan.size[1]) // 2))
        resized = padded
    return np.array(resized)


def _plan(width: int, height: int, spec: ImageSpec) -> _Plan:
    size = spec.size
    if spec.resize_mode == "squash":
        return _Plan((0, 0, width, height), (size, size))
    if spec.resize_mode == "longest":
        ratio = max(width, height) / size
        return _Plan(
            (0, 0, width, height), (max(1, round(width / ratio)), max(1, round(height / ratio)))
        )
    # torchvision: the shorter side becomes ``size``, the longer is cut off to an integer.
    if width <= height:
        across, down = size, int(size * height / width)
    else:
        across, down = int(size * width / height), size
    left, top = round((across - size) / 2), round((down - size) / 2)
    x, y = width / across, height / down
    return _Plan((left * x, top * y, (left + size) * x, (top + size) * y), (size, size))
