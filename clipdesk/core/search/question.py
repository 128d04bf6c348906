"""A query on its way to a vector: its pictures are decoded beside the engine, not in it."""

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.catalog.names import relative
from clipdesk.core.encoders import DistantEncoder, beside
from clipdesk.core.errors import PictureError, QueryError
from clipdesk.core.search.space import SearchSpace, mean
from clipdesk.core.types import Example, Query, Stamp

_Vector = NDArray[np.float32]


class Question:
    """A query, asked in one space. ``ready`` tells when `vector` will not wait."""

    def __init__(
        self,
        query: Query,
        space: SearchSpace,
        catalog: Catalog,
        see: Callable[[Example], "Future[_Vector]"],
        *,
        stamp: Callable[[Path], Stamp | None] | None = None,
    ) -> None:
        """``see`` begins to embed a picture that the library does not know (see `examples.see`).

        ``stamp`` sees whether a picture of the library has changed since. Where the library is
        kept in step it is not needed, and its disk may hang or be away.
        """
        self._stamp = stamp
        self._query = query
        self._space = space
        self._caption = self._ask_far() if query.text.strip() else None
        self._examples: list[tuple[Example, _Vector | Future[_Vector]]] = []
        for example in query.examples:
            known = self._known(example, catalog)
            self._examples.append((example, see(example) if known is None else known))

    @property
    def ready(self) -> bool:
        return all(part.done() for part in self._awaited)

    def when_ready(self, wake: Callable[[], None]) -> None:
        """Call ``wake``, from another thread, each time something that is waited for is there."""
        for part in self._awaited:
            part.add_done_callback(lambda _: wake())

    @property
    def _awaited(self) -> "list[Future[Any]]":
        parts = [self._caption, *(part for _, part in self._examples)]
        return [part for part in parts if isinstance(part, Future)]

    def vector(self) -> _Vector:
        """The query as one unit vector (d,): the mean of its caption's and its pictures'.

        Raises `QueryError` when one of its pictures can't be read, or it is empty.
        """
        parts: list[_Vector] = []
        if self._query.text.strip():
            far, text = self._caption, self._query.text
            parts.append(far.result()[0] if far else self._space.read(text))
        parts += [self._embed(example, part) for example, part in self._examples]
        if not parts:
            raise QueryError("There is nothing to search for.")
        return mean(np.stack(parts))

    def _known(self, example: Example, catalog: Catalog) -> _Vector | None:
        """The vector of a picture that is in the library and has not changed."""
        if example.path is None:
            return None
        for root in catalog.roots.all():
            name = relative(example.path, root.path)
            known = catalog.assets.known(root.id, name).get(name) if name else None
            if known and (self._stamp is None or known.stamp == self._stamp(example.path)):
                return self._of_content(known.content_id, example.at_ms, catalog)
        return None

    def _of_content(self, content_id: int, at_ms: int | None, catalog: Catalog) -> _Vector | None:
        """A picture's vector; a video's is that of a moment, or the mean of what it shows."""
        shots = [shot for shot in catalog.videos.shots(content_id) if at_ms in (None, shot.at_ms)]
        if not shots:
            return catalog.embeddings.get(self._space.id, content_id)
        _, vectors = catalog.embeddings.of(self._space.id, [shot.content_id for shot in shots])
        return mean(vectors.astype(np.float32)) if len(vectors) else None

    def _ask_far(self) -> "Future[_Vector] | None":
        """The caption's vectors (1, d) on their way, where the encoder is far away."""
        encoder, text = self._space.encoder, self._query.text
        if not isinstance(encoder, DistantEncoder):
            return None
        return beside(lambda: encoder.encode_texts([text]), f"ask {encoder.space.model}")

    def _embed(self, example: Example, part: "_Vector | Future[_Vector]") -> _Vector:
        try:
            return part.result() if isinstance(part, Future) else part
        except PictureError as error:
            raise QueryError(f"{example.label}: {error}", hint=error.hint) from error
