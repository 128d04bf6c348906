"""The vector index: a copy of the catalogue's embeddings that answers quickly.

Every question looks at every vector: in 8 bits a number, a million of 512 numbers are half a
gigabyte, and one core reads them in some 20 ms. Nothing is built, so nothing is approximate
but the rounding, adding costs next to nothing, and a filter loses no answer. (A graph of the
same vectors takes an hour to build, more memory, and misses some of the nearest.)

The catalogue is the truth; this copy may be lost at any time. Rows are only ever added to its
file, which is mapped into memory when it is opened, and keys to the one beside it. A stamp is
written last: it says which space they are of and how many rows count; at the next start only the
missing ones are replayed. Files that the stamp does not fit are not trusted.
"""

import json
import logging
import os
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numkong
import numpy as np
from numpy.typing import NDArray

log = logging.getLogger(__name__)

_LEVELS = 127
_BLOCK = 65_536
"""Rows that are compared at a time."""
_THREADS_FROM = 4 * _BLOCK
"""With fewer rows one thread is done before another has begun."""
_THREADS = min(4, os.cpu_count() or 1)
_GROUP = 64
_ENTRY = np.dtype([("key", "<i8"), ("scale", "<f4")])
"""What the file of keys has of each row."""


class VectorIndex:
    """The nearest neighbours by cosine; as near to it as 8 bits a number allow."""

    def __init__(self, path: Path, identity: str, dimensions: int) -> None:
        """Open the copy at ``path`` if it is of the space called ``identity``, else begin anew."""
        self.path, self.identity, self.dimensions = path, identity, dimensions
        self._keys_path = path.with_suffix(".keys")
        self._stamp_path = path.with_suffix(".stamp")
        self.clear()
        try:
            self._load()
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.info("vector index set aside, it is replayed from the catalogue: %s", error)
            self.clear()

    def _load(self) -> None:
        stamp = json.loads(self._stamp_path.read_bytes())
        count, crc = int(stamp["count"]), int(stamp["crc"])
        if (stamp["identity"], stamp["dimensions"]) != (self.identity, self.dimensions):
            return
        with self._keys_path.open("rb") as file:
            entries = file.read(count * _ENTRY.itemsize)
        if len(entries) != count * _ENTRY.itemsize or zlib.crc32(entries) != crc:
            raise ValueError("the keys are damaged")
        self._saved = self._mapped(count)
        known = np.frombuffer(entries, _ENTRY)
        self._keys = known["key"].astype(np.int64)
        self._scales = known["scale"].astype(np.float32)
        self._size, self._crc = count, crc
        self.seq = self._saved_seq = int(stamp["seq"])

    def _mapped(self, count: int) -> NDArray[np.int8]:
        """The rows of the file; ValueError if there are fewer."""
        if not count:
            return self._saved[:0]
        return np.memmap(self.path, np.int8, "r", shape=(count, self.dimensions))

    def clear(self) -> None:
        """Begin anew: what is in can't be trusted."""
        self._saved = np.empty((0, self.dimensions), np.int8)
        self._fresh: list[NDArray[np.int8]] = []
        self._keys = np.empty(0, np.int64)
        self._scales = np.empty(0, np.float32)
        self._size = 0
        self._crc = 0
        self._order: NDArray[np.int64] | None = None
        self.seq = 0
        """The embeddings up to this one are in."""
        self._saved_seq = 0

    def __len__(self) -> int:
        return self._size

    @property
    def dirty(self) -> int:
        """How many embeddings came in since the last save."""
        return self.seq - self._saved_seq

    # ── taking in ──────────────────────────────────────────────────────────────────────────

    def add(self, seq: int, keys: NDArray[np.int64], vectors: NDArray[np.float16]) -> None:
        """Take in (n, dimensions) vectors under n keys, the last of which has this seq.

        Keys that are in already are left as they are: a content's vector never changes.
        """
        self.seq = seq
        fresh = ~self.holds(keys)
        if not fresh.any():
            return
        rows, scales = _rounded(vectors[fresh].astype(np.float32))
        size = self._size + len(rows)
        self._keys = _with_room(self._keys, size)
        self._scales = _with_room(self._scales, size)
        self._keys[self._size : size] = keys[fresh]
        self._scales[self._size : size] = scales
        self._fresh.append(rows)
        self._size = size
        self._order = None

    def save(self) -> None:
        """Add what is new to the files, then say so in the stamp."""
        old = len(self._saved)
        entries = np.empty(self._size - old, _ENTRY)
        entries["key"], entries["scale"] = (
            self._keys[old : self._size],
            self._scales[old : self._size],
        )
        new = entries.tobytes()
        if not old:
            self._stamp_path.unlink(missing_ok=True)  # it speaks of other files
        _append(self.path, old * self.dimensions, (rows.tobytes() for rows in self._fresh))
        _append(self._keys_path, old * _ENTRY.itemsize, (new,))
        crc = zlib.crc32(new, self._crc)
        stamp = {
            "identity": self.identity,
            "dimensions": self.dimensions,
            "seq": self.seq,
            "count": self._size,
            "crc": crc,
        }
        half = _half(self._stamp_path)
        with half.open("wb") as file:
            file.write(json.dumps(stamp).encode())
            file.flush()
            os.fsync(file.fileno())
        _settle(half, self._stamp_path)
        self._saved, self._fresh, self._crc = self._mapped(self._size), [], crc
        self._saved_seq = self.seq

    # ── what is in ─────────────────────────────────────────────────────────────────────────

    def holds(self, keys: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of n keys are in."""
        return self._find(keys) >= 0

    def vectors(self, keys: NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors (n, dimensions) of n keys that are in."""
        return self._vectors(self._find(keys))

    def sample(self, count: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Keys and vectors spread evenly over all, at most ``count`` of them."""
        rows = np.linspace(0, self._size - 1, min(count, self._size)).astype(np.int64)
        return self._keys[rows], self._vectors(rows)

    def _find(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """The row of each key, -1 where it is not in."""
        known = self._keys[: self._size]
        if not self._size or keys.min(initial=known[0]) > known.max():
            return np.full(len(keys), -1, np.int64)
        if self._order is None:
            self._order = np.argsort(known, kind="stable")
        at = np.searchsorted(known, keys, sorter=self._order)
        rows = self._order[np.minimum(at, self._size - 1)]
        return np.where(known[rows] == keys, rows, -1)

    def _vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        found = np.empty((len(rows), self.dimensions), np.float32)
        for start, block in self._blocks():
            here = (rows >= start) & (rows < start + len(block))
            found[here] = block[rows[here] - start]
        return found * self._scales[rows, None]

    def _blocks(self) -> Iterator[tuple[int, NDArray[np.int8]]]:
        """All rows, some at a time, each with the number of its first."""
        for start in range(0, len(self._saved), _BLOCK):
            yield start, self._saved[start : start + _BLOCK]
        start = len(self._saved)
        for block in self._fresh:
            yield start, block
            start += len(block)

    # ── answering ──────────────────────────────────────────────────────────────────────────

    def search(
        self,
        vector: NDArray[np.float32],
        count: int,
        among: NDArray[np.int64] | None = None,
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The nearest ``count`` keys at most (``among`` these, if given) and their cosines.

        Best first. The cosines are off by some thousandths: who asks for somewhat more than are
        needed, and reckons theirs anew, has the exact answer.
        """
        scores, keys = self._cosines(vector), self._keys[: self._size]
        if among is not None:
            rows = self._find(among)
            rows = rows[rows >= 0]
            scores, keys = scores[rows], keys[rows]
        best = _highest(scores, count)
        return keys[best], scores[best]

    def _cosines(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """The cosine of every row to a unit vector."""
        asked, scale = _rounded(vector[None])
        cosines = np.empty((1, self._size), np.float32)

        def compare(block: tuple[int, NDArray[np.int8]]) -> None:
            start, rows = block
            part = cosines[:, start : start + len(rows)]
            numkong.cdist(asked, rows, "dot", out=part, out_dtype="float32")

        if self._size < _THREADS_FROM:
            for block in self._blocks():
                compare(block)
        else:
            with ThreadPoolExecutor(_THREADS, "compare") as pool:
                list(pool.map(compare, self._blocks()))
        found: NDArray[np.float32] = cosines[0]
        found *= self._scales[: self._size]
        found *= scale[0]
        return found


def _rounded(vectors: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Each of n vectors in 8 bits a number, and the size of its steps (n,)."""
    scales = np.abs(vectors).max(axis=1) / _LEVELS
    steps = np.maximum(scales, np.finfo(np.float32).tiny)
    return np.rint(vectors / steps[:, None]).astype(np.int8), steps


def _with_room(array: NDArray[Any], size: int) -> NDArray[Any]:
    """The array, with room for so many at least; it doubles, so that growing stays cheap."""
    if size <= len(array):
        return array
    larger = np.empty(max(size, 2 * len(array)), array.dtype)
    larger[: len(array)] = array
    return larger


def _highest(scores: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Where the ``count`` highest are, the highest first."""
    count = min(count, len(scores))
    if not count:
        return np.empty(0, np.int64)
    # As many groups as are wanted have a member this high: the rest need not be sorted.
    many = max(1, min(_GROUP, len(scores) // (2 * count)))
    tops = scores[: len(scores) // many * many].reshape(many, -1).max(axis=0)
    bar = np.partition(tops, len(tops) - count)[len(tops) - count]
    high = np.flatnonzero(scores >= bar)
    return high[np.argsort(-scores[high], kind="stable")[:count]]


def _append(whole: Path, known: int, parts: Iterable[bytes]) -> None:
    """Write behind the ``known`` bytes of a file; a new file appears whole or not at all."""
    target = whole if known else _half(whole)
    with target.open("rb+" if known else "wb") as file:
        file.seek(known)  # what a crash has left behind is written over
        for part in parts:
            file.write(part)
        file.flush()
        os.fsync(file.fileno())
    if not known:
        _settle(target, whole)


def _half(whole: Path) -> Path:
    return whole.with_name(whole.name + ".part")


def _settle(half: Path, whole: Path) -> None:
    """Give a file that is on the disk its name; only the person may read it."""
    half.chmod(0o600)
    half.replace(whole)
