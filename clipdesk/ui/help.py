"""The keys, as the registry of actions has them, and those of single places."""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QIcon, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from clipdesk import __version__
from clipdesk.ui.actions import MENUS, Actions
from clipdesk.ui.desktop import give_size
from clipdesk.ui.keys import PLACES
from clipdesk.ui.theme import tokens

NATIVE = QKeySequence.SequenceFormat.NativeText


class HelpDialog(QDialog):
    """Every key, by menu and by place, and whose program this is."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("helpDialog")
        self.setWindowTitle("Keys and help")
        halves = (QGridLayout(), QGridLayout())
        for title, lines in (*_of_menus(actions), *PLACES.items()):
            self._list(min(halves, key=QGridLayout.rowCount), title, lines)
        keys = QWidget(self)
        columns = QHBoxLayout(keys)
        columns.setContentsMargins(0, 0, tokens.PADDING, 0)
        columns.setSpacing(4 * tokens.PADDING)
        for half in halves:
            half.setHorizontalSpacing(2 * tokens.PADDING)
            half.setVerticalSpacing(tokens.UNIT)
            half.setRowStretch(half.rowCount(), 1)
            columns.addLayout(half)
        scroll = QScrollArea(self)
        scroll.setWidget(keys)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # arrows scroll
        scroll.setAccessibleName("Keys")
        about = _quiet(
            f"ClipDesk {__version__}. Apache License 2.0. "
            "Nothing leaves this computer unless you say so.",
            self,
        )
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())  # as elsewhere
        buttons.rejected.connect(self.reject)
        column_of_all = QVBoxLayout(self)
        column_of_all.setContentsMargins(*[2 * tokens.PADDING] * 4)
        column_of_all.setSpacing(2 * tokens.PADDING)
        column_of_all.addWidget(scroll)
        column_of_all.addWidget(about)
        column_of_all.addWidget(buttons)
        room = self.sizeHint() - scroll.sizeHint() + keys.sizeHint()
        give_size(self, room.width() + scroll.verticalScrollBar().sizeHint().width(), room.height())

    def _list(self, grid: QGridLayout, title: str, lines: Iterable[tuple[str, str]]) -> None:
        row = grid.rowCount()
        heading = QLabel(title, self)
        heading.setProperty("role", "title")
        heading.setContentsMargins(0, tokens.PADDING, 0, 0)
        grid.addWidget(heading, row, 0, 1, 2)
        for at, (deed, keys) in enumerate(lines, row + 1):
            grid.addWidget(QLabel(deed, self), at, 0)
            grid.addWidget(_quiet(keys, self), at, 1)


def _of_menus(actions: Actions) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for title, names in MENUS.items():
        keyed = [actions[name] for name in names if name and actions[name].shortcuts()]
        if keyed:
            yield title, [(action.text().rstrip("…"), _keys(action)) for action in keyed]


def _keys(action: QAction) -> str:
    return ", ".join(key.toString(NATIVE) for key in action.shortcuts())


def _quiet(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setProperty("role", "caption")
    return label
