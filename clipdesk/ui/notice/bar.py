"""A bar above the pictures for one sentence; it waits, it does not interrupt."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from clipdesk.core.messages.events import (
    Level,
    Notice,
)
from clipdesk.ui.announce import announce
from clipdesk.ui.theme import tokens
from clipdesk.ui.theme.icons import icon
from clipdesk.ui.theme.sign import Sign
from clipdesk.ui.theme.theme import worn_by

SIGN_SIDE = 18
INFO_MS = 6000
"""How long a mere information stays; warnings stay until they are closed or replaced."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A button beside a question."""

    name: str
    """The button's object name."""
    words: str
    act: Callable[[], object]


class NoticeBar(QFrame):
    """One notice at a time, the newest; a question waits below it until it is answered."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("noticeBar")
        self.setProperty("role", "card")
        self._sign = Sign("info", SIGN_SIDE, self)
        self._text = QLabel(self)
        self._text.setObjectName("noticeText")
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._answers: list[QPushButton] = []
        self._question: tuple[str, tuple[Answer, ...]] | None = None
        close = QToolButton(self)
        close.setObjectName("noticeClose")
        close.setIcon(icon("x"))
        close.setIconSize(QSize(14, 14))
        close.setToolTip("Close")
        close.setAccessibleName("Close the notice")
        close.clicked.connect(self._close)
        self._gone = QTimer(self, interval=INFO_MS, singleShot=True)
        self._gone.timeout.connect(self._close)
        row = QHBoxLayout(self)
        row.setContentsMargins(tokens.PADDING, tokens.UNIT, tokens.UNIT, tokens.UNIT)
        row.setSpacing(2 * tokens.UNIT)
        row.addWidget(self._sign)
        row.addWidget(self._text, 1)
        row.addWidget(close)
        self._row = row
        self.hide()

    @Slot(object)
    def show_notice(self, notice: Notice) -> None:
        """Show this instead of what was there; an open question comes back after it."""
        self._offer(())
        colours = worn_by(self.palette())
        name, colour = {
            Level.INFO: ("info", colours.accent),
            Level.WARNING: ("triangle-alert", colours.warning),
            Level.ERROR: ("circle-alert", colours.error),
        }[notice.level]
        self._sign.show_icon(name, colour)
        self._text.setText(f"{notice.text} {notice.hint}".strip())
        self._gone.stop()
        if notice.level is Level.INFO:
            self._gone.start()
        self.show()
        announce(self, self._text.text())

    def ask(self, question: str, answers: tuple[Answer, ...]) -> None:
        """Ask with a button for each answer; the safe one is the last. Closing is no answer."""
        self.show_notice(Notice(Level.WARNING, question))
        self._question = question, answers
        self._offer(answers)

    def withdraw(self) -> None:
        """The question no longer stands."""
        asked, self._question = self._question, None
        if asked and self._answers:
            self.hide()

    def _offer(self, answers: tuple[Answer, ...]) -> None:
        for button in self._answers:
            button.hide()
            button.deleteLater()
        self._answers = []
        for place, answer in enumerate(answers):
            button = QPushButton(answer.words, self)
            button.setObjectName(answer.name)
            button.clicked.connect(lambda _=False, act=answer.act: self._answer(act))
            self._row.insertWidget(2 + place, button)
            button.show()
            self._answers.append(button)

    def _answer(self, act: Callable[[], object]) -> None:
        self.withdraw()
        act()

    def _close(self) -> None:
        if self._question and not self._answers:
            self.ask(*self._question)
            return
        self._question = None
        self.hide()

    def text(self) -> str:
        """The sentence that is shown, or was last."""
        return self._text.text()

    def tell(self, text: str, level: Level = Level.INFO) -> None:
        """Show a sentence of the window's own."""
        self.show_notice(Notice(level, text))
