"""The window's life, from top to bottom: directories, log, application, engine, window, end."""

import faulthandler
import logging
import os
import sys
from collections.abc import Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from clipdesk import __version__
from clipdesk.core.errors import LibraryError
from clipdesk.core.messages.events import (
    Level,
)
from clipdesk.core.messages.requests import (
    AddRoot,
)
from clipdesk.core.paths import APPLICATION, Directories, printable
from clipdesk.ui.bridge import Bridge
from clipdesk.ui.collector import Collector
from clipdesk.ui.main_window import MainWindow
from clipdesk.ui.single import SingleInstance

log = logging.getLogger(__name__)


def run(directories: Directories, folders: Sequence[Path]) -> int:
    """Open the window, on these folders too; answers the exit status."""
    crash = prepare(directories)
    application = make_application()
    instance = SingleInstance(directories.data)
    if instance.hand_over(folders):
        return 0  # the window that is open already has them now, and has come to the front
    settings = QSettings(str(directories.state / "window.ini"), QSettings.Format.IniFormat)
    bridge = Bridge(directories)
    Collector(bridge, bridge)
    window = MainWindow(bridge, settings)
    instance.handed_over.connect(window.watch)
    instance.handed_over.connect(lambda _: _raise(window))
    bridge.failed.connect(_give_up, Qt.ConnectionType.QueuedConnection)
    for folder in folders:
        bridge.send(AddRoot(folder.absolute()))
    window.show()
    if crash:
        window.desk.notices.tell(
            "ClipDesk ended unexpectedly the last time. Your pictures, and all that is known of "
            f"them, are safe. What went wrong is written in {printable(crash)}.",
            Level.WARNING,
        )
    bridge.start()
    try:
        return application.exec()
    finally:
        # The same way out as a crash: nothing waits here to be written.
        bridge.stop()
        instance.close()


def prepare(directories: Directories) -> Path | None:
    """Make the directories; from now on what goes wrong is written down in one of them.

    Answers the note of a crash of the run before, if that is how it ended.

    Raises `LibraryError` when they can't be made.
    """
    try:
        directories.make()
        handler = RotatingFileHandler(
            directories.state / "clipdesk.log", maxBytes=1 << 20, backupCount=2, encoding="utf-8"
        )
        note, last = directories.state / "crash.log", directories.state / "crash-before.log"
        crashed = note.is_file() and note.stat().st_size > 0
        if crashed:
            note.replace(last)
        # Kept open: a crash has no time to open a file.
        crashes = note.open("w", encoding="utf-8")
    except OSError as error:
        raise LibraryError(
            f"The library can't be made at {printable(directories.data)}: {error.strerror}.",
            hint="Choose another place with --library.",
        ) from error
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger("clipdesk").addHandler(handler)
    faulthandler.enable(crashes)
    sys.excepthook = _write_down
    return last if crashed else None


def make_application() -> QApplication:
    """The application, as the desktop is to know it."""
    # Qt would share out each larger area that is painted among the cores, and wait for them all:
    # some dozen times in a frame, and for cores that are decoding or encoding.
    os.environ.setdefault("QT_NO_GUI_THREADPOOL", "1")
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName(APPLICATION)  # no organisation: it would double the folders
    application.setApplicationVersion(__version__)
    QGuiApplication.setDesktopFileName("clipdesk")
    return application


def has_display() -> bool:
    """Whether a window could be seen here."""
    if os.environ.get("QT_QPA_PLATFORM", "").startswith(("offscreen", "minimal")):
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _write_down(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """A bug in a slot: the window goes on, the log has the trace."""
    if issubclass(kind, KeyboardInterrupt):
        QTimer.singleShot(0, QApplication.quit)
        return
    log.error("in the window", exc_info=(kind, error, trace))


def _give_up(what: str, hint: str) -> None:
    """The library can't be opened: say so in the one box that this program ever shows unasked."""
    box = QMessageBox(QMessageBox.Icon.Warning, APPLICATION, what)
    box.setObjectName("failure")
    box.setInformativeText(hint)
    box.exec()
    QApplication.exit(1)


def _raise(window: MainWindow) -> None:
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.raise_()
    window.activateWindow()
