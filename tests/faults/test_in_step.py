"""Whatever happens to the files, heard of or not: after a look the catalogue says what the disk
says, and no content was ever encoded twice."""

import hashlib
import io
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path, PurePath

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from numpy.typing import NDArray
from PIL import Image

from clipdesk.core.messages.events import (
    RemovalAsked,
)
from clipdesk.core.messages.requests import (
    AddRoot,
    ConfirmRemoval,
    Rescan,
    SetRules,
)
from clipdesk.core.types import Rules
from tests.core.colours import NAMES, ColourEncoder
from tests.core.house import House
from tests.faults.ledger import ROWS, Row, often, was_survived


def picture(seed: int) -> bytes:
    noise = np.random.default_rng(seed).integers(-20, 20, (32, 32, 3))
    colour = list(NAMES.values())[seed % len(NAMES)]
    pixels = np.clip(np.array(colour) + noise, 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


CONTENTS = [picture(seed) for seed in range(10)]

ROOTS = st.sampled_from(("a", "b"))
FOLDERS = st.sampled_from(("", "x/", "x/y/", "z/"))
NAMES_ = st.sampled_from(("1.png", "2.png", "é.png", "Z z.png"))
PLACES = st.tuples(ROOTS, FOLDERS, NAMES_).map(lambda parts: f"{parts[0]}/{parts[1]}{parts[2]}")
LEFT_OUT: dict[tuple[str, ...], Callable[[PurePath], bool]] = {
    (): lambda _: False,
    ("x/",): lambda path: "x" in path.parts[:-1],
    ("1.png", "/z/"): lambda path: path.name == "1.png" or path.parts[0] == "z",
}
"""Rules, and what they mean said otherwise."""
SEEDS = st.integers(0, len(CONTENTS) - 1)


class OnceEncoder(ColourEncoder):
    """Does not take the same picture twice."""

    def __init__(self) -> None:
        super().__init__("starter")
        self.seen: set[bytes] = set()

    def encode_images(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        for each in pixels:
            digest = hashlib.sha256(each.tobytes()).digest()
            assert digest not in self.seen, "encoded again"
            self.seen.add(digest)
        return super().encode_images(pixels)


def _count(name: str, seconds: float) -> None:
    """What was checked is that nothing is lost; how often, is counted."""
    row = next((row for row in ROWS if row.fault == name), None)
    if row is None:
        row = Row(name, 0)
        ROWS.append(row)
    row.tried += 1
    row.seconds = max(row.seconds, seconds)


class InStep(RuleBasedStateMachine):
    """Two watched folders, somebody at work in them, and an engine that follows."""

    watching = False
    told = "random work in folders, events lost or not heard"

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp(prefix="clipdesk-"))
        self.before = set(threading.enumerate())
        for root in ("a", "b"):
            (self.place / root).mkdir()
        self.home = House(self.place / "library", OnceEncoder(), watching=self.watching)
        self.home.send(AddRoot(self.place / "a"), AddRoot(self.place / "b"))
        self.away: set[str] = set()
        self.patterns: dict[str, tuple[str, ...]] = {"a": (), "b": ()}

    def teardown(self) -> None:
        begun = time.monotonic()
        self.reconcile()
        _count(self.told, time.monotonic() - begun)
        self.home.close()
        shutil.rmtree(self.place)

    def there(self, place: str) -> bool:
        return place[0] not in self.away

    def folder(self, place: str) -> Path:
        path = self.place / place
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    # ── what happens ───────────────────────────────────────────────────────────────────────

    @rule(place=PLACES, seed=SEEDS)
    def write(self, place: str, seed: int) -> None:
        if self.there(place):
            self.folder(place).write_bytes(CONTENTS[seed])

    @rule(place=PLACES, seed=SEEDS)
    def save_by_replacing(self, place: str, seed: int) -> None:
        if self.there(place):
            half = self.folder(place + ".tmp")
            half.write_bytes(CONTENTS[seed])
            half.replace(self.place / place)

    @rule(old=PLACES, new=PLACES)
    def move(self, old: str, new: str) -> None:
        if self.there(old) and self.there(new) and (self.place / old).is_file():
            (self.place / old).replace(self.folder(new))

    @rule(old=PLACES, new=PLACES)
    def copy(self, old: str, new: str) -> None:
        if self.there(old) and self.there(new) and (self.place / old).is_file() and old != new:
            shutil.copy(self.place / old, self.folder(new))

    @rule(place=PLACES)
    def delete(self, place: str) -> None:
        if self.there(place):
            (self.place / place).unlink(missing_ok=True)

    @rule(old=st.tuples(ROOTS, FOLDERS), new=st.tuples(ROOTS, st.sampled_from(("n", "x/n"))))
    def move_folder(self, old: tuple[str, str], new: tuple[str, str]) -> None:
        source, target = "/".join(old).rstrip("/"), "/".join(new)
        inside = (target + "/").startswith(source + "/")
        if not (old[1] and self.there(source) and self.there(target)) or inside:
            return
        if (self.place / source).is_dir() and not (self.place / target).exists():
            (self.place / source).rename(self.folder(target))

    @rule(root=ROOTS)
    def pull(self, root: str) -> None:
        if root not in self.away:
            (self.place / root).rename(self.place / f"{root} away")
            self.away.add(root)

    @precondition(lambda self: self.away)
    @rule()
    def plug_in(self) -> None:
        root = min(self.away)
        (self.place / f"{root} away").rename(self.place / root)
        self.away.discard(root)

    @rule(root=ROOTS, patterns=st.sampled_from(tuple(LEFT_OUT)))
    def leave_out(self, root: str, patterns: tuple[str, ...]) -> None:
        self.patterns[root] = patterns
        rows = self.home.engine.library.catalog.roots.all()
        root_id = next(row.id for row in rows if row.path == self.place / root)
        self.home.inbox.put(SetRules(root_id, Rules(patterns)))

    @rule(steps=st.integers(1, 20))
    def let_it_work(self, steps: int) -> None:
        for _ in range(steps):
            self.home.engine.step()

    @rule()
    def lose_events(self) -> None:
        self.home.inbox.take_looks()

    # ── what must hold ─────────────────────────────────────────────────────────────────────

    @rule()
    def reconcile(self) -> None:
        for root in sorted(self.away):
            (self.place / f"{root} away").rename(self.place / root)
        self.away.clear()
        home = self.home
        sync = home.engine._sync
        sync._probe.poke()
        home.until(lambda: not sync.offline and home.engine.idle)
        home.send(Rescan())
        for asked in home.of(RemovalAsked):  # a folder is empty: it may be
            home.events.remove(asked)
            home.send(ConfirmRemoval(asked.root_id))
        home.until(lambda: self.in_library() == self.on_disk() and home.engine.idle)

    def on_disk(self) -> dict[str, str]:
        return {
            str(path): hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()
            for root in ("a", "b")
            for path in (self.place / root).rglob("*.png")
            if not LEFT_OUT[self.patterns[root]](path.relative_to(self.place / root))
        }

    def in_library(self) -> dict[str, str]:
        db = self.home.engine.library.catalog._db
        hashes = dict(db.execute("SELECT id, hash FROM content").fetchall())
        items = self.home.engine.library.catalog.assets.items()
        return {item.path: hashes[item.content_id].hex() for item in items}


class InStepByEvents(InStep):
    """With the system's events, late or early, between everything else."""

    watching = True
    told = "random work in folders, with events"


_SETTINGS = settings(
    max_examples=often(6, 150),
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestInStep = InStep.TestCase
TestInStep.settings = _SETTINGS
TestInStepByEvents = InStepByEvents.TestCase
TestInStepByEvents.settings = _SETTINGS
for _case, _machine in ((TestInStep, InStep), (TestInStepByEvents, InStepByEvents)):
    if was_survived(_machine.told):
        pytest.mark.skip("it has been survived before")(_case)
del _case, _machine  # or it would be collected by that name as well
