"""An encoder that reads captions at once, and is loaded as a whole when it is shown a picture.

For what asks once and ends, as a command does: OpenVINO or torch would take longer to load than
all the rest takes together. So nothing is imported here that a caption can do without.
"""

import logging
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.encoders import caption, changes, kept, starter, tokens, tried
from clipdesk.core.encoders.encoder import Encoder
from clipdesk.core.encoders.name import ModelName
from clipdesk.core.encoders.reader import Reader
from clipdesk.core.encoders.tokens import Tokenizer
from clipdesk.core.encoders.towers import Towers
from clipdesk.core.errors import ClipDeskError
from clipdesk.core.paths import printable
from clipdesk.core.types import Calibration, Space

log = logging.getLogger(__name__)


def load(name: str, models: Path, whole: Callable[[str], Encoder]) -> Encoder:
    """The encoder of this name; ``whole`` loads it with its eyes, now or when they are needed."""
    return _reading(name, models, whole) or whole(name)


def _reading(name: str, models: Path, whole: Callable[[str], Encoder]) -> Encoder | None:
    """None where the model has no `Reader`, or has not been tried on this computer yet."""
    try:
        model = ModelName.parse(name)
        recipe = (
            starter.recipe() if model.is_starter else next(kept.described(str(model), models), None)
        )
        if recipe is None or recipe.towers is None:
            return None
        made_of = changes.fingerprints(recipe, models)
        trial = tried.trials(models).get(name)
        if trial is None or trial.weights != made_of.pictures or trial.doubt:
            return None
        towers = Towers.read(recipe.towers, made_of.all, models)
        reader = towers.reader()
        if reader is None:
            return None
        space = Space(
            recipe.name, recipe.architecture, made_of.pictures, towers.dimensions, towers.spec
        )
        return EarlyEncoder(
            space,
            towers.calibration,
            reader,
            tokens.tokenizer(recipe),
            lambda: whole(name),
        )
    except (ClipDeskError, OSError, ValueError) as error:
        log.info("%s is loaded as a whole: %s", printable(name), error)
        return None


class EarlyEncoder:
    """Implements `Encoder`; its space is that of the whole."""

    def __init__(
        self,
        space: Space,
        calibration: Calibration,
        read: Reader,
        tokenize: Tokenizer,
        whole: Callable[[], Encoder],
    ) -> None:
        """``whole`` loads the encoder that sees pictures, too."""
        self._space = space
        self._calibration = calibration
        self._read = read
        self._tokenize = tokenize
        self._load = whole

    @property
    def space(self) -> Space:
        """Where this encoder's vectors may be compared."""
        return self._space

    @property
    def calibration(self) -> Calibration:
        """How this encoder's cosines are read as probabilities."""
        return self._calibration

    @cached_property
    def _whole(self) -> Encoder:
        return self._load()

    def encode_images(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Embed pictures prepared by the space's `ImageSpec`; see `Encoder`.

        Raises what loading the whole does.
        """
        return self._whole.encode_images(pixels)

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed captions of any length; the answer is (n, dimensions), of unit length."""
        if not texts:
            return np.empty((0, self._space.dimensions), np.float32)
        return self._read(self._tokenize([caption.clean(text) for text in texts]))
