"""Questions of the test, each with its picture."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from PySide6.QtCore import QRunnable, QSize, Qt, QThreadPool, Signal, Slot
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QLabel, QToolButton, QVBoxLayout, QWidget

from clipdesk.core.messages.lessons import Asked
from clipdesk.ui import words
from clipdesk.ui.decoded import decoded
from clipdesk.ui.theme import tokens

SIDE = 40
_ICON = QSize(SIDE + 2 * tokens.UNIT, SIDE)
Read = Callable[[int], bytes | None]
"""From a content's id to its encoded thumbnail; thread-safe."""


class Examples(QWidget):
    """A list of words with thumbnails.

    Signals:
        chosen: The words of one that was clicked.
    """

    chosen = Signal(str)
    _decoded = Signal(int, QImage)

    def __init__(self, title: str, read: Read, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._read = read
        self._rows: dict[int, QToolButton] = {}
        self._ticket = 0
        self._decoded.connect(self._on_decoded, Qt.ConnectionType.QueuedConnection)
        self._title = QLabel(title, self)
        self._title.setProperty("role", "caption")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(tokens.UNIT)
        self._column.addWidget(self._title)
        self._column.addStretch(1)

    def show_asked(self, asked: Sequence[Asked]) -> None:
        """Show these instead of what was there."""
        for old in self._rows.values():
            old.hide()
            old.deleteLater()
        self._rows = {}
        self.setVisible(bool(asked))
        for number, each in enumerate(asked):
            row = self._row(each)
            self._column.insertWidget(1 + number, row)
            self._ticket += 1
            self._rows[self._ticket] = row
            reading = _Reading(self._read, each.content_id, self._ticket, self._decoded.emit)
            QThreadPool.globalInstance().start(reading)

    def _row(self, asked: Asked) -> QToolButton:
        row = QToolButton(self)
        row.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        row.setIconSize(_ICON)
        place = "first" if asked.place == 1 else f"number {asked.place:,}"
        row.setText(words.on_button(f"{_short(asked.words)}\n{place}"))
        row.setToolTip(words.tip(f"{asked.words}\n{asked.name}\nClick to search for it"))
        row.setAccessibleName(f"{asked.words}: {asked.name} came {place}")
        row.clicked.connect(lambda _=False: self.chosen.emit(asked.words))
        blank = QPixmap(_ICON)
        blank.fill(Qt.GlobalColor.transparent)
        row.setIcon(QIcon(blank))
        return row

    @Slot(int, QImage)
    def _on_decoded(self, ticket: int, image: QImage) -> None:
        if ticket in self._rows:
            self._rows[ticket].setIcon(QIcon(QPixmap.fromImage(image)))


class _Reading(QRunnable):
    """A thumbnail on its way from the disk; a picture without one keeps its blank."""

    def __init__(
        self, read: Read, content_id: int, ticket: int, tell: Callable[[int, QImage], None]
    ) -> None:
        super().__init__()
        self._read, self._content_id, self._ticket, self._tell = read, content_id, ticket, tell

    def run(self) -> None:
        data = self._read(self._content_id)
        image = decoded(data, _sized) if data else QImage()
        if image.isNull():
            return
        with suppress(RuntimeError):  # the window is gone
            self._tell(self._ticket, _framed(image))


def _sized(size: QSize) -> QSize:
    return size.scaled(QSize(2 * SIDE, 2 * SIDE), Qt.AspectRatioMode.KeepAspectRatio)


def _framed(image: QImage) -> QImage:
    """In the middle of a square, with a margin to the words beside it; for fine screens, too."""
    framed = QImage(_ICON * 2, QImage.Format.Format_ARGB32_Premultiplied)
    framed.fill(Qt.GlobalColor.transparent)
    painter = QPainter(framed)
    painter.drawImage(SIDE - image.width() // 2, SIDE - image.height() // 2, image)
    painter.end()
    return framed


def _short(text: str) -> str:
    return text if len(text) <= 36 else f"{text[:35]}…"
