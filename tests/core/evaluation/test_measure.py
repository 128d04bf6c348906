"""Three tasks from one table, and how sure their figures are."""

from pathlib import Path

import numpy as np
import pytest

from clipdesk.core.evaluation.bootstrap import Draws
from clipdesk.core.evaluation.measure import Task, measure
from clipdesk.core.pairs import Pair, Pairs


def table(groups: tuple[str, ...], captions: tuple[str, ...], *pairs: Pair) -> Pairs:
    files = tuple(Path(f"/{n}.png") for n in range(len(groups)))
    return Pairs(files, tuple(range(len(files))), groups, captions, pairs)


def test_text_finds_image_and_image_finds_text() -> None:
    pairs = table(("",) * 3, ("a", "b"), Pair(0, 0), Pair(0, 1, 3.0), Pair(1, 2), Pair(1, 0, 0.0))
    axes = np.eye(3, dtype=np.float32)
    text, image = measure(pairs, axes, axes[[0, 2]])
    assert (text.task, text.queries, text.gallery) == (Task.TEXT_IMAGE, 2, 3)
    # The first caption's better picture is the last of three.
    assert text.places.first.tolist() == [1, 1]
    assert text.places.precision.tolist() == pytest.approx([(1 + 2 / 3) / 2, 1])
    assert text.places.gain.tolist() == pytest.approx([(1 + 3 / 2) / (3 + 1 / np.log2(3)), 1])
    assert (image.task, image.queries, image.gallery) == (Task.IMAGE_TEXT, 3, 2)
    assert image.figures["recall@1"].value == pytest.approx(2 / 3)
    assert text.median_rank == 1


def test_image_finds_its_like() -> None:
    pairs = table(("x", "x", "y", "", "z", "z"), ())
    axes = np.eye(4, dtype=np.float32)[[0, 0, 1, 0, 2, 3]]
    (found,) = measure(pairs, axes, np.empty((0, 4), np.float32))
    assert (found.task, found.queries, found.gallery) == (Task.IMAGE_IMAGE, 4, 5)
    assert found.asked == (0, 1, 4, 5)
    # The ungrouped picture looks just like the first two: a wrong answer comes first.
    assert found.places.first.tolist() == [2, 2, 5, 5]


def test_a_table_that_asks_nothing() -> None:
    assert measure(table(("x", "y"), ()), np.eye(2, dtype=np.float32), np.empty((0, 2))) == ()


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    dice = np.random.default_rng(5)
    held = 0
    for _ in range(40):
        seen = dice.random(120) < 0.3
        figure = Draws.of({"it": seen}, range(120)).figures()["it"]
        held += figure.low <= 0.3 <= figure.high
    assert 34 <= held <= 40


def test_witnesses_that_are_not_independent_make_it_less_sure() -> None:
    seen = np.repeat(np.random.default_rng(6).random(40) < 0.5, 5)
    alone = Draws.of({"it": seen}, range(200)).figures()["it"]
    together = Draws.of({"it": seen}, np.repeat(np.arange(40), 5).tolist()).figures()["it"]
    assert together.value == alone.value
    assert together.high - together.low > 1.8 * (alone.high - alone.low)


def test_models_are_compared_question_by_question() -> None:
    dice = np.random.default_rng(7)
    hard = dice.random(300)
    worse = Draws.of({"it": hard < 0.50}, range(300))
    better = Draws.of({"it": hard < 0.56}, range(300))
    difference = better.minus(worse)["it"]
    assert difference.low > 0, "the same questions asked of both tell more than two intervals"
    assert better.figures()["it"].low < worse.figures()["it"].high
    assert worse.minus(worse)["it"].value == 0
    assert difference.is_zero_outside
