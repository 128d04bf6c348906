"""Pictures made for the eye while the window waits: previews and missing thumbnails."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.catalog.thumbnails import Thumbnails
from clipdesk.core.errors import PictureError
from clipdesk.core.messages.events import (
    Event,
    PreviewFailed,
    PreviewReady,
    ThumbnailsReady,
)
from clipdesk.core.messages.requests import (
    Preview,
)
from clipdesk.core.pictures import Decoded, DecoderPool, Footage, Rendered
from clipdesk.core.pictures.moments import exactly
from clipdesk.core.types import Item

_AT_ONCE = 4


class Shows:
    """The newest preview and the newest wish for thumbnails; older ones are dropped."""

    def __init__(
        self,
        catalog: Catalog,
        thumbnails: Thumbnails,
        pool: DecoderPool,
        emit: Callable[[Event], None],
        wake: Callable[[], None],
    ) -> None:
        self._catalog = catalog
        self._thumbnails = thumbnails
        self._pool = pool
        self._emit = emit
        self._wake = wake
        self._preview: tuple[Preview, Future[Rendered]] | None = None
        self._wanted: deque[int] = deque()
        self._wanted_frames: deque[int] = deque()
        """Of videos, by their contents."""
        self._making: list[tuple[int, Future[Decoded] | Future[Footage]]] = []

    def preview(self, request: Preview) -> None:
        future = self._pool.render(Path(request.path), request.max_side, at_ms=request.at_ms)
        self._preview = request, future
        future.add_done_callback(lambda _: self._wake())

    def want(self, asset_ids: tuple[int, ...]) -> None:
        self._wanted = deque(asset_ids)

    def want_frames(self, frame_ids: tuple[int, ...]) -> None:
        self._wanted_frames = deque(frame_ids)

    @property
    def busy(self) -> bool:
        return bool(self._preview or self._wanted or self._wanted_frames or self._making)

    def step(self) -> bool:
        """Answer what is ready, begin what may begin; whether there was anything to do."""
        return self._answer_preview() | self._make()

    def _answer_preview(self) -> bool:
        if not self._preview or not self._preview[1].done():
            return False
        (request, future), self._preview = self._preview, None
        try:
            picture = future.result()
        except PictureError as error:
            self._emit(PreviewFailed(request.ticket, request.path, str(error)))
        else:
            self._emit(
                PreviewReady(
                    request.ticket,
                    request.path,
                    picture.width,
                    picture.height,
                    picture.bgra,
                    picture.opaque,
                    picture.lightness,
                )
            )
        return True

    def _make(self) -> bool:
        done = [pair for pair in self._making if pair[1].done()]
        self._making = [pair for pair in self._making if not pair[1].done()]
        made = [
            (content_id, thumbnail)
            for content_id, future in done
            if future.exception() is None and (thumbnail := _thumbnail(future.result()))
        ]
        if made:
            self._thumbnails.put(made)
            self._emit(ThumbnailsReady(tuple(content_id for content_id, _ in made)))
        while self._wanted and len(self._making) < _AT_ONCE:
            for item in self._catalog.assets.items_by_id([self._wanted.popleft()]):
                self._begin(item)
        while self._wanted_frames and len(self._making) < _AT_ONCE:
            found = self._catalog.videos.items([self._wanted_frames.popleft()])
            for items in found.values():
                self._begin(items[0])
        return bool(done)

    def _begin(self, item: Item) -> None:
        if self._thumbnails.has(item.shown_id):
            self._emit(ThumbnailsReady((item.shown_id,)))
            return
        path = Path(item.path)
        future = (
            self._pool.decode(path)
            if item.at_ms is None
            else self._pool.frames(path, exactly([item.at_ms]), (), distinct=False)
        )
        self._making.append((item.shown_id, future))
        future.add_done_callback(lambda _: self._wake())


def _thumbnail(made: Decoded | Footage) -> bytes:
    if isinstance(made, Decoded):
        return made.thumbnail
    return made.frames[0].thumbnail if made.frames else b""
