"""Ranking, and how much of it is to be trusted."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from clipdesk.core.catalog.assets import Content
from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.search.space import Ranking, SearchSpace
from clipdesk.core.search.trust import ORDINARY
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


def names(ranking: Ranking) -> list[str]:
    return [item.path for item in ranking.items]


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


def test_a_caption_that_means_nothing_here_is_not_answered(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is as far from every picture; a trifle more than the others is no match."""
    rng = np.random.default_rng(4)
    axes = np.eye(64, dtype=np.float32)
    vectors = rng.normal(0, 1, (300, 64)).astype(np.float32)
    vectors[:, 0] = rng.normal(0, 0.1, 300)  # they hardly differ along this one
    vectors[7, 0] = 1
    vectors[8] = 3 * axes[1]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    encoder = wide_encoder()
    asked: list[list[str]] = []

    def encode(texts: Sequence[str]) -> np.ndarray:
        asked.append(list(texts))
        meant = {"zxqv": axes[0], "a boat": axes[1]}
        return np.stack([meant.get(text, axes[2 + len(text) % 60]) for text in texts])

    monkeypatch.setattr(encoder, "encode_texts", encode)
    space = SearchSpace(catalog, encoder, tmp_path)
    fill(catalog, space, vectors, catalog.roots.add(tmp_path))
    assert space.rank(axes[0], 20).trusted >= 1  # before it is known how captions are answered
    assert space.rank(space.read("zxqv"), 20).trusted == 0
    assert space.rank(space.read("a boat"), 20).trusted >= 1
    assert asked == [[*ORDINARY], ["zxqv"], ["a boat"]]
    # The next process knows them already.
    again = SearchSpace(catalog, encoder, tmp_path)
    assert again.rank(again.read("zxqv"), 20).trusted == 0
    assert asked[3:] == [["zxqv"]]
    # A file that is damaged, or of another space, is not believed.
    (kept,) = tmp_path.glob("*.ordinary")
    data = bytearray(kept.read_bytes())
    data[-5] ^= 1
    kept.write_bytes(data)
    third = SearchSpace(catalog, encoder, tmp_path)
    third.read("zxqv")
    assert asked[4:] == [[*ORDINARY], ["zxqv"]]


def test_cosines_are_exact_though_the_index_rounds(catalog: Catalog, tmp_path: Path) -> None:
    space = SearchSpace(catalog, wide_encoder(), tmp_path)
    vectors = crowd(500)
    fill(catalog, space, vectors, catalog.roots.add(tmp_path))
    asked = crowd(1, 8)[0]
    truth = vectors.astype(np.float16).astype(np.float32) @ asked
    found = space.rank(asked, 40).items
    assert [item.score for item in found] == pytest.approx(np.sort(truth)[::-1][:40], abs=1e-6)


def test_an_index_of_other_vectors_is_not_trusted(catalog: Catalog, tmp_path: Path) -> None:
    """As after a catalogue was restored whose numbers have been given again."""
    space = SearchSpace(catalog, wide_encoder(), tmp_path)
    fill(catalog, space, crowd(100), catalog.roots.add(tmp_path))
    space.rank(crowd(1)[0], 5)
    space.save()
    with catalog.transaction():
        catalog._db.execute("UPDATE embedding SET vector = zeroblob(length(vector))")
    assert SearchSpace(catalog, wide_encoder(), tmp_path).dirty == 0
    again = SearchSpace(catalog, wide_encoder(), tmp_path)
    again.catch_up()
    assert again.dirty == 100  # all of them were taken in once more


def test_a_root_of_many_pictures_and_one_of_few(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = SearchSpace(catalog, wide_encoder(), tmp_path)
    big, small = catalog.roots.add(tmp_path / "big"), catalog.roots.add(tmp_path / "small")
    fill(catalog, space, crowd(900, 1), big)
    fill(catalog, space, crowd(100, 2), small)
    asked = crowd(1, 3)[0]
    told = {root: names(space.rank(asked, 60, root)) for root in (big, small)}
    monkeypatch.setattr("clipdesk.core.search.space._FEW", 0)  # now none counts as few
    assert {root: names(space.rank(asked, 60, root)) for root in (big, small)} == told
    assert all(len(found) == 60 for found in told.values())


def test_a_question_costs_few_statements_however_large_the_library(
    catalog: Catalog, tmp_path: Path
) -> None:
    """A guard that needs no clock: what a search asks of the catalogue does not grow with it."""
    space = SearchSpace(catalog, wide_encoder(), tmp_path)
    root = catalog.roots.add(tmp_path)
    counts = []
    for seed in (1, 2, 3):
        fill(catalog, space, crowd(700, seed), root)
        space.rank(crowd(1)[0], 20)  # takes in what is new
        statements: list[str] = []
        catalog._db.set_trace_callback(statements.append)
        space.rank(crowd(1)[0], 20)
        catalog._db.set_trace_callback(None)
        counts.append(len(statements))
    assert counts[0] == counts[-1] <= 6, statements


def test_what_is_new_is_found_by_an_index(catalog: Catalog) -> None:
    """Else each batch would read the whole space, to find that there is nothing."""
    plan = catalog._db.execute(
        "EXPLAIN QUERY PLAN SELECT seq FROM embedding WHERE space_id = 1 AND seq > 9 ORDER BY seq"
    ).fetchall()
    assert [row[3] for row in plan] == [
        "SEARCH embedding USING COVERING INDEX embedding_space (space_id=? AND rowid>?)"
    ]


def test_a_question_to_a_large_root_does_not_look_through_it(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = SearchSpace(catalog, wide_encoder(), tmp_path)
    root = catalog.roots.add(tmp_path)
    fill(catalog, space, crowd(300), root)
    monkeypatch.setattr("clipdesk.core.search.space._FEW", 0)
    space.rank(crowd(1)[0], 20, root)
    statements: list[str] = []
    catalog._db.set_trace_callback(statements.append)
    space.rank(crowd(1)[0], 20, root)
    catalog._db.set_trace_callback(None)
    assert statements
    for statement in statements:
        plan = catalog._db.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
        assert not [row[3] for row in plan if "asset" in row[3] and "(root_id=?" in row[3]], plan
