"""Shares as bars, each with a line for how sure it is."""

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from clipdesk.core.messages.lessons import Estimate
from clipdesk.ui.theme import tokens
from clipdesk.ui.theme.theme import worn_by

_ROW = 2 * tokens.HIT_TARGET - 2 * tokens.UNIT
_BAR = 8
_NUMBER = 56


class Bars(QWidget):
    """One row for each share: what it is of, the bar, and the number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bars")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rows: tuple[tuple[str, Estimate], ...] = ()

    def show_shares(self, rows: Sequence[tuple[str, Estimate]]) -> None:
        """Show these; the last one, which the others are compared with, in colour."""
        self._rows = tuple(rows)
        said = "; ".join(f"{label}: {_percent(share)}" for label, share in rows)
        self.setAccessibleName(said)
        self.setToolTip("The line shows where 95 of 100 such tests would come out")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, _ROW * len(self._rows))

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = worn_by(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        right = self.width() - _NUMBER
        for number, (label, share) in enumerate(self._rows):
            top = number * _ROW
            painter.setPen(QColor(colours.text))
            line = QRectF(0, top, self.width(), _ROW - _BAR - 2 * tokens.UNIT)
            shown = painter.fontMetrics().elidedText(
                label, Qt.TextElideMode.ElideMiddle, round(right)
            )
            left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
            painter.drawText(line, left, shown)
            track = QRectF(0, line.bottom() + tokens.UNIT, right, _BAR)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.border))
            painter.drawRoundedRect(track, _BAR / 2, _BAR / 2)
            filled = QRectF(track)
            filled.setWidth(max(_BAR, track.width() * share.value))
            last = number == len(self._rows) - 1
            painter.setBrush(QColor(colours.accent if last else colours.secondary))
            painter.drawRoundedRect(filled, _BAR / 2, _BAR / 2)
            painter.setPen(QPen(QColor(colours.text), 1.5))
            middle = track.center().y()
            painter.drawLine(
                QLineF(track.width() * share.low, middle, track.width() * share.high, middle)
            )
            painter.setPen(QColor(colours.text))
            beside = QRectF(right, track.top() - _ROW / 2, _NUMBER, _ROW + _BAR)
            painter.drawText(
                beside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _percent(share)
            )


def _percent(share: Estimate) -> str:
    return f"{100 * share.value:.0f} %"
