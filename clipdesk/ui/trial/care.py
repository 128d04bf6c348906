"""What becomes of the test: asked of the engine, told in its dialog."""

from collections.abc import Callable
from functools import cached_property

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from clipdesk.core.messages.events import Level
from clipdesk.core.messages.lessons import (
    ExamineLibrary,
    ExaminingProgress,
    LibraryExamined,
    SaveReport,
    StopExamining,
)
from clipdesk.core.types import Query
from clipdesk.ui.actions import Actions
from clipdesk.ui.notice.bar import NoticeBar
from clipdesk.ui.trial.dialog import TrialDialog
from clipdesk.ui.wire import Wire


class TrialCare(QObject):
    """Between the dialog and the engine."""

    def __init__(
        self,
        wire: Wire,
        window: QWidget,
        notices: NoticeBar,
        actions: Actions,
        search: Callable[[Query], object],
    ) -> None:
        super().__init__(window)
        actions["test_library"].triggered.connect(lambda _=False: self.open())
        self._send = wire.send
        self._notices = notices
        self._window, self._read, self._search = window, wire.read_thumbnail, search
        wire.examining_progress.connect(self._on_progress)
        wire.library_examined.connect(self._on_tested)

    @cached_property
    def dialog(self) -> TrialDialog:
        """Made when it is first wanted: the window is there sooner without it."""
        dialog = TrialDialog(self._read, self._window)
        send = self._send
        dialog.rejected.connect(lambda: send(StopExamining()))
        dialog.search_wanted.connect(lambda text: self._search(Query(text)))
        dialog.report_chosen.connect(lambda path: send(SaveReport(path)))
        return dialog

    def open(self) -> None:
        """Begin a test, and show it."""
        self.dialog.begin()
        self._send(ExamineLibrary())
        self.dialog.open()

    @Slot(object)
    def _on_progress(self, progress: ExaminingProgress) -> None:
        self.dialog.show_progress(progress)

    @Slot(object)
    def _on_tested(self, result: LibraryExamined) -> None:
        self.dialog.show_result(result)
        if result.message and not self.dialog.isVisible():
            self._notices.tell(result.message, Level.WARNING)
