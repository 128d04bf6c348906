"""One model to choose."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QRadioButton, QWidget

from clipdesk.core.types import ModelInfo
from clipdesk.ui import words
from clipdesk.ui.theme import tokens


class ModelCard(QFrame):
    """Its title, what it is good at, and whether it is on this computer."""

    def __init__(self, model: ModelInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.setObjectName(f"modelCard-{model.name}")
        self.setProperty("role", "card")
        self.button = QRadioButton(model.title, self)
        self.button.setObjectName(f"model-{model.name}")
        where = "on this computer" if model.here else _to_fetch(model)
        if model.terms is not None:
            where = f"at {model.terms.company}{', set up' if model.here else ''}"
        self.button.setAccessibleName(f"{model.title}, {where}. {model.summary}")
        self.button.setToolTip(model.name)
        state = QLabel(where, self)
        state.setProperty("role", "caption")
        summary = QLabel(model.summary, self)
        summary.setProperty("role", "caption")
        summary.setWordWrap(True)
        grid = QGridLayout(self)
        grid.setContentsMargins(tokens.PADDING, 2 * tokens.UNIT, tokens.PADDING, 2 * tokens.UNIT)
        grid.setVerticalSpacing(2)
        grid.addWidget(self.button, 0, 0)
        grid.addWidget(state, 0, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(summary, 1, 0, 1, 2)
        grid.setColumnStretch(0, 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.button.setChecked(True)
        self.button.setFocus(Qt.FocusReason.MouseFocusReason)


def _to_fetch(model: ModelInfo) -> str:
    return f"download, {words.size(model.size_bytes)}" if model.size_bytes else "download"
