"""The tower that ships: unit by unit from a teacher, then in the texts' space, then exported."""

import argparse
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

CLASSES = 1001


def stages(tower: torch.nn.Module, x: torch.Tensor) -> list[torch.Tensor]:
    """What the image teacher answers, by a tower that stands in for it."""
    out = []
    with torch.inference_mode():
        for unit in tower.units:
            x = unit(x)
            out.append(x)
        features = tower.head(x)
    return [y.clone() for y in (*out, features, features[:, :CLASSES])]


class Crops:
    """Pictures, icons and drawings out of thin air, with words as `Told` gives them."""

    device = torch.device("cpu")

    def __init__(self) -> None:
        self.rng = torch.Generator().manual_seed(0)
        self.vectors = np.random.default_rng(0).normal(size=(400, 1024)).astype(np.float32)

    def words(self, n: int) -> torch.Tensor:
        x = torch.from_numpy(self.vectors[np.random.default_rng(n).integers(400, size=n)])
        parts = x.split([384, 384, 256], 1)
        return torch.cat([torch.nn.functional.normalize(part, dim=-1) for part in parts], 1)

    other_words = words

    def picture_batch(self, n: int, side: int, _cells: int, _twins: int = 0) -> tuple:
        return torch.rand(n, side, side, 3), None, self.words(n)

    def icon_batch(self, n: int, side: int) -> tuple:
        return torch.rand(n, side, side, 3), self.words(n)

    drawn_batch = icon_batch


def image_teacher() -> torch.nn.Module:
    """The last two layers of one: random."""
    teacher = torch.nn.Module()
    teacher.classify, teacher.expand = 0, 1
    teacher.body = SimpleNamespace(
        w0=torch.randn(CLASSES, 1280, 1, 1), b0=torch.zeros(CLASSES),
        w1=torch.randn(1280, 320, 1, 1), b1=torch.zeros(1280),
    )  # fmt: skip
    return teacher


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """What the teachers said, as far as `Reach` and `space` read it."""
    rng = np.random.default_rng(0)
    for name, shape in (("maps", (9, 49, 320)), ("vectors", (50, 384)), ("classes", (1001, 384))):
        np.save(tmp_path / f"{name}.npy", rng.normal(size=shape).astype(np.float16))
    return tmp_path


def test_the_exported_tower_computes_what_was_trained() -> None:
    from export import image_weights
    from folded import Folded
    from open_clip.model import CustomTextCLIP
    from student import model_config

    torch.manual_seed(0)
    tower = Folded().eval()
    with torch.no_grad():
        for unit in tower.units:
            for name in ("in_mean", "out_mean"):
                getattr(unit, name).normal_()
            for name in ("in_std", "out_std"):
                getattr(unit, name).uniform_(0.5, 2)
    other = CustomTextCLIP(**model_config(97)).eval()
    missing, unknown = other.load_state_dict(image_weights(tower), strict=False)
    assert not unknown
    assert not [name for name in missing if name.startswith("visual.")]
    x = torch.rand(2, 3, 97, 97) * 2 - 1
    with torch.inference_mode():
        assert torch.allclose(tower(x), other.encode_image(x), rtol=1e-3, atol=1e-4)


def test_the_projection_learns_classes_of_which_there_is_no_picture(work: Path) -> None:
    from reach import Reach

    teacher = image_teacher()
    reach = Reach(teacher, work, torch.device("cpu"), 1)
    logits = torch.nn.functional.linear(reach.batch(200), *reach.last)
    seen = torch.nn.functional.linear(reach.features.float(), *reach.last)
    # 18 pictures, all alike to this teacher, and yet many classes are asked about.
    assert len(set(logits.argmax(1).tolist())) > 5 * len(set(seen.argmax(1).tolist()))
    projection = torch.nn.Linear(1280, 384)
    optimiser = torch.optim.Adam(projection.parameters(), lr=1e-3)
    far = []
    for _ in range(40):
        loss = reach.loss(projection, 64)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        far.append(loss.item())
    assert sum(far[-5:]) / 5 < 0.85 * far[0]


