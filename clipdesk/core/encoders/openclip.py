"""An encoder over an open_clip network: any architecture, any device."""

import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.encoders import caption, tokens
from clipdesk.core.encoders.network import build, calibration
from clipdesk.core.encoders.recipe import Recipe, image_spec
from clipdesk.core.types import Calibration, Space

if TYPE_CHECKING:
    import torch

BATCH = {"cpu": 16, "mps": 32, "cuda": 128}
"""Pictures or captions at once, so that memory stays bounded whatever the caller brings."""


def devices() -> tuple[str, ...]:
    """The devices that torch can use here, the fastest first."""
    import torch

    found = []
    if torch.cuda.is_available():
        found.append("cuda")
    if torch.backends.mps.is_available():
        found.append("mps")
    return (*found, "cpu")


class OpenClipEncoder:
    """Implements `Encoder` with a network and a tokenizer of open_clip."""

    def __init__(self, recipe: Recipe, weights_hash: str, made_of: str = "") -> None:
        """Build the network on the CPU; `move_to` brings it to another device.

        ``weights_hash`` is of what sees pictures, ``made_of`` of all that makes vectors, where
        that is another.
        """
        self.made_of = made_of or weights_hash
        self.network = build(recipe)
        self._tokenize = tokens.tokenizer(recipe)
        self._spec = image_spec(recipe.preprocess_cfg, self.network.visual.image_size)
        self._space = Space(
            model=recipe.name,
            architecture=recipe.architecture,
            weights_hash=weights_hash,
            dimensions=int(recipe.model_cfg["embed_dim"]),
            spec=self._spec,
        )
        self._calibration = calibration(self.network)
        self.device = "cpu"
        self.halves = False
        """Whether it computes in half precision: quick on a graphics card, see `loading`."""
        self.move_to("cpu")

    @property
    def space(self) -> Space:
        """Where this encoder's vectors may be compared."""
        return self._space

    @property
    def calibration(self) -> Calibration:
        """How this encoder's cosines are read as probabilities."""
        return self._calibration

    def move_to(self, device: str) -> None:
        """Do the work on ``cpu``, ``cuda`` or ``mps`` from now on, in full precision."""
        import torch

        # Channels innermost, as the pictures come: it matters to convolutions on a graphics card.
        self.network.to(device, memory_format=torch.channels_last)
        self.halves = False
        # Two threads at once are too many for Metal.
        self._turn = threading.Lock() if device == "mps" else nullcontext()
        self.device = device
        mean, std = torch.tensor(self._spec.mean), torch.tensor(self._spec.std)
        # (p / 255 - mean) / std, as one multiplication and one addition.
        self._scale = (1 / (255 * std)).view(3, 1, 1).to(device)
        self._shift = (-mean / std).view(3, 1, 1).to(device)

    def encode_images(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Embed pictures prepared by the space's `ImageSpec`.

        ``pixels`` is (n, size, size, 3), RGB, 0–255; the answer (n, dimensions), of unit length.
        """
        import torch

        size = self._spec.size
        if pixels.shape[1:] != (size, size, 3) or pixels.dtype != np.uint8:
            raise ValueError(f"expected uint8 (n, {size}, {size}, 3), not {pixels.shape}")
        return self._in_batches(
            # torch warns of arrays that it might write to and may not.
            torch.from_numpy(np.require(pixels, requirements=["C", "W"])),
            self.see,
        )

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed captions of any length; the answer is (n, dimensions), of unit length."""
        import torch

        if not texts:
            return np.empty((0, self._space.dimensions), np.float32)
        return self._in_batches(torch.from_numpy(self.numbers(texts)), self.read)

    def numbers(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """What the text tower reads of these captions: (n, context length)."""
        return self._tokenize([caption.clean(text) for text in texts])

    def see(self, pixels: "torch.Tensor") -> "torch.Tensor":
        """The vectors of one batch of pictures on the device, of any length."""
        # Channels stay innermost in memory, which is what convolutions like best.
        floats = pixels.permute(0, 3, 1, 2).float().mul_(self._scale).add_(self._shift)
        vectors: torch.Tensor = self.network.encode_image(floats)
        return vectors

    def read(self, tokens: "torch.Tensor") -> "torch.Tensor":
        """The vectors of one batch of captions on the device, of any length."""
        vectors: torch.Tensor = self.network.encode_text(tokens)
        return vectors

    def _in_batches(
        self, inputs: "torch.Tensor", tower: Callable[["torch.Tensor"], "torch.Tensor"]
    ) -> NDArray[np.float32]:
        import torch

        vectors = np.empty((len(inputs), self._space.dimensions), np.float32)
        done, step = 0, BATCH[self.device]
        # open_clip's networks keep their norms in full.
        half = torch.autocast(self.device, torch.float16) if self.halves else nullcontext()
        while done < len(inputs):
            batch = inputs[done : done + step]
            try:
                with self._turn, torch.inference_mode(), half:
                    found = tower(batch.to(self.device))
                    unit = torch.nn.functional.normalize(found.float(), dim=-1)
                    vectors[done : done + len(batch)] = unit.cpu().numpy()
            except torch.OutOfMemoryError:
                if step == 1:
                    raise
                step //= 2
            else:
                done += len(batch)
        return vectors
