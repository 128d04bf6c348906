"""Ranking, and how much of it is to be trusted."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from clipdesk.core.catalog.assets import Content
from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.evaluation import retrieval
from clipdesk.core.search.space import SearchSpace
from clipdesk.core.types import Stamp
from tests.core.colours import ColourEncoder


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    it = Catalog(tmp_path / "catalog.sqlite")
    yield it
    it.close()


def fill(catalog: Catalog, space: SearchSpace, vectors: np.ndarray, root: int) -> None:
    ids = []
    with catalog.transaction():
        for number, row in enumerate(vectors):
            content = Content(row.tobytes(), 1, 10, 10, "PNG", 0)
            ids.append(catalog.assets.put_content(content))
            catalog.assets.put(root, f"{number}.png", Stamp(1, 1, number), ids[-1])
        catalog.embeddings.put(space.id, ids, vectors)


def wide_encoder() -> ColourEncoder:
    """One whose vectors are long enough for a crowd to be a crowd."""
    encoder = ColourEncoder()
    encoder.space = replace(encoder.space, dimensions=64)
    return encoder


def crowd(count: int, seed: int = 0) -> np.ndarray:
    """Unit vectors that are all a little alike, as an encoder's are."""
    rows = np.random.default_rng(seed).normal(0.5, 1, (count, 64)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_ranking_before_the_index_has_caught_up(catalog: Catalog, tmp_path: Path) -> None:
    space = SearchSpace(catalog, wide_encoder(), tmp_path)
    vectors = crowd(300)
    fill(catalog, space, vectors, catalog.roots.add(tmp_path))
    before = space.rank(vectors[5], 20).items
    while space.catch_up():
        pass
    space.catch_up()
    assert space.dirty == 300
    after = space.rank(vectors[5], 20)
    assert after.items[0].path == before[0].path == str(tmp_path / "5.png")
    scores = [item.score for item in before]
    assert [item.score for item in after.items] == pytest.approx(scores, abs=2e-3)
    assert after.total == 300


def test_ranking_within_one_root_finds_enough(catalog: Catalog, tmp_path: Path) -> None:
    space = SearchSpace(catalog, wide_encoder(), tmp_path)
    big, small = catalog.roots.add(tmp_path / "big"), catalog.roots.add(tmp_path / "small")
    fill(catalog, space, crowd(400, 1), big)
    fill(catalog, space, crowd(10, 2), small)
    ranking = space.rank(crowd(1, 3)[0], 8, small)
    assert (len(ranking.items), ranking.total) == (8, 10)
    assert all("small" in item.path for item in ranking.items)


def test_what_stands_out_is_trusted_and_a_flat_answer_is_not(
    catalog: Catalog, tmp_path: Path
) -> None:
    space = SearchSpace(catalog, wide_encoder(), tmp_path)
    query = np.zeros(64, np.float32)
    query[0] = 1
    vectors = crowd(200)
    fill(catalog, space, vectors, catalog.roots.add(tmp_path / "crowd"))
    assert space.rank(vectors[3], 50).trusted >= 1  # itself, if nothing else
    anything = np.full(64, 64**-0.5, np.float32)
    assert space.rank(anything, 50).trusted <= 3  # they are all alike to this query
    sharp = np.eye(64, dtype=np.float32)[:1].repeat(5, axis=0) + crowd(5, 9) * 0.05
    sharp /= np.linalg.norm(sharp, axis=1, keepdims=True)
    fill(catalog, space, sharp, catalog.roots.add(tmp_path / "sharp"))
    ranking = space.rank(query, 50)
    assert all("sharp" in item.path for item in ranking.items[:5])
    assert 5 <= ranking.trusted <= 12


def test_figures_of_retrieval() -> None:
    pictures = np.eye(20, dtype=np.float32)
    perfect = retrieval(pictures[:7], pictures, range(7))
    assert (perfect.recall_at_1, perfect.mrr, perfect.median_rank) == (1, 1, 1)
    assert (perfect.queries, perfect.gallery) == (7, 20)
    # The right one third: in the first five, not the first.
    captions = (pictures[[0]] + 2 * pictures[[1]] + 3 * pictures[[2]]) / 4
    third = retrieval(captions, pictures, [0])
    assert (third.recall_at_1, third.recall_at_5, third.median_rank) == (0, 1, 3)
    assert third.mrr == pytest.approx(1 / 3)


def test_an_encoder_that_says_the_same_of_everything_gains_nothing() -> None:
    same = np.ones((20, 4), np.float32) / 2
    assert retrieval(same, same, range(20)).recall_at_10 == 0
