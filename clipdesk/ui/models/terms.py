"""Setting up a hosted model: what is sent, to whom, at what price; then the person's consent."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from clipdesk.core.messages.requests import (
    SetUpModel,
)
from clipdesk.core.types import Entry, ModelInfo, Secret
from clipdesk.ui.theme import tokens


class TermsPage(QWidget):
    """Nothing is sent before the box is ticked and the button pressed.

    Signals:
        agreed: A `SetUpModel`; the person said yes, and this is their key.
        left: The person goes back to the list.
    """

    agreed = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("termsPage")
        self._model: ModelInfo | None = None
        self._fields: list[tuple[Entry, QLineEdit]] = []
        self._title = self._label("termsTitle", role="title")
        self._text = self._label("termsText")
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._failure = self._label("termsFailure")
        self._form = QFormLayout()
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self._form.setSpacing(tokens.UNIT)
        self.consent = QCheckBox(self)
        self.consent.setObjectName("termsConsent")
        self.consent.setAccessibleName("Agree to these terms")
        self.consent.toggled.connect(self._on_changed)
        self.no = self._button("termsNo", "Not now")
        self.no.clicked.connect(self.left)
        self.yes = self._button("termsYes", "Set up")
        self.yes.setProperty("role", "primary")
        self.yes.clicked.connect(self._on_yes)
        told = QWidget(self)
        inner = QVBoxLayout(told)
        inner.setContentsMargins(0, 0, tokens.PADDING, 0)
        inner.setSpacing(tokens.PADDING)
        inner.addWidget(self._title)
        inner.addWidget(self._text)
        inner.addLayout(self._form)
        inner.addWidget(self.consent)
        inner.addWidget(self._failure)
        inner.addStretch(1)
        self._scroll = scroll = QScrollArea(self)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(told)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.no)
        row.addWidget(self.yes)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[2 * tokens.PADDING] * 4)
        column.setSpacing(tokens.PADDING)
        column.addWidget(scroll, 1)
        column.addLayout(row)

    def ask(self, model: ModelInfo) -> None:
        """Tell the terms of this model, and ask."""
        terms = model.terms
        assert terms is not None
        self._model = model
        self._title.setText(f"Use {model.title}?")
        self._text.setText(
            f"{terms.sent}\n\n{terms.price}\n\nWhat {terms.company} says of privacy: "
            f"{terms.privacy}\nA key is had at {terms.keys}"
        )
        self._lay_out(terms.entries)
        self.consent.setText(f"Send my pictures to {terms.company}")
        self.consent.setAccessibleName(self.consent.text())
        self.consent.setChecked(False)
        self._failure.setText("")
        self._set_busy(busy=False)
        # To be read from the top, not from the first field.
        self.no.setFocus(Qt.FocusReason.OtherFocusReason)
        self._scroll.verticalScrollBar().setValue(0)

    def show_failure(self, message: str) -> None:
        """Say why it did not work; what was entered stays, but for the key."""
        self._failure.setText(message)
        self._set_busy(busy=False)

    def forget(self) -> None:
        """Leave no key behind in the window."""
        for entry, field in self._fields:
            if entry.secret:
                field.clear()

    def _lay_out(self, entries: tuple[Entry, ...]) -> None:
        while self._form.rowCount():
            self._form.removeRow(0)
        self._fields = []
        for entry in entries:
            field = QLineEdit(entry.default, self)
            field.setObjectName(f"terms-{entry.name}")
            field.setAccessibleName(entry.label)
            label = entry.label
            if entry.secret:
                field.setEchoMode(QLineEdit.EchoMode.Password)
                label += ": it goes into this computer's keyring"
            if entry.file:
                field.setPlaceholderText("Paste what the file contains")
            field.textChanged.connect(self._on_changed)
            self._form.addRow(label, field)
            self._fields.append((entry, field))

    @Slot()
    def _on_changed(self) -> None:
        lacking = [e for e, f in self._fields if not (e.optional or e.default or f.text().strip())]
        self.yes.setEnabled(self.consent.isChecked() and not lacking)

    @Slot()
    def _on_yes(self) -> None:
        if self._model is None:
            return
        plain = tuple((e.name, f.text().strip()) for e, f in self._fields if not e.secret)
        key = "".join(field.text().strip() for entry, field in self._fields if entry.secret)
        name = self._model.name
        self._failure.setText("Trying the key…")
        self.forget()
        self._set_busy(busy=True)
        self.agreed.emit(SetUpModel(name, plain, Secret(key)))

    def _set_busy(self, *, busy: bool) -> None:
        for widget in (self.consent, *(field for _, field in self._fields)):
            widget.setEnabled(not busy)
        if busy:
            self.yes.setEnabled(False)
        else:
            self._on_changed()

    def _label(self, name: str, *, role: str = "") -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setProperty("role", role)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label

    def _button(self, name: str, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        return button
