"""The person's label sets: which, and what is in it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from clipdesk.core.types import LabelSet
from clipdesk.ui.theme import tokens
from clipdesk.ui.theme.icons import icon

_NEW = "New set"


class SetsEditor(QWidget):
    """Chooses a set, and edits it; what is written is kept when it is used or left.

    Signals:
        keep_requested: The `LabelSet` to keep, and the name that it had (a str).
        remove_requested: The name of a set.
    """

    keep_requested = Signal(object, str)
    remove_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sets: tuple[LabelSet, ...] = ()
        self._name = ""
        """The one that is shown, as it is kept; empty: a new one."""
        self._keeping: LabelSet | None = None
        """What is being kept under a name that is not known yet."""
        self.choice = QComboBox(self)
        self.choice.setObjectName("labelSets")
        self.choice.setAccessibleName("Label sets")
        self.choice.activated.connect(self._on_chosen)
        self.remove = QToolButton(self)
        self.remove.setObjectName("labelSetRemove")
        self.remove.setIcon(icon("trash-2"))
        self.remove.setToolTip("Forget this set; tags that were put stay")
        self.remove.setAccessibleName("Forget this label set")
        self.remove.clicked.connect(self._on_remove)
        self.name = QLineEdit(self)
        self.name.setObjectName("labelSetName")
        self.name.setAccessibleName("Name of the set")
        self.name.setPlaceholderText("Name, such as Rooms")
        self.labels = _lines(self, "labelSetLabels", "Labels, one a line")
        self.labels.setPlaceholderText("kitchen\nbathroom\noffice: a desk; people at work")
        self.templates = _lines(self, "labelSetTemplates", "How a label is said, one way a line")
        self.templates.setPlaceholderText("as usual: a photo of {}")
        self.templates.setFixedHeight(3 * self.templates.fontMetrics().lineSpacing() + 12)
        self.keep = QPushButton("Keep", self)
        self.keep.setAutoDefault(False)
        self.keep.setObjectName("labelSetKeep")
        self.keep.setAccessibleName("Keep this label set")
        self.keep.clicked.connect(self.flush)
        row = QHBoxLayout()
        row.setSpacing(tokens.UNIT)
        row.addWidget(self.choice, 1)
        row.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.UNIT)
        column.addLayout(row)
        column.addSpacing(tokens.UNIT)
        column.addWidget(_caption("Name"))
        column.addWidget(self.name)
        column.addWidget(_caption("Labels, one a line; after a colon, how it looks"))
        column.addWidget(self.labels, 1)
        column.addWidget(_caption("Said as (with {} for the label)"))
        column.addWidget(self.templates)
        column.addWidget(self.keep)
        self.show_sets(())

    def written(self) -> LabelSet:
        """The set as it is written now."""
        ways = (line.strip() for line in self.templates.toPlainText().splitlines())
        text, wished = self.labels.toPlainText(), self.name.text().strip() or "Labels"
        return LabelSet(self._free(wished), text, tuple(filter(None, ways)))

    def show_sets(self, sets: tuple[LabelSet, ...]) -> None:
        """These are the sets; the one that is written on stays, unless it is gone."""
        self._sets = sets
        names = [each.name for each in sets]
        self.choice.blockSignals(True)
        self.choice.clear()
        self.choice.addItems([*names, _NEW])
        self.choice.blockSignals(False)
        if self._keeping in sets:
            self._name = self._keeping.name
            self.name.setText(self._name)
            self._keeping = None
        elif self._name not in names:
            self._show(sets[0] if sets else LabelSet("", ""))
        self.choice.setCurrentIndex(names.index(self._name) if self._name in names else len(names))
        self.remove.setEnabled(bool(self._name))

    def flush(self) -> None:
        """Keep what is written, if it is another than before."""
        kept = next((each for each in self._sets if each.name == self._name), None)
        if self.written() != kept and self.labels.toPlainText().strip():
            self._keeping = self.written()
            self.keep_requested.emit(self._keeping, self._name)

    def _free(self, wished: str) -> str:
        """This name, or one like it that no other set has: none is written over."""
        others = {each.name.casefold() for each in self._sets if each.name != self._name}
        names = (wished, *(f"{wished} {number}" for number in range(2, len(others) + 3)))
        return next(name for name in names if name.casefold() not in others)

    def _show(self, labels: LabelSet) -> None:
        self._name, self._keeping = labels.name, None
        self.name.setText(labels.name)
        self.labels.setPlainText(labels.text)
        self.templates.setPlainText("\n".join(labels.templates))
        self.remove.setEnabled(bool(labels.name))

    def _on_chosen(self, row: int) -> None:
        self.flush()
        self._show(self._sets[row] if row < len(self._sets) else LabelSet("", ""))
        if row == len(self._sets):
            self.name.setFocus()

    def _on_remove(self) -> None:
        if self._name:
            self.remove_requested.emit(self._name)


def _lines(parent: QWidget, name: str, says: str) -> QPlainTextEdit:
    lines = QPlainTextEdit(parent)
    lines.setObjectName(name)
    lines.setAccessibleName(says)
    lines.setTabChangesFocus(True)
    return lines


def _caption(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "caption")
    label.setWordWrap(True)
    return label
