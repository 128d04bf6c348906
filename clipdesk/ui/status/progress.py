"""How far indexing is, as words over a thin line."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from clipdesk.core.messages.events import (
    Progress,
)
from clipdesk.ui import words


class ProgressLine(QProgressBar):
    """A progress bar whose text is the whole sentence, and whose bar is a hair-line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("progress")
        self.setAccessibleName("Indexing")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.show_progress(Progress(0, 0))

    def show_progress(self, progress: Progress) -> None:
        """Say how far it is."""
        sentence = _sentence(progress)
        self.setRange(0, max(progress.total, 1))
        self.setValue(progress.done if progress.total else 1)
        self.setFormat(sentence.replace("%", "%%"))
        self.setAccessibleDescription(sentence)
        self.setToolTip(sentence)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, self.fontMetrics().height() + 10)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.fontMetrics().height() + 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.palette().text().color())
        metrics = self.fontMetrics()
        text = metrics.elidedText(self.format(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(
            self.rect(), int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text
        )
        if self.value() < self.maximum():
            width = min(self.width(), metrics.horizontalAdvance(text))
            track = QRect(0, self.height() - 3, width, 2)
            painter.fillRect(track, self.palette().mid())
            track.setWidth(round(width * self.value() / self.maximum()))
            painter.fillRect(track, self.palette().accent())


def _sentence(progress: Progress) -> str:
    if progress.done >= progress.total:
        if progress.what:
            return progress.what
        return "Up to date" if progress.total else "Ready"
    parts = [
        f"{progress.what or 'Indexing'}  "
        f"{words.count(progress.done)} of {words.count(progress.total)}"
    ]
    if progress.paused:
        why = progress.why[:1].upper() + progress.why[1:]
        return f"{why or 'Paused'} · {parts[0]}"
    if progress.why:
        parts.append(progress.why)
    if progress.images_per_second > 0:
        parts.append(f"{progress.images_per_second:,.0f}/s")
    if progress.seconds_left is not None:
        parts.append(words.span(progress.seconds_left))
    return " · ".join(parts)
