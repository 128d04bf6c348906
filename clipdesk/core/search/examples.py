"""The pictures that a query shows: decoded, and seen by the encoder, beside the engine."""

from concurrent.futures import Future

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.encoders import beside
from clipdesk.core.errors import UnreadablePicture
from clipdesk.core.pictures import DecoderPool, is_video
from clipdesk.core.pictures.moments import exactly
from clipdesk.core.search.space import SearchSpace, mean
from clipdesk.core.types import Example

_Vector = NDArray[np.float32]

_A_FEW = 6
"""Frames that a video which is not in the library is asked with."""


def see(example: Example, space: SearchSpace, pool: DecoderPool) -> "Future[_Vector]":
    """The picture's vector (d,) on its way: a batch of others may be before it."""
    source = example.path if example.path is not None else (example.data or b"")
    of = space.encoder.space
    if example.path is not None and is_video(example.path):
        return _see_video(example, space, pool)
    decoding = pool.decode(source, (of.spec,), urgent=True)
    return beside(lambda: space.see(decoding.result().inputs[0][None])[0], f"ask {of.model}")


def _see_video(example: Example, space: SearchSpace, pool: DecoderPool) -> "Future[_Vector]":
    """The mean of what a video shows, from a few frames all over it; or one moment's vector."""
    of = space.encoder.space
    assert example.path is not None
    if example.at_ms is None:
        seeing = pool.survey(example.path, _A_FEW, of.spec)
    else:
        seeing = pool.frames(example.path, exactly([example.at_ms]), (of.spec,), distinct=False)

    def seen() -> _Vector:
        frames = seeing.result().frames
        if not frames:
            raise UnreadablePicture("there is nothing to be seen at this moment")
        return mean(space.see(np.stack([frame.inputs[0] for frame in frames])))

    return beside(seen, f"ask {of.model}")
