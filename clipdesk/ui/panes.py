"""The rooms side by side, with borders that can be moved and are remembered."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from clipdesk.ui.memory import Memory

SIDEBAR_WIDTH, DESK_WIDTH, INSPECTOR_WIDTH = 220, 800, 260
PANES_HEIGHT, DRAWER_HEIGHT = 540, 232


class Panes(QWidget):
    """The top bar; sidebar, desk and inspector side by side; a drawer below; the status line."""

    def __init__(
        self,
        *,
        top: QWidget,
        sidebar: QWidget,
        desk: QWidget,
        inspector: QWidget,
        drawer: QWidget,
        status: QWidget,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.sides = _splitter("panes", Qt.Orientation.Horizontal, sidebar, desk, inspector)
        self.sides.setStretchFactor(1, 1)
        self.sides.setSizes([SIDEBAR_WIDTH, DESK_WIDTH, INSPECTOR_WIDTH])
        sidebar.setMinimumWidth(140)
        desk.setMinimumWidth(240)
        inspector.setMinimumWidth(200)
        inspector.hide()
        self._floors = _splitter("floors", Qt.Orientation.Vertical, self.sides, drawer)
        self._floors.setStretchFactor(0, 1)
        self._floors.setSizes([PANES_HEIGHT, DRAWER_HEIGHT])
        drawer.setMinimumHeight(120)
        drawer.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addWidget(self._floors, 1)
        column.addWidget(status)

    def restore(self, memory: Memory) -> None:
        """Put the borders where they were."""
        self._floors.restoreState(memory.floors)
        self.sides.restoreState(memory.panes)

    def keep(self, memory: Memory) -> None:
        """Remember where the borders are."""
        memory.floors = self._floors.saveState()
        memory.panes = self.sides.saveState()


def _splitter(name: str, orientation: Qt.Orientation, *rooms: QWidget) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setObjectName(name)
    splitter.setHandleWidth(1)
    splitter.setChildrenCollapsible(False)
    for room in rooms:
        splitter.addWidget(room)
    return splitter
