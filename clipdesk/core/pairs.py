"""Tables that say which words, or which other pictures, belong to a picture."""

import csv
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.errors import QueryError
from clipdesk.core.paths import printable


@dataclass(frozen=True, slots=True)
class Pair:
    """A caption and a picture that belong together, each by its number in `Pairs`."""

    caption: int
    file: int
    relevance: float = 1.0
    """How well they fit: any number from 0 (not at all) up."""


@dataclass(frozen=True, slots=True)
class LineProblem:
    """A line of the table that was passed over, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Pairs:
    """What a table says, as far as it makes sense."""

    files: tuple[Path, ...]
    """Each picture once, absolute."""
    lines: tuple[int, ...]
    """For each file the line that names it first."""
    groups: tuple[str, ...]
    """For each file what it is one of; empty if nothing is said."""
    captions: tuple[str, ...]
    """Each caption once: two pictures may share one."""
    pairs: tuple[Pair, ...]
    problems: tuple[LineProblem, ...] = ()

    def only(self, files: Iterable[int]) -> tuple["Pairs", NDArray[np.intp]]:
        """The same with these files only, and the numbers that its captions have here."""
        kept = sorted(files)
        place = {number: new for new, number in enumerate(kept)}
        pairs = [pair for pair in self.pairs if pair.file in place]
        asked = sorted({pair.caption for pair in pairs})
        caption = {number: new for new, number in enumerate(asked)}
        less = replace(
            self,
            files=tuple(self.files[number] for number in kept),
            lines=tuple(self.lines[number] for number in kept),
            groups=tuple(self.groups[number] for number in kept),
            captions=tuple(self.captions[number] for number in asked),
            pairs=tuple(
                replace(pair, caption=caption[pair.caption], file=place[pair.file])
                for pair in pairs
            ),
        )
        return less, np.array(asked, np.intp)

    def without(self, reasons: Mapping[int, str]) -> "Pairs":
        """The same without these files, each of which has become a problem for its reason."""
        less, _ = self.only(number for number in range(len(self.files)) if number not in reasons)
        lost = [
            LineProblem(self.lines[number], f"{printable(self.files[number])}: {reason}")
            for number, reason in reasons.items()
        ]
        problems = sorted((*self.problems, *lost), key=lambda problem: problem.line)
        return replace(less, problems=tuple(problems))


def read(table: Path, *, caption: str = "caption", group: str = "group") -> Pairs:
    """Read a table with tabs, commas or semicolons between columns that its first line names.

    It needs ``file`` (relative to the table's folder, or absolute) and the column called
    ``caption`` or the one called ``group``. How much a line counts is its ``relevance``, or one
    divided by its ``rank`` (1 is best; GCL, arXiv 2404.08535), where they are there. With tabs
    quotation marks are ordinary characters. Lines that make no sense become problems; raises
    `QueryError` if the table can't be read, or nothing is left of it.
    """
    try:
        with table.open(encoding="utf-8-sig", newline="") as lines:
            rows = _rows(lines, table, caption, group)
            columns = set(rows.fieldnames or ())
            reading = _Reading(table.absolute().parent, columns, caption, group)
            for row in rows:
                reading.take(rows.line_num, row)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        words = getattr(error, "strerror", None) or "it is not a table in UTF-8"
        raise QueryError(f"{printable(table)} can't be read: {words}.") from error
    found = reading.found()
    if not found.files:
        first = f" Line {p.line}: {p.reason}" if (p := next(iter(found.problems), None)) else ""
        raise QueryError(f"There are no captions in {printable(table)}.{first}")
    return found


class _Tabs(csv.excel_tab):
    quoting = csv.QUOTE_NONE


class _Commas(csv.excel):
    strict = True


class _Semicolons(_Commas):
    delimiter = ";"


def _rows(lines: Iterable[str], table: Path, caption: str, group: str) -> "csv.DictReader[str]":
    iterator = iter(lines)
    first = next(iterator, "")
    for dialect in (_Tabs, _Commas, _Semicolons):
        heading = next(csv.reader([first], dialect, strict=False), [])
        if "file" in heading and {caption, group} & set(heading):
            return csv.DictReader(chain([first], iterator), dialect=dialect)
    raise QueryError(
        f"{printable(table)} has no columns named file and {caption} (or {group}).",
        hint="The first line must name the columns, parted by tabs or commas.",
    )


class _Reading:
    """The table, line by line."""

    def __init__(self, folder: Path, columns: set[str], caption: str, group: str) -> None:
        self._folder = folder
        self._caption = caption if caption in columns else ""
        self._group = group if group in columns else ""
        self._files: dict[Path, tuple[int, int]] = {}
        self._groups: list[str] = []
        self._captions: dict[str, int] = {}
        self._pairs: dict[tuple[int, int], tuple[int, float]] = {}
        self._problems: list[LineProblem] = []

    def take(self, line: int, row: dict[str, str | None]) -> None:
        try:
            self._take(line, {key: (value or "").strip() for key, value in row.items() if key})
        except ValueError as error:
            self._problems.append(LineProblem(line, str(error)))

    def _take(self, line: int, row: dict[str, str]) -> None:
        caption, group = row.get(self._caption, ""), row.get(self._group, "")
        if not row["file"]:
            raise ValueError("it names no file.")
        if not caption and not group:
            raise ValueError(f"it has no {self._caption or self._group}.")
        relevance = _relevance(row.get("relevance", ""), row.get("rank", ""))
        path = self._folder / row["file"]
        if path not in self._files:
            if not _is_file(path):
                raise ValueError(f"there is no picture {printable(path)}.")
            self._files[path] = len(self._files), line
            self._groups.append(group)
        number, _ = self._files[path]
        if group and self._groups[number] and self._groups[number] != group:
            raise ValueError(f"{printable(path)} was in “{self._groups[number]}” before.")
        self._groups[number] = self._groups[number] or group
        if caption:
            pair = self._captions.setdefault(caption, len(self._captions)), number
            if pair in self._pairs:
                raise ValueError(f"it says the same as line {self._pairs[pair][0]}.")
            self._pairs[pair] = line, relevance

    def found(self) -> Pairs:
        return Pairs(
            files=tuple(self._files),
            lines=tuple(line for _, line in self._files.values()),
            groups=tuple(self._groups),
            captions=tuple(self._captions),
            pairs=tuple(
                Pair(caption, file, relevance)
                for (caption, file), (_, relevance) in self._pairs.items()
            ),
            problems=tuple(self._problems),
        )


def _relevance(text: str, rank: str) -> float:
    value = _number(text, 1.0)
    if not value >= 0:
        raise ValueError(f"the relevance “{printable(text)}” is no number from 0 up.")
    if text or not rank:
        return value
    place = _number(rank, 1.0)
    if not place >= 1:
        raise ValueError(f"the rank “{printable(rank)}” is no number from 1 up.")
    return 1 / place


def _number(text: str, otherwise: float) -> float:
    """A finite number, or one that compares with none."""
    try:
        value = float(text) if text else otherwise
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # names that no file can have
        return False


def in_words(problems: Sequence[LineProblem], limit: int = 10) -> Iterator[str]:
    """The problems, a sentence each, and how many more there are."""
    for problem in problems[:limit]:
        yield f"line {problem.line}: {problem.reason}"
    if len(problems) > limit:
        yield f"and {len(problems) - limit} more"
