"""What to leave out of a watched folder: said in words, and tried while it is written."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from clipdesk.core.messages.events import (
    RulesTried,
)
from clipdesk.core.paths import printable
from clipdesk.core.types import Root, Rules
from clipdesk.ui import words
from clipdesk.ui.announce import announce
from clipdesk.ui.desktop import give_size
from clipdesk.ui.theme import tokens

_PATIENCE_MS = 200
_KB, _MB = 1 << 10, 1 << 20
_KINDS = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "PNG": (".png",),
    "WebP": (".webp",),
    "GIF": (".gif",),
    "TIFF": (".tif", ".tiff"),
    "BMP": (".bmp",),
    "ICO": (".ico",),
    "AVIF": (".avif",),
    "HEIC": (".heic", ".heif"),
    "SVG": (".svg", ".svgz"),
    "Videos": (
        *(".mp4", ".m4v", ".mov", ".qt", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".m2v"),
        *(".m2ts", ".vob", ".wmv", ".asf", ".flv", ".f4v", ".ogv", ".3gp", ".3g2", ".mxf"),
    ),
}
_COLUMNS = 5


class RulesDialog(QDialog):
    """The rules of one folder; nothing happens before the person agrees.

    Signals:
        tried: `Rules` as they are written now: how much would they leave out?
        decided: The `Rules` that the person wants.
    """

    tried = Signal(object)
    decided = Signal(object)

    def __init__(self, root: Root, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rulesDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"What to leave out of “{printable(root.path.name or root.path)}”")
        give_size(self, 480, 480)
        self._kept = root.rules
        self.patterns = QPlainTextEdit("\n".join(root.rules.patterns), self)
        self.patterns.setObjectName("rulesPatterns")
        self.patterns.setPlaceholderText("drafts/\n*.tmp.jpg\n/Old projects/2019")
        self.patterns.setAccessibleName("Files and folders to leave out, one a line")
        self.patterns.setTabChangesFocus(True)
        self.hidden = QCheckBox("Hidden files and folders", self)
        self.hidden.setObjectName("rulesHidden")
        self.hidden.setChecked(root.rules.hidden)
        self.smallest = self._size("rulesSmallest", root.rules.smallest // _KB, " KB")
        self.largest = self._size("rulesLargest", root.rules.largest // _MB, " MB")
        self.kinds = {name: QCheckBox(name, self) for name in _KINDS}
        for name, box in self.kinds.items():
            box.setObjectName(f"rules{name}")
            box.setChecked(set(_KINDS[name]) <= set(root.rules.suffixes))
        self.answer = QLabel(self)
        self.answer.setObjectName("rulesAnswer")
        self.answer.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        ok = QPushButton("Leave out", self)
        ok.setObjectName("rulesAgree")
        ok.setProperty("role", "primary")
        buttons.addButton(ok, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setIcon(QIcon())
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._lay_out(buttons)

        self._soon = QTimer(self, interval=_PATIENCE_MS, singleShot=True)
        self._soon.timeout.connect(lambda: self.tried.emit(self.rules()))
        self.patterns.textChanged.connect(self._soon.start)
        for box in (self.hidden, *self.kinds.values()):
            box.toggled.connect(lambda _: self._soon.start())
        for spin in (self.smallest, self.largest):
            spin.valueChanged.connect(lambda _: self._soon.start())
        self.accepted.connect(lambda: self.decided.emit(self.rules()))
        self._soon.start(0)

    def rules(self) -> Rules:
        """As they are written now."""
        lines = (line.strip() for line in self.patterns.toPlainText().splitlines())
        ours = {suffix for kind in _KINDS.values() for suffix in kind}
        chosen = [kind for name, kind in _KINDS.items() if self.kinds[name].isChecked()]
        suffixes = {suffix for kind in chosen for suffix in kind}
        # What was said at the command line and has no box here stays.
        suffixes |= set(self._kept.suffixes) - ours
        return Rules(
            tuple(line for line in lines if line),
            self.hidden.isChecked(),
            _limit(self.smallest, _KB, self._kept.smallest),
            _limit(self.largest, _MB, self._kept.largest),
            tuple(sorted(suffixes)),
        )

    def show_trial(self, answer: RulesTried) -> None:
        """Say how much the rules would leave out."""
        if answer.left_out:
            share = f"{words.count(answer.left_out)} of {words.pictures(answer.total)}"
            text = f"Leaves out {share}. They are put away, not forgotten."
        else:
            text = f"Leaves out none of {words.pictures(answer.total)}."
        self.answer.setText(text)
        announce(self.answer, text)

    def _lay_out(self, buttons: QDialogButtonBox) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(*[tokens.PADDING] * 4)
        column.setSpacing(2 * tokens.UNIT)
        column.addWidget(_label("Files and folders, one a line"))
        column.addWidget(self.patterns, 1)
        hint = _label(
            "Written like a .gitignore: a slash at the end means a folder, * stands for anything. "
            "A file .clipdeskignore in any folder does the same for what is below it.",
            "caption",
        )
        hint.setWordWrap(True)
        column.addWidget(hint)
        column.addWidget(self.hidden)
        sizes = QHBoxLayout()
        sizes.setSpacing(2 * tokens.UNIT)
        for words_, spin in (("Smaller than", self.smallest), ("Larger than", self.largest)):
            label = _label(words_)
            label.setBuddy(spin)
            sizes.addWidget(label)
            sizes.addWidget(spin)
        sizes.addStretch(1)
        column.addLayout(sizes)
        column.addWidget(_label("These kinds"))
        grid = QGridLayout()
        for number, box in enumerate(self.kinds.values()):
            grid.addWidget(box, number // _COLUMNS, number % _COLUMNS)
        column.addLayout(grid)
        column.addWidget(self.answer)
        column.addWidget(buttons)

    def _size(self, name: str, value: int, unit: str) -> QSpinBox:
        spin = QSpinBox(self)
        spin.setObjectName(name)
        spin.setRange(0, 1_000_000)
        spin.setSuffix(unit)
        spin.setSpecialValueText("no limit")
        spin.setValue(value)
        return spin


def _limit(spin: QSpinBox, unit: int, kept: int) -> int:
    """What the field says in bytes; a limit that was kept more exactly stays if it was left."""
    return kept if spin.value() == kept // unit else spin.value() * unit


def _label(text: str, role: str = "") -> QLabel:
    label = QLabel(text)
    if role:
        label.setProperty("role", role)
    return label
