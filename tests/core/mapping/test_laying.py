"""From the vectors of an index to a map, and new pictures into it."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from clipdesk.core.errors import MapError
from clipdesk.core.mapping import chart, projection
from clipdesk.core.mapping.chart import Chart
from clipdesk.core.mapping.laying import Task, solve
from clipdesk.core.mapping.survey import Survey
from clipdesk.core.vectors import VectorIndex

IDENTITY = "a library's space"
KINDS = 5


def kinds_of(ids: NDArray[np.int64]) -> NDArray[np.int64]:
    return ids % KINDS


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Vectors of 240 contents, of five kinds that are well apart."""
    chance = np.random.default_rng(1)
    middles = chance.normal(size=(KINDS, 48))
    ids = np.arange(1, 241)
    vectors = middles[kinds_of(ids)] + chance.normal(0, 0.25, (len(ids), 48))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return kept(tmp_path, ids, vectors)


def kept(folder: Path, ids: NDArray[np.int64], vectors: NDArray[np.float64]) -> Path:
    """The file of an index of these vectors."""
    path = folder / "space-1.vectors"
    index = VectorIndex(path, IDENTITY, vectors.shape[1])
    index.add(len(ids), ids, vectors.astype(np.float16))
    index.save()
    return path


def task(index: Path, ids: NDArray[np.int64], points: NDArray[np.float32], *, anew: bool) -> Task:
    return Task(str(index), IDENTITY, 48, ids, points, anew)


def nowhere(count: int) -> NDArray[np.float32]:
    return np.full((count, 2), np.nan, np.float32)


def beside_their_kind(ids: NDArray[np.int64], points: NDArray[np.float32]) -> float:
    """How many have one of their own kind as the nearest on the map, of 1."""
    apart = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    return float((kinds_of(ids)[apart.argmin(axis=1)] == kinds_of(ids)).mean())


def test_alike_pictures_lie_near_each_other(index: Path) -> None:
    ids, told = np.arange(1, 241), list[float]()
    points = solve(task(index, ids, nowhere(240), anew=True), told.append)
    assert np.isfinite(points).all()
    assert beside_their_kind(ids, points) > 0.98
    assert told == sorted(told)
    assert 0 < told[0] < told[-1] <= 1


def test_new_pictures_are_placed_beside_their_like_and_move_no_other(index: Path) -> None:
    first, ids = np.arange(1, 201), np.arange(1, 241)
    points = solve(task(index, first, nowhere(200), anew=True))
    more = solve(task(index, ids, np.concatenate([points, nowhere(40)]), anew=False))
    assert (more[:200] == points).all()
    apart = np.linalg.norm(more[200:, None] - points[None], axis=2)
    assert (kinds_of(first)[apart.argmin(axis=1)] == kinds_of(ids[200:])).mean() > 0.95


def test_a_few_new_ones_ask_their_neighbours_only(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection, "_SOME", 50)
    monkeypatch.setattr(projection, "_AROUND", 12)
    first, ids = np.arange(1, 201), np.arange(1, 241)
    points = solve(task(index, first, nowhere(200), anew=True))
    more = solve(task(index, ids, np.concatenate([points, nowhere(40)]), anew=False))
    apart = np.linalg.norm(more[200:, None] - points[None], axis=2)
    assert (kinds_of(first)[apart.argmin(axis=1)] == kinds_of(ids[200:])).mean() > 0.95


def test_where_there_are_many_some_are_laid_out_and_the_rest_placed(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection, "SAMPLE", 120)
    ids = np.arange(1, 241)
    points = solve(task(index, ids, nowhere(240), anew=True))
    assert beside_their_kind(ids, points) > 0.95


def test_a_map_laid_out_anew_resembles_the_old_one(index: Path) -> None:
    first, ids = np.arange(1, 201), np.arange(1, 241)
    old = solve(task(index, first, nowhere(200), anew=True))
    new = solve(task(index, ids, np.concatenate([old, nowhere(40)]), anew=True))[:200]

    def middles(points: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.stack([points[kinds_of(first) == kind].mean(axis=0) for kind in range(KINDS)])

    turned = [np.corrcoef(middles(old)[:, axis], middles(new)[:, axis])[0, 1] for axis in (0, 1)]
    assert min(turned) > 0.8


@pytest.mark.parametrize("count", [1, 2, 3, 29, 30, 31])
def test_a_handful_of_pictures_makes_a_map(index: Path, count: int) -> None:
    points = solve(task(index, np.arange(1, count + 1), nowhere(count), anew=True))
    assert points.shape == (count, 2)
    assert np.isfinite(points).all()
    assert len(np.unique(points.round(3), axis=0)) == count


def test_pictures_that_are_all_the_same_make_a_map(tmp_path: Path) -> None:
    ids = np.arange(1, 41)
    index = kept(tmp_path, ids, np.eye(48)[np.zeros(40, int)])
    points = solve(task(index, ids, nowhere(40), anew=True))
    assert np.isfinite(points).all()
    assert points.std() > 0.1


def test_a_process_beside_does_the_same(index: Path) -> None:
    ids, told = np.arange(1, 61), list[float]()
    asked = task(index, ids, nowhere(60), anew=True)
    points = Survey(asked).run(told.append)
    assert points is not None
    assert beside_their_kind(ids, points) > 0.9
    assert told


def test_a_survey_that_was_cancelled_ends_without_an_answer(index: Path) -> None:
    survey = Survey(task(index, np.arange(1, 61), nowhere(60), anew=True))
    # From within, so that it is certainly under way.
    assert survey.run(lambda _: survey.cancel()) is None
    assert survey.run(lambda _: None) is None


def test_vectors_that_are_not_there_are_a_fault_in_words(index: Path) -> None:
    with pytest.raises(MapError, match="could not be drawn"):
        Survey(task(index, np.array([1, 999]), nowhere(2), anew=True)).run(lambda _: None)


def test_a_chart_is_kept_for_its_own_space_only(tmp_path: Path) -> None:
    path = tmp_path / "space-1.map"
    made = Chart(np.array([3, 7]), np.array([[0, 1], [2, 3]], np.float32), 2)
    made.write(path, IDENTITY)
    kept = chart.read(path, IDENTITY)
    assert (kept.ids == made.ids).all()
    assert (kept.points == made.points).all()
    assert kept.laid == 2
    assert (kept.places(np.array([7, 5]))[0] == [2, 3]).all()
    assert np.isnan(kept.places(np.array([7, 5]))[1]).all()
    assert not len(chart.read(path, "another space").ids)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert not len(chart.read(path, IDENTITY).ids)
    path.write_bytes(b"\x00" * 40)
    assert not len(chart.read(path, IDENTITY).ids)
