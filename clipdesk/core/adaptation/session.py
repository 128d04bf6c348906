"""An adaptation from its pairs to its verdict: part them, train, stop in time, compare."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.adaptation.training import Examples, Loss, Matrix, Towers, Trainer
from clipdesk.core.encoders import Encoder
from clipdesk.core.encoders.adapted import Adaptation, mapped
from clipdesk.core.errors import QueryError
from clipdesk.core.evaluation.bootstrap import Figure
from clipdesk.core.evaluation.measure import Measured, measure, wanted
from clipdesk.core.evaluation.ranking import rank
from clipdesk.core.pairs import Pairs

FEWEST = 20
"""Pictures with a caption; with fewer, nothing can be said of any adaptation."""
HELD_OUT, CHECKED = 0.25, 0.15
"""Shares of the pictures that are kept for the verdict, and for knowing when to stop."""
MOST_STEPS = 1000
_LOOK_EVERY = 10
_PATIENCE = 15
"""Looks without a better one before it stops."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the model finds held-out pictures by their words, before and after."""

    before: Measured
    after: Measured
    difference: dict[str, Figure]
    steps: int

    @property
    def is_better(self) -> bool:
        """Whether recall@10 rose by more than chance does."""
        return self.difference["recall@10"].low > 0


class Session:
    """One adaptation, taken step by step so that it can be watched, paused and resumed."""

    def __init__(
        self,
        encoder: Encoder,
        pairs: Pairs,
        pictures: Matrix,
        captions: Matrix,
        *,
        towers: Towers,
        loss: Loss,
    ) -> None:
        """Pictures (files, d) and captions (captions, d) are vectors of ``encoder``.

        Raises `QueryError` if there are too few.
        """
        self._encoder = encoder
        held, checked, taught = _parted(pairs)
        self.counts = {"taught": len(taught), "checked": len(checked), "held_out": len(held)}

        def examples(files: NDArray[np.intp]) -> Examples:
            less, asked = pairs.only(files.tolist())
            return Examples(captions[asked], pictures[np.sort(files)], less)

        self._held, self._checked = examples(held), examples(checked)
        self._trainer = Trainer(examples(taught), encoder.calibration, loss=loss, towers=towers)
        self._best = self._trainer.state()
        self._best_merit = self._merit()
        self._looks = 0

    @property
    def steps(self) -> int:
        """How many steps have been taken."""
        return self._trainer.step

    def run(self) -> Iterator[float]:
        """Train; after each look the mean reciprocal rank of the pictures it is checked with."""
        while self._trainer.step < MOST_STEPS and self._looks < _PATIENCE:
            self._trainer.learn()
            if self._trainer.step % _LOOK_EVERY:
                continue
            self._looks += 1
            merit = self._merit()
            if merit > self._best_merit:
                self._best, self._best_merit, self._looks = self._trainer.state(), merit, 0
            yield merit

    def state(self) -> dict[str, NDArray[Any]]:
        """All that is needed to go on later."""
        progress = np.array([self._best_merit, self._looks])
        best = {f"best_{name}": value for name, value in self._best.items()}
        return {"progress": progress, **self._trainer.state(), **best}

    def resume(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from a state of the same session."""
        self._trainer.resume(state)
        merit, looks = state["progress"]
        self._best_merit, self._looks = float(merit), int(looks)
        self._best = {name: state[f"best_{name}"] for name in self._best}

    def verdict(self) -> Verdict:
        """Compare the best that was found with what was before, on the held-out pictures."""
        self._trainer.resume(self._best)
        before, *_ = measure(self._held.pairs, self._held.pictures, self._held.captions)
        after, *_ = measure(self._held.pairs, *self._moved(self._held))
        return Verdict(before, after, after.compared(before), self._trainer.step)

    def adaptation(self, verdict: Verdict) -> Adaptation:
        """The best that was found, to be saved."""
        text = self._trainer.map("text")
        assert text is not None
        space = self._encoder.space
        about = {
            **{name: str(count) for name, count in self.counts.items()},
            "recall@10 before": f"{verdict.before.figures['recall@10'].value:.4f}",
            "recall@10 after": f"{verdict.after.figures['recall@10'].value:.4f}",
        }
        image = self._trainer.map("image")
        return Adaptation(space.model, space.weights_hash, text, image, tuple(about.items()))

    def _moved(self, examples: Examples) -> tuple[Matrix, Matrix]:
        pictures = mapped(examples.pictures, self._trainer.map("image"))
        return pictures, mapped(examples.captions, self._trainer.map("text"))

    def _merit(self) -> float:
        pictures, captions = self._moved(self._checked)
        right = wanted([p for p in self._checked.pairs.pairs if p.relevance > 0], by_caption=True)
        places = rank(captions[list(right)], pictures, tuple(right.values()))
        return float((1 / places.first).mean())


def _parted(pairs: Pairs) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """The pictures that are held out, those to check with, and those to learn from."""
    files = np.unique([pair.file for pair in pairs.pairs if pair.relevance > 0]).astype(np.intp)
    if len(files) < FEWEST:
        raise QueryError(
            f"There are {len(files)} pictures with captions: too few to learn from.",
            hint=f"It takes {FEWEST}, and is worth while from some hundreds.",
        )
    mixed = np.random.default_rng(0).permutation(files)
    held, checked = round(HELD_OUT * len(mixed)), round(CHECKED * len(mixed))
    return mixed[:held], mixed[held : held + checked], mixed[held + checked :]
