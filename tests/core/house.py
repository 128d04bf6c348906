"""A real engine on real files, driven step by step from a test."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image

from clipdesk.core.encoders import Encoder
from clipdesk.core.engine import Engine
from clipdesk.core.errors import ModelNotHere
from clipdesk.core.inbox import Inbox
from clipdesk.core.messages.events import (
    Added,
    Changed,
    Event,
    Listing,
    Removed,
    Results,
)
from clipdesk.core.messages.requests import (
    AddRoot,
    Request,
    Search,
)
from clipdesk.core.paths import Directories
from clipdesk.core.types import Example, Item, ModelInfo, Query
from tests.core.colours import NAMES, ColourEncoder

E = TypeVar("E")


def paint(path: Path, colour: str, seed: int = 0) -> Path:
    """A picture that is mostly of this colour; each seed gives other bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).integers(-20, 20, (48, 64, 3))
    pixels = np.clip(np.array(NAMES[colour]) + noise, 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(path)
    return path


class Shelf:
    """A model store with encoders made by hand."""

    def __init__(self, *encoders: ColourEncoder) -> None:
        self.encoders = {encoder.space.model: encoder for encoder in encoders}

    def available(self) -> tuple[ModelInfo, ...]:
        return tuple(ModelInfo(name, name, "colours", here=True) for name in self.encoders)

    def load(self, name: str) -> Encoder:
        if name not in self.encoders:
            raise ModelNotHere(f"{name} is not here.")
        return self.encoders[name]

    def offer(self, name: str) -> ModelInfo:
        return ModelInfo(name, name, "to be had", here=False, size_bytes=1000, source="a shelf")

    def download(
        self, name: str, progress: Callable[[int, int], None], cancelled: Callable[[], bool]
    ) -> None:
        progress(1000, 1000)
        self.encoders[name] = ColourEncoder(name)


class House:
    """An engine and what it has said."""

    def __init__(self, library: Path, *encoders: ColourEncoder, watching: bool = False) -> None:
        self.encoder = encoders[0] if encoders else ColourEncoder("starter")
        self.shelf = Shelf(self.encoder, *encoders[1:])
        self.inbox = Inbox()
        self.events: list[Event] = []
        self.directories = Directories.under(library)
        self.engine = Engine(
            self.directories, self.inbox, self.events.append, store=self.shelf, watching=watching
        )
        self.engine.start()

    def send(self, *requests: Request) -> None:
        """Send requests and work until all is done."""
        for request in requests:
            self.inbox.put(request)
        self.engine.run_until_idle()

    def take_in(self, folder: Path) -> None:
        """Look through a folder, new or known, and work until all is done."""
        self.engine.take_in(folder)
        self.engine.run_until_idle()

    def add(self, folder: Path) -> int:
        """Watch a folder; answers its root's id."""
        self.send(AddRoot(folder))
        return self.engine.library.catalog.roots.all()[-1].id

    def until(self, condition: Callable[[], bool], seconds: float = 60.0) -> None:
        """Work, and wait for what the file system has to say, until the condition holds."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"it never came; last: {self.events[-5:]}"
            if not self.engine.step():
                self.inbox.wait(0.05)

    def search(self, text: str = "", *examples: Example, limit: int = 50) -> Results:
        """The answer to a query."""
        ticket = len(self.events) + 1
        self.send(Search(ticket, Query(text, examples), limit))
        return next(e for e in self.of(Results) if e.ticket == ticket)

    def of(self, kind: type[E]) -> list[E]:
        """The events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def shown(self) -> dict[str, Item]:
        """What a window that follows the events shows, by file name."""
        items: dict[int, Item] = {}
        for event in self.events:
            if isinstance(event, Listing):
                items = items if event.first else {}
                items |= {item.asset_id: item for item in event.items}
            elif isinstance(event, Added):
                items |= {item.asset_id: item for item in event.items}
            elif isinstance(event, Changed):
                items |= {i.asset_id: i for i in event.items if i.asset_id in items}
            elif isinstance(event, Removed):
                for asset_id in event.asset_ids:
                    items.pop(asset_id, None)
        return {Path(item.path).name: item for item in items.values()}

    def close(self) -> None:
        self.engine.close()


@contextmanager
def house(library: Path, *encoders: ColourEncoder, watching: bool = False) -> Iterator[House]:
    """A house that is closed at the end."""
    it = House(library, *encoders, watching=watching)
    try:
        yield it
    finally:
        it.close()


def names(items: Sequence[Item]) -> list[str]:
    return [Path(item.path).name for item in items]
