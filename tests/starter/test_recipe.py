"""The recipe on a corpus of a dozen drawn pictures: prepare, the elder, what it says, the texts."""

import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

HEART = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24">'
    '<path d="M12 21 2 11a5 5 0 0 1 10-5 5 5 0 0 1 10 5z"/></svg>'
)


class Oracle(torch.nn.Module):
    """Stands in for the image teacher: any fixed answer will do for the machinery."""

    def __init__(self) -> None:
        super().__init__()
        self.classes = torch.nn.Linear(320, 1001)

    def head(self, maps: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.classes(maps.mean(1)), maps.mean(1)


def add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder laid out as the real corpus is."""
    import synthetic

    root = tmp_path / "corpus"
    root.mkdir()
    rows = ["id\tkind\ttexts\tsource\tlang"]
    with tarfile.open(root / "images-000.tar", "w") as tar:
        for seed in range(12):
            pixels, texts = synthetic.draw(seed)
            buffer = io.BytesIO()
            Image.fromarray(pixels).resize((144 + 6 * seed, 144)).save(buffer, "WEBP")
            add(tar, f"p{seed}.webp", buffer.getvalue())
            rows.append(f"p{seed}\tphoto\t{' ||| '.join(texts)}\tdrawn\ten")
    (root / "pairs.tsv").write_text("\n".join(rows) + "\n")
    with tarfile.open(root / "icons.tar", "w") as tar:
        add(tar, "heart.svg", HEART.encode())
        add(tar, "broken.svg", b"<svg")
    (root / "icons.tsv").write_text(
        "id\tkind\tname\ttags\tset\tstyle\nheart\ticon\theart\tlove, like\tdrawn\tsolid\n"
        "broken\ticon\tbroken\t\tdrawn\tsolid\n"
    )
    return root


@pytest.fixture
def work(tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The prepared arrays; the teachers' answers are random numbers."""
    import prepare
    import synthetic
    import text_tower
    import texts

    work = tmp_path / "work"
    prepare.main(["--corpus", str(corpus), "--work", str(work)])
    icons = json.loads((work / "icons.json").read_text())
    assert [icon["name"] for icon in icons] == ["heart"]
    np.save(work / "icons.npy", np.load(work / "icons.npy")[: len(icons)])
    synthetic.main(["--work", str(work), "--count", "200"])
    rng = np.random.default_rng(0)

    class Embedder:
        def embed(self, texts: list[str]) -> np.ndarray:
            vectors = rng.normal(size=(len(texts), 384))
            return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)

    monkeypatch.setattr(texts, "TextTeacher", Embedder)
    monkeypatch.setattr(text_tower, "TextTeacher", Embedder)
    monkeypatch.setattr(texts, "class_vectors", lambda *_: rng.normal(size=(1001, 384)))
    texts.main(["--corpus", str(corpus), "--work", str(work)])
    np.save(work / "maps.npy", rng.normal(size=(12, 49, 320)).astype(np.float16))
    text_tower.main(["--work", str(work), "--prepare", "0"])
    return work


def test_the_elder_goes_on_where_it_stopped(corpus: Path, work: Path, tmp_path: Path) -> None:
    import train

    options = train.parse(
        ["--corpus", str(corpus), "--work", str(work), "--run", str(tmp_path), "--batch", "16"]
    )
    trainer = train.Trainer(train.Corpus(work, torch.device("cpu"), 1), Oracle(), options)
    first = trainer.update(64, 1e-3)
    assert set(first) == {"map", "whole", "class", "name", "same", "words"}
    assert all(np.isfinite(list(trainer.update(64, 1e-3).values())))
    torch.save(trainer.state(), tmp_path / "last.pt")
    again = train.Trainer(train.Corpus(work, torch.device("cpu"), 2), Oracle(), options)
    again.restore(torch.load(tmp_path / "last.pt"))
    assert again.step == 2


def test_texts_are_learned_then_told_and_pictures_looked_at(work: Path, tmp_path: Path) -> None:
    import seen
    import text_tower
    import told
    from folded import Folded
    from pupil import Told
    from student import Student, read_elder

    elder, text, pupil = (str(tmp_path / f"{name}.pt") for name in ("elder", "text", "pupil"))
    vectors = np.load(work / "vectors.npy")
    torch.save({"average": Student(vectors).state_dict()}, elder)
    tower = {f"visual.{k}": v for k, v in Folded().state_dict().items()}
    torch.save({"average": tower}, pupil)
    learn = ["--work", str(work), "--run", str(tmp_path), "--minutes", "0.01", "--batch", "8"]
    text_tower.main(learn)
    told.main(["--work", str(work), "--elder", elder, "--text", text])
    seen.main(["--work", str(work), "--image", pupil, "--side", "65"])
    text_tower.main([*learn, "--pairs", "1"])
    assert torch.load(text)["step"] >= 16

    corpus = Told(work, torch.device("cpu"), 1, 0.3, read_elder(Path(elder), vectors))
    for kind in ("pictures", "icons", "synthetic"):
        words = corpus.words(kind, np.array([0]))
        assert words.shape == (1, 384 + 384 + 256)
        assert torch.allclose(words[:, 384:768].norm(dim=1), torch.ones(1), atol=1e-2)
        assert torch.allclose(words[:, 768:].norm(dim=1), torch.ones(1), atol=1e-2)
    assert corpus.other_words(5).shape == (5, 1024)


def test_a_crop_asks_the_map_for_the_same_place(tmp_path: Path) -> None:
    from augment import resample

    picture = torch.zeros(1, 8, 8, 1)
    picture[0, :4, 4:] = 1
    half, whole = torch.tensor([0.5]), torch.tensor([1.0])
    zero = torch.tensor([0.0])
    assert resample(picture, (zero, half), (half, whole), 3).min() > 0.8
    assert resample(picture, (half, whole), (zero, half), 3).max() < 0.2
    mirrored = resample(picture, (zero, whole), (whole, zero), 8)
    assert torch.allclose(mirrored, picture.flip(2), atol=1e-5)


def test_descriptions_hold_what_was_drawn() -> None:
    import random

    import synthetic

    for seed in range(40):
        picture, texts = synthetic.draw_single(random.Random(seed), 2)
        assert len(texts) == 4
        assert " on " in texts[0]
        assert len(picture.getcolors(10**6) or ()) >= 2
