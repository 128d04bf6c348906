"""Files of vectors, as other programs read them."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from clipdesk.core.errors import LibraryError
from clipdesk.core.features import writing

NAMES = ["/a b.png", '/"q"\tt.png', "/line\nbreak.png", os.fsdecode(b"/\xff.png")]
ROWS = [*((name, "") for name in NAMES), ("", "a text")]
VECTORS = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float16)


def write(file: Path) -> None:
    with writing(file, 3) as features:
        features.add(ROWS[:2], VECTORS[:2])
        features.add(ROWS[2:], VECTORS[2:])


def check(vectors: np.ndarray) -> None:
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    cosines = (vectors * VECTORS).sum(axis=1) / np.linalg.norm(VECTORS, axis=1)
    assert (cosines > 0.999).all()


def test_npy_with_its_rows_named(tmp_path: Path) -> None:
    write(tmp_path / "v.npy")
    check(np.load(tmp_path / "v.npy", mmap_mode="r"))
    with (tmp_path / "v.tsv").open(encoding="utf-8", errors="surrogateescape", newline="") as table:
        head, *rows = csv.reader(table, csv.excel_tab)
    assert head == ["path", "text"]
    assert [tuple(row) for row in rows] == ROWS
    assert sorted(file.name for file in tmp_path.iterdir()) == ["v.npy", "v.tsv"]


def test_parquet(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    write(tmp_path / "v.parquet")
    table = parquet.read_table(tmp_path / "v.parquet")
    check(np.array(table["vector"].to_pylist(), np.float32))
    assert table["text"].to_pylist() == [text for _, text in ROWS]
    assert table["path"].to_pylist()[:3] == NAMES[:3]
    assert "xff" in table["path"].to_pylist()[3] or "udcff" in table["path"].to_pylist()[3]


def test_no_rows_at_all(tmp_path: Path) -> None:
    with writing(tmp_path / "v.npy", 3):
        pass
    assert np.load(tmp_path / "v.npy").shape == (0, 3)


def test_it_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    write(tmp_path / "v.npy")
    before = (tmp_path / "v.npy").read_bytes()
    with pytest.raises(KeyboardInterrupt), writing(tmp_path / "v.npy", 3) as features:
        features.add(ROWS[:1], VECTORS[:1])
        raise KeyboardInterrupt
    assert (tmp_path / "v.npy").read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["v.npy", "v.tsv"]


def test_what_can_not_be_written(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"v\.csv ends in"), writing(tmp_path / "v.csv", 3):
        pass
    nowhere = tmp_path / "nowhere" / "v.npy"
    with pytest.raises(LibraryError, match="can't be written"), writing(nowhere, 3):
        pass
