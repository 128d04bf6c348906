"""Fetching a model: the question, the progress, the end."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from clipdesk.core.messages.events import (
    DownloadProgress,
)
from clipdesk.core.types import ModelInfo
from clipdesk.ui import words
from clipdesk.ui.theme import tokens


class DownloadPage(QWidget):
    """Asks first: what, how large, from where, under which licence.

    Signals:
        agreed: The name of the model; the person said yes.
        cancelled: The download under way is not wanted any more.
        left: The person goes back to the list.
    """

    agreed = Signal(str)
    cancelled = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("downloadPage")
        self._model: ModelInfo | None = None
        self.under_way = False
        self._title = QLabel(self)
        self._title.setProperty("role", "title")
        self._title.setWordWrap(True)
        self._text = QLabel(self)
        self._text.setObjectName("downloadText")
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._bar = QProgressBar(self)
        self._bar.setObjectName("downloadProgress")
        self._bar.setAccessibleName("Download")
        self._bar.setTextVisible(False)
        self.no = self._button("downloadNo", "Not now")
        self.no.clicked.connect(self._on_no)
        self.yes = self._button("downloadYes", "Download")
        self.yes.setProperty("role", "primary")
        self.yes.clicked.connect(self._on_yes)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.no)
        row.addWidget(self.yes)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[2 * tokens.PADDING] * 4)
        column.setSpacing(tokens.PADDING)
        column.addStretch(1)
        for widget in (self._title, self._text, self._bar):
            column.addWidget(widget)
        column.addStretch(2)
        column.addLayout(row)

    def ask(self, model: ModelInfo) -> None:
        """Put the question."""
        self._model = model
        self._title.setText(f"Download {model.title}?")
        facts = [
            f"Size: {words.size(model.size_bytes) if model.size_bytes else 'not known'}",
            f"From: {model.source or 'not known'}",
            f"Licence: {model.licence or 'not known'}",
        ]
        promise = "Only the model is fetched. Your pictures and searches stay on this computer."
        self._text.setText("\n".join([*facts, "", promise]))
        self._show(under_way=False, yes="Download", no="Not now")

    def show_progress(self, progress: DownloadProgress) -> None:
        """Say how far it is."""
        if not self.under_way:
            self._show(under_way=True, yes="", no="Cancel")
        title = self._model.title if self._model else progress.name
        self._title.setText(f"Downloading {title}")
        total = words.size(progress.total_bytes) if progress.total_bytes else "?"
        self._text.setText(f"{words.size(progress.done_bytes)} of {total}")
        self._bar.setRange(0, 1000 if progress.total_bytes else 0)
        if progress.total_bytes:
            # In thousandths: Qt counts in 32 bits, models do not.
            self._bar.setValue(1000 * progress.done_bytes // progress.total_bytes)

    def show_failure(self, message: str) -> None:
        """Say why it did not work; what has arrived is kept for another try."""
        self._title.setText("The download did not finish" if self._model else "That did not work")
        self._text.setText(message)
        self._show(under_way=False, yes="Try again", no="Back")

    def rest(self) -> None:
        """Nothing is under way any more."""
        self._model = None
        self.under_way = False

    def _show(self, *, under_way: bool, yes: str, no: str) -> None:
        self.under_way = under_way
        self._bar.setVisible(under_way)
        self.yes.setVisible(bool(yes) and self._model is not None)
        for button, text in ((self.yes, yes), (self.no, no)):
            button.setText(text)
            button.setAccessibleName(text or "Download")

    def _on_yes(self) -> None:
        if self._model is not None:
            self.agreed.emit(self._model.name)
            self.show_progress(DownloadProgress(self._model.name, 0, self._model.size_bytes or 0))

    def _on_no(self) -> None:
        if self.under_way:
            self.cancelled.emit()
        else:
            self.left.emit()

    def _button(self, name: str, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        return button
