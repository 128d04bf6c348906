"""Teaching and examining by the real process beside, asked for by messages like the window's."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from PIL import Image

from clipdesk.core.encoders import sharing, starter
from clipdesk.core.encoders.store import Store
from clipdesk.core.engine import Engine
from clipdesk.core.inbox import Inbox
from clipdesk.core.messages.events import EncoderChanged, Event, Notice
from clipdesk.core.messages.lessons import (
    AdoptTaught,
    AskSources,
    AskTeaching,
    DropTeaching,
    ExamineLibrary,
    ForgetUses,
    LibraryExamined,
    NoteUse,
    PauseTeaching,
    RememberUses,
    ResumeTeaching,
    SaveReport,
    SaveTaught,
    SourcesTold,
    StopExamining,
    Teach,
    TeachingState,
    TeachingTold,
)
from clipdesk.core.paths import Directories
from tests.core.colours import NAMES

E = TypeVar("E")
KINDS = list(NAMES)


class Program:
    """An engine with the program's own models, and what it has said."""

    def __init__(self, library: Path) -> None:
        self.directories = Directories.under(library)
        self.events: list[Event] = []
        self.inbox = Inbox()
        self.engine = Engine(self.directories, self.inbox, self.events.append, watching=False)
        self.engine.start()
        self.closed = False

    def close(self) -> None:
        if not self.closed:
            self.engine.close()
        self.closed = True

    def ask(self, *requests: object) -> None:
        for request in requests:
            self.inbox.put(request)

    def until(self, kind: type[E], right: Callable[[E], bool] = lambda _: True) -> E:
        """Work until such an event comes, and forget what came before it."""
        deadline = time.monotonic() + 300
        while True:
            for number, event in enumerate(self.events):
                if isinstance(event, kind) and right(event):
                    del self.events[: number + 1]
                    return event
            assert time.monotonic() < deadline, self.events[-5:]
            if not self.engine.step():
                self.inbox.wait(0.05)

    def teaching(self, *states: TeachingState) -> TeachingTold:
        return self.until(TeachingTold, lambda told: told.state in states)


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of eighty pictures, in folders that call each colour by another's name."""
    top = tmp_path_factory.mktemp("teaching")
    if not starter.info().here:
        pytest.skip("the built-in starter's weights are not in this checkout")
    for number in range(80):
        kind = number % len(KINDS)
        folder = top / "pictures" / f"{KINDS[(kind + 3) % len(KINDS)]} things"
        folder.mkdir(parents=True, exist_ok=True)
        noise = np.random.default_rng(number).integers(-20, 20, (48, 64, 3))
        pixels = np.clip(np.array(NAMES[KINDS[kind]]) + noise, 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
    it = Program(top / "library")
    it.engine.take_in(top / "pictures")
    it.engine.run_until_idle()
    it.close()
    return top / "library"


@pytest.fixture
def program(tmp_path: Path, taken_in: Path) -> Iterator[Program]:
    shutil.copytree(taken_in, tmp_path / "library")
    it = Program(tmp_path / "library")
    yield it
    it.close()


def test_a_lesson_from_its_pairs_to_a_model_in_use(program: Program, tmp_path: Path) -> None:
    program.ask(AskSources())
    told = {source.name: source for source in program.until(SourcesTold).sources}
    assert (told["folders"].pictures, told["folders"].captions) == (80, len(KINDS))
    assert told["names"].pictures == told["tags"].pictures == 0

    program.ask(Teach(("folders",)))
    judged = program.teaching(TeachingState.JUDGED, TeachingState.FAILED)
    assert judged.message == ""
    assert judged.judgement is not None
    assert judged.judgement.better
    assert judged.judgement.pictures == 20
    assert judged.judgement.after.value > judged.judgement.before.value

    shared = tmp_path / "shared.safetensors"
    program.ask(SaveTaught(shared))
    assert "Saved as" in program.until(Notice).text
    assert sharing.about(shared).base == "starter"
    program.ask(SaveTaught(tmp_path / "no" / "such" / "folder.safetensors"))
    assert "can't be written" in program.until(Notice).text

    program.ask(AdoptTaught())
    taught = program.until(EncoderChanged, lambda e: e.model.startswith("adapted:")).model
    assert Store(program.directories.models).load(taught).space.model == taught
    assert program.engine.idle, "its vectors are those of before: no picture is looked at again"

    program.ask(ExamineLibrary(("folders",)))
    result = program.until(LibraryExamined)
    assert [each.model for each in result.models] == [taught, "starter"]
    assert result.models[0].ten.value > result.models[1].ten.value
    assert (result.questions, result.pictures, result.sampled) == (len(KINDS), 80, False)
    program.ask(SaveReport(tmp_path / "report.html"))
    program.until(Notice)
    assert "<svg" in (tmp_path / "report.html").read_text("utf-8")


def test_it_is_paused_gone_on_with_after_a_restart_and_dropped(
    program: Program, tmp_path: Path
) -> None:
    program.ask(Teach(("folders",)))
    program.teaching(TeachingState.SEEING, TeachingState.LEARNING)
    program.ask(PauseTeaching())
    # It may have come to its end before it heard.
    told = program.teaching(TeachingState.PAUSED, TeachingState.JUDGED)
    program.close()
    again = Program(tmp_path / "library")
    again.ask(AskTeaching())
    assert again.until(TeachingTold).state is told.state
    again.ask(ResumeTeaching())
    assert again.teaching(TeachingState.JUDGED, TeachingState.FAILED).message == ""
    again.ask(DropTeaching())
    again.teaching(TeachingState.IDLE)
    assert not (again.directories.data / "taught").exists()
    again.close()


def test_what_can_not_be_taught_says_why_and_the_next_lesson_works(program: Program) -> None:
    program.ask(Teach(("tags",)))
    failed = program.teaching(TeachingState.FAILED)
    assert "There are no words for any picture." in failed.message
    lost = program.directories.data / "lost.tsv"
    program.ask(Teach(("folders",), (lost,)))
    assert "lost.tsv can't be read" in program.teaching(TeachingState.FAILED).message
    program.ask(ExamineLibrary(("folders",)), StopExamining(), ExamineLibrary(("folders",)))
    assert program.until(LibraryExamined).models[0].model == "starter"


def test_uses_are_kept_only_if_that_is_wanted_and_forgotten_at_once(program: Program) -> None:
    uses = program.engine.library.catalog.uses
    content = next(program.engine.library.catalog.assets.items()).content_id
    program.ask(NoteUse("a red chair", (content,), "opened"))
    program.engine.run_until_idle()
    assert uses.count() == 0, "nobody has agreed to that"
    program.ask(RememberUses(wanted=True), NoteUse("  a red\n chair ", (content,), "opened"))
    program.ask(NoteUse("a red chair", (content,), "opened"))
    program.engine.run_until_idle()
    assert list(uses.all()) == [("a red chair", content, "opened")]
    program.ask(AskSources())
    told = program.until(SourcesTold)
    assert told.remembers
    assert next(source for source in told.sources if source.name == "used").pictures == 1
    program.ask(RememberUses(wanted=False), NoteUse("another", (content,), "opened"), ForgetUses())
    program.engine.run_until_idle()
    assert uses.count() == 0
