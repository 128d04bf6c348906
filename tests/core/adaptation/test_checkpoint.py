"""Work that is kept, and work of others that is not taken."""

from pathlib import Path

import numpy as np

from clipdesk.core.adaptation.checkpoint import Checkpoint


def test_it_is_there_again_for_the_same_work_only(tmp_path: Path) -> None:
    mine = Checkpoint(tmp_path / "a.safetensors", "mine")
    assert mine.load() == {}
    mine.save({"x": np.arange(3)})
    assert mine.load()["x"].tolist() == [0, 1, 2]
    assert Checkpoint(tmp_path / "a.safetensors", "theirs").load() == {}
    mine.drop()
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_one_is_as_good_as_none(tmp_path: Path) -> None:
    it = Checkpoint(tmp_path / "a", "key")
    it.save({"x": np.arange(1000)})
    content = it.file.read_bytes()
    for damage in (b"", b"nonsense", content[:300], content[:-30]):
        it.file.write_bytes(damage)
        assert it.load() == {}
    with it.file.open("wb") as stream:
        np.savez(stream, key=np.array("key"), x=np.array([{}], object))
    assert it.load() == {}
