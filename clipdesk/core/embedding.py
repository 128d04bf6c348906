"""Files to what an encoder sees, and to vectors, in their order and in bounded memory."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.catalog.names import relative
from clipdesk.core.encoders import Encoder
from clipdesk.core.errors import FolderError, PictureError, PicturesRefused
from clipdesk.core.folders import stamp
from clipdesk.core.paths import Directories
from clipdesk.core.pictures import Decoded, DecoderPool
from clipdesk.core.types import ImageSpec, Space, Stamp

Vector = NDArray[np.float32]

_BATCH = 32
_AHEAD = 2 * _BATCH
"""Pictures that are decoded, or on their way to be, while the encoder works."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A file and its vector (d,), of unit length, or why it has none."""

    file: Path
    vector: Vector | None
    fault: PictureError | None = None


class Known:
    """The vectors that a library has of files that have not changed since."""

    def __init__(self, catalog: Catalog | None, space: Space) -> None:
        self._catalog = catalog
        self._space_id = catalog.embeddings.find_space(space) if catalog else None
        self._roots = catalog.roots.all() if catalog else ()

    def get(self, file: Path) -> Vector | None:
        """The vector of a file, None where the library can't say."""
        if self._catalog is None or self._space_id is None:
            return None
        for root in self._roots:
            name = relative(file, root.path)
            row = self._catalog.assets.known(root.id, name).get(name) if name else None
            if row and row.stamp == _stamp(file):
                return self._catalog.embeddings.get(self._space_id, row.content_id)
        return None


def _stamp(file: Path) -> Stamp | None:
    try:
        return stamp(file)
    except FolderError:  # it can't be looked at: whoever reads it will say so
        return None


@contextmanager
def known(directories: Directories, space: Space) -> Iterator[Known]:
    """What the library there knows; nothing if there is none."""
    if not directories.catalog.is_file():
        yield Known(None, space)
        return
    catalog = Catalog(directories.catalog, read_only=True)
    try:
        yield Known(catalog, space)
    finally:
        catalog.close()


def embed(
    encoder: Encoder, files: Iterable[Path], pool: DecoderPool, library: Known
) -> Iterator[Embedded]:
    """Each file with its vector, in order; the next ones are decoded meanwhile."""
    ahead: deque[tuple[Path, Vector | Future[Decoded]]] = deque()
    for file in files:
        vector = library.get(file)
        ahead.append((file, pool.decode(file, (encoder.space.spec,)) if vector is None else vector))
        if len(ahead) == _AHEAD:
            yield from _batch(encoder, [ahead.popleft() for _ in range(_BATCH)])
    while ahead:
        yield from _batch(encoder, [ahead.popleft() for _ in range(min(_BATCH, len(ahead)))])


def prepared(
    spec: ImageSpec, files: Iterable[Path], pool: DecoderPool
) -> Iterator[tuple[Path, NDArray[np.uint8] | PictureError]]:
    """Each file with its pixels (size, size, 3) as an encoder wants them, or its fault."""
    ahead: deque[tuple[Path, Future[Decoded]]] = deque()
    for file in files:
        ahead.append((file, pool.decode(file, (spec,))))
        if len(ahead) == _AHEAD:
            yield _pixels(*ahead.popleft())
    while ahead:
        yield _pixels(*ahead.popleft())


def _pixels(file: Path, decoded: Future[Decoded]) -> tuple[Path, NDArray[np.uint8] | PictureError]:
    try:
        return file, decoded.result().inputs[0]
    except PictureError as error:
        return file, error


def _batch(
    encoder: Encoder, batch: list[tuple[Path, Vector | Future[Decoded]]]
) -> Iterator[Embedded]:
    pixels: list[NDArray[np.uint8]] = []
    answers: list[Vector | PictureError | int] = []
    for _, part in batch:
        if not isinstance(part, Future):
            answers.append(part)
            continue
        try:
            pixels.append(part.result().inputs[0])
            answers.append(len(pixels) - 1)
        except PictureError as error:
            answers.append(error)
    refused: dict[int, str] = {}
    try:
        vectors = encoder.encode_images(np.stack(pixels)) if pixels else None
    except PicturesRefused as refusal:
        vectors, refused = refusal.vectors, refusal.reasons
    for (file, _), answer in zip(batch, answers, strict=True):
        if isinstance(answer, PictureError):
            yield Embedded(file, None, answer)
        elif isinstance(answer, int) and answer in refused:
            yield Embedded(file, None, PictureError(refused[answer]))
        elif isinstance(answer, int):
            assert vectors is not None
            yield Embedded(file, vectors[answer])
        else:
            yield Embedded(file, answer)
