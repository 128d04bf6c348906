"""Where requests wait for the engine, the most urgent first."""

import threading
from collections import deque
from collections.abc import Callable

from clipdesk.core.messages.requests import (
    Browse,
    Look,
    Preview,
    Search,
    Stop,
    WantThumbnails,
)
from clipdesk.core.messages.videos import AskMoments, WantFrames

# Of these only the newest matters: an older one that has not begun is dropped. In this order.
_NEWEST: tuple[type, ...] = (Search, Preview, Browse, WantThumbnails, WantFrames, AskMoments)


class Inbox:
    """Requests from any thread to one; ``put`` never blocks for long and never raises.

    The order is: stop → newest search → newest preview → newest browse → newest thumbnails and
    moments of videos → everything else in turn. Looks are kept apart, since thousands may come at
    once.
    """

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._stopped = False
        self._awake = False
        self._newest: dict[type, object] = {}
        self._others: deque[object] = deque()
        self._looks: list[Look] = []

    def put(self, request: object) -> None:
        with self._condition:
            if isinstance(request, Stop):
                self._stopped = True
            elif isinstance(request, _NEWEST):
                self._newest[type(request)] = request
            elif isinstance(request, Look):
                self._looks.append(request)
            else:
                self._others.append(request)
            self._condition.notify()

    def wake(self) -> None:
        """End a wait though there is no request: something else is ready."""
        with self._condition:
            self._awake = True
            self._condition.notify()

    @property
    def stopped(self) -> bool:
        return self._stopped

    def take(self) -> object | None:
        """The most urgent request, or None."""
        with self._condition:
            for kind in _NEWEST:
                if kind in self._newest:
                    return self._newest.pop(kind)
            return self._others.popleft() if self._others else None

    def take_looks(self) -> list[Look]:
        """All the looks that have gathered."""
        with self._condition:
            looks, self._looks = self._looks, []
            return looks

    def wait(self, timeout: float | None) -> None:
        """Sleep until a request or a wake comes, or the time (in seconds) is over."""
        with self._condition:
            self._condition.wait_for(self._anything, timeout)
            self._awake = False

    def _anything(self) -> bool:
        return bool(self._stopped or self._awake or self._newest or self._others or self._looks)


Post = Callable[[object], None]
"""How the other threads reach the engine: `Inbox.put`."""
