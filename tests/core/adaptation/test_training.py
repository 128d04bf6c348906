"""The training of maps: its gradients, what it learns, and going on after a pause."""

from pathlib import Path

import numpy as np
import pytest

from clipdesk.core.adaptation.batches import Batches
from clipdesk.core.adaptation.losses import sigmoid, softmax
from clipdesk.core.adaptation.maps import Maps
from clipdesk.core.adaptation.session import FEWEST, Parts, Session
from clipdesk.core.encoders import adapted
from clipdesk.core.encoders.adapted import mapped
from clipdesk.core.errors import QueryError
from clipdesk.core.pairs import Pair, Pairs
from clipdesk.core.types import Calibration
from tests.core.colours import ColourEncoder

DICE = np.random.default_rng(0)


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def table(files: int, captions: int, *pairs: Pair) -> Pairs:
    names = tuple(Path(f"/{n}.png") for n in range(files))
    words = tuple(f"caption {n}" for n in range(captions))
    return Pairs(names, tuple(range(files)), ("",) * files, words, pairs)


def cross_entropy(logits: np.ndarray, fit: np.ndarray) -> float:
    """GCL's loss, from its definition."""
    rows = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    columns = logits - np.log(np.exp(logits).sum(axis=0, keepdims=True))
    return float(-(fit * (rows + columns)).sum() / (2 * fit.sum()))


def judged_alone(logits: np.ndarray, fit: np.ndarray) -> float:
    """SigLIP's loss, from its definition; right pairs weighted."""
    right = fit > 0
    losses = np.log1p(np.exp(np.where(right, -logits, logits)))
    return float((losses * np.where(right, fit, 1)).sum() / len(logits))


@pytest.mark.parametrize(("loss", "gradient"), [(cross_entropy, softmax), (judged_alone, sigmoid)])
def test_gradients_are_those_of_the_losses(loss, gradient) -> None:
    logits = DICE.normal(size=(5, 4))
    fit = np.where(DICE.random((5, 4)) < 0.4, DICE.random((5, 4)), 0)
    fit[0, 0] = 1
    found = gradient(logits, fit)
    for place in np.ndindex(5, 4):
        nudge = np.zeros((5, 4))
        nudge[place] = 1e-5
        slope = (loss(logits + nudge, fit) - loss(logits - nudge, fit)) / 2e-5
        assert found[place] == pytest.approx(slope, abs=1e-6)


@pytest.mark.parametrize("towers", ["text", "both"])
@pytest.mark.parametrize(("loss", "bias"), [("softmax", None), ("sigmoid", -5.0)])
def test_a_step_goes_downhill(towers, loss, bias) -> None:
    """The loss itself, through maps and normalisation, falls with each of the first steps."""
    text, image = unit(DICE.normal(size=(6, 8))), unit(DICE.normal(size=(5, 8)))
    pairs = [Pair(n % 6, n % 5, 1.0 + n % 3) for n in range(9)]
    fit = np.zeros((6, 5))
    for pair in pairs:
        fit[pair.caption, pair.file] = pair.relevance / 3
    encoder = ColourEncoder()
    encoder.calibration = Calibration(10, bias)
    trainer = Maps(encoder, table(5, 6, *pairs), np.arange(5), image, text, loss=loss, sides=towers)
    definition = cross_entropy if loss == "softmax" else judged_alone
    losses = []
    for _ in range(5):
        moved = mapped(text, trainer.map("text")) @ mapped(image, trainer.map("image")).T
        losses.append(definition(10 * moved + (bias or 0), fit))
        trainer.learn()
    assert losses == sorted(losses, reverse=True)
    assert (trainer.map("image") is None) == (towers == "text")


def another_language(count: int = 160) -> tuple[Pairs, np.ndarray, np.ndarray]:
    """Pictures of ten kinds, and captions whose vectors say the same in turned coordinates."""
    kinds = unit(DICE.normal(size=(10, 16)))
    turn = np.linalg.qr(DICE.normal(size=(16, 16)) * 0.4 + np.eye(16))[0]
    pictures = unit(kinds[np.arange(count) % 10] + 0.5 * DICE.normal(size=(count, 16)) / 4)
    captions = unit((kinds @ turn)[np.arange(count) % 10] + 0.3 * DICE.normal(size=(count, 16)) / 4)
    return table(count, count, *(Pair(n, n) for n in range(count))), pictures, captions


