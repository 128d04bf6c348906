"""The training of maps: its gradients, what it learns, and going on after a pause."""

from pathlib import Path

import numpy as np
import pytest

from clipdesk.core.adaptation.session import FEWEST, Session
from clipdesk.core.adaptation.training import Examples, Trainer, _sigmoid, _softmax
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


@pytest.mark.parametrize(
    ("loss", "gradient"), [(cross_entropy, _softmax), (judged_alone, _sigmoid)]
)
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
    trainer = Trainer(
        Examples(text, image, table(5, 6, *pairs)), Calibration(10, bias), loss=loss, towers=towers
    )
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
    return Session(ColourEncoder(), pairs, pictures, captions, towers="text", loss="softmax")


def test_what_can_be_learned_is_learned_and_shown_on_held_out_pictures() -> None:
    it = session(*another_language())
    merits = list(it.run())
    assert max(merits) > merits[0]
    verdict = it.verdict()
    assert verdict.is_better
    assert verdict.difference["recall@10"].low > 0
    assert verdict.after.gallery == it.counts["held_out"] == 40
    assert sum(it.counts.values()) == 160
    adaptation = it.adaptation(verdict)
    assert (adaptation.base, adaptation.image) == ("colours", None)


def test_noise_is_not_adopted_and_what_is_best_is_what_was_there_if_nothing_is_better() -> None:
    pairs, pictures, captions = another_language()
    it = session(pairs, pictures, unit(np.random.default_rng(3).normal(size=captions.shape)))
    assert list(it.run())
    assert not it.verdict().is_better
    perfect = session(pairs, pictures, pictures)
    assert list(perfect.run())
    verdict = perfect.verdict()
    assert verdict.steps == 0
    assert np.array_equal(perfect.adaptation(verdict).text, np.eye(16))


def test_a_paused_session_goes_on_as_if_it_had_not_been() -> None:
    whole = session(*(parts := another_language()))
    list(whole.run())
    begun = session(*parts)
    for _ in zip(range(4), begun.run(), strict=False):
        pass
    resumed = session(*parts)
    resumed.resume({name: np.array(value) for name, value in begun.state().items()})
    assert resumed.steps == begun.steps > 0
    list(resumed.run())
    assert resumed.steps == whole.steps
    ours, theirs = resumed.verdict(), whole.verdict()
    assert np.array_equal(resumed.adaptation(ours).text, whole.adaptation(theirs).text)
    assert ours.difference == theirs.difference


def test_large_tables_are_learned_in_parts() -> None:
    count = 1500
    pictures = unit(DICE.normal(size=(count, 4)))
    pairs = table(count, count, *(Pair(n, n) for n in range(count)))
    trainer = Trainer(
        Examples(pictures, pictures, pairs), Calibration(), loss="softmax", towers="text"
    )
    captions, seen, fit = trainer._batch()
    assert len(seen) == len(captions) == 1024
    assert (fit == np.eye(1024)).all()


def test_too_few_pictures() -> None:
    few = FEWEST - 1
    pairs = table(few, few, *(Pair(n, n) for n in range(few)))
    with pytest.raises(QueryError, match=f"{few} pictures with captions: too few"):
        session(pairs, unit(DICE.normal(size=(few, 4))), unit(DICE.normal(size=(few, 4))))
