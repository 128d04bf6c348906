"""The vector index: a copy that may be lost, and never lies."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from clipdesk.core.vectors import VectorIndex


@pytest.fixture
def vectors() -> NDArray[np.float32]:
    rows = np.random.default_rng(1).standard_normal((500, 64)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def filled(path: Path, vectors: NDArray[np.float32], identity: str = "space") -> VectorIndex:
    index = VectorIndex(path, identity, 64)
    index.add(len(vectors), np.arange(len(vectors)), vectors.astype(np.float16))
    return index


def test_the_nearest_come_first(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    keys, scores = filled(tmp_path / "i", vectors).search(vectors[7], 10)
    truth = vectors @ vectors[7]
    assert keys.tolist() == np.argsort(-truth)[:10].tolist()
    assert scores == pytest.approx(truth[keys], abs=2e-3)


def test_it_comes_back_as_it_was(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    index = filled(tmp_path / "i", vectors)
    assert index.dirty == 500
    index.save()
    assert index.dirty == 0
    again = VectorIndex(tmp_path / "i", "space", 64)
    assert (len(again), again.seq) == (500, 500)
    assert again.search(vectors[3], 1)[0].tolist() == [3]


def test_what_is_in_already_does_no_harm(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    index = filled(tmp_path / "i", vectors)
    index.add(510, np.arange(490, 500), vectors[490:].astype(np.float16))
    assert len(index) == 500


@pytest.mark.parametrize("harm", ["foreign", "half", "garbage", "no stamp", "older", "other size"])
def test_a_copy_that_does_not_fit_is_not_trusted(
    tmp_path: Path, vectors: NDArray[np.float32], harm: str
) -> None:
    path = tmp_path / "i"
    filled(path, vectors, "another" if harm == "foreign" else "space").save()
    whole = path.read_bytes()
    if harm == "half":
        path.write_bytes(whole[: len(whole) // 2])
    elif harm == "garbage":
        path.write_bytes(b"garbage" * 100)
    elif harm == "no stamp":
        path.with_suffix(".json").unlink()
    elif harm == "older":
        filled(tmp_path / "j", vectors[:100]).save()
        path.write_bytes((tmp_path / "j").read_bytes())
    again = VectorIndex(path, "space", 32 if harm == "other size" else 64)
    assert (len(again), again.seq) == (0, 0)


def test_an_empty_index_answers_nothing(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    keys, scores = VectorIndex(tmp_path / "i", "space", 64).search(vectors[0], 5)
    assert len(keys) == len(scores) == 0
