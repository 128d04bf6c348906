"""What each fault has cost: the table at the end of a run."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

FULL = os.environ.get("CLIPDESK_FAULTS") == "full"
"""Hundreds and thousands of each fault, for minutes; else a taste of each."""


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


ROWS: list[Row] = []


@contextmanager
def fault(name: str, tried: int = 1) -> Iterator[Row]:
    """A row of the table; nothing may be lost, and nothing encoded again."""
    row = Row(name, tried)
    ROWS.append(row)
    yield row
    assert (row.files_lost, row.vectors_lost, row.re_encodes) == (0, 0, 0), row


def table() -> list[str]:
    lines = [
        f"{'fault':<44}{'tried':>7}{'files':>7}{'vectors':>9}{'encoded':>9}{'right':>8}",
        f"{'':<44}{'':>7}{'lost':>7}{'lost':>9}{'again':>9}{'after s':>8}",
    ]
    lines += [
        f"{row.fault:<44}{row.tried:>7}{row.files_lost:>7}{row.vectors_lost:>9}"
        f"{row.re_encodes:>9}{row.seconds:>8.1f}"
        for row in ROWS
    ]
    return lines
