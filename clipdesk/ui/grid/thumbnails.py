"""Thumbnails on their way to the screen: what is seen comes first, what is far is forgotten."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from PySide6.QtCore import QByteArray, QObject, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPixmap

from clipdesk.core.types import Item

log = logging.getLogger(__name__)

Read = Callable[[int], bytes | None]
"""From a content_id to its encoded thumbnail, or None if there is none (yet); thread-safe."""

PIXEL_BUDGET = 160 * 1024 * 1024
"""Bytes of pixmaps that are kept."""

_THREADS = 2


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A picture of the grid, ready to be painted."""

    pixmap: QPixmap
    dark: bool | None
    """For a transparent picture: whether it is mostly dark, so that its ground can differ."""


@dataclass(frozen=True, slots=True)
class _Decoded:
    content_id: int
    side: int
    image: QImage | None
    dark: bool | None = None
    damaged: bool = False


class ThumbnailLoader(QObject):
    """Reads and decodes thumbnails in threads of its own.

    Signals:
        arrived: A tuple of content_ids whose thumbnails can be painted now.
        renewed: The same, of those that could be painted before, in another size.
        missing: A tuple of asset_ids, most wanted first: what is wanted and not there to be read.
            It is told anew whenever it changes; `ready` says when to look again.
    """

    arrived = Signal(object)
    renewed = Signal(object)
    missing = Signal(object)
    _decoded = Signal(object)

    def __init__(
        self, read: Read, parent: QObject | None = None, *, budget: int = PIXEL_BUDGET
    ) -> None:
        super().__init__(parent)
        self._read = read
        self._budget = budget
        self._side = 0
        self._wanted: dict[int, int] = {}
        """content_id → asset_id, most wanted first."""
        self._absent: set[int] = set()
        self._damaged: set[int] = set()
        self._given_up: set[int] = set()
        self._kept: OrderedDict[int, tuple[Thumbnail, int]] = OrderedDict()
        """content_id → what is painted and the side it was made for, longest unused first."""
        self._bytes = 0
        self._told: tuple[int, ...] = ()

        # Shared with the threads, under the condition.
        self._work = threading.Condition()
        self._queue: dict[int, int] = {}
        """content_id → side, in the order of reading."""
        self._under_way: set[int] = set()
        self._closed = False

        self._decoded.connect(self._keep, Qt.ConnectionType.QueuedConnection)
        # Several arrive within one turn of the event loop: one message tells of all.
        self._tell = QTimer(self, singleShot=True, interval=0)
        self._tell.timeout.connect(self._on_tell)
        self._new: list[int] = []
        self._renewed: list[int] = []
        self._threads = [
            threading.Thread(target=self._run, name=f"thumbnails-{number}", daemon=True)
            for number in range(_THREADS)
        ]
        for thread in self._threads:
            thread.start()

    def get(self, content_id: int) -> Thumbnail | None:
        """The thumbnail if it is in memory, perhaps still of another size."""
        kept = self._kept.get(content_id)
        if kept is None:
            return None
        self._kept.move_to_end(content_id)
        return kept[0]

    def want(self, seen: Iterable[Item], near: Iterable[Item], side: int) -> None:
        """Read these, in this order, for a square of ``side`` device pixels; forget earlier wishes.

        A thumbnail that was made for another side is kept until its successor is there.
        """
        self._side = side
        self._wanted = {}
        for item in (*seen, *near):
            self._wanted.setdefault(item.content_id, item.asset_id)
        self._schedule()

    @Slot(object)
    def ready(self, content_ids: Iterable[int]) -> None:
        """Thumbnails that were missing have been made."""
        self._absent.difference_update(content_ids)
        self._schedule()

    def forget(self, content_ids: Iterable[int]) -> None:
        """Read these afresh when they are wanted again: their pictures have changed."""
        for content_id in content_ids:
            kept = self._kept.pop(content_id, None)
            if kept is not None:
                self._bytes -= _weight(kept[0])
            self._absent.discard(content_id)
            self._damaged.discard(content_id)
            self._given_up.discard(content_id)

    def close(self) -> None:
        """End the threads; nothing is read or told any more."""
        with self._work:
            self._closed = True
            self._queue = {}
            self._work.notify_all()
        for thread in self._threads:
            thread.join()
        self._tell.stop()

    def _schedule(self) -> None:
        # More than the budget holds would push out what is seen, and be read again for ever.
        room = max(1, self._budget // (4 * max(1, self._side) ** 2))
        queue = {
            content_id: self._side
            for content_id in islice(self._wanted, room)
            if content_id not in self._absent
            and content_id not in self._given_up
            and (content_id not in self._kept or self._kept[content_id][1] != self._side)
        }
        with self._work:
            self._queue = queue
            self._work.notify_all()
        self._tell.start()

    # ── in the threads ───────────────────────────────────────────────────────────────────

    def _run(self) -> None:
        while (task := self._next()) is not None:
            content_id, side = task
            decoded = self._decode(content_id, side)
            with self._work:
                self._under_way.discard(content_id)
                if self._closed:
                    return
                # Told under the lock: after `close` nobody may be told any more.
                self._decoded.emit(decoded)

    def _next(self) -> tuple[int, int] | None:
        with self._work:
            while not self._closed:
                for content_id, side in self._queue.items():
                    if content_id not in self._under_way:
                        del self._queue[content_id]
                        self._under_way.add(content_id)
                        return content_id, side
                self._work.wait()
            return None

    def _decode(self, content_id: int, side: int) -> _Decoded:
        try:
            data = self._read(content_id)
        except Exception:
            # A thread that dies here would leave the grid grey without a word.
            log.exception("The thumbnail of content %d can't be read", content_id)
            return _Decoded(content_id, side, None, damaged=True)
        if data is None:
            return _Decoded(content_id, side, None)
        image = QImage.fromData(QByteArray(data))
        if image.isNull():
            return _Decoded(content_id, side, None, damaged=True)
        image = _fitted(image, side)
        return _Decoded(content_id, side, image, _is_dark(image))

    # ── in the window's thread ───────────────────────────────────────────────────────────

    @Slot(object)
    def _keep(self, decoded: _Decoded) -> None:
        if self._closed:
            return
        content_id = decoded.content_id
        if decoded.image is None:
            # Damaged ones are asked for anew, once: making them again and again helps nobody.
            if decoded.damaged and content_id in self._damaged:
                self._given_up.add(content_id)
            else:
                self._absent.add(content_id)
            if decoded.damaged:
                self._damaged.add(content_id)
            self._tell.start()
            return
        (self._renewed if content_id in self._kept else self._new).append(content_id)
        self._put(content_id, Thumbnail(QPixmap.fromImage(decoded.image), decoded.dark), decoded)
        self._tell.start()

    def _put(self, content_id: int, thumbnail: Thumbnail, decoded: _Decoded) -> None:
        old = self._kept.pop(content_id, None)
        if old is not None:
            self._bytes -= _weight(old[0])
        self._kept[content_id] = (thumbnail, decoded.side)
        self._bytes += _weight(thumbnail)
        while self._bytes > self._budget and len(self._kept) > 1:
            _, (far, _) = self._kept.popitem(last=False)
            self._bytes -= _weight(far)

    @Slot()
    def _on_tell(self) -> None:
        new, self._new = tuple(self._new), []
        renewed, self._renewed = tuple(self._renewed), []
        if new:
            self.arrived.emit(new)
        if renewed:
            self.renewed.emit(renewed)
        absent = tuple(
            asset_id for content_id, asset_id in self._wanted.items() if content_id in self._absent
        )
        if absent != self._told:
            self._told = absent
            if absent:
                self.missing.emit(absent)


def _fitted(image: QImage, side: int) -> QImage:
    """The image no larger than the square, in a format that paints fast."""
    if max(image.width(), image.height()) > side:
        image = image.scaled(
            QSize(side, side),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    image.setDevicePixelRatio(1.0)
    return image.convertToFormat(
        QImage.Format.Format_ARGB32_Premultiplied
        if image.hasAlphaChannel()
        else QImage.Format.Format_RGB32
    )


def _is_dark(image: QImage) -> bool | None:
    """Whether what can be seen of a transparent picture is mostly dark; None if all is opaque."""
    if not image.hasAlphaChannel():
        return None
    small = image.scaled(
        16, 16, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    light = alpha = 0
    for y in range(16):
        for x in range(16):
            colour = small.pixelColor(x, y)
            alpha += colour.alpha()
            light += colour.lightness() * colour.alpha()
    if alpha > 254.5 * 256:
        return None
    return light < 128 * alpha


def _weight(thumbnail: Thumbnail) -> int:
    pixmap = thumbnail.pixmap
    return pixmap.width() * pixmap.height() * 4
