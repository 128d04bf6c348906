"""An empty state, drawn in the middle of where the pictures would be."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from clipdesk.ui.empty.words import Empty
from clipdesk.ui.theme import tokens
from clipdesk.ui.theme.sign import Sign

ICON_SIDE = 48
BUTTONS = {
    "add_folder": "Choose a folder…",
    "pause": "Go on indexing",
    "models": "Choose a model…",
}


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
        self._sign = Sign("images", ICON_SIDE, self)
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
            column.addWidget(label)
        for label in (self._title, self._text):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            column.addWidget(label)
        column.addSpacing(tokens.UNIT)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def show_state(self, empty: Empty) -> None:
        """Say this."""
        self._sign.show_icon(empty.icon)
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
