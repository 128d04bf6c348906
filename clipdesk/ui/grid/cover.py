"""What lies over a grid: as large as it, and above its scroll bar."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from clipdesk.ui.grid.view import GridView


class Cover(QObject):
    """Keeps a child of a grid where it belongs while it is shown."""

    def __init__(self, widget: QWidget, grid: GridView) -> None:
        super().__init__(widget)
        self._widget, self._grid = widget, grid
        bar = grid.verticalScrollBar()
        self._bar = bar.parentWidget() or bar
        grid.installEventFilter(self)
        self._bar.installEventFilter(self)

    def lay(self) -> None:
        """Cover all of the grid."""
        self._widget.setGeometry(self._grid.rect())
        self._bar.stackUnder(self._widget)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._grid and event.type() == QEvent.Type.Resize:
            self._widget.setGeometry(self._grid.rect())
        elif watched is self._bar and event.type() == QEvent.Type.ZOrderChange:
            over = self._grid.children()
            if over.index(self._bar) > over.index(self._widget):
                self._bar.stackUnder(self._widget)  # the grid puts it on top when it is laid out
        return super().eventFilter(watched, event)
