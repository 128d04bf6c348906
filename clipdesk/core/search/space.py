"""One encoder's vector space as the library has it: what can be ranked in it, and how."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.encoders.encoder import DistantEncoder, Encoder
from clipdesk.core.search.kept import Kept
from clipdesk.core.search.trust import ORDINARY, Background
from clipdesk.core.types import Item
from clipdesk.core.vectors import VectorIndex

_REPLAY = 2_000
"""Embeddings taken into the index at a time: some milliseconds."""
_SPARE = 64
"""The index rounds: so many more than are wanted are compared exactly, or a quarter more."""
_FEW = 50_000
"""Of so many pictures the index is told which ones, rather than asked for enough of all."""
_PROBES = 32
_ALIKE = 0.98


@dataclass(frozen=True, slots=True)
class Among:
    """Contents that alone are to be ranked, and how many pictures have one of them."""

    contents: NDArray[np.int64]
    pictures: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """Pictures ranked by a vector, best first; see `events.Results`."""

    items: tuple[Item, ...]
    total: int
    trusted: int


def open_index(
    catalog: Catalog, indexes: Path, space_id: int, weights_hash: str, dimensions: int
) -> VectorIndex:
    """The index of a space of this library, as it was saved last."""
    identity = _identity(catalog, space_id, weights_hash)
    return VectorIndex(_place(indexes, space_id), identity, dimensions)


def _place(indexes: Path, space_id: int) -> Path:
    return indexes / f"space-{space_id}.vectors"


def _identity(catalog: Catalog, space_id: int, weights_hash: str) -> str:
    return f"{catalog.options.library_id}:{space_id}:{weights_hash}"


class SearchSpace:
    """An encoder, and the index of its embeddings."""

    def __init__(self, catalog: Catalog, encoder: Encoder, indexes: Path) -> None:
        self.encoder = encoder
        self.id = catalog.embeddings.space(encoder.space)
        self._catalog = catalog
        space = encoder.space
        self.place = _place(indexes, self.id)
        """The file of the index; others may read it as it was saved last."""
        self.identity = _identity(catalog, self.id, space.weights_hash)
        """What belongs to this space of this library, and no other, is stamped with it."""
        self._index = open_index(catalog, indexes, self.id, space.weights_hash, space.dimensions)
        if self._index.seq > catalog.embeddings.highest(self.id) or not self._agrees():
            # A power cut took the catalogue's last word, not the index's. The numbers that the
            # index has seen will be given again, to other vectors.
            self._index.clear()
        self._background = Background()
        self._seeing = threading.Lock()

    def see(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Embed pictures, from any thread; see `Encoder.encode_images`."""
        if isinstance(self.encoder, DistantEncoder):
            return self.encoder.encode_images(pixels)
        with self._seeing:
            return self.encoder.encode_images(pixels)

    @property
    def seq(self) -> int:
        """The embeddings up to this one are in the index."""
        return self._index.seq

    def holds(self, content_ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of these contents are in the index."""
        return self._index.holds(content_ids)

    def read(self, caption: str) -> NDArray[np.float32]:
        """Embed a caption (d,); see `Encoder.encode_texts`. Not for a `DistantEncoder`."""
        # The first time, a few more: they tell how wide the crowd of an ordinary caption is.
        if self._background.lacks_ordinary:
            kept = Kept(self.place.with_suffix(".ordinary"), self.identity, ORDINARY)
            ordinary = kept.read(self.encoder.space.dimensions)
            if ordinary is None:
                ordinary = self.encoder.encode_texts(ORDINARY)
                kept.write(ordinary)
            self._background.tell_ordinary(ordinary)
        return np.asarray(self.encoder.encode_texts([caption])[0])

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

    def rank(
        self,
        vector: NDArray[np.float32],
        limit: int,
        root_id: int | None = None,
        among: Among | None = None,
    ) -> Ranking:
        """Rank the pictures (of one root, or all) by their cosine to a unit vector (d,).

        ``among`` says which alone; they are of that root.
        """
        while self.catch_up():
            pass
        counts = self._catalog.roots.counts()
        total = sum(counts.values()) if root_id is None else counts.get(root_id, 0)
        share = total / max(1, sum(counts.values()))
        if among is not None:
            total = among.pictures
        found = self._find(vector, min(limit, total), root_id, share, among)
        items: list[Item] = []
        shown: set[int] = set()
        for content_id, score in self._exactly(vector, list(found)):
            of = sorted(found[content_id], key=lambda item: item.path)
            # A video is shown once, by what fits best of it.
            items += [_scored(item, score) for item in of if item.asset_id not in shown]
            shown |= {item.asset_id for item in of if item.at_ms is not None}
            if len(items) >= limit:
                break
        best = tuple(items[:limit])
        self._background.refresh(self._index)
        cosines = [item.score or 0.0 for item in best]
        return Ranking(best, total, self._background.trusted(vector, cosines, total))

    def cosines(self, vector: NDArray[np.float32], content_ids: Sequence[int]) -> dict[int, float]:
        """Of these contents, those that have a vector, with its cosine to a unit vector (d,)."""
        return dict(self._exactly(vector, list(content_ids)))

    def scored(
        self, vector: NDArray[np.float32], content_ids: Sequence[int], root_id: int | None = None
    ) -> list[Item]:
        """The pictures of these contents that have a vector, by their cosine, best first."""
        found = self._catalog.assets.items_of_contents(content_ids, root_id)
        return [
            _scored(item, score)
            for content_id, score in self._exactly(vector, list(found))
            for item in sorted(found[content_id], key=lambda item: item.path)
        ]

    def _find(
        self,
        vector: NDArray[np.float32],
        enough: int,
        root_id: int | None,
        share: float,
        only: Among | None,
    ) -> dict[int, list[Item]]:
        """The pictures of the nearest contents: enough, and some to spare, where there are."""
        videos = self._catalog.videos.any()
        among = None
        wanted = enough + max(_SPARE, enough // 4)
        if only is not None:
            among = only.contents
        elif root_id is not None and share * len(self._index) <= _FEW:
            among = np.array(self._catalog.assets.contents(root_id), np.int64)
        elif share:
            wanted = int(wanted / share)
        if among is not None and videos:
            among = self._and_frames(among)
        ranked = -1
        while True:
            keys, _ = self._index.search(vector, wanted, among)
            found = self._catalog.assets.items_of_contents(keys.tolist(), root_id)
            there = len(found)
            if videos:
                found |= self._catalog.videos.items(keys.tolist(), root_id)
                there = len({items[0].asset_id for items in found.values()})
            # Contents may have no file here any more: ask for more until there are enough.
            if there >= enough or len(keys) == ranked:
                return found
            ranked, wanted = len(keys), wanted * 4

    def _and_frames(self, contents: NDArray[np.int64]) -> NDArray[np.int64]:
        """These contents, and the frames of those of them that are videos."""
        frames = self._catalog.videos.frames_of(contents.tolist())
        return np.union1d(contents, np.array(frames, np.int64)) if frames else contents

    def _exactly(
        self, vector: NDArray[np.float32], content_ids: list[int]
    ) -> list[tuple[int, float]]:
        """These contents and their cosines, best first, by the vectors in the catalogue."""
        keys, vectors = self._catalog.embeddings.of(self.id, content_ids)
        if not len(keys):
            return []
        # Not by BLAS, which would wait for a core that is busy with pictures.
        scores = np.einsum("ij,j->i", vectors.astype(np.float32), vector)
        best = np.argsort(-scores, kind="stable")
        return list(zip(keys[best].tolist(), scores[best].tolist(), strict=True))

    def _agrees(self) -> bool:
        """Whether the index says of some contents what the catalogue does."""
        keys, _ = self._index.sample(_PROBES)
        known, truth = self._catalog.embeddings.of(self.id, keys.tolist())
        if not len(known):
            return not len(keys)
        said = self._index.vectors(known)
        return bool(((said * truth.astype(np.float32)).sum(axis=1) >= _ALIKE).all())


def mean(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The direction that n vectors (n, d) have in common, (d,) of unit length."""
    middle = vectors.mean(axis=0)
    return np.asarray(middle / (np.linalg.norm(middle) + 1e-12), np.float32)


def _scored(item: Item, score: float) -> Item:
    # Not by `replace`, which takes several times as long.
    return Item(
        item.asset_id,
        item.content_id,
        item.path,
        item.width,
        item.height,
        item.colour,
        item.offline,
        score,
        item.why,
        item.duration_ms,
        item.at_ms,
        item.frame_id,
    )
