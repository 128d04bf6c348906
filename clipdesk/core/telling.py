"""What the window is told of the state of things: soon, but not at every change."""

import time
from collections.abc import Callable, Mapping

from clipdesk.core.messages.events import (
    Event,
)

_EVERY_S = 0.1


class Telling:
    """Several changes of one state within a moment become one event."""

    def __init__(
        self, emit: Callable[[Event], None], states: Mapping[type, Callable[[], Event]]
    ) -> None:
        """``states`` makes each kind of event from the state as it is then."""
        self._emit = emit
        self._states = states
        self._changed: dict[type, None] = {}
        self._told = 0.0

    def changed(self, *kinds: type) -> None:
        """These states have changed."""
        self._changed.update(dict.fromkeys(kinds))

    @property
    def due_in(self) -> float | None:
        """Seconds until there is something to tell."""
        if not self._changed:
            return None
        return max(0.0, self._told + _EVERY_S - time.monotonic())

    def step(self) -> None:
        """Tell what has changed if it is time."""
        if self.due_in == 0.0:
            self.flush()

    def flush(self) -> None:
        """Tell what has changed, now."""
        self._told = time.monotonic()
        kinds, self._changed = self._changed, {}
        for kind in kinds:
            self._emit(self._states[kind]())
