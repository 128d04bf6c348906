"""Testing how well the library is found, in a process beside (`errands`)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from clipdesk.core.errands.copies import copy
from clipdesk.core.errands.errand import Errand
from clipdesk.core.errands.jobs import ExamineWords, Failed
from clipdesk.core.inbox import Post
from clipdesk.core.messages.events import Event, Notice
from clipdesk.core.messages.lessons import (
    ExamineLibrary,
    ExaminingProgress,
    LibraryExamined,
    SaveReport,
    StopExamining,
)
from clipdesk.core.paths import Directories

_REPORT = "report"


@dataclass(frozen=True, slots=True)
class ExaminingHeard:
    """Posted by the errand's thread; None is its end."""

    errand: Errand
    message: Any


@dataclass(frozen=True, slots=True)
class ReportCopied:
    """Posted by a copy's thread."""

    notice: Notice


class Examining:
    """One test at a time; the last one's report is kept."""

    def __init__(self, directories: Directories, emit: Callable[[Event], None], post: Post) -> None:
        self._directories = directories
        self._emit = emit
        self._post = post
        self._errand: Errand | None = None
        self._errands: list[Errand] = []
        """All whose process may still be there."""
        self.handlers: dict[type, Callable[..., None]] = {
            ExamineLibrary: self._test,
            StopExamining: lambda _: self._stop(),
            SaveReport: self._save,
            ExaminingHeard: self._heard,
            ReportCopied: lambda m: self._emit(m.notice),
        }

    def close(self) -> None:
        self._stop()
        for errand in self._errands:
            errand.close()

    def _test(self, message: ExamineLibrary) -> None:
        self._stop()
        job = ExamineWords(self._directories, self._directories.state / _REPORT, message.sources)
        self._errand = Errand(job, lambda errand, said: self._post(ExaminingHeard(errand, said)))
        self._errand.start()
        self._errands.append(self._errand)

    def _stop(self) -> None:
        if self._errand:
            self._errand.kill()
            self._errand = None

    def _save(self, message: SaveReport) -> None:
        page = self._directories.state / _REPORT / "report.html"
        copy(page, message.path, lambda notice: self._post(ReportCopied(notice)))

    def _heard(self, heard: ExaminingHeard) -> None:
        if heard.message is None:
            self._errands.remove(heard.errand)
        if heard.errand is not self._errand:
            return
        if isinstance(heard.message, ExaminingProgress | LibraryExamined):
            self._emit(heard.message)
        elif isinstance(heard.message, Failed):
            self._emit(LibraryExamined((), message=heard.message.message))
        elif heard.message is None:
            self._errand = None
