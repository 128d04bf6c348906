"""From a folder to pictures that can be found: ``python -m tests.benchmarks.indexing``.

Every run is the real engine, its decoder processes and a real encoder, on real files in a new
library. Photographs are those of the folder named by ``CLIPDESK_PHOTOS``, or are made here. While
it indexes, a caption is asked every quarter of a second, as a person would.
"""

import os
import resource
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.encoders import Encoder
from clipdesk.core.engine import Engine
from clipdesk.core.inbox import Inbox
from clipdesk.core.messages.events import (
    Event,
    Results,
)
from clipdesk.core.messages.requests import (
    AddRoot,
    Search,
)
from clipdesk.core.paths import Directories
from clipdesk.core.types import Query
from tests.benchmarks.decode import photo
from tests.benchmarks.findings import Curve, Findings, alone, megabytes, percentile
from tests.benchmarks.models import names, ready

PICTURES = {"quick": 24, "usual": 280, "full": 400}
ASK_EVERY_S = 0.25
WORDS = ("a red car", "two dogs on a beach", "a plate of food", "an old map", "blue sky", "people")
SIZES = ((256, 192), (730, 548), (1600, 1200), (3264, 2448), (6000, 4000))
"""0.05, 0.4, 2, 8 and 24 megapixels."""


@dataclass(slots=True)
class Run:
    """What one indexing has taken."""

    pictures: int = 0
    seconds: float = 0.0
    encoding: float = 0.0
    """Seconds in which the encoder was at work."""
    own_cpu: float = 0.0
    decoders_cpu: float = 0.0
    memory: float = 0.0
    """MB at most: this process and its decoders."""
    answers: list[float] = field(default_factory=list)
    """Milliseconds from asking to hits, while it indexed."""
    batches: list[int] = field(default_factory=list)


def measure(size: str) -> Findings:
    findings = Findings()
    with tempfile.TemporaryDirectory(prefix="clipdesk-") as place:
        photos = _photographs(Path(place), PICTURES[size])
        for name in names(size):
            ready(name)
            _by_model(findings, Path(place), photos, name, size)
        if size != "quick":
            _by_size(findings, Path(place), names(size))
    return findings


def _by_model(findings: Findings, place: Path, photos: Path, name: str, size: str) -> None:
    short = name.partition(":")[0]
    starter = short == "starter"
    alone_ = index(place / f"{short} alone", photos, name)
    rate = alone_.pictures / alone_.seconds
    bounds: dict[str, Any] = {"must": 60.0, "aim": 120.0} if starter else {}
    findings.add(f"index end to end, {short}", rate, "images/s", more_is_better=True, **bounds)
    cost = 1000 / alone_.pictures
    findings.add(f"processor of the program, {short}", alone_.own_cpu * cost, "ms/image")
    findings.add(f"processor of the decoders, {short}", alone_.decoders_cpu * cost, "ms/image")
    findings.add(f"encoder alone, in the same run, {short}", alone_.encoding * cost, "ms/image")
    share = alone_.encoding / alone_.seconds
    bounds = {} if starter else {"must": 0.85, "aim": 0.95}
    note = "it waits for the decoders" if starter else "of the time from the folder's adding on"
    findings.add(
        f"encoder's share of the time, {short}", share, "", more_is_better=True, note=note, **bounds
    )
    bounds = {"must": 900.0, "aim": 600.0} if starter else {}
    findings.add(f"memory while indexing, with decoders, {short}", alone_.memory, "MB", **bounds)
    asked = index(place / f"{short} asked", photos, name, asking=True)
    if asked.answers:
        note = f"{len(asked.answers)} captions, batches of {max(asked.batches)} at most"
        p95 = percentile(asked.answers, 0.95)
        findings.add(
            f"a caption while indexing, p95, {short}", p95, "ms", must=300, aim=150, note=note
        )
        p50 = percentile(asked.answers, 0.5)
        findings.add(f"a caption while indexing, p50, {short}", p50, "ms")