def session(pairs: Pairs, pictures: np.ndarray, captions: np.ndarray) -> Session:
    parts = Parts.of(pairs)
    encoder = ColourEncoder()
    maps = Maps(encoder, pairs, parts.taught, pictures, captions, sides="text", loss="softmax")
    return Session(pairs, parts, maps)


def saved(it: Session, folder: Path) -> adapted.Adaptation:
    it.save(folder / "it.safetensors", it.verdict())
    return adapted.read(folder / "it.safetensors")


def test_what_can_be_learned_is_learned_and_shown_on_held_out_pictures(tmp_path: Path) -> None:
    it = session(*another_language())
    merits = [merit for merit in it.run() if merit is not None]
    assert max(merits) > merits[0]
    verdict = it.verdict()
    assert verdict.is_better
    assert verdict.difference["recall@10"].low > 0
    assert verdict.after.gallery == it.counts["held_out"] == 40
    assert sum(it.counts.values()) == 160
    adaptation = saved(it, tmp_path)
    assert (adaptation.about.base, adaptation.image) == ("colours", None)
    assert dict(adaptation.about.rest)["held_out"] == "40"


def test_noise_is_not_adopted_and_what_is_best_is_what_was_there_if_nothing_is_better(
    tmp_path: Path,
) -> None:
    pairs, pictures, captions = another_language()
    it = session(pairs, pictures, unit(np.random.default_rng(3).normal(size=captions.shape)))
    assert list(it.run())
    assert not it.verdict().is_better
    perfect = session(pairs, pictures, pictures)
    assert list(perfect.run())
    verdict = perfect.verdict()
    assert verdict.steps == 0
    assert np.array_equal(saved(perfect, tmp_path).text, np.eye(16))


def test_a_paused_session_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    whole = session(*(parts := another_language()))
    list(whole.run())
    begun = session(*parts)
    for _ in zip(range(40), begun.run(), strict=False):
        pass
    resumed = session(*parts)
    resumed.resume({name: np.array(value) for name, value in begun.state().items()})
    assert resumed.learner.step == begun.learner.step > 0
    list(resumed.run())
    assert resumed.learner.step == whole.learner.step
    assert np.array_equal(saved(resumed, tmp_path).text, saved(whole, tmp_path).text)
    assert resumed.verdict().difference == whole.verdict().difference


def test_large_tables_are_learned_in_parts() -> None:
    count = 1500
    pairs = table(count, count, *(Pair(n, n, 1.0 + n % 2) for n in range(count)))
    batches = Batches(pairs, np.arange(100, count), pictures=1024, captions=4096)
    batch = batches.take(1)
    assert len(batch.pictures) == len(batch.captions) == 1024
    assert batch.pictures.min() >= 100
    assert (batch.fit == np.diag((1 + batch.pictures % 2) / 2)).all()
    assert np.array_equal(batches.take(1).pictures, batch.pictures)
    assert not np.array_equal(batches.take(2).pictures, batch.pictures)
    few = Batches(pairs, np.arange(count), pictures=1024, captions=64).take(1)
    assert few.fit.shape == (64, 1024)
    assert (few.fit > 0).sum() == 64


def test_one_class_only_is_refused() -> None:
    pairs = table(40, 2, *(Pair(1, n) for n in range(40)))
    with pytest.raises(QueryError, match="same caption, “caption 1”"):
        Parts.of(pairs)


def test_too_few_pictures() -> None:
    few = FEWEST - 1
    pairs = table(few, few, *(Pair(n, n) for n in range(few)))
    with pytest.raises(QueryError, match=f"{few} pictures with captions: too few"):
        session(pairs, unit(DICE.normal(size=(few, 4))), unit(DICE.normal(size=(few, 4))))
