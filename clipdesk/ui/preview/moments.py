"""A video in the preview: its moments are asked for, shown in a strip, and stepped through."""

from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from clipdesk.core.messages.requests import WantThumbnails
from clipdesk.core.messages.videos import AskMoments, MomentsTold, WantFrames
from clipdesk.core.types import Item, Moment
from clipdesk.ui.desk.desk import Desk
from clipdesk.ui.grid.thumbnails import ThumbnailLoader
from clipdesk.ui.preview.overlay import PreviewOverlay
from clipdesk.ui.preview.strip import HEIGHT
from clipdesk.ui.wire import Wire

_BYTES = 8 << 20
"""Of pixmaps for the strip."""


class MomentCare(QObject):
    """Keeps the strip in step with the preview, and the grid with the moment that is shown.

    So whatever is done with the picture (find similar, copy) is done with that moment.
    """

    def __init__(self, wire: Wire, preview: PreviewOverlay, desk: Desk) -> None:
        super().__init__(preview)
        self._send = wire.send
        self._preview, self._desk = preview, desk
        self._loader = ThumbnailLoader(wire.read_thumbnail, self, budget=_BYTES)
        preview.strip.read = self._loader.get
        self._video: int | None = None
        """The content whose moments are shown, or asked for."""
        preview.shown.connect(self._on_shown)
        wire.moments_told.connect(self._on_told)
        wire.thumbnails_ready.connect(lambda event: self._loader.ready(event.content_ids))
        self._loader.arrived.connect(lambda _: preview.strip.update())
        self._loader.missing.connect(lambda ids: self._send(WantThumbnails(ids)))
        for loader in (self._loader, desk.loader):
            loader.frames_missing.connect(lambda ids: self._send(WantFrames(ids)))

    def close_threads(self) -> None:
        """End what reads thumbnails."""
        self._loader.close()

    @Slot(object)
    def _on_shown(self, item: Item | None) -> None:
        video = item.content_id if item is not None and item.duration_ms is not None else None
        if video != self._video:
            self._video = video
            self._preview.show_moments((), frozenset())
            if video is not None:
                self._send(AskMoments(video, scored=self._desk.model.trusted is not None))
        if item is not None and item.at_ms is not None:
            self._desk.model.change([item])

    @Slot(object)
    def _on_told(self, told: MomentsTold) -> None:
        item = self._preview.item
        if item is None or told.content_id != self._video:
            return
        self._preview.show_moments(told.moments, self._hits(told.moments))
        side = round(HEIGHT * self._preview.devicePixelRatioF())
        frames = [replace(item, frame_id=m.frame_id, at_ms=m.at_ms) for m in told.moments]
        self._loader.want(frames, (), 2 * side, self._preview.devicePixelRatioF())

    def _hits(self, moments: tuple[Moment, ...]) -> frozenset[int]:
        """The frames that fit as well as what stands out among the results; one at least."""
        scored = [moment for moment in moments if moment.score is not None]
        if not scored:
            return frozenset()
        model = self._desk.model
        last = model.item(model.trusted - 1).score if model.trusted else None
        best = max(moment.score or 0.0 for moment in scored)
        least = best if last is None else min(best, last)
        return frozenset(m.frame_id for m in scored if (m.score or 0.0) >= least - 1e-6)
