"""The moments of a video in a row, under the one that is shown large."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QToolTip, QWidget

from clipdesk.core.types import Moment, clock
from clipdesk.ui.theme.tokens import FOCUS_RING, UNIT

HEIGHT = 56
_WIDEST = 72
_LINE = 2

Read = Callable[[int], QPixmap | None]


class MomentStrip(QWidget):
    """Hidden while there is nothing to choose from. What answers the question has a line below.

    Signals:
        chosen: The `Moment` to be shown.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("momentStrip")
        self.setAccessibleName("Moments of the video")
        self.setFixedHeight(HEIGHT)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.read: Read = lambda _: None
        """From a frame's content to its thumbnail, if it is at hand."""
        self._moments: tuple[Moment, ...] = ()
        self._hits: frozenset[int] = frozenset()
        self._now: int | None = None
        self.hide()

    @property
    def moments(self) -> tuple[Moment, ...]:
        """What can be chosen."""
        return self._moments

    def show_moments(self, moments: tuple[Moment, ...], hits: frozenset[int]) -> None:
        """These moments; ``hits`` (their frames) answer the question."""
        self._moments, self._hits = moments, hits
        self.setVisible(len(moments) > 1)
        self._tell()

    @Slot(object)
    def mark(self, now: int | None) -> None:
        """The moment of this frame is shown."""
        self._now = now
        self._tell()

    def step(self, by: int, *, hits: bool = False) -> None:
        """To the next moment, or the one before; with ``hits`` of those that answer only."""
        some = [m for m in self._moments if m.frame_id in self._hits] if hits else self._moments
        at = next((m.at_ms for m in self._moments if m.frame_id == self._now), -1)
        ahead = [m for m in some if (m.at_ms > at if by > 0 else m.at_ms < at)]
        if ahead:
            self.chosen.emit(ahead[0] if by > 0 else ahead[-1])

    def cell(self, number: int) -> QRectF:
        """Where a moment is drawn."""
        width = min(float(_WIDEST), self.width() / max(1, len(self._moments)))
        left = (self.width() - width * len(self._moments)) / 2
        return QRectF(left + number * width, UNIT, width, HEIGHT - 3 * UNIT)

    def _at(self, place: QPointF) -> Moment | None:
        cells = ((self.cell(number), moment) for number, moment in enumerate(self._moments))
        return next((m for cell, m in cells if cell.left() <= place.x() < cell.right()), None)

    def _tell(self) -> None:
        now = next((m for m in self._moments if m.frame_id == self._now), None)
        self.setAccessibleDescription(f"at {clock(now.at_ms)}" if now else "")
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        moment = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and moment is not None:
            self.chosen.emit(moment)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()  # beside the picture a click would close the preview

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            moment = self._at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), clock(moment.at_ms) if moment else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = QGuiApplication.palette()
        accent = palette.color(QPalette.ColorRole.Highlight)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for number, moment in enumerate(self._moments):
            cell = self.cell(number)
            gap = UNIT / 2 if cell.width() > 4 * UNIT else 0.5
            frame = cell.adjusted(gap, 0, -gap, 0)
            self._paint_frame(painter, frame, moment)
            if moment.frame_id in self._hits:
                painter.fillRect(
                    QRectF(frame.left(), frame.bottom() + UNIT, frame.width(), _LINE), accent
                )
            if moment.frame_id == self._now:
                painter.setPen(QPen(accent, FOCUS_RING))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(frame)
        painter.end()

    def _paint_frame(self, painter: QPainter, frame: QRectF, moment: Moment) -> None:
        pixmap = self.read(moment.frame_id)
        if pixmap is None:
            painter.fillRect(frame, QColor.fromRgb(moment.colour))
            return
        # As much of its middle as the cell shows.
        size = frame.size().scaled(QSizeF(pixmap.size()), Qt.AspectRatioMode.KeepAspectRatio)
        part = QRectF(QPointF(), size)
        part.moveCenter(QRectF(pixmap.rect()).center())
        painter.drawPixmap(frame, pixmap, part)
