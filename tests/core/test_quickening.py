"""A model is made quicker before it is loaded, or beside it while it answers by torch."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from clipdesk.core import quickening
from clipdesk.core.encoders import Encoder, converting, forms, load, loading
from clipdesk.core.encoders.conversion import Pictures
from clipdesk.core.encoders.converted import ConvertedEncoder
from clipdesk.core.encoders.name import ModelName
from clipdesk.core.encoders.openclip import OpenClipEncoder
from clipdesk.core.encoders.probes import Pixels
from clipdesk.core.engine import Engine
from clipdesk.core.errors import WeightsBroken
from clipdesk.core.inbox import Inbox
from clipdesk.core.messages.events import (
    EncoderChanged,
    Event,
    Results,
)
from clipdesk.core.messages.requests import (
    Search,
    UseModel,
)
from clipdesk.core.paths import Directories
from clipdesk.core.types import EncoderState, Query
from tests.core.encoders import tiny
from tests.core.house import Shelf, paint


class Plain(Shelf):
    """The program's own loader, which takes the models of these tests as they are."""

    def __init__(self, models: Path) -> None:
        super().__init__()
        self.models = models

    def load(self, name: str) -> Encoder:
        return load(name, self.models)


def engine(library: Path, events: list[Event]) -> tuple[Engine, Inbox]:
    inbox, directories = Inbox(), Directories.under(library)
    store = Plain(directories.models)
    return Engine(directories, inbox, events.append, store=store, watching=False), inbox


def until(engine: Engine, inbox: Inbox, condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 300
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        if not engine.step():
            inbox.wait(0.05)


def states(events: list[Event]) -> list[EncoderChanged]:
    return [event for event in events if isinstance(event, EncoderChanged)]


def found(events: list[Event], engine: Engine, inbox: Inbox) -> list[float | None]:
    inbox.put(Search(len(events) + 1, Query("a red sea"), 3))
    engine.run_until_idle()
    results = [event for event in events if isinstance(event, Results)]
    return [item.score for item in results[-1].items]


class Here:
    """In place of the process beside: the same work here, with the forms that cost no time."""

    def __init__(self, name: str, made_of: str, models: Path, pictures: Pictures) -> None:
        self.name, self.models, self.pictures = name, models, pictures
        self._end = threading.Event()

    @property
    def cancelled(self) -> bool:
        return self._end.is_set()

    def run(self, say: Callable[[float], None]) -> bool:
        say(0.5)
        if HOLD in self.name:
            assert self._end.wait(120)
            return False
        if REFUSED in self.name:
            raise WeightsBroken("These weights answer with nonsense.")
        converting.convert(loading.find(ModelName.parse(self.name), self.models), self.models, say)
        SEEN.append(list(self.pictures()))
        return True

    def cancel(self) -> None:
        self._end.set()


HOLD, REFUSED = "hold", "refused"
SEEN: list[list[Pixels]] = []
"""The library's pictures that conversions were tried on."""


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quickening, "Conversion", Here)
    monkeypatch.setattr(forms, "_image_forms", lambda *_: {})
    monkeypatch.setattr(forms, "_PICTURES", (24, 24))


def test_it_gets_quicker_while_it_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clipdesk.core.engine.ENOUGH", 3)
    tiny.folder(tmp_path / "tiny", tiny.config())
    for name in ("red", "green", "blue"):
        paint(tmp_path / "pictures" / f"{name}.png", name)
    events: list[Event] = []
    it, inbox = seen_by_torch(tmp_path, "tiny", events)
    it.start()
    it.run_until_idle()
    until(it, inbox, lambda: states(events)[-1].engine.startswith("cpu, "))
    engines = [state.engine for state in states(events)]
    assert "cpu" in engines  # torch answered meanwhile
    assert any(state.quickening == 0.5 for state in states(events))
    assert states(events)[-1].quickening is None
    space = it._models.current
    assert space is not None
    assert isinstance(space.encoder, ConvertedEncoder)
    # What torch made is good still: every picture is there, and none was looked at again.
    assert len(found(events, it, inbox)) == 3
    assert it._ingest.pending == 0
    # It was tried on the library's own pictures.
    assert {int(picture.mean(axis=(0, 1)).argmax()) for picture in SEEN.pop()} == {0, 1, 2}
    network = OpenClipEncoder(
        loading.find(ModelName.parse(space.encoder.space.model), tmp_path),
        space.encoder.space.weights_hash,
    )
    assert network.space == space.encoder.space
    it.close()


