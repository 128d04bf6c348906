"""The recipe end to end on a corpus of a dozen drawn pictures: prepare, train, export, load."""

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


def test_a_few_steps_make_a_directory_that_stock_open_clip_reads(
    corpus: Path, work: Path, tmp_path: Path
) -> None:
    import export
    import measure
    import seen
    import text_tower
    import train

    run = tmp_path / "run"
    run.mkdir()
    options = train.parse(
        ["--corpus", str(corpus), "--work", str(work), "--run", str(run), "--batch", "16"]
    )
    trainer = train.Trainer(train.Corpus(work, torch.device("cpu"), 1), Oracle(), options)
    first = trainer.update(64, 1e-3)
    assert set(first) == {"map", "whole", "class", "name", "same", "words"}
    assert all(np.isfinite(list(trainer.update(64, 1e-3).values())))
    torch.save(trainer.state(), run / "last.pt")
    # Another trainer goes on from where this one stopped.
    again = train.Trainer(train.Corpus(work, torch.device("cpu"), 2), Oracle(), options)
    again.restore(torch.load(run / "last.pt"))
    assert again.step == 2

    words = ["--work", str(work), "--run", str(run), "--minutes", "0.01", "--batch", "8"]
    text_tower.main([*words, "--bridge", str(run / "last.pt")])
    seen.main(["--work", str(work), "--image", str(run / "last.pt"), "--side", "64"])
    text_tower.main([*words, "--bridge", str(run / "last.pt"), "--pairs", "1"])
    out = tmp_path / "out"
    image, text = str(run / "last.pt"), str(run / "text.pt")
    export.main(["--image", image, "--text", text, "--out", str(out), "--side", "64"])

    starter = measure.Starter(out)
    vectors = starter.pictures([Image.new("RGB", (90, 60), "red"), Image.new("RGB", (64, 64))])
    assert vectors.shape == (2, 256)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    # The projection that was written is the head followed by the bridge.
    tower = text_tower.TextTower()
    tower.load_state_dict(torch.load(run / "text.pt")["model"])
    bridge = {k: trainer.average.state_dict()[f"bridge.{k}"] for k in ("mean", "weight")}
    with torch.inference_mode():
        tokens = starter.tokenizer(["a red circle on blue"])
        wanted = text_tower.projected(tower(tokens), bridge).numpy()
    assert np.allclose(starter.texts(["a red circle on blue"]), wanted, atol=0.02)


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
