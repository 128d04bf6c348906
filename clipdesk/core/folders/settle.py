"""Patience: places that something has happened to wait here until they are quiet."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(slots=True)
class _Wait:
    first: float
    last: float


class Settling:
    """Places to look at, each once it has been left alone for a moment.

    A file that is being written is touched again and again; it is due ``quiet_seconds`` after the
    last touch, or ``patience_seconds`` after the first if the touching does not end (its stamp
    tells whether it was worth it). A place below one that waits joins it. When more than ``most``
    places of a root wait, they give way to the folders that hold them, so that a flood of events
    becomes a walk or two. For one thread; the clock counts seconds and never goes back.
    """

    def __init__(
        self,
        quiet_seconds: float = 0.4,
        clock: Callable[[], float] = time.monotonic,
        *,
        patience_seconds: float = 3.0,
        most: int = 2000,
    ) -> None:
        self._quiet = quiet_seconds
        self._patience = patience_seconds
        self._most = most
        self._clock = clock
        self._waiting: dict[int, dict[str, _Wait]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def add(self, root_id: int, path: Path) -> None:
        """Something happened here, now."""
        now = self._clock()
        places = self._waiting.setdefault(root_id, {})
        place = os.fspath(path)
        for around in (place, *_above(place)):
            if wait := places.get(around):
                wait.last = now
                return
        places[place] = _Wait(now, now)
        if len(places) > self._most:
            self._waiting[root_id] = _gathered(places, self._most // 2)

    def due(self) -> list[tuple[int, Path]]:
        """The places to look at now, longest waiting first; they wait no more."""
        now = self._clock()
        ripe = [
            (wait.first, root_id, place)
            for root_id, places in self._waiting.items()
            for place, wait in places.items()
            if self._ripens(wait) <= now
        ]
        ripe.sort(key=lambda entry: entry[0])
        for _, root_id, place in ripe:
            del self._waiting[root_id][place]
        taken = {(root_id, place) for _, root_id, place in ripe}
        return [
            (root_id, Path(place))
            for _, root_id, place in ripe
            if not any((root_id, above) in taken for above in _above(place))
        ]

    def next_due(self) -> float | None:
        """Seconds until a place is due, 0 if one is, None if none waits."""
        ripens = [self._ripens(wait) for each in self._waiting.values() for wait in each.values()]
        return max(0.0, min(ripens) - self._clock()) if ripens else None

    def forget(self, root_id: int) -> None:
        """The root is watched no more, or is to be looked through as a whole."""
        self._waiting.pop(root_id, None)

    def _ripens(self, wait: _Wait) -> float:
        return min(wait.last + self._quiet, wait.first + self._patience)


def _parent(place: str) -> str:
    return os.path.dirname(place)  # noqa: PTH120 - as paths, a flood takes three times as long


def _above(place: str) -> Iterator[str]:
    """The folders around the place, nearest first."""
    while (parent := _parent(place)) != place:
        yield parent
        place = parent


def _gathered(places: dict[str, _Wait], most: int) -> dict[str, _Wait]:
    """The folders that hold these places, going up until they are few enough."""
    # All lie in one root, so what they have in common does too: never go above it.
    top = os.path.commonpath(places)
    while len(places) > most and top not in places:
        folders: dict[str, _Wait] = {}
        for place, wait in places.items():
            known = folders.setdefault(_parent(place), wait)
            known.first = min(known.first, wait.first)
            known.last = max(known.last, wait.last)
        places = folders
    if len(places) > most or top in places:
        first = min(wait.first for wait in places.values())
        last = max(wait.last for wait in places.values())
        return {top: _Wait(first, last)}
    return places
