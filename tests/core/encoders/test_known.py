"""Are encoders that match captions to pictures told from those that do not?"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from clipdesk.core.encoders import Encoder, known, load, tried
from clipdesk.core.encoders.store import Store
from clipdesk.core.errors import ModelDoubted
from clipdesk.core.types import Space, Speed
from tests.core.encoders import tiny


class Wrong:
    """A trained encoder with something about it that does not belong."""

    device = "cpu"

    def __init__(self, right: Encoder, *, turn: bool = False, shift: int = 0) -> None:
        self._right = right
        self._turn = turn
        self._shift = shift
        self.space: Space = replace(right.space, weights_hash="0" * 64)

    def encode_images(self, pixels: np.ndarray) -> np.ndarray:
        return self._right.encode_images(pixels)

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of another space, or of captions cut up by another vocabulary."""
        if self._shift:
            texts = ["".join(chr(97 + (ord(c) + self._shift) % 26) for c in t) for t in texts]
        vectors = self._right.encode_texts(texts)
        if self._turn:
            size = vectors.shape[1]
            noise = np.random.default_rng(0).normal(size=(size, size))
            vectors = vectors @ np.linalg.qr(noise)[0].astype(np.float32)
        return vectors


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return load("starter", tmp_path_factory.mktemp("models"))


def test_the_pictures_are_two_dozen_and_each_has_its_caption() -> None:
    pictures, captions = known.pairs()
    assert pictures.shape == (24, 160, 160, 3)
    assert pictures.dtype == np.uint8
    assert len(set(captions)) == len(pictures)


def test_trained_weights_match_far_beyond_chance(starter: Encoder) -> None:
    answer = known.ask(starter)
    assert answer.matches
    assert answer.score > 2 * known.NEEDED
    assert answer.found >= 8
    assert answer.pictures_per_second > 1


@pytest.mark.parametrize("seed", range(3))
def test_untrained_weights_do_not(tmp_path: Path, seed: int) -> None:
    tiny.folder(tmp_path / "tiny", tiny.config(), seed=seed)
    assert known.ask(load(f"tiny:{tmp_path / 'tiny'}", tmp_path)).score < known.NEEDED - 1


@pytest.mark.parametrize("fault", [{"turn": True}, {"shift": 12}])
def test_a_text_tower_of_another_model_does_not(starter: Encoder, fault: dict) -> None:
    assert known.ask(Wrong(starter, **fault)).score < known.NEEDED - 1


def test_shuffled_pairs_never_reach_the_mark(starter: Encoder) -> None:
    pictures, captions = known.pairs()
    seen = starter.encode_images(known.resized(pictures, starter.space.spec.size))
    cosines = starter.encode_texts(captions) @ seen.T
    chance = np.random.default_rng(1)
    scores = [known.score(cosines[chance.permutation(24)]) for _ in range(500)]
    assert max(scores) < known.NEEDED
    assert np.std(scores) == pytest.approx(1, abs=0.2)


def test_vectors_that_are_all_alike_are_no_match() -> None:
    assert known.score(np.full((24, 24), 0.3, np.float32)) == 0


@pytest.mark.parametrize("side", [96, 160, 224])
def test_resizing_keeps_what_there_is_to_see(side: int) -> None:
    pictures, _ = known.pairs()
    made = known.resized(pictures[:2], side)
    assert made.shape == (2, side, side, 3)
    assert np.abs(made.mean((1, 2)) - pictures[:2].mean((1, 2))).max() < 1.5
    flat = known.resized(np.full((1, 160, 160, 3), 200, np.uint8), side)
    assert (flat == 200).all()


# ── what is remembered ─────────────────────────────────────────────────────────────────────


@pytest.fixture
def doubtful(tmp_path: Path) -> tuple[Store, str]:
    """A model that is whole, and matches nothing."""
    tiny.folder(tmp_path / "tiny", tiny.config())
    return Store(tmp_path / "models"), f"tiny:{tmp_path / 'tiny'}"


def test_a_model_that_matches_nothing_is_refused_until_the_person_wants_it(
    doubtful: tuple[Store, str], tmp_path: Path
) -> None:
    store, name = doubtful
    for _ in range(2):
        with pytest.raises(ModelDoubted, match=r"found only \d of 24") as raised:
            store.load(name)
    assert "anyway" in raised.value.hint
    assert tried.trials(tmp_path / "models")[name].doubt
    store.accept(name)
    assert store.load(name).space.dimensions == 32
    assert Store(tmp_path / "models").load(name)  # remembered
    assert not tried.trials(tmp_path / "models")[name].doubt


def test_the_yes_is_to_these_weights_and_no_others(
    doubtful: tuple[Store, str], tmp_path: Path
) -> None:
    store, name = doubtful
    with pytest.raises(ModelDoubted):
        store.load(name)
    store.accept(name)
    tiny.save(
        tiny.network(tiny.config(), seed=5), tmp_path / "tiny" / "open_clip_model.safetensors"
    )
    with pytest.raises(ModelDoubted):
        store.load(name)


def test_one_that_has_passed_is_asked_again_when_something_else_runs_it(
    starter: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int | None] = []
    ask = known.ask

    def noted(encoder: Encoder, count: int | None = None) -> known.Answer:
        asked.append(count)
        return ask(encoder, count)

    monkeypatch.setattr(known, "ask", noted)
    tried.prove("it", starter, tmp_path)
    tried.prove("it", starter, tmp_path)
    assert asked == [None]  # the same files, runtime and processor
    monkeypatch.setattr(starter, "identity", "another OpenVINO")
    tried.prove("it", starter, tmp_path)
    tried.prove("it", starter, tmp_path)
    assert asked == [None, known.FEW]

    class Drifted(Wrong):
        space = starter.space

        def __init__(self) -> None:
            self._right, self._turn, self._shift = starter, True, 0

    # The same weights, another answer: all pairs are asked, and it is found out.
    with pytest.raises(ModelDoubted):
        tried.prove("it", Drifted(), tmp_path)
    assert asked[2:] == [known.FEW, None]


def test_damaged_notes_are_no_notes(starter: Encoder, tmp_path: Path) -> None:
    (tmp_path / tried.TRIED).write_text('{"it": {"weights": 3}, "other": []}')
    assert tried.trials(tmp_path) == {}
    tried.prove("it", starter, tmp_path)
    assert tried.trials(tmp_path)["it"].score > known.NEEDED


def test_speed_is_measured_where_a_model_ran_and_estimated_elsewhere(
    starter: Encoder, tmp_path: Path
) -> None:
    assert tried.speed("ViT-B-32/openai", tried.work_of("ViT-B-32/openai"), {}) is None
    tried.prove("starter", starter, tmp_path)
    trials = tried.trials(tmp_path)
    own = tried.speed("starter", tried.work_of("starter"), trials)
    assert own == Speed(trials["starter"].pictures_per_second, measured=True)
    large = tried.speed("ViT-L-14/openai", tried.work_of("ViT-L-14/openai"), trials)
    small = tried.speed("ViT-B-32/openai", tried.work_of("ViT-B-32/openai"), trials)
    assert large
    assert small
    assert not large.measured
    work = [tried.work_of(f"{each}/openai") or 0 for each in ("ViT-L-14", "ViT-B-32")]
    ratio = small.pictures_per_second / large.pictures_per_second
    assert ratio == pytest.approx(work[0] / work[1])
    assert tried.speed("hf-hub:a/b", tried.work_of("hf-hub:a/b"), trials) is None