def test_a_piece_of_a_map_has_the_same_answer_where_it_counts() -> None:
    from folded import Unit
    from shelf import piece

    torch.manual_seed(0)
    rng, seen = np.random.default_rng(0), set()
    for first, stride, shape in ((True, 1, 97), (False, 2, 97), (False, 1, 49)) * 6:
        unit = Unit(3 if first else 16, 24, 1 if first else 6, stride).eval()
        x = torch.rand(1, 3 if first else 16, shape, shape)
        with torch.inference_mode():
            asked, wanted = piece(x, unit(x), rng, first=first)
            answer = unit(asked)
        counts = ~wanted.isnan()
        assert 0.5 < counts.float().mean() <= 1
        assert torch.allclose(answer[counts], wanted[counts], atol=1e-4)
        seen.add(bool(counts[0, 0, 0, 0]))
    # The map's own border is part of some pieces, and the inside of others.
    assert seen == {True, False}


def test_the_shelf_gives_back_what_was_laid_on_it_last() -> None:
    from folded import Folded
    from shelf import Shelf

    torch.manual_seed(0)
    tower, shelf = Folded().eval(), Shelf(6, torch.device("cpu"))
    rng = np.random.default_rng(0)
    for _ in range(3):  # of four crops each: the shelf is full, and part of them are gone
        x = torch.rand(4, 3, 65, 65)
        answers = stages(tower, x)[:-1]
        shelf.put(x, answers, rng)
    assert shelf.filled == 6
    for kind, unit in enumerate([*tower.units, tower.head]):
        asked, answer = shelf.take(kind, torch.arange(6))
        with torch.inference_mode():
            again = unit(asked.float())
        counts = ~answer.isnan()
        assert counts.float().mean() > 0.5
        assert torch.allclose(again[counts], answer[counts].float(), atol=0.02, rtol=0.02), kind
    newest = answers[-1].half()
    assert any(torch.equal(newest[0], row) for row in shelf.take(17, torch.arange(6))[1])


def test_units_learn_what_the_teachers_units_do(monkeypatch: pytest.MonkeyPatch) -> None:
    import hints
    from folded import Folded

    torch.manual_seed(1)
    teacher = Folded()
    monkeypatch.setattr(hints, "Oracle", lambda *_, **__: lambda x: stages(teacher, x))
    monkeypatch.setattr(hints, "SIDES", (33,))
    monkeypatch.setattr(hints, "SHARES", (1.0,))
    options = argparse.Namespace(
        seed=2, rate=0.02, batch=9, chained=False, side=33, kept=18, every=2
    )
    hinter = hints.Hinter(Crops(), None, options)  # type: ignore[arg-type]  # thin air will do
    hinter.measure_spreads()
    hinter.choose_first(1, 2)
    # The head is left out: what comes to it here, from random units, is nearly the same always.
    steps = [hinter.update(0.02) for _ in range(20)]
    losses = [sum(value for name, value in step.items() if name != "head") for step in steps]
    assert sum(losses[-3:]) < 0.9 * sum(losses[:3])
    options.chained = True
    assert np.isfinite(list(hinter.update(0.001).values())).all()


