"""What is printed: tables for people, JSON for programs. Errors are one line on stderr."""

import json
import sys
from collections.abc import Iterable
from typing import Any

from clipdesk.core.paths import printable
from clipdesk.core.types import Item, clock


def put(line: str = "") -> None:
    """A line on stdout."""
    # Names that stdout's encoding does not know must not end the program.
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def put_json(answer: dict[str, Any]) -> None:
    """One JSON object on stdout; bytes in names that are not UTF-8 appear as ``\\udcXX``."""
    put(json.dumps(answer, indent=2))


def complain(message: str, hint: str = "") -> None:
    """One line on stderr: what is wrong and what to do."""
    if hint and not message.endswith((".", "?", "!")):
        message += "."
    line = " ".join(f"clipdesk: {message} {hint}".split())
    encoding = sys.stderr.encoding or "ascii"
    sys.stderr.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def hits(items: Iterable[Item]) -> list[dict[str, Any]]:
    """The items as the command line's JSON tells them."""
    return [
        {"path": item.path, "score": _score(item), "rank": rank}
        | ({"why": item.why} if item.why else {})
        | ({} if item.at_ms is None else {"at": item.at_ms / 1000})
        for rank, item in enumerate(items, 1)
    ]


def _score(item: Item) -> float | None:
    return None if item.score is None else round(item.score, 6)


def put_hits(items: Iterable[Item], trusted: int) -> None:
    """The items as a table, a line where guesswork begins."""
    for rank, item in enumerate(items, 1):
        if rank == trusted + 1:
            put("      " + "─" * 12 + " nothing below stands out " + "─" * 12)
        moment = "" if item.at_ms is None else f"  at {clock(item.at_ms)}"
        score = " " * 6 if item.score is None else f"{item.score:6.3f}"
        why = f"  ({item.why[:1].lower()}{item.why[1:]})" if item.why else ""
        put(f"{rank:4}  {score}  {printable(item.path)}{moment}{why}")
