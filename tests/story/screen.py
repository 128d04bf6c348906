"""A real X screen with a real keyboard and mouse: Xvfb, and xdotool's hands on it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.conftest import REPOSITORY

ARTEFACTS = REPOSITORY / "artefacts" / "screenshots"
WIDTH, HEIGHT = 1600, 1000
_DEADLINE_S = 30

Point = tuple[int, int]


class Screen:
    """One screen without a window manager: windows stand where their programs put them."""

    def __init__(self, display: str, memory: Path) -> None:
        self.environment = os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        for name in ("WAYLAND_DISPLAY", "XAUTHORITY", "QT_SCALE_FACTOR"):
            self.environment.pop(name, None)
        self._memory = memory

    # ── windows ──────────────────────────────────────────────────────────────────────────

    def focus(self, window: int) -> None:
        """Give a window the keyboard, as a window manager would."""
        self._do("windowfocus", str(window))

    def place(self, window: int, corner: Point, size: Point) -> None:
        """Move and resize a window."""
        self._do("windowmove", str(window), *map(str, corner))
        self._do("windowsize", str(window), *map(str, size))

    # ── the keyboard ─────────────────────────────────────────────────────────────────────

    def type(self, text: str) -> None:
        """Type on the keyboard."""
        self._do("type", "--delay", "30", text)

    def key(self, *keys: str) -> None:
        """Press keys one after the other, e.g. ``ctrl+f``, ``Escape``."""
        self._do("key", "--delay", "30", *keys)

    # ── the mouse ────────────────────────────────────────────────────────────────────────

    def move(self, *places: Point) -> None:
        """Move the mouse over these places, in steps as a hand does."""
        x, y = self._where()
        for end_x, end_y in places:
            steps = max(2, (abs(end_x - x) + abs(end_y - y)) // 60)
            path = [
                (x + (end_x - x) * step // steps, y + (end_y - y) * step // steps)
                for step in range(1, steps + 1)
            ]
            moves = [("mousemove", str(at_x), str(at_y), "sleep", "0.01") for at_x, at_y in path]
            self._do(*(word for move in moves for word in move))
            x, y = end_x, end_y

    def press(self) -> None:
        self._do("mousedown", "1")

    def release(self) -> None:
        self._do("mouseup", "1")

    def click(self, place: Point) -> None:
        """Click once here."""
        self.move(place)
        self._do("click", "1")

    def wheel(self, notches: int, *, holding: str = "") -> None:
        """Turn the wheel, away from the person if positive, perhaps while holding a key."""
        turn = [
            "click",
            "--repeat",
            str(abs(notches)),
            "--delay",
            "40",
            "4" if notches > 0 else "5",
        ]
        self._do(*(["keydown", holding, *turn, "keyup", holding] if holding else turn))

    # ── the eye ──────────────────────────────────────────────────────────────────────────

    def picture(self) -> Image.Image:
        """What the screen shows now, read from the screen's own memory (an XWD file)."""
        raw = (self._memory / "Xvfb_screen0").read_bytes()
        # XWDFileHeader (X11/XWDFile.h): 25 numbers, then a name, then the colour map.
        head = np.frombuffer(raw, ">u4", 25)
        size, width, height, line, colours = (int(head[n]) for n in (0, 4, 5, 12, 19))
        pixels = np.frombuffer(raw, np.uint8, line * height, size + 12 * colours)
        rows = pixels.reshape(height, line)[:, : 4 * width].reshape(height, width, 4)
        return Image.fromarray(np.ascontiguousarray(rows[..., 2::-1]))  # BGRX

    def keep(self, name: str) -> None:
        """Keep a picture of the screen among what the tests leave behind."""
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        self.picture().save(ARTEFACTS / f"{name}.png")

    # ── inside ───────────────────────────────────────────────────────────────────────────

    def _where(self) -> Point:
        words = dict(pair.split(":") for pair in self._do("getmouselocation").split())
        return int(words["x"]), int(words["y"])

    def _do(self, *words: str) -> str:
        return subprocess.run(
            ["xdotool", *words],
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=_DEADLINE_S,
        ).stdout


@contextmanager
def screen(folder: Path) -> Iterator[Screen]:
    """Start a screen on a free display; skips the test where there are no means for it."""
    lacking = [name for name in ("Xvfb", "xdotool") if not shutil.which(name)]
    if sys.platform != "linux" or lacking:
        pytest.skip(f"no X screen to be had here: {', '.join(lacking) or sys.platform}")
    tell, told = os.pipe()
    command = [
        *("Xvfb", "-displayfd", str(told), "-screen", "0", f"{WIDTH}x{HEIGHT}x24"),
        *("-fbdir", str(folder), "-nolisten", "tcp", "-noreset"),
    ]
    with subprocess.Popen(command, pass_fds=[told], stderr=subprocess.DEVNULL) as server:
        os.close(told)
        with os.fdopen(tell) as number:
            display = number.readline().strip()
        try:
            assert display, "Xvfb did not start"
            yield Screen(f":{display}", folder)
        finally:
            server.terminate()


def middle(rectangle: Sequence[Any]) -> Point:
    """The centre of (x, y, width, height)."""
    x, y, width, height = rectangle
    return x + width // 2, y + height // 2