def test_the_pupil_becomes_a_directory_that_stock_open_clip_reads(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import export
    import measure
    import pupil
    from folded import Folded
    from space import middle
    from student import Student, read_elder, save_whole
    from text_tower import TextTower

    torch.manual_seed(3)
    crops, other = Crops(), Folded()
    elder = Student(crops.vectors[:, :384])
    torch.save({"average": elder.state_dict()}, tmp_path / "elder.pt")
    text = TextTower().eval()
    torch.save({"model": text.state_dict()}, tmp_path / "text.pt")
    torch.save({"tower": other.state_dict()}, tmp_path / "hints.pt")
    projection = Folded().projection.state_dict()
    torch.save(projection, tmp_path / "projection.pt")
    teacher = image_teacher()
    monkeypatch.setattr(pupil, "ImageTeacher", lambda _: teacher)
    monkeypatch.setattr(
        pupil,
        "Oracle",
        lambda *_, every: lambda x: stages(other, x)[0 if every else -3 :],
    )
    monkeypatch.setattr(pupil, "TEACHER_SIDE", 65)
    options = pupil.parse(
        f"--corpus {tmp_path} --work {work} --run {tmp_path} --elder {tmp_path}/elder.pt "
        "--side 33 --small 33 --batch 16 --reach 16 --sayings 20".split()
    )
    elder = read_elder(options.elder, crops.vectors[:, :384])
    trainer = pupil.Trainer(crops, elder, options)  # type: ignore[arg-type]  # thin air will do
    trainer.begin(tmp_path)
    begun = trainer.pupil.visual.projection.state_dict()
    assert all(torch.equal(begun[name], value) for name, value in projection.items())
    assert all(np.isfinite(list(trainer.update(0.005).values())))
    save_whole(trainer.state(), tmp_path / "pupil.pt")
    trainer.restore(torch.load(tmp_path / "pupil.pt"))
    out = tmp_path / "out"
    export.main(
        f"--work {work} --image {tmp_path}/pupil.pt --text {tmp_path}/text.pt "
        f"--out {out} --side 65".split()
    )
    starter = measure.Starter(out)
    picture = Image.new("RGB", (65, 65), "teal")
    x = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None].float() / 127.5 - 1
    with torch.inference_mode():
        wanted = torch.nn.functional.normalize(trainer.average.visual(x), dim=-1).numpy()
    assert np.allclose(starter.pictures([picture]), wanted, atol=0.01)
    with torch.inference_mode():
        said = text(starter.tokenizer(["a red circle on blue"])) - middle(work)
    wanted = torch.nn.functional.normalize(said, dim=-1).numpy()
    assert np.allclose(starter.texts(["a red circle on blue"]), wanted, atol=0.02)


def test_the_settled_projection_says_more_of_what_the_features_tell(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import everyday
    import settle
    from folded import Folded
    from pupil import read_tower

    torch.manual_seed(4)
    tower = Folded().eval()
    state = {"average": {f"visual.{k}": v for k, v in tower.state_dict().items()}, "step": 3}
    torch.save(state, tmp_path / "pupil.pt")
    words = np.random.default_rng(5).normal(size=(len(everyday.phrases()), 384))
    np.save(work / "made.npy", words.astype(np.float16))
    teacher = image_teacher()

    def vectors(texts: list[str]) -> np.ndarray:
        assert {"red", "navy background", "a yellow square"} <= set(texts)
        return np.random.default_rng(6).normal(size=(len(texts), 384)).astype(np.float16)

    monkeypatch.setattr(settle, "ImageTeacher", lambda _: teacher)
    monkeypatch.setattr(Crops, "words", lambda _, n: torch.randn(n, 384))
    monkeypatch.setattr(settle, "Corpus", lambda *_: Crops())
    monkeypatch.setattr(settle, "SIDES", (33, 65))
    monkeypatch.setattr(settle, "TextTeacher", lambda: SimpleNamespace(embed=vectors))
    made: list[settle.Settler] = []
    init = settle.Settler.__init__
    monkeypatch.setattr(
        settle.Settler, "__init__", lambda self, *a: (made.append(self), init(self, *a))[1]
    )
    settle.main(
        f"--corpus {tmp_path} --work {work} --run {tmp_path} --count 384 --batch 32 "
        "--minutes 0.05".split()
    )
    after = read_tower(tmp_path / "settled.pt")
    assert all(torch.equal(after[k], v) for k, v in tower.state_dict().items() if "units" in k)
    settler, photos = made[0], made[0].photos.float()
    tower.load_state_dict(after)

    def far(projection: torch.nn.Module) -> float:
        near = torch.nn.functional.cosine_similarity(projection(photos), settler.blend(photos))
        return 1 - near.mean().item()

    assert far(tower.projection) < 0.9 * far(settler.before)