def _by_size(findings: Findings, place: Path, models: Sequence[str]) -> None:
    lines: dict[str, list[tuple[float, float]]] = {}
    for width, height in SIZES:
        folder = place / f"{width}"
        folder.mkdir()
        count = max(24, min(192, 96 * 1600 * 1200 // (width * height)))
        originals = [photo(width, height, seed) for seed in range(4)]
        for number in range(count):
            # Other bytes, the same picture: what follows the end of a JPEG is not looked at.
            data = originals[number % len(originals)] + number.to_bytes(4)
            (folder / f"{number}.jpg").write_bytes(data)
        for model in models:
            short = model.partition(":")[0]
            run = index(place / f"{short} {width}", folder, model)
            rate = run.pictures / run.seconds
            findings.add(f"index {width} × {height} JPEG, {short}", rate, "images/s")
            lines.setdefault(short, []).append((width * height / 1e6, rate))
    findings.curves.append(Curve("Indexing by size of picture", "megapixels", "images/s", lines))


def index(library: Path, folder: Path, model: str, *, asking: bool = False) -> Run:
    """Index a folder into a new library, with the model of this name."""
    run, inbox = Run(), Inbox()
    answered: dict[int, float] = {}
    asked: dict[int, float] = {}

    def hear(event: Event) -> None:
        if isinstance(event, Results):
            answered[event.ticket] = time.perf_counter()

    engine = Engine(Directories.under(library), inbox, hear, watching=False)
    try:
        engine.start(model)
        while not engine._models.current:
            if not engine.step():
                inbox.wait(0.05)
        space = engine._models.current
        with _timed(space.encoder, run), _peak(engine, run):
            space.encoder.encode_texts(["warm"])
            size = space.encoder.space.spec.size
            type(space).see(space, np.zeros((1, size, size, 3), np.uint8))
            run.encoding, run.batches = 0.0, []
            before = _cpu(), _decoders(engine)
            over = threading.Event()
            person = threading.Thread(target=_ask, args=(inbox, asked, over))
            inbox.put(AddRoot(folder))
            begun = time.perf_counter()
            if asking:
                person.start()
            engine.run_until_idle()
            run.seconds = time.perf_counter() - begun
            over.set()
            if asking:
                person.join()
            run.own_cpu = _cpu() - before[0]
            run.decoders_cpu = _decoders(engine) - before[1]
            run.pictures = engine.library.catalog.assets.count()
    finally:
        engine.close()
    run.answers = [(answered[t] - asked[t]) * 1000 for t in asked if t in answered]
    return run


def _ask(inbox: Inbox, asked: dict[int, float], over: threading.Event) -> None:
    """A person who asks for something else before each answer could bore them."""
    number = 0
    while not over.wait(ASK_EVERY_S):
        number += 1
        asked[number] = time.perf_counter()
        words = f"{WORDS[number % len(WORDS)]} {number}"
        inbox.put(Search(number, Query(words)))


@contextmanager
def _timed(encoder: Encoder, run: Run) -> Iterator[None]:
    see = encoder.encode_images

    def timed(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        begun = time.perf_counter()
        vectors = see(pixels)
        run.encoding += time.perf_counter() - begun
        run.batches.append(len(pixels))
        return vectors

    encoder.encode_images = timed  # type: ignore[method-assign]
    try:
        yield
    finally:
        encoder.encode_images = see  # type: ignore[method-assign]


@contextmanager
def _peak(engine: Engine, run: Run) -> Iterator[None]:
    """Look at the memory of all processes four times a second."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(ASK_EVERY_S):
            now = megabytes()
            for pid in _pids(engine):
                try:
                    now += megabytes(pid)
                except (OSError, IndexError):
                    continue  # it has ended
            run.memory = max(run.memory, now)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _pids(engine: Engine) -> Sequence[int]:
    return [process.pid for _, process in engine._pool._feeders if process.pid]


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _decoders(engine: Engine) -> float:
    """Seconds of processor that the decoders that run now have used."""
    ticks = 0
    for pid in _pids(engine):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _photographs(place: Path, count: int) -> Path:
    """Some hundred photographs: links to real ones, where there are any."""
    folder = place / "photographs"
    folder.mkdir()
    given = os.environ.get("CLIPDESK_PHOTOS")
    found = sorted(Path(given).rglob("*.jpg")) if given else []
    for number in range(count):
        target = folder / f"{number:04}.jpg"
        data = found[number % len(found)].read_bytes() if found else photo(560, 420, number % 60)
        target.write_bytes(data + number.to_bytes(4))
    return folder


if __name__ == "__main__":
    alone(measure, __doc__)
