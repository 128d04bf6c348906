"""What each fault has cost: the table at the end of a run, and the one that is kept."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

FULL = os.environ.get("CLIPDESK_FAULTS") == "full"
"""Hundreds and thousands of each fault, for minutes; else a taste of each."""

README = Path(__file__).parent / "README.md"
_HEAD = "| fault | tried | files lost | vectors lost | encoded again | right after, s |"
_TICK = "|---|---:|---:|---:|---:|---:|"


def often(quick: int, full: int) -> int:
    """How many times to try a fault."""
    return full if FULL else quick


@dataclass(slots=True)
class Row:
    """One kind of fault; what was lost is counted, not only asserted to be nothing."""

    fault: str
    tried: int = 1
    files_lost: int = 0
    vectors_lost: int = 0
    re_encodes: int = 0
    seconds: float = 0.0
    """The longest time from the fault's end to the right state."""
    begun: float = field(default_factory=time.monotonic)

    def right(self) -> None:
        """The state is right again."""
        self.seconds = max(self.seconds, time.monotonic() - self.begun)

    def cells(self) -> tuple[str, ...]:
        lost = self.files_lost, self.vectors_lost, self.re_encodes
        return self.fault, f"{self.tried:,}", *map(str, lost), f"{self.seconds:.1f}"


ROWS: list[Row] = []
SURVIVED: list[Row] = []
"""The rows of tests that have passed."""
REPEAT: list[str] = []
"""Not empty: faults are tried though they have been survived before."""


def was_survived(name: str) -> bool:
    """Whether an earlier part of this run has tried this fault."""
    return FULL and not REPEAT and name in recorded()


@contextmanager
def fault(name: str, tried: int = 1) -> Iterator[Row]:
    """A row of the table; nothing may be lost, and nothing encoded again."""
    if was_survived(name):
        pytest.skip("it has been survived before; see tests/faults/README.md")
    row = Row(name, tried)
    ROWS.append(row)
    yield row
    assert (row.files_lost, row.vectors_lost, row.re_encodes) == (0, 0, 0), row


def table() -> list[str]:
    lines = [
        f"{'fault':<48}{'tried':>8}{'files':>7}{'vectors':>9}{'encoded':>9}{'right':>8}",
        f"{'':<48}{'':>8}{'lost':>7}{'lost':>9}{'again':>9}{'after s':>8}",
    ]
    for row in ROWS:
        name, tried, files, vectors, encodes, seconds = row.cells()
        lines.append(f"{name:<48}{tried:>8}{files:>7}{vectors:>9}{encodes:>9}{seconds:>8}")
    return lines


# ── the table that is kept ────────────────────────────────────────────────────────────────


def recorded() -> dict[str, str]:
    """The lines of the table in the README, by fault."""
    lines = README.read_text("utf-8").splitlines()
    rows = lines[lines.index(_TICK) + 1 :]
    return {row.split("|")[1].strip(): row for row in rows if row.startswith("|")}


def record(*, anew: bool = False) -> None:
    """Put what was tried into the README's table; ``anew`` takes all out."""
    rows = {} if anew else recorded()
    rows |= {row.fault: f"| {' | '.join(row.cells())} |" for row in SURVIVED}
    lines = README.read_text("utf-8").splitlines()
    top = lines.index(_TICK) + 1
    rest = [line for line in lines[top:] if not line.startswith("|")]
    README.write_text("\n".join([*lines[:top], *rows.values(), *rest]) + "\n", "utf-8")
