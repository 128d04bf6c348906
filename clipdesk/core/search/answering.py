"""A query's vector, its tags and its words together: the pictures that answer it."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.search.space import Among, Ranking, SearchSpace
from clipdesk.core.types import Item, Query

_NOTED = "Its note has these words"
_NOTES = 500
"""Notes that are looked at, at most; they come by how well their words fit."""


def answer(
    space: SearchSpace,
    catalog: Catalog,
    query: Query,
    vector: NDArray[np.float32],
    *,
    limit: int,
    root_id: int | None = None,
) -> Ranking:
    """Rank the pictures that have all the query's tags by its vector (d,).

    Those whose notes have the words of its caption come first: that is no guess. Raises
    `QueryError` for a tag that there is not.
    """
    among = None
    if query.tags:
        contents = np.array(catalog.tags.contents(query.tags, root_id), np.int64)
        among = Among(np.unique(contents), len(contents))
    ranking = space.rank(vector, limit, root_id, among)
    if query.examples or not query.text.strip():
        return ranking
    noted = catalog.notes.find(query.text, _NOTES)
    if among is not None:
        noted = tuple(set(noted).intersection(among.contents.tolist()))
    return _first(space.scored(vector, noted, root_id), ranking, limit) if noted else ranking


def _first(noted: list[Item], ranking: Ranking, limit: int) -> Ranking:
    """The same ranking, with these pictures before the others."""
    ids = {item.asset_id for item in noted}
    rest = [item for item in ranking.items if item.asset_id not in ids]
    trusted = sum(item.asset_id not in ids for item in ranking.items[: ranking.trusted])
    first = [replace(item, why=_NOTED) for item in noted][:limit]
    items = (*first, *rest)[:limit]
    return Ranking(items, ranking.total, min(len(items), len(first) + trusted))
