"""One encoder's vector space as the library has it: what can be ranked in it, and how."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.encoders.encoder import Encoder
from clipdesk.core.search.trust import Background
from clipdesk.core.types import Item
from clipdesk.core.vectors import VectorIndex

_REPLAY = 2_000
"""Embeddings taken into the index at a time: some 100 ms."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Pictures ranked by a vector, best first; see `messages.Results`."""

    items: tuple[Item, ...]
    total: int
    trusted: int


def open_index(
    catalog: Catalog, indexes: Path, space_id: int, weights_hash: str, dimensions: int
) -> VectorIndex:
    """The index of a space of this library, as it was saved last."""
    identity = f"{catalog.options.library_id}:{space_id}:{weights_hash}"
    return VectorIndex(indexes / f"space-{space_id}.usearch", identity, dimensions)


class SearchSpace:
    """An encoder, and the index of its embeddings."""

    def __init__(self, catalog: Catalog, encoder: Encoder, indexes: Path) -> None:
        self.encoder = encoder
        self.id = catalog.embeddings.space(encoder.space)
        self._catalog = catalog
        space = encoder.space
        self._index = open_index(catalog, indexes, self.id, space.weights_hash, space.dimensions)
        if self._index.seq > catalog.embeddings.highest(self.id):
            # A power cut took the catalogue's last word, not the index's. The numbers that the
            # index has seen will be given again, to other vectors.
            self._index.clear()
        self._background = Background()

    @property
    def dirty(self) -> int:
        """How many embeddings the index file lacks."""
        return self._index.dirty

    def catch_up(self) -> bool:
        """Take a slice of the embeddings that the index lacks; whether more are left."""
        seq, keys, vectors = self._catalog.embeddings.since(self.id, self._index.seq, _REPLAY)
        if len(keys):
            self._index.add(seq, keys, vectors)
        return len(keys) == _REPLAY

    def save(self) -> None:
        self._index.save()

    def rank(self, vector: NDArray[np.float32], limit: int, root_id: int | None = None) -> Ranking:
        """Rank the pictures (of one root, or all) by their cosine to a unit vector (d,)."""
        counts = self._catalog.roots.counts()
        total = sum(counts.values()) if root_id is None else counts.get(root_id, 0)
        items: list[Item] = []
        wanted, ranked = limit, -1
        # Contents may have no file here any more, or only in other roots: ask for more until
        # there are enough, or there is no more.
        while len(items) < min(limit, total):
            keys, scores = self._nearest(vector, wanted)
            if len(keys) == ranked:
                break
            ranked, wanted = len(keys), wanted * 4
            items = self._items(keys, scores, root_id)
        best = tuple(items[:limit])
        self._background.refresh(self._catalog.embeddings, self.id)
        cosines = [item.score or 0.0 for item in best]
        return Ranking(best, total, self._background.trusted(vector, cosines, total))

    def _nearest(
        self, vector: NDArray[np.float32], count: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The index's answer, and an exact one for what the index does not have yet."""
        keys, scores = self._index.search(vector, count)
        seq = self._index.seq
        while True:
            seq, tail_keys, tail = self._catalog.embeddings.since(self.id, seq, 10 * _REPLAY)
            if not len(tail_keys):
                return keys, scores
            keys = np.concatenate([keys, tail_keys])
            scores = np.concatenate([scores, tail.astype(np.float32) @ vector])
            best = np.argsort(-scores, kind="stable")[:count]
            keys, scores = keys[best], scores[best]

    def _items(
        self, keys: NDArray[np.int64], scores: NDArray[np.float32], root_id: int | None
    ) -> list[Item]:
        of = self._catalog.assets.items_of_contents(keys.tolist(), root_id)
        return [
            Item(
                item.asset_id,
                item.content_id,
                item.path,
                item.width,
                item.height,
                item.colour,
                item.offline,
                score,
            )
            for key, score in zip(keys.tolist(), scores.tolist(), strict=True)
            for item in sorted(of.get(key, ()), key=lambda item: item.path)
        ]
