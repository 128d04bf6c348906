"""Where pairs of words and pictures come from: chosen by the person, with a look at some."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from clipdesk.core.messages.lessons import SourceName, SourcesTold, SourceTold, Teach, Towers
from clipdesk.ui import words
from clipdesk.ui.theme import tokens

FEWEST = 20
"""Pictures that it takes."""
TITLES: dict[SourceName, str] = {
    "tags": "Your tags",
    "notes": "Your notes",
    "names": "Names of files",
    "folders": "Names of folders",
    "used": "What you used after a search",
    "tables": "Tables of captions",
}
_WHY_NOT: dict[SourceName, str] = {
    "tags": "No picture has a tag yet.",
    "notes": "No picture has a note yet.",
    "names": "No name says what a picture shows.",
    "folders": "No folder's name says what is in it.",
    "used": "Off. If you agree, ClipDesk remembers which pictures you open, copy or drag out after "
    "a search. It stays on this computer and can be forgotten at any time.",
    "tables": "A table has the columns file and caption, parted by tabs or commas.",
}


class PairsPage(QWidget):
    """Nothing is learned before the button is pressed.

    Signals:
        wanted: A `Teach`.
        tables_chosen: Tables (a tuple of `Path`) that the person wants to be counted, too.
        remember_wanted: Whether what is used may be remembered.
        forget_wanted: What was remembered is to be forgotten.
        left: The person does not want to.
    """

    wanted = Signal(object)
    tables_chosen = Signal(object)
    remember_wanted = Signal(bool)
    forget_wanted = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pairsPage")
        self._tables: tuple[Path, ...] = ()
        self._told: SourcesTold | None = None
        self.boxes: dict[SourceName, QCheckBox] = {}
        self._labels: dict[SourceName, QLabel] = {}
        told = QWidget(self)
        self._cards = QVBoxLayout(told)
        self._cards.setContentsMargins(0, 0, 2 * tokens.UNIT, 0)
        self._cards.setSpacing(2 * tokens.UNIT)
        for name in TITLES:
            self._cards.addWidget(self._card(name))
        self.thorough = _box("teachThorough", "Take the time to change the model itself", self)
        hint = _caption(
            "Without it ClipDesk learns in seconds how to read your words. With it the model's own "
            "weights learn, which can take hours without a graphics card."
        )
        self._cards.addWidget(self.thorough)
        self._cards.addWidget(hint)
        self._cards.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(told)
        self.answer = _caption("")
        self.answer.setObjectName("teachAnswer")
        no = button("teachNo", "Not now", self)
        no.clicked.connect(self.left)
        self.start = button("teachStart", "Start learning", self)
        self.start.setProperty("role", "primary")
        self.start.clicked.connect(self._on_start)
        row = QHBoxLayout()
        row.addWidget(self.answer, 1)
        row.addWidget(no)
        row.addWidget(self.start)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[tokens.PADDING + tokens.UNIT] * 4)
        column.setSpacing(tokens.PADDING)
        column.addWidget(_plain(_INTRO))
        column.addWidget(scroll, 1)
        column.addLayout(row)
        self.ask()

    def ask(self) -> None:
        """The pairs are being counted."""
        self._told = None
        for name in TITLES:
            self.boxes[name].setEnabled(False)
        self.answer.setText("Counting…")
        self.start.setEnabled(False)

    def show_sources(self, told: SourcesTold) -> None:
        """Tell what there is; sources that have something are chosen at first."""
        first = self._told is None
        self._told = told
        for source in told.sources:
            box, label = self.boxes[source.name], self._labels[source.name]
            some = source.pictures > 0
            if not box.isEnabled() or not some:
                box.setChecked(some)
            box.setEnabled(some)
            label.setText(_said(source, remembers=told.remembers))
        self.remember.setChecked(told.remembers)
        used = next((s for s in told.sources if s.name == "used"), None)
        self.forget.setVisible(bool(used and used.pictures))
        if told.message:
            self.answer.setText(told.message)
        self._on_changed()
        if first:
            self.start.setFocus(Qt.FocusReason.OtherFocusReason)

    def _card(self, name: SourceName) -> QFrame:
        card = QFrame(self)
        card.setProperty("role", "card")
        box = _box(f"teach-{name}", TITLES[name], card)
        box.toggled.connect(self._on_changed)
        label = _caption("")
        label.setObjectName(f"teachSaid-{name}")
        self.boxes[name], self._labels[name] = box, label
        column = QVBoxLayout(card)
        column.setContentsMargins(tokens.PADDING, 2 * tokens.UNIT, tokens.PADDING, 2 * tokens.UNIT)
        column.setSpacing(tokens.UNIT)
        row = QHBoxLayout()
        row.addWidget(box, 1)
        column.addLayout(row)
        column.addWidget(label)
        if name == "tables":
            choose = button("teachTable", "Choose…", card)
            choose.clicked.connect(self._on_choose)
            row.addWidget(choose)
        if name == "used":
            self.remember = _box("teachRemember", "Remember it from now on", card)
            self.remember.clicked.connect(self.remember_wanted)
            self.forget = button("teachForget", "Forget it all", card)
            self.forget.clicked.connect(self.forget_wanted)
            row.addWidget(self.forget)
            column.addWidget(self.remember)
        return card

    @Slot()
    def _on_changed(self) -> None:
        if self._told is None:
            return
        chosen = [s for s in self._told.sources if self.boxes[s.name].isChecked()]
        # Sources overlap: so many there are at least.
        most = max((source.pictures for source in chosen), default=0)
        enough = sum(source.pictures for source in chosen) >= FEWEST
        if self._told.message:
            self.answer.setText(self._told.message)
        elif not chosen:
            self.answer.setText("Choose where words come from.")
        elif not enough:
            self.answer.setText(f"It takes {FEWEST} pictures with words, better some hundreds.")
        else:
            more = " and more" if len(chosen) > 1 else ""
            self.answer.setText(f"{words.pictures(most)}{more}; a quarter is kept for the test.")
        self.start.setEnabled(bool(chosen) and enough)

    @Slot()
    def _on_start(self) -> None:
        assert self._told is not None
        names = tuple(s.name for s in self._told.sources if self.boxes[s.name].isChecked())
        tables = self._tables if "tables" in names else ()
        towers: Towers = "lora" if self.thorough.isChecked() else "head"
        plain = tuple(name for name in names if name != "tables")
        self.wanted.emit(Teach(plain, tables, towers))

    @Slot()
    def _on_choose(self) -> None:
        dialog = QFileDialog(self, "Tables of captions", "", "Tables (*.tsv *.csv *.txt)")
        dialog.setObjectName("teachTables")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self.choose_tables)
        dialog.open()

    @Slot(list)
    def choose_tables(self, files: list[str]) -> None:
        """Take the captions of these tables, too."""
        self._tables = tuple(map(Path, files))
        self.tables_chosen.emit(self._tables)

    @property
    def tables(self) -> tuple[Path, ...]:
        """The tables that were chosen."""
        return self._tables


def _said(source: SourceTold, *, remembers: bool) -> str:
    if not source.pictures:
        said = _WHY_NOT[source.name]
        if source.name == "used" and remembers:
            said = "Nothing was used after a search yet."
        return "\n".join((said, *source.problems))
    text = "1 word" if source.captions == 1 else f"{words.count(source.captions)} words"
    samples = "  ·  ".join(
        f"“{words.apart(caption)}” {words.apart(name)}" for caption, name in source.samples
    )
    return "\n".join((f"{words.pictures(source.pictures)}, {text}", samples, *source.problems))


def button(name: str, text: str, parent: QWidget) -> QPushButton:
    """A button that is pressed on purpose only."""
    made = QPushButton(text, parent)
    made.setObjectName(name)
    made.setAccessibleName(text)
    made.setAutoDefault(False)
    return made


def _box(name: str, text: str, parent: QWidget) -> QCheckBox:
    made = QCheckBox(text, parent)
    made.setObjectName(name)
    made.setAccessibleName(text)
    return made


def _plain(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _caption(text: str) -> QLabel:
    label = _plain(text)
    label.setProperty("role", "caption")
    return label


_INTRO = (
    "ClipDesk can learn how you call things. It learns from words that your pictures have already, "
    "tries what it has learned on others, and changes nothing unless they are found surely better. "
    "All of it stays on this computer."
)
