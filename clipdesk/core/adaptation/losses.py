"""Contrastive losses, by their gradients: which captions and pictures belong together how much."""

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Loss = Literal["softmax", "sigmoid"]
Matrix = NDArray[np.float32]


def softmax(logits: Matrix, fit: Matrix) -> Matrix:
    """The gradient (m, n) of cross entropy over rows and over columns, each weighted by fit.

    The loss of a pair counts by its relevance, in both directions (GCL, arXiv 2404.08535).
    """
    by_row, by_column = fit.sum(axis=1, keepdims=True), fit.sum(axis=0, keepdims=True)
    rows = by_row * _shares(logits, 1) - fit
    columns = by_column * _shares(logits, 0) - fit
    return np.asarray((rows + columns) / (2 * fit.sum()))


def sigmoid(logits: Matrix, fit: Matrix) -> Matrix:
    """The gradient (m, n) of SigLIP's loss (arXiv 2303.15343), right pairs weighted by fit."""
    right = fit > 0
    likely = 0.5 * (1 + np.tanh(logits / 2))
    return np.asarray((likely - right) * np.where(right, fit, 1) / max(1, len(logits)))


GRADIENTS: dict[Loss, Callable[[Matrix, Matrix], Matrix]] = {
    "softmax": softmax,
    "sigmoid": sigmoid,
}


def _shares(logits: Matrix, axis: int) -> Matrix:
    powers = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return np.asarray(powers / powers.sum(axis=axis, keepdims=True))
