"""Probabilities, against the definitions of the two kinds of models."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from clipdesk.core.labels.classifier import Classifier, embed
from clipdesk.core.labels.sets import Label
from clipdesk.core.types import Calibration
from tests.core.colours import ColourEncoder

LABELS = (Label("red", ("red", "a red thing")), Label("blue", ("blue",)), Label("none", ("grey",)))


SAID = {"red": (1, 0), "a red thing": (0.6, 0.8), "blue": (0, 1), "grey": (-1, 0)}


class Fixed(ColourEncoder):
    """Says of each text what it was told to."""

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([SAID[text] for text in texts], np.float32)


def classifier(calibration: Calibration) -> Classifier:
    encoder = Fixed()
    encoder.calibration = calibration
    return Classifier(LABELS, embed(encoder, LABELS), encoder.calibration)


PICTURES = np.array([[1, 0], [0, 1], [0.8, 0.6]], np.float32)
MEAN = np.array([1.6, 0.8]) / np.hypot(1.6, 0.8)
COSINES = PICTURES.astype(float) @ np.array([MEAN, (0, 1), (-1, 0)]).T


def test_clip_shares_out_one_whole() -> None:
    found = classifier(Calibration(scale=5)).probabilities(PICTURES)
    powers = np.exp(5 * COSINES)
    assert found == pytest.approx(powers / powers.sum(axis=1, keepdims=True), abs=1e-6)


def test_siglip_judges_each_for_itself() -> None:
    found = classifier(Calibration(scale=10, bias=-4)).probabilities(PICTURES)
    assert found == pytest.approx(1 / (1 + np.exp(4 - 10 * COSINES)), abs=1e-6)


@pytest.mark.parametrize("bias", [None, -5000.0, 5000.0])
def test_no_scale_is_too_large(bias: float | None) -> None:
    found = classifier(Calibration(scale=1e4, bias=bias)).probabilities(PICTURES)
    assert np.isfinite(found).all()
    assert ((found >= 0) & (found <= 1)).all()
