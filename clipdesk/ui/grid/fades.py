"""Thumbnails that have just arrived, on their way from their own colour to the picture."""

from PySide6.QtCore import QEasingCurve, QElapsedTimer, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QStyle

from clipdesk.ui.theme.tokens import MOTION_MS

_FRAME_MS = 16


class Fades(QObject):
    """How far each arrival has come; nothing moves where the system asks for no motion.

    Signals:
        frame: The set of content_ids to be painted anew.
    """

    frame = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = QElapsedTimer()
        self._clock.start()
        self._begun: dict[int, int] = {}
        self._curve = QEasingCurve(QEasingCurve.Type.OutCubic)
        self._timer = QTimer(self, interval=_FRAME_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_frame)

    def begin(self, content_ids: set[int]) -> None:
        """Let these fade in from now on."""
        if moves():
            now = self._clock.elapsed()
            self._begun.update(dict.fromkeys(content_ids, now))
            self._timer.start()
        self.frame.emit(content_ids)

    def opacity(self, content_id: int) -> float:
        """From 0, just arrived, to 1, there."""
        begun = self._begun.get(content_id)
        if begun is None:
            return 1.0
        return self._curve.valueForProgress(min(1.0, (self._clock.elapsed() - begun) / MOTION_MS))

    @Slot()
    def _on_frame(self) -> None:
        touched = set(self._begun)
        over = self._clock.elapsed() - MOTION_MS
        self._begun = {key: begun for key, begun in self._begun.items() if begun > over}
        if not self._begun:
            self._timer.stop()
        self.frame.emit(touched)


def moves() -> bool:
    """Whether the system wants things to move; styles answer 0 ms where it does not."""
    style = QApplication.style()
    return style.styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0
