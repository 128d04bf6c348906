"""A lesson under way, paused or failed; and what came of it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from clipdesk.core.messages.lessons import Judgement, TeachingState, TeachingTold
from clipdesk.core.paths import printable
from clipdesk.ui import words
from clipdesk.ui.announce import announce
from clipdesk.ui.teach.bars import Bars
from clipdesk.ui.teach.pairs import button
from clipdesk.ui.theme import tokens

_STAGES = {
    TeachingState.SEEING: ("Looking at your pictures", True),
    TeachingState.LEARNING: ("Learning your words", True),
    TeachingState.PAUSED: ("Paused", False),
    TeachingState.FAILED: ("That did not work", False),
}


class LessonPage(QWidget):
    """How far it is; then in plain words whether it became better.

    Signals:
        pause_wanted, resume_wanted, drop_wanted, adopt_wanted, save_wanted: as they say.
        left: The window may be closed; the lesson goes on.
    """

    pause_wanted = Signal()
    resume_wanted = Signal()
    drop_wanted = Signal()
    adopt_wanted = Signal()
    save_wanted = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lessonPage")
        self._state = TeachingState.IDLE
        self._title = self._label("lessonTitle", "title")
        self._text = self._label("lessonText")
        self._problems = self._label("lessonProblems", "caption")
        self._bar = QProgressBar(self)
        self._bar.setObjectName("lessonProgress")
        self._bar.setAccessibleName("Lesson")
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(tokens.UNIT)
        self._bars = Bars(self)
        self.drop = button("lessonDrop", "Cancel", self)
        self.drop.clicked.connect(self.drop_wanted)
        self.pause = button("lessonPause", "Pause", self)
        self.pause.clicked.connect(self.pause_wanted)
        self.resume = button("lessonResume", "Go on", self)
        self.resume.clicked.connect(self.resume_wanted)
        self.save = button("lessonSave", "Save as a file…", self)
        self.save.clicked.connect(self.save_wanted)
        self.close_ = button("lessonClose", "Close", self)
        self.close_.clicked.connect(self.left)
        self.adopt = button("lessonAdopt", "Use it", self)
        self.adopt.clicked.connect(self.adopt_wanted)
        for primary in (self.adopt, self.resume):
            primary.setProperty("role", "primary")
        row = QHBoxLayout()
        row.addWidget(self.drop)
        row.addWidget(self.save)
        row.addStretch(1)
        for each in (self.close_, self.pause, self.resume, self.adopt):
            row.addWidget(each)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[2 * tokens.PADDING] * 4)
        column.setSpacing(tokens.PADDING)
        column.addStretch(1)
        for widget in (self._title, self._text, self._bar, self._bars, self._problems):
            column.addWidget(widget)
        column.addStretch(2)
        column.addLayout(row)

    def show_teaching(self, told: TeachingTold) -> None:
        """Show how it stands."""
        judged = told.judgement if told.state is TeachingState.JUDGED else None
        if judged is not None:
            self._show_judgement(judged)
        else:
            self._show_stage(told)
        more = "\n".join(("Passed over:", *told.problems)) if told.problems else ""
        self._problems.setText(more)
        self._problems.setVisible(bool(more))
        busy = told.state in (TeachingState.SEEING, TeachingState.LEARNING)
        better = judged is not None and judged.better
        self._bars.setVisible(judged is not None)
        self._bar.setVisible(busy or told.state is TeachingState.PAUSED)
        self.pause.setVisible(busy)
        self.resume.setVisible(told.state is TeachingState.PAUSED)
        self.save.setVisible(better)
        self.adopt.setVisible(better)
        self.close_.setVisible(busy or told.state is TeachingState.PAUSED)
        over = judged is not None or told.state is TeachingState.FAILED
        if told.state is not self._state:
            self._state = told.state
            first = next(
                b for b in (self.adopt, self.resume, self.close_, self.drop) if not b.isHidden()
            )
            first.setFocus(Qt.FocusReason.OtherFocusReason)
        self.drop.setText("Discard" if better else "Back" if over else "Cancel")
        self.drop.setAccessibleName(self.drop.text())

    def _show_stage(self, told: TeachingTold) -> None:
        title, goes_on = _STAGES.get(told.state, ("", False))
        if title != self._title.text():
            announce(self._title, title)
        self._title.setText(title)
        if told.state is TeachingState.FAILED:
            self._text.setText(f"{told.message}\n\nThe model in use is as it was.")
            return
        self._bar.setRange(0, told.total)
        self._bar.setValue(told.done)
        if told.state is TeachingState.SEEING and told.total:
            far = f"{words.count(told.done)} of {words.pictures(told.total)}. "
        elif told.state is TeachingState.LEARNING:
            far = "It stops by itself as soon as nothing gets better. "
        else:
            far = ""
        after = (
            "You can close this window and go on working; searches are answered as before."
            if goes_on
            else "What was done is kept, also when ClipDesk is closed."
        )
        model = f"{printable(_short(told.model))} is taught. " if told.model else ""
        self._text.setText(f"{model}{far}{after}")

    def _show_judgement(self, judged: Judgement) -> None:
        total = judged.questions
        before, after = round(judged.before.value * total), round(judged.after.value * total)
        title = "Your words are found surely better" if judged.better else "Not surely better"
        self._title.setText(title)
        found = (
            f"ClipDesk learned from {words.pictures(judged.learned_from)} and was tried on "
            f"{words.count(judged.pictures)} others: of {words.count(total)} searches, "
            f"{words.count(after)} instead of {words.count(before)} find the right one among the "
            "first ten"
        )
        low, high = 100 * judged.difference.low, 100 * judged.difference.high
        if judged.better:
            sure = f". That is surely more: by {low:.0f} to {high:.0f} of 100."
        else:
            sure = ". That may be chance, so nothing was kept. More words help, and plainer ones."
        self._text.setText(found + sure)
        self._bars.show_shares((("Before", judged.before), ("After", judged.after)))
        announce(self._title, f"{title}. {self._text.text()}")

    def _label(self, name: str, role: str = "") -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if role:
            label.setProperty("role", role)
        return label


def _short(model: str) -> str:
    """The name of a model as people say it."""
    return "The starter" if model == "starter" else model
