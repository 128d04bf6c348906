"""An empty state, drawn in the middle of where the pictures would be."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from clipdesk.ui.empty.words import Empty
from clipdesk.ui.theme import tokens
from clipdesk.ui.theme.icons import drawn

ICON_SIDE = 48
BUTTONS = {"add_folder": "Choose a folder…", "pause": "Go on indexing"}


class EmptyPage(QWidget):
    """Icon, sentence, a few words more, at most one button.

    Signals:
        action_requested: The name of the action that the button stands for.
    """

    action_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("emptyPage")
        self._action = ""
        self._empty: Empty | None = None
        self._sign = QLabel(self)
        self._title = QLabel(self)
        self._title.setObjectName("emptyTitle")
        self._title.setProperty("role", "title")
        self._text = QLabel(self)
        self._text.setProperty("role", "caption")
        self.button = QPushButton(self)
        self.button.setObjectName("emptyButton")
        self.button.setProperty("role", "primary")
        self.button.clicked.connect(lambda: self.action_requested.emit(self._action))
        column = QVBoxLayout(self)
        column.setContentsMargins(*[2 * tokens.PADDING] * 4)
        column.setSpacing(tokens.PADDING)
        column.addStretch(2)
        for label in (self._sign, self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            column.addWidget(label)
        column.addSpacing(tokens.UNIT)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def show_state(self, empty: Empty) -> None:
        """Say this."""
        self._empty = empty
        quiet = self.palette().placeholderText().color()
        self._sign.setPixmap(drawn(empty.icon, ICON_SIDE, quiet, self.devicePixelRatioF()))
        self._title.setText(empty.title)
        self._text.setText(empty.text)
        self._action = empty.action
        words = BUTTONS.get(empty.action, "")
        self.button.setVisible(bool(words))
        self.button.setText(words)
        self.button.setAccessibleName(words)

    def title(self) -> str:
        """The sentence that is shown."""
        return self._title.text()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._empty is not None:
            self.show_state(self._empty)  # the sign is a pixmap of the old colours
