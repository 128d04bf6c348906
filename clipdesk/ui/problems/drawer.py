"""The drawer that lists problem files, with what can be done about them."""

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from clipdesk.core.paths import printable
from clipdesk.core.types import Problem
from clipdesk.ui import words
from clipdesk.ui.problems.model import ProblemsModel
from clipdesk.ui.theme import tokens
from clipdesk.ui.theme.icons import icon


class ProblemsDrawer(QWidget):
    """File, reason, folder; retry, reveal, copy the list.

    Signals:
        retry_requested: The paths (a tuple of str) to try again, empty for all.
        reveal_requested: The path of a file to be shown in the file manager.
        visibility_changed: Whether the drawer is open.
    """

    retry_requested = Signal(object)
    reveal_requested = Signal(str)
    visibility_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("problemsDrawer")
        self._model = ProblemsModel()
        self._title = QLabel(self)
        self._title.setWordWrap(True)
        self.view = self._table()
        self.retry = self._button("problemsRetry", "Try again", self._on_retry)
        self.reveal = self._button("problemsReveal", "Show in file manager", self._on_reveal)
        everything = self._button("problemsRetryAll", "Try all again", self._on_retry_all)
        copy = self._button("problemsCopy", "Copy list", self.copy_list)
        close = QToolButton(self)
        close.setObjectName("problemsClose")
        close.setIcon(icon("x"))
        close.setToolTip("Close (F8)")
        close.setAccessibleName("Close the list of problems")
        close.clicked.connect(self.hide)

        head = QHBoxLayout()
        head.setSpacing(2 * tokens.UNIT)
        head.addWidget(self._title, 1)
        for button in (self.retry, self.reveal, everything, copy, close):
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(tokens.PADDING, 2 * tokens.UNIT, 2 * tokens.UNIT, 0)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        self.view.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self._on_selection_changed()

    def show_problems(self, problems: tuple[Problem, ...]) -> None:
        """List these; an empty list closes the drawer."""
        self._model.show(problems)
        number = len(problems)
        files = "file" if number == 1 else "files"
        self._title.setText(f"{words.count(number)} {files} could not be indexed")
        if not problems:
            self.hide()

    def copy_list(self) -> None:
        """Put the list on the clipboard: path, tab, reason, one file a line."""
        lines = (f"{printable(p.path)}\t{p.reason}" for p in self._model.problems)
        QGuiApplication.clipboard().setText("\n".join(lines))

    def _chosen(self) -> tuple[str, ...]:
        rows = self.view.selectionModel().selectedRows()
        return tuple(self._model.problems[row.row()].path for row in rows)

    def _on_selection_changed(self) -> None:
        some = bool(self._chosen())
        self.retry.setEnabled(some)
        self.reveal.setEnabled(some)

    def _on_retry(self) -> None:
        if paths := self._chosen():
            self.retry_requested.emit(paths)

    def _on_retry_all(self) -> None:
        self.retry_requested.emit(())

    def _on_reveal(self) -> None:
        if paths := self._chosen():
            self.reveal_requested.emit(paths[0])

    def _on_activated(self, index: QModelIndex) -> None:
        self.reveal_requested.emit(self._model.problems[index.row()].path)

    def _button(self, name: str, text: str, slot: object) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setProperty("role", "flat")
        button.setAccessibleName(text)
        button.clicked.connect(slot)
        return button

    def _table(self) -> QTableView:
        view = QTableView(self)
        view.setObjectName("problems")
        view.setAccessibleName("Files that could not be indexed")
        view.setModel(self._model)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setTabKeyNavigation(False)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(tokens.HIT_TARGET)
        header = view.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.resizeSection(0, 240)
        header.resizeSection(1, 420)
        view.activated.connect(self._on_activated)
        copy = QShortcut(QKeySequence.StandardKey.Copy, view, self.copy_list)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        return view

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.visibility_changed.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.visibility_changed.emit(not self.isHidden())  # a minimised window hides it, too
