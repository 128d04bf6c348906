"""What a quicker form of a tower must answer to be used: full precision's own answers, nearly."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from clipdesk.core.encoders import exam, export, forms, probes, tower
from clipdesk.core.encoders.exam import Exam, Rejected
from clipdesk.core.encoders.openclip import OpenClipEncoder
from clipdesk.core.encoders.starter import recipe
from clipdesk.core.encoders.tower import Tower

COUNT = 208


def crowd(width: float = 1.0) -> NDArray[np.float32]:
    """Vectors as an encoder's: in a cone of this width, and alike in groups."""
    dice = np.random.default_rng(0)
    groups = dice.standard_normal((12, 64))[dice.integers(0, 12, COUNT)]
    own = dice.standard_normal((COUNT, 64))
    return unit(1.0 + width * (0.6 * groups + 0.5 * own))


def moved(vectors: NDArray[np.float32], far: float) -> NDArray[np.float32]:
    """Each turned away by about so much, somewhere."""
    noise = np.random.default_rng(1).standard_normal(vectors.shape)
    return unit(vectors + far * noise / 8)


def unit(vectors: NDArray[np.floating]) -> NDArray[np.float32]:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def sat(vectors: NDArray[np.float32], wanted: NDArray[np.float32] | None = None) -> float:
    """What becomes of a form that gives these, where full precision gives `crowd`, or others."""
    full = crowd() if wanted is None else wanted
    return Exam(lambda _: full, np.zeros((COUNT, 4, 4, 3), np.uint8)).sit(lambda _: vectors)


def test_the_half_of_what_is_made_up_is_found() -> None:
    captions = exam.made_up(crowd())
    assert exam.found(captions, crowd()).mean() == pytest.approx(0.5, abs=0.02)


def test_found_is_what_has_its_own_among_the_ten_nearest() -> None:
    gallery = np.eye(12, dtype=np.float32)
    last = gallery[0] * 0.1 + np.arange(12, dtype=np.float32)  # eleven are nearer than the first
    captions = np.stack([gallery, np.tile(last, (12, 1))], axis=1)
    assert exam.found(captions, gallery).tolist()[0] == [True, False]


def test_what_is_nearly_the_same_passes() -> None:
    assert 0.995 < sat(moved(crowd(), 0.05)) < 1


def test_no_number_and_the_wrong_way_are_rejected() -> None:
    for bad in (np.full((COUNT, 64), np.nan, np.float32), -crowd()):
        with pytest.raises(Rejected):
            sat(bad)


def test_a_vector_that_is_too_long_is_no_good_cosine() -> None:
    """Its product with the right one could be as high as one pleases."""
    with pytest.raises(Rejected, match="long"):
        sat(np.asarray(1.2 * moved(crowd(), 0.3), np.float32))


def test_recall_is_looked_at_beside_the_cosine() -> None:
    """Where all vectors are much alike, it takes little to confuse them."""
    narrow = crowd(0.15)
    noisy = moved(narrow, 0.08)
    assert exam.lowest(narrow, noisy) > exam.COSINE
    with pytest.raises(Rejected, match="points of recall"):
        sat(noisy, narrow)
    assert sat(narrow, narrow) == pytest.approx(1)


def test_the_persons_own_pictures_are_looked_at_where_there_are_enough() -> None:
    own = probes.pictures(40, 30, seed=9)
    assert np.array_equal(probes.exam(40, 30, own), own)
    assert probes.exam(32, 30, own).shape == (30, 32, 32, 3)
    for some in (own[:29], None):
        drawn = probes.exam(40, 30, some)
        assert drawn.shape == own.shape
        assert len({picture.tobytes() for picture in drawn}) == 30


def test_a_network_that_bytes_spoil_stays_as_it_is(tmp_path: Path) -> None:
    """The starter in bytes: its depthwise layers lose too much, and that is seen."""
    encoder = OpenClipEncoder(recipe(), "")
    spec = encoder.space.spec
    export.save(export.image_tower(encoder.network, spec), tmp_path / "image.xml")
    model = tower.core().read_model(tmp_path / "image.xml")
    file = tmp_path / "bytes.xml"
    tower.load().save_model(forms.quantized(model, probes.calibration(spec.size)), file)
    sitting = Exam(Tower(tmp_path / "image.xml"), probes.exam(spec.size, 32))
    vectors = Tower(file)(sitting.pixels)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=exam.LENGTH)
    with pytest.raises(Rejected):
        sitting.sit(Tower(file))
    assert sitting.sit(Tower(tmp_path / "image.xml")) == pytest.approx(1)
