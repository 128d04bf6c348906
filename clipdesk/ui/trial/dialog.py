"""How well the library is found by its own words, in plain sentences."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from clipdesk.core.messages.lessons import Examined, ExaminingProgress, LibraryExamined
from clipdesk.core.paths import printable
from clipdesk.ui import words
from clipdesk.ui.announce import announce
from clipdesk.ui.desktop import give_size
from clipdesk.ui.teach.bars import Bars
from clipdesk.ui.teach.pairs import button
from clipdesk.ui.theme import tokens
from clipdesk.ui.trial.examples import Examples, Read


class TrialDialog(QDialog):
    """Working, then what came out; or why not.

    Signals:
        search_wanted: Words to search for: the person wants to see for themselves.
        report_chosen: The `Path` that the report is to be copied to.
    """

    search_wanted = Signal(str)
    report_chosen = Signal(object)

    def __init__(self, read_thumbnail: Read, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("testDialog")
        self.setWindowTitle("Test my library")
        self.setMinimumSize(480, 420)
        give_size(self, 680, 640)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._working())
        self._pages.addWidget(self._results(read_thumbnail))

    def begin(self) -> None:
        """The test was asked for."""
        self._title.setText("Testing")
        self._text.setText("")
        self._bar.setRange(0, 0)
        self._bar.show()
        self.stop.setText("Cancel")
        self._pages.setCurrentIndex(0)

    @Slot(object)
    def show_progress(self, progress: ExaminingProgress) -> None:
        """Say how far it is."""
        self._text.setText(f"{progress.what}. You can go on working meanwhile.")
        self._bar.setRange(0, progress.total)
        self._bar.setValue(progress.done)

    @Slot(object)
    def show_result(self, result: LibraryExamined) -> None:
        """Say what came out, or why nothing did."""
        if not result.models:
            self._title.setText("That did not work")
            self._text.setText(result.message)
            self._bar.hide()
            self.stop.setText("Close")
            self._pages.setCurrentIndex(0)
            announce(self._title, result.message)
            return
        first = result.models[0]
        self._verdict.setText(_verdict(first))
        self._told.setText(_told(result))
        self._bars.show_shares([(_row(model), model.ten) for model in reversed(result.models)])
        self._found.show_asked(result.found)
        self._missed.show_asked(result.missed)
        self._pages.setCurrentIndex(1)
        announce(self._verdict, self._verdict.text())

    def _working(self) -> QWidget:
        page = QWidget(self)
        self._title = _label("testTitle", "title")
        self._text = _label("testText")
        self._bar = QProgressBar(page)
        self._bar.setObjectName("testProgress")
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(tokens.UNIT)
        self._bar.setAccessibleName("Test")
        self.stop = button("testStop", "Cancel", page)
        self.stop.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.stop)
        column = QVBoxLayout(page)
        column.setContentsMargins(*[2 * tokens.PADDING] * 4)
        column.setSpacing(tokens.PADDING)
        column.addStretch(1)
        for widget in (self._title, self._text, self._bar):
            column.addWidget(widget)
        column.addStretch(2)
        column.addLayout(row)
        return page

    def _results(self, read_thumbnail: Read) -> QWidget:
        page = QWidget(self)
        self._verdict = _label("testVerdict", "title")
        self._told = _label("testTold")
        self._bars = Bars(page)
        self._found = Examples("Found first", read_thumbnail, page)
        self._missed = Examples("Not among the first ten", read_thumbnail, page)
        told = QWidget(page)
        inner = QVBoxLayout(told)
        inner.setContentsMargins(0, 0, 2 * tokens.UNIT, 0)
        inner.setSpacing(tokens.PADDING)
        inner.addWidget(self._verdict)
        inner.addWidget(self._told)
        inner.addWidget(self._bars)
        sides = QHBoxLayout()
        sides.setSpacing(2 * tokens.PADDING)
        for examples in (self._found, self._missed):
            examples.chosen.connect(self._on_example)
            sides.addWidget(examples, 1)
        inner.addLayout(sides)
        inner.addStretch(1)
        scroll = QScrollArea(page)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(told)
        report = button("testReport", "Save the report…", page)
        report.clicked.connect(self._on_report)
        close = button("testClose", "Close", page)
        close.setProperty("role", "primary")
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addWidget(report)
        row.addStretch(1)
        row.addWidget(close)
        column = QVBoxLayout(page)
        column.setContentsMargins(*[tokens.PADDING + tokens.UNIT] * 4)
        column.setSpacing(tokens.PADDING)
        column.addWidget(scroll, 1)
        column.addLayout(row)
        return page

    @Slot(str)
    def _on_example(self, text: str) -> None:
        self.search_wanted.emit(text)
        self.accept()

    @Slot()
    def _on_report(self) -> None:
        dialog = QFileDialog(self, "Save the report", "report.html", "Pages (*.html)")
        dialog.setObjectName("testSave")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("html")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda file: self.report_chosen.emit(Path(file)))
        dialog.open()


def _verdict(model: Examined) -> str:
    tenths = round(10 * model.ten.value)
    if tenths == 10:
        return "Nearly always the right picture is among the first ten"
    if tenths == 0:
        return "Hardly ever the right picture is among the first ten"
    return f"In {tenths} of 10 searches the right picture is among the first ten"


def _told(result: LibraryExamined) -> str:
    first = result.models[0]
    some = "a part of " if result.sampled else ""
    said = (
        f"ClipDesk searched {some}your library, {words.pictures(result.pictures)}, for "
        f"{words.count(result.questions)} words that tags, files and folders bear. In "
        f"{100 * first.first.value:.0f} of 100 searches a right one came first; in half of them it "
        f"was number {first.median:g} or better."
    )
    if any(model.model.startswith("adapted:") for model in result.models):
        said += " A model that was taught your words has seen some of these answers before."
    return said


def _row(model: Examined) -> str:
    name = model.model
    if name.startswith("adapted:"):
        name = f"taught: {Path(name).stem}"
    return f"{printable(name)}, among the first ten"


def _label(name: str, role: str = "") -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if role:
        label.setProperty("role", role)
    return label
