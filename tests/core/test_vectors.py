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
    assert keys[0] == 7
    assert len(set(keys.tolist()) & set(np.argsort(-truth)[:10].tolist())) >= 9
    assert scores == pytest.approx(truth[keys], abs=5e-3)
    assert scores.tolist() == sorted(scores.tolist(), reverse=True)


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


HARMS = ["foreign", "half", "garbage", "no stamp", "no keys", "older", "other size"]


@pytest.mark.parametrize("harm", HARMS)
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
        path.with_suffix(".stamp").unlink()
    elif harm == "no keys":
        path.with_suffix(".keys").unlink()
    elif harm == "older":
        filled(tmp_path / "j", vectors[:100]).save()
        path.write_bytes((tmp_path / "j").read_bytes())
    again = VectorIndex(path, "space", 32 if harm == "other size" else 64)
    assert (len(again), again.seq) == (0, 0)


def test_an_empty_index_answers_nothing(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    keys, scores = VectorIndex(tmp_path / "i", "space", 64).search(vectors[0], 5)
    assert len(keys) == len(scores) == 0


def test_rows_are_added_to_the_file(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    index = filled(tmp_path / "i", vectors[:400])
    index.save()
    files = [tmp_path / "i", tmp_path / "i.keys"]
    before = [(file.stat().st_ino, file.read_bytes()) for file in files]
    index.add(500, np.arange(400, 500), vectors[400:].astype(np.float16))
    index.save()
    for file, (inode, data) in zip(files, before, strict=True):
        assert file.stat().st_ino == inode  # nothing that was there is written again
        assert file.read_bytes()[: len(data)] == data
        assert len(file.read_bytes()) == len(data) * 500 // 400
    again = VectorIndex(tmp_path / "i", "space", 64)
    assert again.search(vectors[450], 1)[0].tolist() == [450]
    assert again.search(vectors[50], 1)[0].tolist() == [50]


def test_what_a_crash_left_behind_is_written_over(
    tmp_path: Path, vectors: NDArray[np.float32]
) -> None:
    path = tmp_path / "i"
    filled(path, vectors[:300]).save()
    for part in (path, path.with_suffix(".keys")):
        with part.open("ab") as file:
            file.write(b"half a row")  # the rows came, the stamp did not
    index = VectorIndex(path, "space", 64)
    assert index.seq == 300
    index.add(500, np.arange(300, 500), vectors[300:].astype(np.float16))
    index.save()
    again = VectorIndex(path, "space", 64)
    assert [int(again.search(vectors[n], 1)[0][0]) for n in (299, 300, 499)] == [299, 300, 499]


def test_damaged_keys_are_not_trusted(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    filled(tmp_path / "i", vectors).save()
    keys = tmp_path / "i.keys"
    data = bytearray(keys.read_bytes())
    data[-3000] ^= 4
    keys.write_bytes(data)
    assert len(VectorIndex(tmp_path / "i", "space", 64)) == 0


def test_a_filter_loses_no_answer(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    index = filled(tmp_path / "i", vectors)
    few = np.arange(3, 500, 50)
    keys, _ = index.search(vectors[7], 4, few)
    best = few[np.argsort(-(vectors[few] @ vectors[7]))][:5]
    assert set(keys.tolist()) <= set(best.tolist())
    assert index.search(vectors[7], 4, np.array([900, 901]))[0].tolist() == []


def test_keys_in_any_order(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    index = VectorIndex(tmp_path / "i", "space", 64)
    keys = np.random.default_rng(2).permutation(10_000)[:500]
    for start in range(0, 500, 90):
        part = slice(start, start + 90)
        index.add(start + 90, keys[part], vectors[part].astype(np.float16))
    assert index.vectors(keys) == pytest.approx(vectors, abs=4e-3)
    assert index.holds(np.array([keys[3], 10_001, keys[400]])).tolist() == [True, False, True]


def test_many_rows_are_compared_in_several_threads(tmp_path: Path) -> None:
    rows = np.random.default_rng(3).standard_normal((270_000, 8)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    index = VectorIndex(tmp_path / "i", "space", 8)
    for start in range(0, len(rows), 90_000):
        part = slice(start, start + 90_000)
        index.add(start + 90_000, np.arange(len(rows))[part], rows[part].astype(np.float16))
    keys, scores = index.search(rows[200_000], 700)
    truth = rows @ rows[200_000]
    assert scores == pytest.approx(truth[keys], abs=0.02)
    assert len(set(keys.tolist()) & set(np.argsort(-truth)[:500].tolist())) >= 495
