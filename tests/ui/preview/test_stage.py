"""Fitting, zooming and pushing, as arithmetic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipdesk.ui.preview.stage import Stage

sides = st.tuples(st.integers(1, 4000), st.integers(1, 4000))
stages = st.builds(Stage, view=sides, picture=sides)
points = st.floats(0, 1)


@given(stages)
def test_a_fitted_picture_is_seen_whole(stage: Stage) -> None:
    left, top, width, height = stage.rect
    assert left >= 0
    assert top >= 0
    assert left + width <= stage.view[0] + 1e-6
    assert top + height <= stage.view[1] + 1e-6


@given(stages, st.lists(st.tuples(st.floats(0.2, 5), points, points), max_size=6))
def test_zooming_and_pushing_never_leaves_the_view_empty(
    stage: Stage, steps: list[tuple[float, float, float]]
) -> None:
    for factor, x, y in steps:
        stage = stage.zoomed(factor, x * stage.view[0], y * stage.view[1])
        stage = stage.moved((x - 0.5) * 9000, (y - 0.5) * 9000)
        for start, length, room in zip(stage.rect[:2], stage.rect[2:], stage.view, strict=True):
            if length > room:
                assert start <= 1
                assert start + length >= room - 1
            else:
                assert start >= 0


def test_the_point_under_the_pointer_stays_there() -> None:
    stage = Stage(view=(1000, 800), picture=(4000, 3000))
    x, y = 700.0, 300.0
    left, top, width, height = stage.rect
    before = (x - left) / width, (y - top) / height
    stage = stage.zoomed(2, x, y).zoomed(2, x, y)
    left, top, width, height = stage.rect
    assert ((x - left) / width, (y - top) / height) == pytest.approx(before, abs=0.002)


def test_zooming_stops_at_one_to_one() -> None:
    stage = Stage(view=(1000, 800), picture=(4000, 3000)).at(0.9, 500, 400)
    assert stage.zoomed(1.25, 500, 400).scale == 1.0


def test_a_small_icon_grows_by_a_whole_factor() -> None:
    assert Stage(view=(1000, 800), picture=(16, 16)).fitting == 25.0
    assert Stage(view=(1000, 800), picture=(900, 700)).fitting == 1.0
    assert Stage(view=(1000, 800), picture=(2000, 100)).fitting == 0.5
