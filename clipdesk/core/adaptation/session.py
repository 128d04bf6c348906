"""An adaptation from its pairs to its verdict: part them, train, stop in time, compare."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.adaptation.batches import Numbers
from clipdesk.core.adaptation.learner import Arrays, Learner, integer
from clipdesk.core.adaptation.losses import Matrix
from clipdesk.core.errors import QueryError
from clipdesk.core.evaluation.bootstrap import Figure
from clipdesk.core.evaluation.measure import Measured, measure, wanted
from clipdesk.core.evaluation.ranking import rank
from clipdesk.core.pairs import Pairs

FEWEST = 20
"""Pictures with a caption; with fewer, nothing can be said of any adaptation."""
HELD_OUT, CHECKED = 0.25, 0.15
"""Shares of the pictures that are kept for the verdict, and for knowing when to stop."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The numbers of the pictures that are learned from, looked at to stop in time, held out."""

    taught: Numbers
    checked: Numbers
    held_out: Numbers

    @classmethod
    def of(cls, pairs: Pairs) -> "Parts":
        """Part the pictures that have captions, the same way each time.

        Raises `QueryError` if there are too few, or nothing that could be told apart.
        """
        right = [pair for pair in pairs.pairs if pair.relevance > 0]
        files = np.unique([pair.file for pair in right]).astype(np.intp)
        if len(files) < FEWEST:
            raise QueryError(
                f"There are {len(files)} pictures with captions: too few to learn from.",
                hint=f"It takes {FEWEST}, and is worth while from some hundreds.",
            )
        if len({pair.caption for pair in right}) == 1:
            raise QueryError(
                f"All pictures have the same caption, “{pairs.captions[right[0].caption]}”.",
                hint="It takes two at least to tell apart.",
            )
        mixed = np.random.default_rng(0).permutation(files)
        held, checked = round(HELD_OUT * len(mixed)), round(CHECKED * len(mixed))
        return cls(mixed[held + checked :], mixed[held : held + checked], mixed[:held])

    def counts(self) -> dict[str, int]:
        """How many there are of each."""
        return {
            "taught": len(self.taught),
            "checked": len(self.checked),
            "held_out": len(self.held_out),
        }


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


@dataclass(frozen=True, slots=True)
class _Examples:
    """Some pictures with their captions: the pairs by new numbers, and the old numbers of both."""

    pairs: Pairs
    files: Numbers
    captions: Numbers


class Session:
    """One adaptation, taken step by step so that it can be watched, paused and resumed."""

    def __init__(self, pairs: Pairs, parts: Parts, learner: Learner) -> None:
        """The learner has learned nothing yet."""
        self.learner = learner
        self.counts = parts.counts()
        self._checked = _examples(pairs, parts.checked)
        self._held = _examples(pairs, parts.held_out)
        # As it was before any step, whatever is resumed later.
        self._before = self._vectors(self._held)
        self._best = learner.values()
        self._best_step = 0
        self._best_merit = self._merit()
        self._looks = 0

    def run(self) -> Iterator[float | None]:
        """Train, step by step.

        After each look the mean reciprocal rank of the pictures it is checked with, else None.
        """
        pace = self.learner.pace
        while self.learner.step < pace.most_steps and self._looks < pace.patience:
            self.learner.learn()
            if self.learner.step % pace.look_every:
                yield None
                continue
            self._looks += 1
            merit = self._merit()
            if merit > self._best_merit:
                self._best, self._best_step = self.learner.values(), self.learner.step
                self._best_merit, self._looks = merit, 0
            yield merit

    def state(self) -> Arrays:
        """All that is needed to go on later."""
        return {
            "step": np.array(self.learner.step),
            "best_step": np.array(self._best_step),
            "progress": np.array([self._best_merit, self._looks]),
            **{f"now_{name}": value for name, value in self.learner.values().items()},
            **{f"momentum_{name}": value for name, value in self.learner.momentum().items()},
            **{f"best_{name}": value for name, value in self._best.items()},
        }

    def resume(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from a state of the same session."""
        self.learner.step = integer(state["step"])
        self.learner.wear(_named(state, "now_"))
        self.learner.gather(_named(state, "momentum_"))
        self._best_step = integer(state["best_step"])
        merit, looks = state["progress"]
        self._best_merit, self._looks = float(merit), int(looks)
        self._best = {name: state[f"best_{name}"] for name in self._best}

    def verdict(self) -> Verdict:
        """Compare the best that was found with what was before, on the held-out pictures."""
        self.learner.wear(self._best)
        before, *_ = measure(self._held.pairs, *self._before)
        after, *_ = measure(self._held.pairs, *self._vectors(self._held))
        return Verdict(before, after, after.compared(before), self._best_step)

    def save(self, file: Path, verdict: Verdict) -> None:
        """Write the best that was found, after its `verdict`; raises OSError."""
        about = {
            **{name: str(count) for name, count in self.counts.items()},
            "recall@10 before": f"{verdict.before.figures['recall@10'].value:.4f}",
            "recall@10 after": f"{verdict.after.figures['recall@10'].value:.4f}",
        }
        self.learner.save(file, tuple(about.items()))

    def _vectors(self, examples: _Examples) -> tuple[Matrix, Matrix]:
        return self.learner.see(examples.files), self.learner.read(examples.captions)

    def _merit(self) -> float:
        pictures, captions = self._vectors(self._checked)
        right = wanted([p for p in self._checked.pairs.pairs if p.relevance > 0], by_caption=True)
        places = rank(captions[list(right)], pictures, tuple(right.values()))
        return float((1 / places.first).mean())


def _examples(pairs: Pairs, files: Numbers) -> _Examples:
    less, captions = pairs.only(files.tolist())
    return _Examples(less, np.sort(files), captions)


def _named(state: Mapping[str, NDArray[Any]], prefix: str) -> Arrays:
    return {n.removeprefix(prefix): value for n, value in state.items() if n.startswith(prefix)}
