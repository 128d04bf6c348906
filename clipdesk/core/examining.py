"""Testing how well the library is found, in a process beside (`errands`)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from clipdesk.core.errands.copies import copy
from clipdesk.core.errands.jobs import Failed, TestWords
from clipdesk.core.errands.parent import Errand
from clipdesk.core.inbox import Post
from clipdesk.core.messages.events import Event, Notice
from clipdesk.core.messages.lessons import (
    LibraryTested,
    SaveReport,
    StopTest,
    TestLibrary,
    TestProgress,
)
from clipdesk.core.paths import Directories

_REPORT = "report"


@dataclass(frozen=True, slots=True)
class TestHeard:
    """Posted by the errand's thread; None is its end."""

    __test__ = False
    errand: Errand
    message: Any


@dataclass(frozen=True, slots=True)
class ReportCopied:
    """Posted by a copy's thread."""

    notice: Notice


class Testing:
    """One test at a time; the last one's report is kept."""

    def __init__(self, directories: Directories, emit: Callable[[Event], None], post: Post) -> None:
        self._directories = directories
        self._emit = emit
        self._post = post
        self._errand: Errand | None = None
        self.handlers: dict[type, Callable[..., None]] = {
            TestLibrary: self._test,
            StopTest: lambda _: self._stop(),
            SaveReport: self._save,
            TestHeard: self._heard,
            ReportCopied: lambda m: self._emit(m.notice),
        }

    def close(self) -> None:
        errand = self._errand
        self._stop()
        if errand:
            errand.close()

    def _test(self, message: TestLibrary) -> None:
        self._stop()
        job = TestWords(self._directories, self._directories.state / _REPORT, message.sources)
        self._errand = Errand(job, lambda errand, said: self._post(TestHeard(errand, said)))
        self._errand.start()

    def _stop(self) -> None:
        if self._errand:
            self._errand.kill()
            self._errand = None

    def _save(self, message: SaveReport) -> None:
        page = self._directories.state / _REPORT / "report.html"
        copy(page, message.path, lambda notice: self._post(ReportCopied(notice)))

    def _heard(self, heard: TestHeard) -> None:
        if heard.errand is not self._errand:
            return
        if isinstance(heard.message, TestProgress | LibraryTested):
            self._emit(heard.message)
        elif isinstance(heard.message, Failed):
            self._emit(LibraryTested((), message=heard.message.message))
        elif heard.message is None:
            self._errand = None
