"""The vector index: a copy of the catalogue's embeddings that answers quickly.

The catalogue is the truth; this copy may be lost at any time. Its file is written whole, with a
stamp beside it that says which space it is of and which embeddings it has; at the next start
only the missing ones are replayed. A file whose stamp does not fit is not trusted.
"""

import json
import logging
import os
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from usearch.index import Index

log = logging.getLogger(__name__)

_EXACT_UP_TO = 20_000
"""Exact search over this many vectors takes some milliseconds: no need to approximate."""


class VectorIndex:
    """Approximate nearest neighbours by cosine (HNSW, https://arxiv.org/abs/1603.09320)."""

    def __init__(self, path: Path, identity: str, dimensions: int) -> None:
        """Open the copy at ``path`` if it is of the space called ``identity``, else begin anew."""
        self._path = path
        self._stamp_path = path.with_suffix(".json")
        self._identity = identity
        self._dimensions = dimensions
        self.seq = 0
        """The embeddings up to this one are in."""
        self._saved_seq = 0
        self._index = self._load() or Index(ndim=dimensions, metric="cos", dtype="f16")

    def _load(self) -> Index | None:
        try:
            stamp = json.loads(self._stamp_path.read_text("utf-8"))
            if stamp["identity"] != self._identity or stamp["dimensions"] != self._dimensions:
                return None
            if stamp["crc"] != _crc(self._path):  # usearch crashes on damaged files
                return None
            index = Index.restore(str(self._path))
            # usearch takes a file of another dimension, or one cut short by a crash between the
            # two files, without a word: the stamp knows better.
            if index is None or index.ndim != self._dimensions or len(index) < stamp["count"]:
                return None
            self.seq = self._saved_seq = int(stamp["seq"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            log.info("vector index set aside, it is replayed from the catalogue: %s", error)
            return None
        return index

    def __len__(self) -> int:
        return len(self._index)

    @property
    def dirty(self) -> int:
        """How many embeddings came in since the last save."""
        return self.seq - self._saved_seq

    def add(self, seq: int, keys: NDArray[np.int64], vectors: NDArray[np.float16]) -> None:
        """Take in (n, dimensions) vectors under n keys, the last of which has this seq.

        Keys that are in already are left as they are: a content's vector never changes.
        """
        fresh = ~np.asarray(self._index.contains(keys), dtype=bool)
        if fresh.any():
            self._index.add(keys[fresh], np.ascontiguousarray(vectors[fresh]))
        self.seq = seq

    def holds(self, keys: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of n keys are in."""
        return np.asarray(self._index.contains(keys), dtype=bool)

    def vectors(self, keys: NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors (n, dimensions) of n keys that are in."""
        return np.asarray(self._index.get(keys), np.float32).reshape(len(keys), -1)

    def clear(self) -> None:
        """Begin anew: what is in can't be trusted."""
        self._index = Index(ndim=self._dimensions, metric="cos", dtype="f16")
        self.seq = self._saved_seq = 0

    def search(
        self, vector: NDArray[np.float32], count: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The nearest ``count`` keys at most and their cosines, best first."""
        size = len(self._index)
        if not size:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        matches = self._index.search(
            vector.astype(np.float16), min(count, size), exact=size <= _EXACT_UP_TO
        )
        keys = np.asarray(matches.keys, np.int64)
        return keys, 1.0 - np.asarray(matches.distances, np.float32)

    def save(self) -> None:
        """Write the copy, whole or not at all."""
        half = self._path.with_name(self._path.name + ".part")
        self._index.save(str(half))
        crc = _crc(half)
        _settle(half, self._path)
        stamp = {
            "identity": self._identity,
            "dimensions": self._dimensions,
            "seq": self.seq,
            "count": len(self._index),
            "crc": crc,
        }
        half = self._stamp_path.with_name(self._stamp_path.name + ".part")
        half.write_text(json.dumps(stamp), "utf-8")
        _settle(half, self._stamp_path)
        self._saved_seq = self.seq


def _crc(path: Path) -> int:
    crc = 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            crc = zlib.crc32(chunk, crc)
    return crc


def _settle(half: Path, whole: Path) -> None:
    """Make sure that the bytes are on the disk before the name points to them."""
    with half.open("rb+") as file:
        os.fsync(file.fileno())
    half.chmod(0o600)
    half.replace(whole)
