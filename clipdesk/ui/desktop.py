"""What the desktop does for us: open, reveal in the file manager, the clipboard."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from clipdesk.core.paths import printable
from clipdesk.ui.links import file_url

_TITLE_BAR = 40
"""Logical pixels of what the desktop draws above a window, at most."""
_FILE_MANAGER = "org.freedesktop.FileManager1"


def open_file(path: str) -> bool:
    """Open a file in the program that the person's system has for it."""
    return QDesktopServices.openUrl(file_url(path))


def reveal(paths: Sequence[str]) -> bool:
    """Show files in the file manager, selected where it can; False if nothing could be shown."""
    if not paths:
        return False
    if sys.platform == "win32":
        # Explorer wants one argument of its own syntax, and answers 1 even when all is well.
        subprocess.Popen(f'explorer /select,"{os.path.normpath(paths[0])}"')
        return True
    if sys.platform == "darwin":
        subprocess.Popen(["open", "-R", *paths])
        return True
    if _shown_by_file_manager(paths):
        return True
    return QDesktopServices.openUrl(file_url(Path(paths[0]).parent))


def copy_paths(paths: Sequence[str]) -> None:
    """Put the paths on the clipboard, one a line."""
    QGuiApplication.clipboard().setText("\n".join(printable(path) for path in paths))


def copy_image(image: QImage, path: str | None) -> None:
    """Put a picture on the clipboard, as a picture and as the file it is, if it is one."""
    mime = QMimeData()
    if path is not None:
        mime.setUrls([file_url(path)])
    mime.setImageData(image)
    QGuiApplication.clipboard().setMimeData(mime)


def copy_files(paths: Sequence[str]) -> None:
    """Put files on the clipboard, as a file manager would."""
    mime = QMimeData()
    mime.setUrls([file_url(path) for path in paths])
    QGuiApplication.clipboard().setMimeData(mime)


def give_size(dialog: QWidget, width: int, height: int) -> None:
    """Let a dialog be so large, or as large as its screen has room for."""
    room = dialog.screen().availableSize() - QSize(0, _TITLE_BAR)
    dialog.resize(QSize(width, height).boundedTo(room))


def _shown_by_file_manager(paths: Sequence[str]) -> bool:
    from PySide6.QtDBus import QDBusConnection, QDBusInterface, QDBusMessage  # noqa: PLC0415 - Linux only

    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        return False
    manager = QDBusInterface(_FILE_MANAGER, "/org/freedesktop/FileManager1", _FILE_MANAGER, bus)
    manager.setTimeout(2000)
    uris = [_encoded(file_url(path)) for path in paths]
    answer = manager.call("ShowItems", uris, "")
    return bool(answer.type() == QDBusMessage.MessageType.ReplyMessage)


def _encoded(url: QUrl) -> str:
    return bytes(url.toEncoded().data()).decode("ascii")
