"""Which of several labels fits a picture, and how likely the model takes each to be."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.encoders import Encoder
from clipdesk.core.labels.sets import Label
from clipdesk.core.types import Calibration

Vectors = NDArray[np.float32]


def embed(encoder: Encoder, labels: Sequence[Label]) -> Vectors:
    """Labels as unit vectors (labels, d): of each the mean of its captions."""
    prompts = [prompt for label in labels for prompt in label.prompts]
    vectors = encoder.encode_texts(prompts).astype(np.float64)
    ends = np.cumsum([len(label.prompts) for label in labels])[:-1]
    means = np.stack([part.mean(axis=0) for part in np.split(vectors, ends)])
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), np.float32)


class Classifier:
    """Zero-shot classification: labels are captions, pictures are compared with them."""

    def __init__(self, labels: Sequence[Label], vectors: Vectors, calibration: Calibration) -> None:
        """``vectors`` (labels, d) are those of `embed`; ``calibration`` is their encoder's."""
        self.labels = tuple(labels)
        self._calibration = calibration
        self._vectors = vectors.astype(np.float64)

    @property
    def shares(self) -> bool:
        """Whether probabilities are shares of one whole: one of the labels is taken to be right."""
        return self._calibration.bias is None

    def probabilities(self, pictures: NDArray[np.float32]) -> NDArray[np.float64]:
        """Pictures (n, d) of unit length to (n, labels), each from 0 to 1.

        They are what the model was taught to mean: shares of one whole for models of the CLIP
        kind, one of the labels being taken to be right; each for itself for the SigLIP kind.
        """
        logits = self._calibration.scale * (pictures.astype(np.float64) @ self._vectors.T)
        if self._calibration.bias is not None:
            # Written so that no exponential can overflow.
            return np.asarray(0.5 * (1 + np.tanh((logits + self._calibration.bias) / 2)))
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))
