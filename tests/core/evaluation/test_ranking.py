"""The figures, against their definitions written out slowly."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clipdesk.core.evaluation.ranking import Wanted, rank


def slowly(scores: list[float], grades: dict[int, float]) -> tuple[float, float, float]:
    """Place, average precision and nDCG@10 of one list, wrong answers first among equals."""
    order = sorted(range(len(scores)), key=lambda n: (-scores[n], n in grades, grades.get(n, 0)))
    precisions, gain, first = [], 0.0, 0
    for place, number in enumerate(order, 1):
        if number in grades:
            first = first or place
            precisions.append((len(precisions) + 1) / place)
            gain += grades[number] / math.log2(1 + place) if place <= 10 else 0
    best = sorted(grades.values(), reverse=True)[:10]
    ideal = sum(grade / math.log2(1 + place) for place, grade in enumerate(best, 1))
    return first, sum(precisions) / len(precisions), gain / ideal


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_list(data: st.DataObject) -> None:
    # Few different scores: most lists have ties.
    size = data.draw(st.integers(2, 30))
    scores = data.draw(
        st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=size, max_size=size)
    )
    right = data.draw(st.sets(st.integers(0, size - 1), min_size=1))
    grades = {number: float(data.draw(st.integers(1, 3))) for number in sorted(right)}
    answers = np.array(scores, np.float32)[:, None]
    wanted = Wanted(np.array(list(grades)), np.array(list(grades.values())))
    found = rank(np.ones((1, 1), np.float32), answers, [wanted])
    place, precision, gain = slowly(scores, grades)
    assert found.first[0] == place
    assert found.precision[0] == pytest.approx(precision)
    assert found.gain[0] == pytest.approx(gain)


def test_a_picture_is_no_answer_to_itself() -> None:
    pictures = np.eye(4, dtype=np.float32)[[0, 0, 1, 2]]
    wanted = [Wanted(np.array([1]), np.ones(1), itself=0), Wanted(np.array([0]), np.ones(1), 1)]
    found = rank(pictures[:2], pictures, wanted)
    assert found.first.tolist() == [1, 1]


def test_saying_the_same_of_everything_gains_nothing() -> None:
    same = np.ones((600, 1), np.float32)
    wanted = [Wanted(np.array([n]), np.ones(1)) for n in range(600)]
    found = rank(same, same, wanted)
    assert (found.first == 600).all()
