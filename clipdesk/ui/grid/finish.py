"""A thumbnail made ready to be painted: of the cell's size, on a ground, with smooth corners.

It is done once, in the loader's threads: a cell is then painted by copying pixels.
"""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen

from clipdesk.ui.theme.tokens import CELL_RADIUS

_LEAST = 24
"""The narrow side of a strip is at least one part in so many of the cell."""

_ICON = 32
"""Pixels across, up to which a picture is drawn pixel by pixel."""

TILE = 6
"""Of the checker, in logical pixels."""
_LIGHT_GROUND = "#F4F4F2", "#E7E7E4"
_DARK_GROUND = "#3C3C3F", "#464649"
LIGHT_PICTURE = 0.68
"""The lightness from which a transparent picture stands on a dark ground."""

_EDGE = QColor(128, 128, 128, 56)
"""A white picture on a white ground has an edge all the same, and a black one on black."""


def fit(side: int, width: int, height: int) -> tuple[int, int]:
    """Width and height of a picture made as large as a square of ``side`` allows."""
    if width <= 0 or height <= 0:
        return side, side
    longer, least = max(width, height), max(1, side // _LEAST)
    return max(least, round(width * side / longer)), max(least, round(height * side / longer))


def shrunk(size: QSize, side: int) -> QSize:
    """The same, of a picture that is larger; others are enlarged by `finished`, as suits them."""
    fitted = QSize(*fit(side, size.width(), size.height()))
    return fitted if fitted.width() < size.width() else size


def radius(width: float, height: float, ratio: float) -> float:
    """Of the corners, in device pixels; less for strips."""
    return min(CELL_RADIUS * ratio, width / 4, height / 4)


def finished(image: QImage, side: int, ratio: float, original_width: int) -> QImage:
    """The image fitted into a square of ``side`` device pixels on a screen of a pixel ratio."""
    width, height = fit(side, image.width(), image.height())
    # A small icon shows its pixels; a photo waiting for a larger thumbnail is smoothed.
    sharp = 0 < original_width <= image.width() <= _ICON and width >= 2 * image.width()
    # One that is of that size already stays as it is.
    scaled = image.scaled(
        QSize(width, height),
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.FastTransformation
        if sharp
        else Qt.TransformationMode.SmoothTransformation,
    )
    scaled.setDevicePixelRatio(1.0)
    result = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    result.fill(Qt.GlobalColor.transparent)
    corner = radius(width, height, ratio)
    shape = QRectF(0, 0, width, height)
    painter = QPainter(result)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    light = lightness(scaled)
    if light is not None:
        painter.setBrush(checker(max(2, round(TILE * ratio)), dark=light > LIGHT_PICTURE))
        painter.drawRoundedRect(shape, corner, corner)
    painter.setBrush(QBrush(scaled))
    painter.drawRoundedRect(shape, corner, corner)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(_EDGE, ratio))
    half = ratio / 2
    painter.drawRoundedRect(shape.adjusted(half, half, -half, -half), corner - half, corner - half)
    painter.end()
    return result


def checker(tile: int, *, dark: bool) -> QBrush:
    """The ground of a transparent picture, in squares of ``tile`` pixels."""
    ground, square = _DARK_GROUND if dark else _LIGHT_GROUND
    image = QImage(2 * tile, 2 * tile, QImage.Format.Format_RGB32)
    image.fill(QColor(ground))
    painter = QPainter(image)
    painter.fillRect(0, 0, tile, tile, QColor(square))
    painter.fillRect(tile, tile, tile, tile, QColor(square))
    painter.end()
    return QBrush(image)


def lightness(image: QImage) -> float | None:
    """How light what can be seen of a transparent picture is, 0–1; None if it is all opaque."""
    if not image.hasAlphaChannel():
        return None
    side = 16
    small = image.scaled(
        side,
        side,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    plain = small.convertToFormat(QImage.Format.Format_RGBA8888)
    pixels = bytes(plain.constBits())  # not by NumPy, which a start has no time for
    alphas = pixels[3::4]
    seen = sum(alphas)
    if seen > 0.999 * 255 * side * side:
        return None
    colours = zip(pixels[0::4], pixels[1::4], pixels[2::4], strict=True)
    twice = sum(
        (max(colour) + min(colour)) * alpha for colour, alpha in zip(colours, alphas, strict=True)
    )
    return twice / (2 * 255 * seen) if seen else 0.0
