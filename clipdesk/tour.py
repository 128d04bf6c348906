"""The real window, driven offscreen through its main job: fill, describe, drop a picture."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEventLoop, QMimeData, QPointF, QSettings, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from clipdesk import app, demo
from clipdesk.cli.output import put
from clipdesk.core.errors import ClipDeskError, LibraryError
from clipdesk.core.messages.events import (
    EncoderChanged,
    Progress,
    Results,
)
from clipdesk.core.messages.requests import (
    AddRoot,
)
from clipdesk.core.paths import Directories, printable
from clipdesk.core.types import EncoderState
from clipdesk.ui.bridge import Bridge
from clipdesk.ui.main_window import MainWindow
from clipdesk.ui.theme import tokens

_PATIENCE_S = 600.0
"""A library of thousands takes its time; an answer does not."""
_SHOWN = 5


def run(directories: Directories, folders: Sequence[Path], screenshots: Path) -> int:
    """Show the main job on these folders; tables go to stdout, pictures to ``screenshots``."""
    app.prepare(directories)
    app.make_application()
    settings = QSettings(str(directories.state / "tour.ini"), QSettings.Format.IniFormat)
    settings.clear()
    bridge = Bridge(directories)
    window = MainWindow(bridge, settings)
    window.resize(1280, 800)
    tour = _Tour(bridge, window, screenshots)
    bridge.start()
    try:
        window.show()
        tour.fill(folders)
        for caption in demo.QUERIES:
            tour.describe(caption)
        tour.drop(tour.a_picture())
    finally:
        window.close()
        bridge.stop()
    put(f"Pictures of the window are in {printable(screenshots.absolute())}.")
    return 0


class _Tour:
    """What the person would do, done to the window by its own events."""

    def __init__(self, bridge: Bridge, window: MainWindow, screenshots: Path) -> None:
        self._bridge = bridge
        self._window = window
        self._screenshots = screenshots
        self._failure = ""
        self._progress: Progress | None = None
        self._results: Results | None = None
        bridge.failed.connect(self._on_failed)
        bridge.progress.connect(self._on_progress)
        bridge.results.connect(self._on_results)
        bridge.encoder_changed.connect(self._on_encoder_changed)

    def fill(self, folders: Sequence[Path]) -> None:
        """Watch the folders until all their pictures are in."""
        begun = time.monotonic()
        for folder in folders:
            self._bridge.send(AddRoot(folder.absolute()))
        self._until(self._in_step)
        count = self._window.desk.model.rowCount()
        put(f"{count} pictures are in the library ({time.monotonic() - begun:.1f} s).")
        self._picture("grid")

    def describe(self, caption: str) -> None:
        """Type a caption, as a person does, and wait for the answer."""
        field = self._window.field
        self._results = None
        field.clear_query()
        field.setFocus()
        QTest.keyClicks(field, caption)
        self._until(lambda: self._results is not None and self._results.query.text == caption)
        self._table(f"“{caption}”")
        if caption == demo.QUERIES[0]:
            self._picture("caption")

    def drop(self, picture: Path) -> None:
        """Drop a picture on the window and wait for what is similar."""
        self._window.field.clear_query()
        self._results = None
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(picture))])
        place = QPointF(self._window.rect().center())
        copy, left, none = (
            Qt.DropAction.CopyAction,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        enter = QDragEnterEvent(place.toPoint(), copy, mime, left, none)
        QApplication.sendEvent(self._window, enter)
        QApplication.sendEvent(self._window, QDropEvent(place, copy, mime, left, none))
        self._until(lambda: self._results is not None and bool(self._results.query.examples))
        self._table(f"like {printable(picture.name)}")
        self._picture("similar")

    def a_picture(self) -> Path:
        """A picture to drop: the demo's own, or the first that is shown."""
        model = self._window.desk.model
        paths = [model.index(row).data(Qt.ItemDataRole.UserRole) for row in range(model.rowCount())]
        if not paths:
            raise LibraryError("There are no pictures in these folders.")
        return Path(next((p for p in paths if p.endswith(demo.EXAMPLE)), paths[0]))

    def _painted(self) -> bool:
        desk = self._window.desk
        seen = desk.grid.viewport().rect()
        return all(
            desk.loader.get(item.content_id) is not None
            for row, item in enumerate(desk.model.items)
            if seen.intersects(desk.grid.cell_rect(row))
        )

    def _in_step(self) -> bool:
        return self._progress is not None and self._progress.done == self._progress.total

    def _table(self, title: str) -> None:
        results = self._results
        assert results is not None
        put(f"\n{title}  ({results.took_ms:.0f} ms, {results.total} pictures)")
        for rank, item in enumerate(results.items[:_SHOWN], 1):
            mark = " " if rank <= results.trusted else "?"
            put(f"{rank:3} {mark} {item.score or 0.0:6.3f}  {printable(Path(item.path).name)}")

    def _picture(self, name: str) -> None:
        self._until(self._painted)  # thumbnails are read in threads …
        loop = QEventLoop()  # … and fade in
        QTimer.singleShot(3 * tokens.MOTION_MS, loop.quit)
        loop.exec()
        self._screenshots.mkdir(parents=True, exist_ok=True)
        self._window.grab().save(str(self._screenshots / f"{name}.png"))

    def _until(self, condition: Callable[[], bool]) -> None:
        loop, deadline = QEventLoop(), time.monotonic() + _PATIENCE_S
        timer = QTimer(interval=20)

        def look() -> None:
            if condition() or self._failure or time.monotonic() > deadline:
                loop.quit()

        timer.timeout.connect(look)
        timer.start()
        loop.exec()
        timer.stop()
        if not condition():
            raise ClipDeskError(self._failure or "It takes too long.")

    def _on_failed(self, what: str, hint: str) -> None:
        self._failure = f"{what} {hint}"

    def _on_encoder_changed(self, change: EncoderChanged) -> None:
        if change.state is EncoderState.FAILED:
            self._failure = change.detail

    def _on_progress(self, progress: Progress) -> None:
        self._progress = progress

    def _on_results(self, results: Results) -> None:
        self._results = results
