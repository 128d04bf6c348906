"""The keys, as the registry of actions has them."""

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from clipdesk import __version__
from clipdesk.ui.actions import MENUS, Actions
from clipdesk.ui.theme import tokens

NATIVE = QKeySequence.SequenceFormat.NativeText


class HelpDialog(QDialog):
    """Every key, by menu, and whose program this is."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("helpDialog")
        self.setWindowTitle("Keys and help")
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * tokens.PADDING)
        grid.setVerticalSpacing(tokens.UNIT)
        rows = {0: 0, 3: 0}
        for title, names in MENUS.items():
            keyed = [actions[name] for name in names if name and actions[name].shortcuts()]
            if not keyed:
                continue
            column = min(rows, key=lambda column: rows[column])
            heading = QLabel(title, self)
            heading.setProperty("role", "title")
            grid.addWidget(heading, rows[column], column, 1, 2)
            for row, action in enumerate(keyed, rows[column] + 1):
                keys = ", ".join(key.toString(NATIVE) for key in action.shortcuts())
                grid.addWidget(QLabel(action.text().rstrip("…"), self), row, column)
                grid.addWidget(_quiet(keys, self), row, column + 1)
            rows[column] += len(keyed) + 2
            grid.setRowMinimumHeight(rows[column] - 1, tokens.PADDING)
        grid.setColumnMinimumWidth(2, 2 * tokens.PADDING)
        about = _quiet(
            f"ClipDesk {__version__}. Apache License 2.0. Nothing leaves this computer.", self
        )
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        column_of_all = QVBoxLayout(self)
        column_of_all.setContentsMargins(*[2 * tokens.PADDING] * 4)
        column_of_all.setSpacing(2 * tokens.PADDING)
        column_of_all.addLayout(grid)
        column_of_all.addWidget(about)
        column_of_all.addWidget(buttons)


def _quiet(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setProperty("role", "caption")
    return label
