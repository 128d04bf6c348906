"""The manual, done by a real hand: a real window on a real screen, other programs beside it."""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from clipdesk.core.encoders import starter
from clipdesk.core.paths import Directories
from tests.core.colours import NAMES
from tests.core.house import paint
from tests.story.program import Program, program
from tests.story.screen import Screen, middle, screen

EACH = 12
BESIDE = 1350
"""Where other programs' windows stand: to the right of ours."""


class Window:
    """The program's window, and the hands and eyes that a person has."""

    def __init__(self, screen: Screen, home: Path) -> None:
        self.screen = screen
        self.home = home
        self.pictures = home / "pictures"
        self.library = home / "library"
        self._processes = ExitStack()
        self.program: Program

    def open(self, *folders: Path) -> None:
        """Start the program and wait for its window."""
        self.program = self.another("tests.story.driver", "--library", self.library, *folders)
        now = self.until("the window", lambda now: now["window"])
        self.screen.focus(now["id"])
        self.until("the keyboard", lambda now: now["active"])

    def another(self, module: str, *arguments: str | Path) -> Program:
        """Start another program beside the window."""
        return self._processes.enter_context(
            program(module, *arguments, env=self.screen.environment, folder=self.home)
        )

    def until(self, what: str, condition: Callable[[Any], object]) -> Any:
        """Wait until the window shows something; answers all that it shows then."""
        try:
            return self.program.until(condition, what)
        except AssertionError:
            self.screen.keep("window-failed")
            raise

    @property
    def now(self) -> Any:
        return self.program.last

    def back(self) -> None:
        """Leave whatever is asked or shown, and be at the start of all pictures."""
        self.screen.click(middle(self.now["field"]))
        self.screen.key("Escape", "Down", "End", "Home", "Escape")
        self.until("browsing", lambda now: not now["text"] and not now["chips"])
        self.until("the start", lambda now: not now["scrolled"] and not now["selected"])

    def close(self) -> None:
        """End whatever still runs."""
        self._processes.close()


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    """The program with a folder of flat pictures, twelve of each colour, all taken in."""
    if not starter.info().here:
        pytest.skip("the built-in starter's weights are not in this checkout")
    home = tmp_path_factory.mktemp("story")
    with screen(home) as real:
        it = Window(real, home)
        for number in range(EACH * len(NAMES)):
            colour = list(NAMES)[number % len(NAMES)]
            paint(it.pictures / f"{colour} {number:03}.png", colour, number)
        try:
            it.open(it.pictures)
            it.until("every picture", lambda now: now["count"] == EACH * len(NAMES))
            yield it
        finally:
            it.close()
    assert_no_faults(it)


def assert_no_faults(window: Window) -> None:
    """What went wrong unseen is in the log, and on stderr."""
    log = Directories.under(window.library).state / "clipdesk.log"
    assert log.read_text() == ""
    for errors in window.home.glob("*.errors"):
        assert errors.read_text() == ""


def test_the_grid_fills(window: Window) -> None:
    window.back()
    now = window.until("thumbnails in rows", lambda now: len(now["cells"]) > 10)
    assert now["window"][2:] == [1280, 800]
    assert now["folders"] == 1
    assert sorted(now["paths"]) == now["paths"]
    assert all(Path(path).is_absolute() for path in now["paths"])
    window.screen.keep("window-grid")


def test_typing_a_caption(window: Window) -> None:
    window.back()
    window.screen.click(middle(window.now["field"]))
    window.screen.type("a red square")
    window.until("the words", lambda now: now["text"] == "a red square")
    now = window.until("results", lambda now: now["scores"] and now["scores"][0] is not None)
    scores = now["scores"]
    assert scores == sorted(scores, reverse=True)
    assert now["count"] == EACH * len(NAMES)
    window.screen.keep("window-caption")


def test_escape_comes_back_to_the_same_place(window: Window) -> None:
    window.back()
    window.screen.move(middle(window.now["cells"]["0"]))
    window.screen.wheel(-3)
    window.screen.click(middle(window.now["field"]))
    place = window.until("the field", lambda now: now["focus"] == "searchField")["scrolled"]
    assert place > 0
    window.screen.type("blue")
    window.until("results", lambda now: now["scores"][0] is not None)
    window.screen.key("Escape")
    now = window.until("browsing", lambda now: not now["text"] and now["scores"][0] is None)
    now = window.until("the same place", lambda now: now["scrolled"] == place)
    assert now["focus"] == "grid"


def test_a_picture_dragged_in_from_another_program(window: Window) -> None:
    window.back()
    stranger = paint(window.home / "stranger.png", "yellow", 1_000)
    with dragged_in(window, "file", stranger):
        now = window.until("results", lambda now: now["chips"] and now["scores"][0] is not None)
    assert "stranger.png" in now["chips"][0]["name"]
    assert best_colours(now) == {"yellow"}
    window.screen.keep("window-similar")


def test_a_picture_dragged_in_as_data_alone(window: Window) -> None:
    """As out of a browser or a paint program: there is no file to name."""
    window.back()
    stranger = paint(window.home / "stranger.png", "blue", 1_001)
    with dragged_in(window, "data", stranger):
        now = window.until("results", lambda now: now["chips"] and now["scores"][0] is not None)
    assert best_colours(now) == {"blue"}


