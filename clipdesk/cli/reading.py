"""The library as a command reads it, beside a window that may be writing it.

What only some questions need is imported when they are asked: to read a caption takes no longer
than to import it.
"""
# ruff: noqa: PLC0415

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clipdesk.cli.output import complain
from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.encoders import STARTER, Encoder, early
from clipdesk.core.errors import LibraryError
from clipdesk.core.paths import Directories, natural, printable
from clipdesk.core.search.answering import answer
from clipdesk.core.search.question import Question
from clipdesk.core.search.space import Ranking, SearchSpace
from clipdesk.core.types import Example, Query, Stamp

if TYPE_CHECKING:
    from concurrent.futures import Future


@dataclass(frozen=True, slots=True)
class Answer:
    """A ranking, the model that made it, and how long it took (loading apart)."""

    ranking: Ranking
    model: str
    took_ms: float


@contextmanager
def opened(directories: Directories) -> Iterator[Catalog]:
    """The catalogue, for reading. Raises `LibraryError` when there is none."""
    if not directories.catalog.is_file():
        raise LibraryError(
            "This library is empty.", hint="Take pictures into it: clipdesk index FOLDER"
        )
    catalog = Catalog(directories.catalog, read_only=True)
    try:
        yield catalog
    finally:
        catalog.close()


def library_model(directories: Directories) -> str:
    """The name of the library's model; the starter's where there is no library."""
    if not directories.catalog.is_file():
        return STARTER
    with opened(directories) as catalog:
        return catalog.options.model or STARTER


def loaded(name: str, models: Path) -> Encoder:
    """A model that sees and reads; whoever waits for it at a terminal hears why it takes long."""
    from clipdesk.core.encoders.ahead import lacking
    from clipdesk.core.encoders.store import Store

    if sys.stderr.isatty() and lacking(name, models):
        complain(
            f"{printable(name)} was not made quick for this computer yet: it takes some seconds.",
            "Once, clipdesk index FOLDER does that.",
        )
    return Store(models).load(name)


def space_of(catalog: Catalog, encoder: Encoder, model: str) -> int:
    """The id of the model's space; raises `LibraryError` if the library has none of it."""
    space_id = catalog.embeddings.find_space(encoder.space)
    if space_id is None:
        # Nothing is written here: it is for the writer to make a new space.
        raise LibraryError(
            f"{model} has changed since the library's pictures were taken in.",
            hint="Take them in once more: clipdesk index FOLDER",
        )
    return space_id


def ask(directories: Directories, query: Query, limit: int) -> Answer:
    """Answer one query with the library's model."""
    with opened(directories) as catalog:
        model = catalog.options.model or STARTER
        if not query.ranks:
            return _tagged(catalog, query, limit, model)
        models = directories.models
        encoder = early.load(model, models, lambda name: loaded(name, models))
        space_of(catalog, encoder, model)
        space = SearchSpace(catalog, encoder, directories.indexes)
        begun = time.perf_counter()
        ranking = answer(space, catalog, query, _vector(query, space, catalog), limit=limit)
        return Answer(ranking, model, (time.perf_counter() - begun) * 1000)


def _vector(query: Query, space: SearchSpace, catalog: Catalog) -> NDArray[np.float32]:
    """The query in its space (d,)."""
    with ExitStack() as needed:

        def see(example: Example) -> "Future[NDArray[np.float32]]":
            from clipdesk.core.pictures import DecoderPool
            from clipdesk.core.search.examples import see

            return see(example, space, needed.enter_context(DecoderPool()))

        return Question(query, space, catalog, see, stamp=_stamp).vector()


def _stamp(file: Path) -> Stamp | None:
    from clipdesk.core.folders import stamp

    return stamp(file)


def _tagged(catalog: Catalog, query: Query, limit: int, model: str) -> Answer:
    """What has the tags, in browsing order: no model is asked."""
    begun = time.perf_counter()
    roots = sorted(catalog.roots.all(), key=lambda root: natural(str(root.path)))
    ids = [id_ for root in roots for id_ in catalog.tags.assets(query.tags, root.id)]
    items = catalog.assets.items_by_id(ids[:limit])
    ranking = Ranking(items, len(ids), len(items))
    return Answer(ranking, model, (time.perf_counter() - begun) * 1000)
