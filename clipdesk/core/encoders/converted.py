"""An encoder over two converted towers: no torch, and as fast as the processor can."""

from collections.abc import Callable, Sequence
from concurrent.futures import wait

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.encoders import caption, tower
from clipdesk.core.encoders.beside import beside
from clipdesk.core.encoders.tokens import Tokenizer
from clipdesk.core.encoders.tower import Tower
from clipdesk.core.encoders.towers import IMAGE, TEXT, Towers
from clipdesk.core.types import Calibration, Space


class ConvertedEncoder:
    """Implements `Encoder`; its space is the same as that of the network it was made of."""

    def __init__(self, space: Space, towers: Towers, tokenizer: Callable[[], Tokenizer]) -> None:
        """Get ready to read captions; the image tower waits for the first picture.

        ``tokenizer`` makes one, while the tower is opened. Raises what it does, and RuntimeError
        if OpenVINO can't read the files.
        """
        self._space = space
        self.towers = towers
        self.device = f"cpu, {towers.image.name}"
        self.identity = f"{towers.digest} by {tower.here()}"
        """All that its answers depend on: where it is the same, so are they."""
        folder = towers.folder
        self._see = Tower(folder / IMAGE, towers.image.precision, towers.ready(IMAGE))
        self._read: Callable[[NDArray[np.int64]], NDArray[np.float32]]
        if reader := towers.reader():
            self._read, self._tokenize = reader, tokenizer()
            return
        precision, ready = towers.text.precision, towers.ready(TEXT)
        # Captions come one at a time.
        self._read = read = Tower(folder / TEXT, precision, ready, streams=1)
        opened = beside(read.compile, f"open {space.model}")
        try:
            self._tokenize = tokenizer()
        finally:
            wait([opened])
        opened.result()

    @property
    def space(self) -> Space:
        """Where this encoder's vectors may be compared."""
        return self._space

    @property
    def calibration(self) -> Calibration:
        """How this encoder's cosines are read as probabilities."""
        return self.towers.calibration

    def open_eyes(self) -> None:
        """Open the image tower: pictures are about to come."""
        self._see.open()

    def encode_images(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Embed pictures prepared by the space's `ImageSpec`.

        ``pixels`` is (n, size, size, 3), RGB, 0–255; the answer (n, dimensions), of unit length.
        """
        size = self._space.spec.size
        if pixels.shape[1:] != (size, size, 3) or pixels.dtype != np.uint8:
            raise ValueError(f"expected uint8 (n, {size}, {size}, 3), not {pixels.shape}")
        return self._see(pixels) if len(pixels) else self._nothing()

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed captions of any length; the answer is (n, dimensions), of unit length."""
        if not texts:
            return self._nothing()
        return self._read(self._tokenize([caption.clean(text) for text in texts]))

    def _nothing(self) -> NDArray[np.float32]:
        return np.empty((0, self._space.dimensions), np.float32)
