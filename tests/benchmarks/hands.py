"""Runs the real program and measures it from inside: ``… TASK LIBRARY ROWS SECONDS [FOLDER…]``.

``start`` waits until the window is painted and the library is listed; ``scroll`` then goes
through the grid for some seconds, and until the folders are indexed; ``choose:MODEL`` changes to
another model meanwhile, types captions, and goes on until that one answers. Tells one JSON object.
"""

import json
import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QListView, QProgressBar, QWidget

from clipdesk import app
from clipdesk.core.messages.events import EncoderChanged, Progress
from clipdesk.core.messages.requests import UseModel
from clipdesk.core.paths import Directories
from tests.benchmarks.screen import BEAT_MS

_SCROLL_S = 6.0
_STROKE_S = 0.12
_CAPTIONS = ("a red car by the sea", "two dogs", "an old map", "people at a table, at night")


def _waited() -> float:
    """Seconds that this thread could have run, and no core was free; 0 where nobody tells."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text("ascii").split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


def _core() -> int:
    """The one that this thread is on; -1 where nobody tells."""
    try:
        stat = Path("/proc/thread-self/stat").read_text("ascii")
        return int(stat.rpartition(")")[2].split()[36])
    except (OSError, IndexError, ValueError):
        return -1


class Typist:
    """Types one caption after the other, as quickly as people do."""

    def __init__(self, field: QLineEdit) -> None:
        self._field = field
        self._next = 0.0
        self._strokes = iter("")
        self._number = 0

    def beat(self, now: float) -> None:
        """Press the next key, if it is time to."""
        if now < self._next:
            return
        self._next = now + _STROKE_S
        letter = next(self._strokes, None)
        if letter is None:
            self._strokes = iter(_CAPTIONS[self._number % len(_CAPTIONS)])
            self._number += 1
            self._next = now + 10 * _STROKE_S  # somebody looks at what was found
            self._field.selectAll()
            return
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            key = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
            QApplication.postEvent(self._field, key)


class Choice:
    """Changes to another model, and knows how far that is."""

    def __init__(self, window: QWidget, model: str) -> None:
        self._model = model
        self.stage = "opened"
        wire = window._wire  # type: ignore[attr-defined]  # the window's own line to the engine
        wire.encoder_changed.connect(self._on_encoder)
        wire.progress.connect(self._on_progress)
        wire.send(UseModel(model))

    def _on_encoder(self, event: EncoderChanged) -> None:
        if event.model == self._model and not event.next_model:
            self.stage = "answers"
        elif event.quickening is not None:
            self.stage = "made"
        elif self.stage == "made":
            self.stage = "opened"

    def _on_progress(self, event: Progress) -> None:
        if self.stage == "opened" and event.what == "Indexing":
            self.stage = "shown"


class Hands(QObject):
    """Watches and moves the window; `told` is what it has found."""

    def __init__(self, task: str, rows: int, at_most: float) -> None:
        super().__init__()
        self._task, _, self._model = task.partition(":")
        self._rows = rows
        self._at_most = at_most
        self._begun = float(os.environ["CLIPDESK_BEGUN"])
        self._working_since = self._answering_since = 0.0
        self._beat_at = self._cpu_at = self._waited = 0.0
        self._seen: tuple[QWidget, QListView, QProgressBar | None]
        self._choice: Choice | None = None
        self._typist: Typist | None = None
        self.told: dict[str, object] = {}
        self._stages: dict[str, list[tuple[float, float, float, float, int]]] = {}
        self._timer = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        shown = event.type() == QEvent.Type.Paint and isinstance(watched, QWidget)
        if shown and "visible" not in self.told and watched.objectName() == "mainWindow":
            self.told["visible"] = time.monotonic() - self._begun
            # Else each event of the program would wait for Python's lock, to be shown to this.
            QTimer.singleShot(0, self, self._look_away)
        return False

    def _look_away(self) -> None:
        application = QApplication.instance()
        assert application is not None
        application.removeEventFilter(self)

    def _beat(self) -> None:
        if time.monotonic() - self._begun > self._at_most:
            self._end()
        elif self._working_since:
            self._work()
        elif self._listed():
            self.told["listed"] = time.monotonic() - self._begun
            if self._task == "start" and "visible" in self.told:
                self._end()
            elif self._task != "start":
                self._begin()

    def _listed(self) -> bool:
        windows = [w for w in QApplication.topLevelWidgets() if w.objectName() == "mainWindow"]
        grid = windows[0].findChild(QListView, "grid") if windows else None
        if grid is None or grid.model().rowCount() < self._rows:
            return False
        self._seen = windows[0], grid, windows[0].findChild(QProgressBar, "progress")
        return True

    def _begin(self) -> None:
        window, _, _ = self._seen
        if self._model:
            self._choice = Choice(window, self._model)
            field = window.findChild(QLineEdit, "searchField")
            assert field is not None
            self._typist = Typist(field)
        self._working_since = self._beat_at = time.monotonic()
        self._cpu_at, self._waited = time.thread_time(), _waited()

    def _work(self) -> None:
        _, grid, progress = self._seen
        now, cpu, waited = time.monotonic(), time.thread_time(), _waited()
        stage = self._choice.stage if self._choice else "scrolled"
        beat = (self._beat_at, now, cpu - self._cpu_at, waited - self._waited, _core())
        self._stages.setdefault(stage, []).append(beat)
        bar = grid.verticalScrollBar()
        bar.setValue((bar.value() + 40) % max(1, bar.maximum()))
        if self._typist:
            self._typist.beat(now)
        if stage == "answers" and not self._answering_since:
            self._answering_since = now
        at_work = progress is not None and progress.value() < progress.maximum()
        since = self._answering_since if self._choice else self._working_since
        if since and now - since > _SCROLL_S and not at_work:
            self._end()
        self._beat_at, self._cpu_at, self._waited = time.monotonic(), time.thread_time(), _waited()

    def _end(self) -> None:
        self._timer.stop()
        self.told["stages"] = self._stages
        QApplication.quit()


def main(task: str, library: str, rows: str, at_most: str, *folders: str) -> None:
    application = app.make_application()
    hands = Hands(task, int(rows), float(at_most))
    application.installEventFilter(hands)
    status = app.run(Directories.under(Path(library)), [Path(folder) for folder in folders])
    sys.stdout.write(json.dumps(hands.told) + "\n")
    sys.stdout.flush()
    os._exit(status)  # a model may still be on its way: see `clipdesk.__main__`


if __name__ == "__main__":
    main(*sys.argv[1:])
