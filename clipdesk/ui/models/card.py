"""One model to choose."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QRadioButton, QWidget

from clipdesk.core.types import ModelInfo
from clipdesk.ui import words
from clipdesk.ui.models import facts
from clipdesk.ui.theme import tokens


class ModelCard(QFrame):
    """Its title, what it is good at, and whether it is on this computer; more once it is chosen."""

    def __init__(self, model: ModelInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.setObjectName(f"modelCard-{model.name}")
        self.setProperty("role", "card")
        title = f"{model.pick}: {model.title}" if model.pick else model.title
        self.button = QRadioButton(title, self)
        self.button.setObjectName(f"model-{model.name}")
        self.button.setToolTip(words.tip(model.name))
        self.button.toggled.connect(self._on_toggled)
        self._state = self._label("", "caption")
        self._state.setWordWrap(False)
        advice = self._label("Advised for this computer" if model.advised else "", "")
        advice.setProperty("tone", "accent")
        # What all of a family have in common stands above them.
        summary = self._label(model.summary if _stands_alone(model) else "", "caption")
        short = self._label(facts.short(model), "caption")
        doubt = self._label(model.doubt, "")
        doubt.setProperty("tone", "warning")
        self._details = self._label("", "caption")
        grid = QGridLayout(self)
        grid.setContentsMargins(tokens.PADDING, 2 * tokens.UNIT, tokens.PADDING, 2 * tokens.UNIT)
        grid.setVerticalSpacing(2)
        grid.addWidget(self.button, 0, 0)
        grid.addWidget(self._state, 0, 1, Qt.AlignmentFlag.AlignRight)
        for row, label in enumerate((advice, summary, short, doubt, self._details), 1):
            label.setVisible(bool(label.text()))
            grid.addWidget(label, row, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        self.show_use("")

    def show_use(self, current: str) -> None:
        """Say whether it is the model in use."""
        used = bool(current) and self.model.name == current
        where = "in use" if used else _where(self.model)
        self._state.setText(where)
        self.button.setAccessibleName(f"{self.model.title}, {where}. {self.model.summary}")

    def matches(self, text: str) -> bool:
        """Whether each of these words is found in what is said of it."""
        model = self.model
        said = f"{model.name} {model.title} {model.family} {model.summary} {model.licence} "
        said = f"{said} {model.languages} {model.pick}".casefold()
        return all(word in said for word in text.casefold().split())

    def _label(self, text: str, role: str) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setProperty("role", role)
        return label

    def _on_toggled(self, chosen: bool) -> None:  # noqa: FBT001 - a slot
        if chosen and not self._details.text():
            self._details.setText("\n".join(facts.long(self.model)))
        self._details.setVisible(chosen and bool(self._details.text()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.button.setChecked(True)
        self.button.setFocus(Qt.FocusReason.MouseFocusReason)


def _where(model: ModelInfo) -> str:
    if model.terms is not None:
        return f"at {model.terms.company}{', set up' if model.here else ''}"
    if model.doubt:
        return "doubtful"
    if model.here:
        return "on this computer"
    if model.part_bytes:
        return f"{words.size(model.part_bytes)} have arrived"
    return f"{words.size(model.size_bytes)} to fetch" if model.size_bytes else "to be fetched"


def _stands_alone(model: ModelInfo) -> bool:
    return bool(model.pick or model.here or model.terms or not model.family)
