"""Icons in one line weight, drawn in the colour of the text around them."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QIcon,
    QIconEngine,
    QImage,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer

from clipdesk.core.paths import resources

STROKE = 'stroke-width="2"'
GRID = 24
"""The icons are drawn on this many units; larger than so, their lines stay as fine."""


def icon(name: str, role: QPalette.ColorRole = QPalette.ColorRole.ButtonText) -> QIcon:
    """The icon of this name (a file of ``resources/icons``), in the palette's colour of a role.

    It follows the palette without being set again, and is sharp at any size and scale.
    """
    return QIcon(_TintedIcon(name, role))


def drawn(name: str, side: int, colour: QColor, ratio: float = 1.0) -> QPixmap:
    """The icon as a pixmap ``side`` logical pixels wide, for screens of a pixel ratio."""
    pixels = max(1, round(side * ratio))
    image = QImage(pixels, pixels, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    _renderer(name, colour.name(), side).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    pixmap = QPixmap.fromImage(image)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def app_icon() -> QIcon:
    """The program's own mark."""
    return QIcon(str(resources() / "icons" / "clipdesk.svg"))


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str, side: int = GRID) -> QSvgRenderer:
    source = (resources() / "icons" / f"{name}.svg").read_text("utf-8")
    stroke = f'stroke-width="{1.5 * GRID / max(GRID, side):.2f}"'
    source = source.replace("currentColor", colour).replace(STROKE, stroke)
    return QSvgRenderer(QByteArray(source.encode()))


class _TintedIcon(QIconEngine):
    def __init__(self, name: str, role: QPalette.ColorRole) -> None:
        super().__init__()
        self._name = name
        self._role = role

    def paint(
        self,
        painter: QPainter,
        rect: QRect,
        mode: QIcon.Mode,
        state: QIcon.State,
    ) -> None:
        group = (
            QPalette.ColorGroup.Disabled
            if mode == QIcon.Mode.Disabled
            else QPalette.ColorGroup.Active
        )
        role = QPalette.ColorRole.HighlightedText if mode == QIcon.Mode.Selected else self._role
        colour = QGuiApplication.palette().color(group, role)
        _renderer(self._name, colour.name()).render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return QPixmap.fromImage(image)

    def clone(self) -> QIconEngine:
        return _TintedIcon(self._name, self._role)
