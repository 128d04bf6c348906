"""How well a library is found by its own words, with each model that has seen it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.encoders import STARTER, Encoder, hosted
from clipdesk.core.encoders.store import Store
from clipdesk.core.errands.jobs import ExamineWords
from clipdesk.core.errors import ModelError, QueryError
from clipdesk.core.evaluation.answer import answer
from clipdesk.core.evaluation.bootstrap import Figure
from clipdesk.core.evaluation.measure import Measured, measure
from clipdesk.core.evaluation.report import make, sections, write
from clipdesk.core.features import unit
from clipdesk.core.messages.lessons import (
    Asked,
    Estimate,
    Examined,
    ExaminingProgress,
    LibraryExamined,
)
from clipdesk.core.pairs import Pairs
from clipdesk.core.paths import printable
from clipdesk.core.sources import Gathered, Sources

MOST_PICTURES = 20_000
MOST_QUESTIONS = 1_000
"""More would take minutes and tell hardly more: intervals narrow with the root of the number."""
MOST_MODELS = 4
_SEEN = 0.95
"""The share of the pictures that a model must have seen to be compared."""
_EXAMPLES = 6
FOUND = 10
"""Among so many a picture counts as found."""

Tell = Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A model, and its vectors (n, d) of the pictures that are asked for."""

    name: str
    encoder: Encoder
    vectors: NDArray[np.float32]


def examine(job: ExamineWords, catalog: Catalog, tell: Tell) -> LibraryExamined:
    """Do the job, and write its report.

    Raises `QueryError` if there is nothing to ask, or what loading the model in use raises.
    """
    tell(ExaminingProgress("Reading what the pictures are called", 0, 0))
    gathered = Sources(catalog).gather(job.sources)
    seen = _seen(gathered, catalog, Store(job.library.models), tell)
    whole = np.all([~np.isnan(model.vectors).any(axis=1) for model in seen], axis=0)
    pairs, kept = _sample(gathered.pairs, np.flatnonzero(whole))
    models: dict[str, tuple[Measured, ...]] = {}
    for number, model in enumerate(seen):
        tell(ExaminingProgress(f"Asking {printable(model.name)}", number, len(seen)))
        captions = model.encoder.encode_texts(pairs.captions)
        models[model.name] = measure(pairs, unit(model.vectors[kept]), captions)[:1]
    tell(ExaminingProgress("Writing the report", len(seen), len(seen)))
    make(job.report)
    write(job.report, "the library", pairs, sections(models), answer(models, pairs))
    (first,) = models[seen[0].name]
    found, missed = _examples(first, pairs, [gathered.contents[n] for n in kept])
    return LibraryExamined(
        models=tuple(_tested(name, measured) for name, (measured,) in models.items()),
        questions=first.queries,
        pictures=first.gallery,
        sampled=len(pairs.captions) < len(gathered.pairs.captions) or len(kept) < len(whole),
        found=found,
        missed=missed,
    )


def _seen(gathered: Gathered, catalog: Catalog, store: Store, tell: Tell) -> list[_Seen]:
    """The model in use, and others that have seen nearly all of the pictures."""
    current = catalog.options.model or STARTER
    place = {content_id: n for n, content_id in enumerate(gathered.contents)}
    found: list[_Seen] = []
    for name in dict.fromkeys([current, *(name for _, name, *_ in catalog.embeddings.spaces())]):
        if name != current and name.startswith(hosted.PREFIX):
            continue  # it is sent nothing without being asked
        tell(ExaminingProgress(f"Loading {printable(name)}", 0, 0))
        try:
            encoder = store.load(name)
        except ModelError:
            if name == current:
                raise
            continue  # it was taken away since
        space_id = catalog.embeddings.find_space(encoder.space)
        if space_id is None:
            continue
        ids, vectors = catalog.embeddings.of(space_id, gathered.contents)
        if not len(ids) or (name != current and len(ids) < _SEEN * len(place)):
            continue
        full = np.full((len(place), encoder.space.dimensions), np.nan, np.float32)
        full[[place[id_] for id_ in ids.tolist()]] = vectors
        found.append(_Seen(name, encoder, full))
        if len(found) == MOST_MODELS:
            break
    if not found or found[0].name != current:
        raise QueryError("No picture has been looked at yet.", hint="Try again in a while.")
    return found


def _sample(pairs: Pairs, there: NDArray[np.intp]) -> tuple[Pairs, NDArray[np.intp]]:
    """Some of the questions, and the files (n,) to find them among; all where there are few.

    Raises `QueryError` if none of the files that are ``there`` has words.
    """
    dice = np.random.default_rng(0)
    usable = set(there.tolist())
    asked = np.unique([p.caption for p in pairs.pairs if p.file in usable])
    if not len(asked):
        raise QueryError("No picture with words has been looked at yet.", hint="Try again later.")
    if len(asked) > MOST_QUESTIONS:
        asked = dice.choice(asked, MOST_QUESTIONS, replace=False)
    chosen = set(asked.tolist())
    kept = tuple(p for p in pairs.pairs if p.caption in chosen and p.file in usable)
    right = np.unique([pair.file for pair in kept])
    others = np.setdiff1d(there, right)
    room = max(0, MOST_PICTURES - len(right))
    if len(others) > room:
        others = dice.choice(others, room, replace=False)
    files = np.sort(np.concatenate([right, others])).astype(np.intp)
    less, _ = replace(pairs, pairs=kept).only(files.tolist())
    return less, files


def _tested(name: str, measured: Measured) -> Examined:
    figures = measured.figures
    return Examined(
        model=name,
        first=estimate(figures["recall@1"]),
        ten=estimate(figures["recall@10"]),
        median=measured.median_rank,
    )


def estimate(figure: Figure) -> Estimate:
    """A figure as it is told."""
    return Estimate(figure.value, figure.low, figure.high)


def _examples(
    measured: Measured, pairs: Pairs, contents: Sequence[int]
) -> tuple[tuple[Asked, ...], tuple[Asked, ...]]:
    """Some questions that were answered at once, and the worst of those that were not."""
    answers: dict[int, int] = {}
    for pair in pairs.pairs:
        answers.setdefault(pair.caption, pair.file)

    def asked(number: int) -> Asked:
        caption = measured.asked[number]
        file = answers[caption]
        place = int(measured.places.first[number])
        name = printable(pairs.files[file].name)
        return Asked(pairs.captions[caption], name, contents[file], place)

    order = np.argsort(measured.places.first, kind="stable")
    best = [n for n in order[:_EXAMPLES].tolist() if measured.places.first[n] <= FOUND]
    worst = [n for n in order[::-1][:_EXAMPLES].tolist() if measured.places.first[n] > FOUND]
    return tuple(map(asked, best)), tuple(map(asked, worst))
