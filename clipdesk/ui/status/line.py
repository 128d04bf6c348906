"""The line at the foot of the window: progress, pause, the model, the problems."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from clipdesk.core.messages.events import (
    EncoderChanged,
    Progress,
)
from clipdesk.core.types import EncoderState
from clipdesk.ui import words
from clipdesk.ui.status.progress import ProgressLine
from clipdesk.ui.theme import tokens
from clipdesk.ui.theme.icons import icon


class StatusLine(QFrame):
    """One calm line.

    Signals:
        pause_requested, resume_requested: About indexing.
        models_requested: The person wants to choose how ClipDesk sees pictures.
        problems_toggled: Whether the list of problems is to be seen.
    """

    pause_requested = Signal()
    resume_requested = Signal()
    models_requested = Signal()
    problems_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusLine")
        self._paused = False
        self.progress = ProgressLine(self)
        self.pause = self._button("pauseButton", "pause")
        self.pause.clicked.connect(self._on_pause_clicked)
        self.model = self._button("modelButton", "cpu")
        self.model.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.model.clicked.connect(self.models_requested)
        self.problems = self._button("problemsButton", "triangle-alert")
        self.problems.setCheckable(True)
        self.problems.toggled.connect(self.problems_toggled)

        row = QHBoxLayout(self)
        row.setContentsMargins(tokens.PADDING, 2, 2 * tokens.UNIT, 2)
        row.setSpacing(tokens.UNIT)
        self._row = row
        row.addWidget(self.progress, 1)
        for button in (self.pause, self.model, self.problems):
            row.addWidget(button)
        self.show_progress(Progress(0, 0))
        self.show_problems(0)
        self.show_encoder(EncoderChanged("", EncoderState.LOADING))

    def add_sign(self, sign: QWidget) -> None:
        """Put what else is going on beside the progress."""
        self._row.insertWidget(1, sign)

    def show_progress(self, progress: Progress) -> None:
        """Say how far indexing is; pausing is offered while there is something to pause."""
        self.progress.show_progress(progress)
        self._paused = progress.paused and not progress.why
        name = "Go on indexing" if self._paused else "Pause indexing"
        self.pause.setIcon(icon("play" if self._paused else "pause"))
        self.pause.setAccessibleName(name)
        self.pause.setToolTip(f"{name} (Ctrl+P); searching goes on")
        self.pause.setVisible(self._paused or progress.done < progress.total)

    def show_encoder(self, event: EncoderChanged) -> None:
        """Name the model that answers, and what becomes of it."""
        name = event.model or "No model"
        if event.next_model:
            text = f"{name} → {event.next_model}"
            tip = f"{name} answers until every picture is seen by {event.next_model} too."
        else:
            text = {
                EncoderState.LOADING: f"{name} (loading)" if event.model else "Loading",
                EncoderState.READY: name,
                EncoderState.FAILED: f"{name} (not available)",
            }[event.state]
            tip = event.detail or "How ClipDesk sees pictures."
        if event.quickening is not None:
            which = event.next_model or "It"
            tip += f" {which} is being made quicker for this computer: {event.quickening:.0%} done."
        failed = event.state is EncoderState.FAILED
        self.model.setText(f"{text} ▾")
        self.model.setIcon(icon("triangle-alert" if failed else "cpu"))
        self.model.setToolTip(f"{tip} Choose another… (Ctrl+,)")
        self.model.setAccessibleName(f"Model: {text}")

    def show_problems(self, number: int) -> None:
        """Say how many files could not be indexed; nothing is said of none."""
        self.problems.setVisible(number > 0)
        self.problems.setText(words.count(number))
        files = "file" if number == 1 else "files"
        self.problems.setAccessibleName(f"{words.count(number)} {files} could not be indexed")
        self.problems.setToolTip(f"{words.count(number)} {files} could not be indexed (F8)")

    def set_problems_shown(self, shown: bool) -> None:  # noqa: FBT001 - a slot
        """Follow the list, which can be closed in other ways too."""
        self.problems.setChecked(shown)

    def _on_pause_clicked(self) -> None:
        (self.resume_requested if self._paused else self.pause_requested).emit()

    def _button(self, name: str, icon_name: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setIcon(icon(icon_name))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        return button
