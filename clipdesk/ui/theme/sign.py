"""An icon that stands by itself, without being a button."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel, QWidget

from clipdesk.ui.theme.icons import drawn


class Sign(QLabel):
    """Draws an icon in secondary text's colour, or a given one; it follows the palette."""

    def __init__(self, name: str, side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._side = name, side
        self._colour: str | None = None
        self.setFixedHeight(side)
        self.setMinimumWidth(side)
        self._draw()

    def show_icon(self, name: str, colour: str | None = None) -> None:
        """Draw this icon from now on."""
        self._name, self._colour = name, colour
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.DevicePixelRatioChange):
            self._draw()

    def _draw(self) -> None:
        quiet = self.palette().color(QPalette.ColorRole.PlaceholderText)
        colour = QColor(self._colour) if self._colour else quiet
        self.setPixmap(drawn(self._name, self._side, colour, self.devicePixelRatioF()))
