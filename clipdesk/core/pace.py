"""Whether indexing goes on, and how gently: the person's own work comes first."""

import time
from collections.abc import Callable
from typing import Protocol

_ATTENDED_S = 10.0
"""So long after the person has asked for something they are taken to be at work here."""
_STRETCH_S = 0.5
"""What a batch is taken to have cost at most; the rest was waiting."""
_LOOK_EVERY_S = 5.0
_REST_BESIDE_WORK = 1.0
"""Seconds of rest for each second of work."""
_REST_ON_BATTERY = 3.0
_PATIENCE_S = (30.0, 60.0, 300.0, 900.0, 1800.0)
"""How long to wait for somebody outside who does not answer; the last one from then on."""


class Around(Protocol):
    """As much of `surroundings.Surroundings` as matters here."""

    @property
    def on_battery(self) -> bool: ...
    @property
    def busy(self) -> bool: ...


class Pace:
    """Paused by the person, or because the library can't be written to; slow where it would be
    in the way."""

    def __init__(
        self, around: Around | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Without ``around`` the person waits for the work, and it is never slow."""
        self.only_plugged_in = False
        """Whether to wait for power rather than to use up a battery."""
        self._around = around
        self._clock = clock
        self._paused = self._interrupted = False
        self._attended_at = float("-inf")
        self._since = self._rest_until = float("-inf")
        self._waits_for = ""
        self._in_vain = 0

    # ── what the person wants ──────────────────────────────────────────────────────────────

    @property
    def paused(self) -> bool:
        """Whether indexing waits: for the person, or for power."""
        return self._paused or self._waits_for_power

    @property
    def paused_by_person(self) -> bool:
        """Whether it waits for the person, or because of a fault."""
        return self._paused

    def pause(self) -> None:
        self._paused = True

    def interrupt(self) -> None:
        """Pause because of a fault: what was under way is lost."""
        self._paused = self._interrupted = True

    def wait_for(self, whom: str) -> float:
        """Try again by itself after a while, longer each time; answers after how many seconds."""
        pause = _PATIENCE_S[min(self._in_vain, len(_PATIENCE_S) - 1)]
        self._in_vain += 1
        self._waits_for = whom
        self._rest_until = self._clock() + pause
        return pause

    def resume(self) -> bool:
        """Go on; whether what was under way was lost, so that all must be looked through."""
        if self._waits_for:
            self._waits_for, self._rest_until = "", float("-inf")
        lost = self._interrupted
        self._paused = self._interrupted = False
        return lost

    def attend(self) -> None:
        """The person has just asked for something."""
        self._attended_at = self._clock()

    # ── how gently ─────────────────────────────────────────────────────────────────────────

    @property
    def why(self) -> str:
        """For the person: why it is slow, or waits; empty when it is neither, or they paused it."""
        if self._waits_for and not self._paused:
            return f"waits for {self._waits_for}"
        if self._paused or self._around is None:
            return ""
        if self._around.on_battery:
            return "waits for power" if self.only_plugged_in else "gently, on battery"
        return "gently, beside your work" if self._is_beside_work else ""

    @property
    def gentle(self) -> bool:
        """Whether each batch is followed by a rest."""
        return self._rest > 0

    @property
    def free(self) -> bool:
        """Whether to work now."""
        return not self.paused and self._clock() >= self._rest_until

    def worked(self) -> None:
        """A small batch is done: a rest in proportion may follow."""
        now = self._clock()
        self._waits_for, self._in_vain = "", 0
        spent = min(now - self._since, _STRETCH_S)
        self._rest_until = now + spent * self._rest
        self._since = self._rest_until

    @property
    def due_in(self) -> float | None:
        """Seconds until it may be time to go on; None when only the person can change that."""
        if self._waits_for_power and not self._paused:
            return _LOOK_EVERY_S
        left = self._rest_until - self._clock()
        return left if left > 0 and not self._paused else None

    @property
    def _rest(self) -> float:
        if self._around is None:
            return 0.0
        if self._around.on_battery:
            return _REST_ON_BATTERY
        return _REST_BESIDE_WORK if self._is_beside_work else 0.0

    @property
    def _is_beside_work(self) -> bool:
        attended = self._clock() - self._attended_at < _ATTENDED_S
        return attended or (self._around is not None and self._around.busy)

    @property
    def _waits_for_power(self) -> bool:
        return self.only_plugged_in and self._around is not None and self._around.on_battery
