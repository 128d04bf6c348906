"""Vectors in files that other programs read: for one's own classifiers, plots and counts.

``.npy`` is one float32 array (rows, dimensions) as numpy keeps it; beside it a ``.tsv`` of the
same name says what each row is of. ``.parquet`` holds both in one table, and needs pyarrow.
"""

import csv
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.errors import LibraryError
from clipdesk.core.paths import printable

COLUMNS = ("path", "text")
_AT_ONCE = 2_000


class Features(Protocol):
    """A file that vectors are added to."""

    def add(self, rows: Sequence[tuple[str, str]], vectors: NDArray[Any]) -> None:
        """Add (n, dimensions) vectors of n (path, text), one of which is empty."""


@contextmanager
def writing(file: Path, dimensions: int) -> Iterator[Features]:
    """A file of vectors that appears whole, when all are in, or not at all.

    Rows are made of unit length. Raises `LibraryError` for a suffix that is not known, or what
    the disk has to say.
    """
    suffix = file.suffix.lower()
    if suffix not in (".npy", ".parquet"):
        raise LibraryError(
            f"{printable(file)} ends in neither .npy nor .parquet.", hint="Choose one of them."
        )
    try:
        if suffix == ".npy":
            with _whole(file, "wb") as array, _whole(file.with_suffix(".tsv"), "w") as table:
                features = _Array(array, table, dimensions)
                yield features
                features.finish()
        else:
            with _whole(file, "wb") as stream, _parquet(stream, dimensions) as made:
                yield made
    except OSError as error:
        raise LibraryError(f"{printable(file)} can't be written: {error.strerror}.") from error


def of_library(
    catalog: Catalog, space_id: int
) -> Iterator[tuple[list[tuple[str, str]], NDArray[np.float16]]]:
    """The rows and vectors (n, d) of all files that a library has vectors of, some at a time."""
    seq = 0
    while True:
        seq, contents, vectors = catalog.embeddings.since(space_id, seq, _AT_ONCE)
        if not len(contents):
            return
        items = catalog.assets.items_of_contents(contents.tolist())
        found = [
            ((item.path, ""), number)
            for number, content in enumerate(contents.tolist())
            for item in sorted(items.get(content, ()), key=lambda item: item.path)
        ]
        yield [row for row, _ in found], vectors[[number for _, number in found]]


def unit(vectors: NDArray[Any]) -> NDArray[np.float32]:
    """Vectors (n, d) of unit length, also those that were kept in half precision."""
    full = np.asarray(vectors, np.float32)
    return np.asarray(full / np.maximum(np.linalg.norm(full, axis=1, keepdims=True), 1e-12))


@contextmanager
def _whole(file: Path, mode: str) -> Iterator[IO[Any]]:
    half = file.with_name(file.name + ".part")
    text = "b" not in mode
    try:
        with half.open(
            mode,
            encoding="utf-8" if text else None,
            # Names are written as the bytes they are, UTF-8 or not.
            errors="surrogateescape" if text else None,
            newline="" if text else None,
        ) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)


class _Array:
    def __init__(self, array: IO[bytes], table: IO[str], dimensions: int) -> None:
        self._array = array
        self._table = csv.writer(table, csv.excel_tab, lineterminator="\n")
        self._table.writerow(COLUMNS)
        self._shape = 0, dimensions
        self._head()

    def add(self, rows: Sequence[tuple[str, str]], vectors: NDArray[Any]) -> None:
        self._table.writerows(rows)
        self._array.write(np.ascontiguousarray(unit(vectors), "<f4").tobytes())
        self._shape = self._shape[0] + len(rows), self._shape[1]

    def finish(self) -> None:
        self._array.seek(0)
        self._head()
        self._array.seek(0, os.SEEK_END)

    def _head(self) -> None:
        # numpy leaves room in it for the number of rows to grow.
        head = {"shape": self._shape, "fortran_order": False, "descr": "<f4"}
        np.lib.format.write_array_header_1_0(self._array, head)


@contextmanager
def _parquet(stream: IO[bytes], dimensions: int) -> Iterator["_Table"]:
    try:
        import pyarrow  # noqa: PLC0415 - an extra, and slow to load
        import pyarrow.parquet  # noqa: PLC0415
    except ImportError as error:
        raise LibraryError(
            "Parquet files are written with the package pyarrow, which is not installed.",
            hint="Install it (pip install pyarrow), or write an .npy file.",
        ) from error
    schema = pyarrow.schema(
        [
            ("path", pyarrow.string()),
            ("text", pyarrow.string()),
            ("vector", pyarrow.list_(pyarrow.float32(), dimensions)),
        ]
    )
    with pyarrow.parquet.ParquetWriter(stream, schema) as writer:
        yield _Table(pyarrow, schema, writer)


class _Table:
    def __init__(self, pyarrow: Any, schema: Any, writer: Any) -> None:
        self._pyarrow, self._schema, self._writer = pyarrow, schema, writer

    def add(self, rows: Sequence[tuple[str, str]], vectors: NDArray[Any]) -> None:
        flat = self._pyarrow.array(unit(vectors).ravel())
        columns = [
            # Parquet's strings are UTF-8; other bytes in names are shown as what they are.
            [each.encode("utf-8", "backslashreplace").decode() for each in column]
            for column in zip(*rows, strict=True)
        ]
        size = vectors.shape[1]
        vector = self._pyarrow.FixedSizeListArray.from_arrays(flat, size)
        self._writer.write_batch(
            self._pyarrow.record_batch([*columns, vector], schema=self._schema)
        )
