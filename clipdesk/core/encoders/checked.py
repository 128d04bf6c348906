"""An encoder by another hand, whose every answer is looked at before it is believed."""

import logging
import threading
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.encoders.encoder import Encoder
from clipdesk.core.errors import ClipDeskError, PluginFaulty
from clipdesk.core.types import Calibration, Space

log = logging.getLogger(__name__)

TOLERANCE = 1e-2
"""How far from unit length a vector may be: half precision is welcome."""


class Checked:
    """Implements `Encoder` with a plug-in's; raises `PluginFaulty` where that fails."""

    def __init__(self, encoder: Encoder, space: Space) -> None:
        self._encoder = encoder
        self._space = space
        # Pictures and captions may be asked for by two threads; its author need not know.
        self._one = threading.Lock()

    @property
    def space(self) -> Space:
        """Where this encoder's vectors may be compared; as it was when it was loaded."""
        return self._space

    @property
    def calibration(self) -> Calibration:
        """How this encoder's cosines are read as probabilities; CLIP's way if it does not say."""
        found = getattr(self._encoder, "calibration", None)
        if (
            not isinstance(found, Calibration)
            or not np.isfinite([found.scale, found.bias or 0]).all()
        ):
            return Calibration()
        return found

    def encode_images(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        return self.answer("pictures", len(pixels), lambda: self._encoder.encode_images(pixels))

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.answer("captions", len(texts), lambda: self._encoder.encode_texts(texts))

    def answer(self, what: str, count: int, ask: Callable[[], object]) -> NDArray[np.float32]:
        """What ``ask`` gives, if it is ``count`` sound vectors; (count, dimensions)."""
        if not count:
            return np.empty((0, self._space.dimensions), np.float32)
        try:
            with self._one:
                vectors = np.asarray(ask(), np.float32)
        except ClipDeskError:
            raise
        except Exception as error:  # another's code: it can raise anything
            log.info("%s failed", self._space.model, exc_info=True)
            raise PluginFaulty(
                f"{self._space.model} failed on {what}: {told(error)}", hint=REPORT
            ) from error
        self._look(vectors, what, count)
        unit: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit

    def _look(self, vectors: NDArray[np.float32], what: str, count: int) -> None:
        expected = (count, self._space.dimensions)
        if vectors.shape != expected:
            fault = f"an answer of shape {vectors.shape}, where {expected} was asked for"
        elif not np.isfinite(vectors).all():
            fault = "vectors that hold no numbers (NaN or infinity)"
        elif not np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=TOLERANCE):
            fault = "vectors that are not of unit length"
        else:
            return
        raise PluginFaulty(f"{self._space.model} gave, for {what}, {fault}.", hint=REPORT)


REPORT = "Tell its author; another model can be chosen meanwhile."


def told(error: BaseException) -> str:
    """The error in one line of bounded length."""
    words = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {words}" if words else type(error).__name__
