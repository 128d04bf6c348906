"""Pictures that the window needs at full care: rendered by the engine, handed to who asked."""

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QRunnable, QSize, Qt, QThreadPool, Signal, Slot
from PySide6.QtGui import QImage

from clipdesk.core.messages.events import (
    PreviewFailed,
    PreviewReady,
)
from clipdesk.core.messages.requests import (
    Preview,
    Request,
)
from clipdesk.ui.decoded import decoded

Then = Callable[[QImage], None]
Otherwise = Callable[[str], None]


class Renders(QObject):
    """Asks for renderings and remembers who wanted which.

    Its tickets are negative: those of the preview, which counts upwards, are never taken for ours.
    The engine keeps only the newest request for a rendering, so one is asked for at a time.
    """

    _decoded = Signal(int, QImage)

    def __init__(self, send: Callable[[Request], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._send = send
        self._ticket = 0
        self._waiting: dict[int, tuple[Then, Otherwise]] = {}
        self._queue: deque[Preview] = deque()
        """The first has been asked for."""
        self._decoded.connect(self._on_decoded, Qt.ConnectionType.QueuedConnection)

    def of_file(
        self,
        path: str,
        max_side: int,
        then: Then,
        otherwise: Callable[[str], None] = lambda _: None,
        *,
        at_ms: int | None = None,
    ) -> None:
        """Have a file rendered; ``then`` gets the picture, or ``otherwise`` the reason why not.

        Of a video it is the moment ``at_ms``, or the one that stands for it.
        """
        self._queue.append(Preview(self._expect(then, otherwise), path, max_side, at_ms))
        if len(self._queue) == 1:
            self._send(self._queue[0])

    def of_data(self, data: bytes, max_side: int, then: Then) -> None:
        """Have the bytes of a picture rendered small, outside the window's thread."""
        ticket = self._expect(then, lambda _: None)
        QThreadPool.globalInstance().start(_Decoding(ticket, data, max_side, self._decoded.emit))

    @Slot(object)
    def take(self, event: PreviewReady) -> None:
        """Slot for what has been rendered; what others asked for is passed over."""
        waiting = self._waiting.pop(event.ticket, None)
        self._go_on(event.ticket)
        if waiting is not None:
            waiting[0](image_of(event))

    @Slot(object)
    def take_failure(self, event: PreviewFailed) -> None:
        """Slot for what can't be rendered."""
        waiting = self._waiting.pop(event.ticket, None)
        self._go_on(event.ticket)
        if waiting is not None:
            waiting[1](event.message)

    def _go_on(self, answered: int) -> None:
        """Ask for the next; or, if the preview's request may have replaced ours, once more."""
        if self._queue and self._queue[0].ticket == answered:
            self._queue.popleft()
        if self._queue:
            self._send(self._queue[0])

    def _expect(self, then: Then, otherwise: Otherwise) -> int:
        self._ticket -= 1
        self._waiting[self._ticket] = (then, otherwise)
        return self._ticket

    @Slot(int, QImage)
    def _on_decoded(self, ticket: int, image: QImage) -> None:
        then, _ = self._waiting.pop(ticket)
        if not image.isNull():
            then(image)


def image_of(event: PreviewReady) -> QImage:
    """The rendered picture as Qt's; it owns its pixels."""
    return borrowed(event).copy()


def borrowed(event: PreviewReady) -> QImage:
    """The same at once, with the event's own bytes: it must be let go of before the event is."""
    layout = QImage.Format.Format_RGB32 if event.opaque else QImage.Format.Format_ARGB32
    return QImage(event.bgra, event.width, event.height, 4 * event.width, layout)


class _Decoding(QRunnable):
    def __init__(
        self, ticket: int, data: bytes, max_side: int, tell: Callable[[int, QImage], None]
    ) -> None:
        super().__init__()
        self._ticket, self._data, self._max_side, self._tell = ticket, data, max_side, tell

    def run(self) -> None:
        def sized(size: QSize) -> QSize:
            if max(size.width(), size.height()) <= self._max_side:
                return size
            side = QSize(self._max_side, self._max_side)
            return size.scaled(side, Qt.AspectRatioMode.KeepAspectRatio)

        self._tell(self._ticket, decoded(self._data, sized))
