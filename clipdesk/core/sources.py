"""Pairs of words and pictures that are there already: said, written, named, or used by a person."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.errors import QueryError
from clipdesk.core.messages.lessons import SourceName, SourceTold
from clipdesk.core.naming import words_of
from clipdesk.core.pairs import LineProblem, Pair, Pairs, in_words, read
from clipdesk.core.paths import printable

RELEVANCE: dict[SourceName, float] = {
    "tags": 1.0,
    "notes": 1.0,
    "names": 0.5,
    "folders": 0.3,
    "tables": 1.0,
}
"""How much a word counts by where it comes from: what was said on purpose more than a name."""
_DEEDS = {"dragged": 1.0, "copied": 1.0, "opened": 0.5, "shown": 0.5}
"""Who takes a picture along meant it; who opens one may only have looked."""
_SAMPLES = 4
_LONGEST = 300
"""Characters; what an encoder reads of a note is less."""

Said = Iterator[tuple[int, str, float]]
"""Contents, words, and how much they count."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Pairs, and for each of their files its content in the catalogue, or 0."""

    pairs: Pairs
    contents: tuple[int, ...]


class Sources:
    """What one library knows."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._paths: dict[int, Path] = {}
        self._names: dict[int, list[tuple[str, str]]] = {}
        """Of each content, its files' names and their folders'."""
        self._content: dict[Path, int] = {}
        for content_id, root, name in catalog.sayings.places():
            path = Path(root, name)
            self._paths.setdefault(content_id, path)
            self._content[path] = content_id
            stem, folder = path.stem, path.parent.name
            self._names.setdefault(content_id, []).append((stem, folder))

    def told(self, tables: Sequence[Path] = ()) -> tuple[SourceTold, ...]:
        """How much each source has; one whose tables can't be read says so."""
        return tuple(self._told(name, tables) for name in get_args(SourceName))

    def gather(self, names: Iterable[SourceName], tables: Sequence[Path] = ()) -> Gathered:
        """The pairs of these sources; the other pictures of the library are there without words.

        Raises `QueryError` if there are none, or a table can't be read.
        """
        files = [*self._paths.values()]
        contents = [*self._paths]
        number = {content_id: n for n, content_id in enumerate(contents)}
        captions: dict[str, int] = {}
        found: dict[tuple[int, int], float] = {}
        problems: list[LineProblem] = []

        def add(words: str, file: int, relevance: float) -> None:
            pair = captions.setdefault(words, len(captions)), file
            found[pair] = max(found.get(pair, 0.0), relevance)

        for name in names:
            for content_id, words, relevance in self._said(name):
                if content_id in number:
                    add(words, number[content_id], relevance)
        for table in tables:
            told = read(table)
            problems += told.problems
            place = {}
            for n, path in enumerate(told.files):
                content_id = self._content.get(path, 0)
                if not content_id:
                    contents.append(0)
                    files.append(path)
                place[n] = number.get(content_id, len(files) - 1)
            for pair in told.pairs:
                add(told.captions[pair.caption], place[pair.file], pair.relevance)
        if not found:
            raise QueryError(
                "There are no words for any picture.",
                hint="Give pictures tags, or names that say what they show.",
            )
        pairs = Pairs(
            files=tuple(files),
            lines=(0,) * len(files),
            groups=("",) * len(files),
            captions=tuple(captions),
            pairs=tuple(Pair(*pair, relevance) for pair, relevance in found.items()),
            problems=tuple(problems),
        )
        return Gathered(pairs, tuple(contents))

    def _told(self, name: SourceName, tables: Sequence[Path]) -> SourceTold:
        if name == "tables":
            return self._of_tables(tables)
        pictures, captions = set(), set()
        samples: dict[str, str] = {}
        for content_id, words, _ in self._said(name):
            if content_id not in self._paths:
                continue
            pictures.add(content_id)
            captions.add(words)
            if len(samples) < _SAMPLES and words not in samples:
                samples[words] = printable(self._paths[content_id].name)
        return SourceTold(name, len(pictures), len(captions), tuple(samples.items()))

    def _of_tables(self, tables: Sequence[Path]) -> SourceTold:
        pictures, captions, problems = set(), set(), []
        samples: dict[str, str] = {}
        for table in tables:
            try:
                told = read(table)
            except QueryError as error:
                problems.append(f"{error} {error.hint}".strip())
                continue
            shown = printable(table.name)
            problems += [f"{shown}, {line}" for line in in_words(told.problems, 5)]
            for pair in told.pairs:
                words, path = told.captions[pair.caption], told.files[pair.file]
                pictures.add(path)
                captions.add(words)
                if len(samples) < _SAMPLES:
                    samples.setdefault(words, printable(path.name))
        found = tuple(samples.items())
        return SourceTold("tables", len(pictures), len(captions), found, tuple(problems))

    def _said(self, name: SourceName) -> Said:
        sayings = self._catalog.sayings
        if name == "used":
            return ((id_, query, _DEEDS.get(deed, 0.5)) for id_, query, deed in sayings.uses())
        if name == "tags":
            rows: Iterable[tuple[int, str]] = sayings.tags()
        elif name == "notes":
            rows = ((id_, " ".join(text.split())[:_LONGEST]) for id_, text in sayings.notes())
        elif name == "tables":
            rows = ()
        else:
            rows = self._named(stem=name == "names")
        return ((id_, words, RELEVANCE[name]) for id_, words in rows)

    def _named(self, *, stem: bool) -> Iterator[tuple[int, str]]:
        for content_id, names in self._names.items():
            for own, folder in names:
                if words := words_of(own if stem else folder):
                    yield content_id, words


def only_paired(gathered: Gathered) -> Pairs:
    """The pairs without the pictures that have no words: nothing is learned from those."""
    pairs, _ = gathered.pairs.only({pair.file for pair in gathered.pairs.pairs})
    return replace(pairs, problems=gathered.pairs.problems)