def test_closing_on_the_way_loses_nothing(tmp_path: Path) -> None:
    tiny.folder(tmp_path / HOLD, tiny.config())
    paint(tmp_path / "pictures" / "red.png", "red")
    events: list[Event] = []
    it, inbox = seen_by_torch(tmp_path, HOLD, events)
    it.start()
    until(it, inbox, lambda: bool(states(events) and states(events)[-1].quickening))
    it.close()  # the thread's end is waited for; a leak would fail the test
    assert states(events)[-1].engine == "cpu"


def test_in_a_new_library_it_is_quick_from_the_first(tmp_path: Path, no_torch: None) -> None:
    tiny.folder(tmp_path / "tiny", tiny.config())
    paint(tmp_path / "pictures" / "red.png", "red")
    events: list[Event] = []
    it, inbox = engine(tmp_path / "library", events)
    it.start(f"tiny:{tmp_path / 'tiny'}")
    it.take_in(tmp_path / "pictures")
    it.run_until_idle()
    assert any(s.quickening == 0.5 and s.state is EncoderState.LOADING for s in states(events))
    assert states(events)[-1].engine.startswith("cpu, ")
    assert states(events)[-1].quickening is None
    assert len(found(events, it, inbox)) == 1
    it.close()


def test_the_old_one_answers_while_the_next_is_made_quick(tmp_path: Path, no_torch: None) -> None:
    tiny.folder(tmp_path / "first", tiny.config())
    tiny.folder(tmp_path / HOLD, tiny.config(), seed=5)
    tiny.folder(tmp_path / "other", tiny.config(), seed=6)
    paint(tmp_path / "pictures" / "red.png", "red")
    events: list[Event] = []
    it, inbox = engine(tmp_path / "library", events)
    it.start(f"tiny:{tmp_path / 'first'}")
    it.take_in(tmp_path / "pictures")
    it.run_until_idle()
    held, other = (f"tiny:{tmp_path / name}" for name in (HOLD, "other"))
    inbox.put(UseModel(held))
    until(it, inbox, lambda: states(events)[-1].quickening == 0.5)
    assert states(events)[-1].next_model == held
    inbox.put(Search(99, Query("a red sea"), 3))
    until(it, inbox, lambda: any(isinstance(e, Results) and e.ticket == 99 for e in events))
    inbox.put(UseModel(other))  # the person thinks better of it
    until(it, inbox, lambda: states(events)[-1].model == other)
    it.run_until_idle()
    assert states(events)[-1].engine.startswith("cpu, ")
    it.close()


def test_going_back_to_the_old_one_ends_it(tmp_path: Path, no_torch: None) -> None:
    tiny.folder(tmp_path / "first", tiny.config())
    tiny.folder(tmp_path / HOLD, tiny.config(), seed=5)
    paint(tmp_path / "pictures" / "red.png", "red")
    events: list[Event] = []
    it, inbox = engine(tmp_path / "library", events)
    first = f"tiny:{tmp_path / 'first'}"
    it.start(first)
    it.take_in(tmp_path / "pictures")
    it.run_until_idle()
    inbox.put(UseModel(f"tiny:{tmp_path / HOLD}"))
    until(it, inbox, lambda: states(events)[-1].quickening == 0.5)
    inbox.put(UseModel(first))
    until(it, inbox, lambda: states(events)[-1].quickening is None)
    it.run_until_idle()
    assert (states(events)[-1].model, states(events)[-1].next_model) == (first, "")
    it.close()


def test_weights_that_are_refused_are_told_of(tmp_path: Path, no_torch: None) -> None:
    tiny.folder(tmp_path / REFUSED, tiny.config())
    events: list[Event] = []
    it, _ = engine(tmp_path / "library", events)
    it.start(f"tiny:{tmp_path / REFUSED}")
    it.run_until_idle()
    assert states(events)[-1].state is EncoderState.FAILED
    assert "nonsense" in states(events)[-1].detail
    it.close()


@pytest.fixture
def no_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is loaded by torch in this process, but by what stands in for the one beside."""

    def never(*_: object) -> None:
        raise AssertionError("torch was asked")

    monkeypatch.setattr(loading, "_with_torch", never)


def seen_by_torch(place: Path, name: str, events: list[Event]) -> tuple[Engine, Inbox]:
    """The engine of a library whose pictures were seen by a model that is not converted."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quickening, "lacking", lambda *_: None)
        patch.setattr(quickening, "slow", lambda *_: False)
        before, _ = engine(place / "library", [])
        before.start(f"tiny:{place / name}")
        before.take_in(place / "pictures")
        before.run_until_idle()
        before.close()
    return engine(place / "library", events)


def test_made_by_hand_it_stays_as_it_is(tmp_path: Path) -> None:
    from tests.core.house import house

    with house(tmp_path) as it:
        it.engine.run_until_idle()
        assert it.of(EncoderChanged)[-1].quickening is None