def test_several_pictures_at_once_and_one_taken_out_again(window: Window) -> None:
    window.back()
    strangers = [paint(window.home / f"{c}.png", c, 1_002) for c in ("green", "purple")]
    with dragged_in(window, "file", *strangers):
        now = window.until("two chips", lambda now: len(now["chips"]) == 2)
    window.until("results", lambda now: now["scores"][0] is not None)
    window.screen.click(middle(now["field"]))
    window.screen.key("BackSpace")
    now = window.until("one chip", lambda now: len(now["chips"]) == 1)
    assert "green" in now["chips"][0]["name"]
    window.until("green ones", lambda now: best_colours(now) == {"green"})


def test_a_result_dragged_out_to_another_program(window: Window) -> None:
    window.back()
    taker = window.another("tests.story.taker", str(BESIDE), "600")
    taker.says("ready")
    cells, paths = window.now["cells"], window.now["paths"]
    start = middle(cells["1"])
    window.screen.move(start)
    window.screen.press()
    window.screen.move((start[0] + 30, start[1] + 10), (BESIDE + 60, 660))
    taker.says("over")
    window.screen.keep("window-drag-out")
    window.screen.move((BESIDE + 100, 700))
    window.screen.release()
    got = taker.until(lambda said: isinstance(said, dict), "a drop")
    assert got["urls"] == [Path(paths[1]).as_uri()]
    assert "text/uri-list" in got["formats"]
    taker.close()


def test_the_wheel_with_ctrl_changes_the_size(window: Window) -> None:
    window.back()
    before = window.now["size"]
    window.screen.move(middle(window.now["cells"]["0"]))
    window.screen.wheel(2, holding="ctrl")
    larger = window.until("larger", lambda now: now["size"] > before)
    assert len(larger["cells"]) > 0
    window.screen.wheel(-2, holding="ctrl")
    window.until("as before", lambda now: abs(now["size"] - before) < 40)


def test_space_shows_the_picture_large(window: Window) -> None:
    window.back()
    window.screen.click(middle(window.now["cells"]["2"]))
    window.until("a selection", lambda now: now["selected"] == [2])
    window.screen.key("space")
    window.until("the preview", lambda now: now["preview"])
    window.screen.keep("window-preview")
    window.screen.key("Right", "space")
    window.until("the grid, one further", lambda now: not now["preview"] and now["selected"] == [3])


def test_a_new_file_is_there_within_three_seconds(window: Window) -> None:
    window.back()
    window.screen.click(middle(window.now["field"]))
    window.screen.type("green")
    count = window.until("results", lambda now: now["scores"][0] is not None)["count"]
    begun = time.monotonic()
    new = paint(window.pictures / "new" / "arrived.png", "green", 2_000)
    window.until("the new picture", lambda now: os.fspath(new) in now["paths"])
    took = time.monotonic() - begun
    # What is deleted goes, too.
    shutil.rmtree(new.parent)
    window.until("it is gone", lambda now: now["count"] == count)
    assert took <= 3.0


def test_the_command_line_answers_beside_the_window(window: Window) -> None:
    beside = window.another("clipdesk", "--library", window.library, "status", "--json")
    assert beside.end() == 0
    assert json.loads(beside.all)["pictures"] == window.now["count"]


def test_a_second_start_hands_its_folder_to_the_open_window(window: Window) -> None:
    window.back()
    more = window.home / "more"
    paint(more / "orange one.png", "orange", 3_000)
    folders, count = window.now["folders"], window.now["count"]
    second = window.another("clipdesk", "--library", window.library, more)
    assert second.end() == 0
    window.until(
        "the folder", lambda now: now["folders"] == folders + 1 and now["count"] == count + 1
    )


def test_everything_is_as_it_was_after_a_restart(window: Window) -> None:
    window.back()
    window.screen.place(window.now["id"], (40, 60), (1200, 760))
    now = window.until("its new place", lambda now: now["window"] == [40, 60, 1200, 760])
    window.screen.move(middle(now["window"]))
    window.screen.wheel(2, holding="ctrl")
    window.screen.click(middle(window.now["field"]))
    window.screen.type("white")
    before = window.until("results", lambda now: now["text"] == "white" and now["scores"][0])
    window.screen.key("ctrl+q")
    assert window.program.end() == 0

    window.open()
    after = window.until("results", lambda now: now["count"] and now["scores"][0] is not None)
    for what in ("window", "text", "folders", "size", "count", "paths"):
        assert after[what] == before[what], what
    window.screen.keep("window-restarted")


@contextmanager
def dragged_in(window: Window, how: str, *pictures: Path) -> Iterator[None]:
    """Drag pictures from another program's window into the middle of ours.

    The other program must live on: it is asked for the data after it has let go.
    """
    giver = window.another("tests.story.giver", how, str(BESIDE), "300", *pictures)
    giver.says("ready")
    window.screen.move((BESIDE + 100, 400))
    window.screen.press()
    window.screen.move((BESIDE + 60, 400), middle(window.now["window"]))
    window.until("a word on what will happen", lambda now: now["zone"])
    window.screen.move((700, 420))
    if how == "file":
        window.screen.keep("window-drag-in")
    window.screen.release()
    giver.says("CopyAction")
    yield
    giver.close()


def best_colours(now: Any) -> set[str]:
    """The colours of the first results, by their names."""
    return {Path(path).name.split()[0] for path in now["paths"][: EACH // 2]}


def test_closed_while_it_is_still_starting(window: Window) -> None:
    """The encoder is being loaded, which takes seconds; nobody should wait for that."""
    hasty = Window(window.screen, window.home / "hasty")
    paint(hasty.pictures / "red.png", "red")
    try:
        hasty.open(hasty.pictures)
        begun = time.monotonic()
        window.screen.key("ctrl+q")
        assert hasty.program.end() == 0
        took = time.monotonic() - begun
    finally:
        hasty.close()
    assert_no_faults(hasty)
    assert took < 5
