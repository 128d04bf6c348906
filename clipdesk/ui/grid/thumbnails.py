"""Thumbnails on their way to the screen: what is seen comes first, what is far is forgotten."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPixmap

from clipdesk.core.types import Item
from clipdesk.ui.decoded import decoded
from clipdesk.ui.grid.finish import finished, shrunk

log = logging.getLogger(__name__)

Read = Callable[[int], bytes | None]
"""From a content_id to its encoded thumbnail, or None if there is none (yet); thread-safe."""

PIXEL_BUDGET = 160 * 1024 * 1024
"""Bytes of pixmaps that are kept."""

_THREADS = 2


@dataclass(frozen=True, slots=True)
class _Task:
    content_id: int
    width: int
    """Of the original, in pixels."""
    side: int
    ratio: float


@dataclass(frozen=True, slots=True)
class _Done:
    task: _Task
    image: QImage | None
    damaged: bool = False


class ThumbnailLoader(QObject):
    """Reads and decodes thumbnails in threads of its own.

    Signals:
        arrived: A tuple of content_ids whose thumbnails can be painted now.
        renewed: The same, of those that could be painted before, in another size.
        missing: A tuple of asset_ids, most wanted first: what is wanted and not there to be read.
            It is told anew whenever it changes; `ready` says when to look again.
        frames_missing: The same of moments of videos: a tuple of content_ids.
    """

    arrived = Signal(object)
    renewed = Signal(object)
    missing = Signal(object)
    frames_missing = Signal(object)
    _done = Signal(object)

    def __init__(
        self, read: Read, parent: QObject | None = None, *, budget: int = PIXEL_BUDGET
    ) -> None:
        super().__init__(parent)
        self._read = read
        self._budget = budget
        self._side = 0
        self._ratio = 1.0
        self._wanted: dict[int, Item] = {}
        """By content_id, most wanted first."""
        self._absent: set[int] = set()
        self._damaged: set[int] = set()
        self._given_up: set[int] = set()
        self._kept: OrderedDict[int, tuple[QPixmap, int]] = OrderedDict()
        """content_id → the pixmap and the side it was made for, longest unused first."""
        self._bytes = 0
        self._told: tuple[int, ...] = ()
        self._told_frames: tuple[int, ...] = ()

        # Shared with the threads, under the condition.
        self._work = threading.Condition()
        self._queue: dict[int, _Task] = {}
        """By content_id, in the order of reading."""
        self._under_way: set[int] = set()
        self._closed = False

        self._done.connect(self._on_done, Qt.ConnectionType.QueuedConnection)
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

    def get(self, content_id: int) -> QPixmap | None:
        """The thumbnail `finished` to be painted, if in memory; perhaps still of another size."""
        kept = self._kept.get(content_id)
        if kept is None:
            return None
        self._kept.move_to_end(content_id)
        return kept[0]

    def want(
        self, seen: Iterable[Item], near: Iterable[Item], side: int, ratio: float = 1.0
    ) -> None:
        """Read these, in this order, for squares of ``side`` device pixels; earlier wishes go.

        A thumbnail that was made for another side is kept until its successor is there.
        """
        self._side, self._ratio = side, ratio
        self._wanted = {}
        for item in (*seen, *near):
            self._wanted.setdefault(item.shown_id, item)
        self._schedule()

    @Slot(object)
    def ready(self, content_ids: Iterable[int]) -> None:
        """Thumbnails that were missing have been made."""
        self._absent.difference_update(content_ids)
        self._schedule()

    def forget(self, content_ids: Iterable[int]) -> None:
        """Read these afresh when they are wanted again: their pictures have changed."""
        for content_id in content_ids:
            self._drop(content_id)
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
            content_id: _Task(content_id, item.width, self._side, self._ratio)
            for content_id, item in islice(self._wanted.items(), room)
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
            done = self._do(task)
            with self._work:
                self._under_way.discard(task.content_id)
                if self._closed:
                    return
                # Told under the lock: after `close` nobody may be told any more.
                self._done.emit(done)

    def _next(self) -> _Task | None:
        with self._work:
            while not self._closed:
                for content_id, task in self._queue.items():
                    if content_id not in self._under_way:
                        del self._queue[content_id]
                        self._under_way.add(content_id)
                        return task
                self._work.wait()
            return None

    def _do(self, task: _Task) -> _Done:
        try:
            data = self._read(task.content_id)
        except Exception:  # a thread that dies here would leave the grid grey without a word
            log.exception("The thumbnail of content %d can't be read", task.content_id)
            return _Done(task, None, damaged=True)
        if data is None:
            return _Done(task, None)
        image = decoded(data, lambda size: shrunk(size, task.side))
        if image.isNull():
            return _Done(task, None, damaged=True)
        return _Done(task, finished(image, task.side, task.ratio, task.width))

    # ── in the window's thread ───────────────────────────────────────────────────────────

    @Slot(object)
    def _on_done(self, done: _Done) -> None:
        if self._closed:
            return
        content_id = done.task.content_id
        if done.image is not None:
            (self._renewed if content_id in self._kept else self._new).append(content_id)
            self._keep(content_id, QPixmap.fromImage(done.image), done.task.side)
        elif done.damaged and content_id in self._damaged:
            # It was made anew and is no better: making it again and again helps nobody.
            self._given_up.add(content_id)
        else:
            self._absent.add(content_id)
            if done.damaged:
                self._damaged.add(content_id)
        self._tell.start()

    def _keep(self, content_id: int, pixmap: QPixmap, side: int) -> None:
        self._drop(content_id)
        self._kept[content_id] = pixmap, side
        self._bytes += _weight(pixmap)
        while self._bytes > self._budget and len(self._kept) > 1:
            self._drop(next(iter(self._kept)))

    def _drop(self, content_id: int) -> None:
        kept = self._kept.pop(content_id, None)
        if kept is not None:
            self._bytes -= _weight(kept[0])

    @Slot()
    def _on_tell(self) -> None:
        new, self._new = tuple(self._new), []
        renewed, self._renewed = tuple(self._renewed), []
        if new:
            self.arrived.emit(new)
        if renewed:
            self.renewed.emit(renewed)
        lacking = [item for shown_id, item in self._wanted.items() if shown_id in self._absent]
        absent = tuple(item.asset_id for item in lacking if item.frame_id is None)
        if absent != self._told:
            self._told = absent
            if absent:
                self.missing.emit(absent)
        frames = tuple(item.frame_id for item in lacking if item.frame_id is not None)
        if frames != self._told_frames:
            self._told_frames = frames
            if frames:
                self.frames_missing.emit(frames)


def _weight(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
