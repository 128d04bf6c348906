"""Runs the real program and measures it from inside: ``… hands TASK LIBRARY ROWS [FOLDER…]``.

``start`` waits until the window is painted and the library is listed; ``scroll`` then goes
through the grid for some seconds, and until the folders are indexed; ``choose:MODEL`` changes to
another model meanwhile, and goes on until that one answers. Tells one JSON object.
"""

import json
import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QListView, QProgressBar, QWidget

from clipdesk import app
from clipdesk.core.messages.events import EncoderChanged
from clipdesk.core.messages.requests import UseModel
from clipdesk.core.paths import Directories

_BEAT_MS = 5
_SCROLL_S = 6.0
_AT_MOST_S = 180.0


class Hands(QObject):
    """Watches and moves the window; `told` is what it has found."""

    def __init__(self, task: str, rows: int) -> None:
        super().__init__()
        self._task, _, self._choice = task.partition(":")
        self._asked, self._answering = False, ""
        self._rows = rows
        self._begun = float(os.environ["CLIPDESK_BEGUN"])
        self._scrolling_since = 0.0
        self._beat_at = self._cpu_at = 0.0
        self.told: dict[str, object] = {}
        self._gaps: list[float] = []
        self._own: list[float] = []
        self._timer = QTimer(self, interval=_BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        shown = event.type() == QEvent.Type.Paint and isinstance(watched, QWidget)
        if shown and "visible" not in self.told and watched.objectName() == "mainWindow":
            self.told["visible"] = time.monotonic() - self._begun
        return False

    def _beat(self) -> None:
        windows = [w for w in QApplication.topLevelWidgets() if w.objectName() == "mainWindow"]
        grid = windows[0].findChild(QListView, "grid") if windows else None
        if grid is None or grid.model().rowCount() < self._rows:
            return
        if "listed" not in self.told:
            self.told["listed"] = time.monotonic() - self._begun
        if self._task == "start":
            if "visible" in self.told:
                self._end()
        else:
            self._scroll(windows[0], grid)

    def _scroll(self, window: QWidget, grid: QListView) -> None:
        now, cpu = time.monotonic(), time.thread_time()
        if not self._scrolling_since:
            self._scrolling_since = now
        else:
            self._gaps.append(max(0.0, (now - self._beat_at) * 1000 - _BEAT_MS))
            self._own.append((cpu - self._cpu_at) * 1000)
        bar = grid.verticalScrollBar()
        bar.setValue((bar.value() + 40) % max(1, bar.maximum()))
        progress = window.findChild(QProgressBar, "progress")
        at_work = progress is not None and progress.isVisible()
        if self._choice:
            at_work = self._chosen(window)
        past = now - self._scrolling_since
        if past > _AT_MOST_S or (past > _SCROLL_S and not at_work):
            self.told |= {"gaps": self._gaps, "own": self._own}
            self._end()
        self._beat_at, self._cpu_at = time.monotonic(), time.thread_time()

    def _chosen(self, window: QWidget) -> bool:
        """Ask for the other model, once; whether it is still on its way."""
        if not self._asked:
            self._asked = True
            wire = window._wire  # type: ignore[attr-defined]  # the window's own line to the engine
            wire.encoder_changed.connect(self._hear)
            wire.send(UseModel(self._choice))
        return self._answering != self._choice

    def _hear(self, event: EncoderChanged) -> None:
        self._answering = event.model

    def _end(self) -> None:
        self._timer.stop()
        QApplication.quit()


def main(task: str, library: str, rows: str, *folders: str) -> None:
    application = app.make_application()
    hands = Hands(task, int(rows))
    application.installEventFilter(hands)
    status = app.run(Directories.under(Path(library)), [Path(folder) for folder in folders])
    sys.stdout.write(json.dumps(hands.told) + "\n")
    sys.stdout.flush()
    os._exit(status)  # a model may still be on its way: see `clipdesk.__main__`


if __name__ == "__main__":
    main(*sys.argv[1:])
