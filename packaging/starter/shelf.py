"""What the teacher's units answered, kept for a while: questions and answers to draw at random.

Making crops and asking the teacher takes longer than a step of learning, so every answer is used
several times. Of large maps only a piece is kept: its neighbours say much the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

WINDOW = 13


def piece(
    x: torch.Tensor, y: torch.Tensor, rng: np.random.Generator, *, first: bool
) -> tuple[torch.Tensor, torch.Tensor]:
    """A piece of a unit's input and the answer to it, `WINDOW` places across; NaN does not count.

    The outermost places of a piece see zeros where the whole map goes on, and do not count; at the
    map's own border they do, and so pieces often lie there.
    """
    if y.ndim == 2 or y.shape[-1] <= WINDOW:
        return x, y
    stride = 2 if first or x.shape[-1] != y.shape[-1] else 1
    last, edge = y.shape[-1] - WINDOW, 2 if first else 1
    for axis in (2, 3):
        start = int(rng.choice([0, last, rng.integers(last + 1)]))
        x = x.narrow(axis, stride * start, stride * (WINDOW - 1) + 1)
        y = y.narrow(axis, start, WINDOW).clone()
        if start > 0:
            y.narrow(axis, 0, edge).fill_(torch.nan)
        if start < last:
            y.narrow(axis, WINDOW - edge, edge).fill_(torch.nan)
    return x, y


class Shelf:
    """Pieces of the newest crops' questions and answers, in half precision, channels last."""

    def __init__(self, size: int, device: torch.device) -> None:
        self.size, self.device = size, device
        self.asked: list[torch.Tensor] = []
        self.answers: list[torch.Tensor] = []
        self.filled = self.at = 0

    def empty(self, like: torch.Tensor) -> torch.Tensor:
        """Room for rows like these."""
        shape = (self.size, *like.movedim(1, -1).shape[1:])
        return torch.empty(shape, dtype=torch.float16, device=self.device)

    def put(
        self, x: torch.Tensor, answers: Sequence[torch.Tensor], rng: np.random.Generator
    ) -> None:
        """Lay crops (n, 3, side, side) and the answers to them over the oldest; one side always."""
        rows = slice(self.at, min(self.at + len(x), self.size))
        n = rows.stop - rows.start
        for kind, y in enumerate(answers):
            asked, answer = piece(x, y, rng, first=kind == 0)
            if len(self.answers) == kind:
                # The answer before, where it was kept whole, is the question: no need of two.
                before = self.answers[-1] if kind else None
                whole = before is not None and before.shape[1:3] == x.shape[2:]
                self.asked.append(before if whole else self.empty(asked))
                self.answers.append(self.empty(answer))
            if kind == 0 or self.asked[kind] is not self.answers[kind - 1]:
                self.asked[kind][rows] = asked[:n].movedim(1, -1)
            self.answers[kind][rows] = answer[:n].movedim(1, -1)
            x = y
        self.at = rows.stop % self.size
        self.filled = max(self.filled, rows.stop)

    def take(self, kind: int, rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Questions and answers of some rows, to one unit."""
        return tuple(kept[kind][rows].movedim(-1, 1) for kept in (self.asked, self.answers))  # type: ignore[return-value]  # two of them
