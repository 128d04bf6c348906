"""What is written of a picture: by the person, or by a model that has looked at it."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from clipdesk.core.types import Note
from clipdesk.ui.theme import tokens
from clipdesk.ui.theme.icons import icon
from clipdesk.ui.theme.sign import Sign

_PATIENCE_MS = 800
"""After the last key, what is written is kept."""
LINES = 4


class NoteEditor(QWidget):
    """A few lines of text; they are kept by themselves.

    Signals:
        written: What the note is now, a str.
        describe_requested: The person wants a model to describe the picture.
    """

    written = Signal(str)
    describe_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kept = Note()
        self._waiting = False
        self.describes = False
        """Whether somebody hears `describe_requested`."""
        self.text = QPlainTextEdit(self)
        self.text.setObjectName("noteText")
        self.text.setPlaceholderText("Write a note; its words find the picture")
        self.text.setAccessibleName("Note")
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(LINES * self.text.fontMetrics().lineSpacing() + 4 * tokens.UNIT)
        self.text.installEventFilter(self)
        self._sign = Sign("sparkles", 14, self)
        self._origin = QLabel(self)
        self._origin.setObjectName("noteOrigin")
        self._origin.setProperty("role", "caption")
        self._origin.setTextFormat(Qt.TextFormat.PlainText)
        self._origin.setWordWrap(True)
        self._origin.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.describe = QPushButton("Describe", self)
        self.describe.setObjectName("describeButton")
        self.describe.setProperty("role", "flat")
        self.describe.setAccessibleName("Describe the picture")
        self.describe.setIcon(icon("sparkles"))
        self.describe.setToolTip("Let a model describe the picture in a sentence (Ctrl+D)")
        self.describe.clicked.connect(self.describe_requested)
        self._soon = QTimer(self, interval=_PATIENCE_MS, singleShot=True)
        self._soon.timeout.connect(self.flush)
        self.text.textChanged.connect(self._on_changed)
        below = QHBoxLayout()
        below.setSpacing(tokens.UNIT)
        below.addWidget(self._sign)
        below.addWidget(self._origin, 1)
        below.addWidget(self.describe)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.UNIT)
        column.addWidget(self.text)
        column.addLayout(below)
        self._tell_origin()

    def show_note(self, note: Note) -> None:
        """Show what is written of another picture, or has changed of this one."""
        if note == self._kept:
            return
        if self.text.hasFocus() and self._soon.isActive():
            return  # it is being written
        self._kept = note
        self._waiting = False
        if self.text.toPlainText() != note.text:
            self.text.setPlainText(note.text)
        self._soon.stop()
        self._tell_origin()

    def flush(self) -> None:
        """Keep what is written now."""
        self._soon.stop()
        text = self.text.toPlainText().strip()
        if text != self._kept.text:
            self._kept = Note(text)
            self.written.emit(text)
        self._tell_origin()

    def wait(self, *, waiting: bool) -> None:
        """A description is on its way, or will not come."""
        self._waiting = waiting
        self._tell_origin()

    def forget(self) -> None:
        """Another picture is picked: keep what was written of this one, and be empty."""
        self.flush()
        self._waiting = False
        self.show_note(Note())
        self._tell_origin()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.text and event.type() == QEvent.Type.FocusOut:
            self.flush()
        return super().eventFilter(watched, event)

    def _on_changed(self) -> None:
        if self.text.toPlainText().strip() != self._kept.text:
            self._soon.start()

    def _tell_origin(self) -> None:
        made_by = self._kept.made_by
        self._sign.setVisible(bool(made_by))
        model = made_by.partition("/")[0].partition(":")[0]
        self._origin.setText(f"Written by a machine, {model}" if made_by else "")
        self._origin.setToolTip(f"The model {made_by}" if made_by else "")
        # What the person has written is not to be replaced.
        self.describe.setVisible(self.describes and (bool(made_by) or not self._kept.text))
        self.describe.setEnabled(not self._waiting)
        again = "Describe again" if made_by else "Describe"
        self.describe.setText("Describing…" if self._waiting else again)
