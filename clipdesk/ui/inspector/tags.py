"""The tags of what is picked: seen, added, taken away, gone to."""

from collections.abc import Iterable

from PySide6.QtCore import QSize, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QCompleter,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from clipdesk.core.types import TagUse
from clipdesk.ui import words
from clipdesk.ui.inspector.flow import FlowLayout
from clipdesk.ui.theme import tokens
from clipdesk.ui.theme.icons import icon

CHIP_HEIGHT = 26
LONGEST_CHIP = 150


class Tag(QFrame):
    """One tag: pressed, it is searched for; Delete or its button takes it away.

    Signals:
        chosen, removed: Its name.
    """

    chosen = Signal(str)
    removed = Signal(str)

    def __init__(self, use: TagUse, total: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = use.name
        self.setObjectName("inspectorTag")
        self.setProperty("role", "chip")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(CHIP_HEIGHT)
        some = f"{words.count(use.contents)} of {words.count(total)}"
        partly = use.contents < total
        told = f"Show pictures tagged “{use.name}”"
        if partly:
            told += f"; {some} have it"
        if use.made_by:
            told += f"; put there by {use.made_by}"
        self.setToolTip(words.tip(told))
        self.setAccessibleName(f"Tag {use.name}" + (f", {some}" if partly else ""))
        self.setAccessibleDescription("Enter shows the pictures that have it, Delete takes it away")
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * tokens.UNIT, 0, 0, 0)
        row.setSpacing(tokens.UNIT)
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        metrics = label.fontMetrics()
        label.setText(metrics.elidedText(use.name, Qt.TextElideMode.ElideRight, LONGEST_CHIP))
        row.addWidget(label)
        if partly or use.made_by:
            label.setProperty("role", "caption")
        if partly:
            number = QLabel(words.count(use.contents), self)
            number.setProperty("role", "caption")
            row.addWidget(number)
        remove = QToolButton(self)
        remove.setObjectName("inspectorTagRemove")
        remove.setIcon(icon("x"))
        remove.setIconSize(QSize(12, 12))
        remove.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the chip itself is the keyboard's stop
        remove.setToolTip("Take this tag away")
        remove.setAccessibleName(f"Take the tag {use.name} away")
        remove.clicked.connect(lambda: self.removed.emit(self.name))
        row.addWidget(remove)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.pos()):
            self.chosen.emit(self.name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.removed.emit(self.name)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space:
                self.chosen.emit(self.name)
            case _:
                super().keyPressEvent(event)


class TagsEditor(QWidget):
    """The tags, and a line to add one more; what other pictures have is proposed.

    Signals:
        added, removed, chosen: A tag's name.
    """

    added = Signal(str)
    removed = Signal(str)
    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chips: list[Tag] = []
        self._shown: tuple[tuple[TagUse, ...], int] = ((), 0)
        self._known = QStringListModel(self)
        self.entry = QLineEdit(self)
        self.entry.setObjectName("tagEntry")
        self.entry.setPlaceholderText("Add a tag")
        self.entry.setAccessibleName("Add a tag")
        self.entry.setToolTip("Add a tag (Ctrl+T); several are parted by commas")
        proposals = QCompleter(self._known, self)
        proposals.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        proposals.setFilterMode(Qt.MatchFlag.MatchContains)
        self.entry.setCompleter(proposals)
        self.entry.returnPressed.connect(self._on_entered)
        self._flow = FlowLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * tokens.UNIT)
        column.addLayout(self._flow)
        column.addWidget(self.entry)

    def propose(self, names: Iterable[str]) -> None:
        """Propose these while one is typed."""
        self._known.setStringList(list(names))

    def show_tags(self, tags: tuple[TagUse, ...], total: int) -> None:
        """Show the tags of so many pictures; those that stay do not flicker."""
        if (tags, total) == self._shown:
            return
        self._shown = tags, total
        focused = next((chip.name for chip in self._chips if chip.hasFocus()), None)
        for chip in self._chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = [Tag(use, total, self) for use in tags]
        for chip in self._chips:
            chip.removed.connect(self.removed)
            chip.chosen.connect(self.chosen)
            self._flow.addWidget(chip)
            chip.show()
            if chip.name == focused:
                chip.setFocus(Qt.FocusReason.OtherFocusReason)
        if focused is not None and focused not in [chip.name for chip in self._chips]:
            self.entry.setFocus(Qt.FocusReason.OtherFocusReason)
        self.updateGeometry()

    def chips(self) -> tuple[Tag, ...]:
        """The tags that are shown."""
        return tuple(self._chips)

    def _on_entered(self) -> None:
        names = [name.strip() for name in self.entry.text().split(",")]
        # After the completer, which would put the proposal back.
        self.entry.clear()
        for name in filter(None, names):
            self.added.emit(name)
