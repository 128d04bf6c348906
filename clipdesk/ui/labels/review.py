"""What a label may fit: the line is the decision, pictures above it get the tag."""

from bisect import bisect_right
from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSlider, QVBoxLayout, QWidget

from clipdesk.core.messages.words import LabelSuggested
from clipdesk.core.types import Item
from clipdesk.ui import words
from clipdesk.ui.grid.delegate import CellDelegate
from clipdesk.ui.grid.model import GridModel
from clipdesk.ui.grid.thumbnails import ThumbnailLoader
from clipdesk.ui.grid.view import GridView
from clipdesk.ui.theme import tokens

SIDE = 120


class Decision:
    """One label: how likely it is of each picture, from where on it holds, and the exceptions."""

    def __init__(self, told: LabelSuggested) -> None:
        self.label = told.label
        self._contents, self._chances = told.content_ids, told.probabilities
        self._likely = dict(zip(told.content_ids, told.probabilities, strict=True))
        self._items = {item.content_id: item for item in told.items}
        self.threshold = 0.5
        self._accepted: set[int] = set()
        self._rejected: set[int] = set()

    def contents(self) -> tuple[int, ...]:
        """The contents that get the tag."""
        likely = self._contents[: self._above]
        by_hand = (id_ for id_ in self._contents[self._above :] if id_ in self._accepted)
        return (*(id_ for id_ in likely if id_ not in self._rejected), *by_hand)

    def turn(self, content_ids: Iterable[int]) -> None:
        """Put these on the other side of the line."""
        for id_ in content_ids:
            if self._holds(id_, self._likely[id_]):
                self._accepted.discard(id_)
                self._rejected.add(id_)
            else:
                self._rejected.discard(id_)
                self._accepted.add(id_)

    def shown(self) -> tuple[list[Item], int]:
        """The pictures that are shown, those that get the tag first; and how many these are."""
        above = [i for id_, i in self._items.items() if self._holds(id_, self._likely[id_])]
        below = [i for id_, i in self._items.items() if not self._holds(id_, self._likely[id_])]
        return above + below, len(above)

    def __len__(self) -> int:
        # Asked while the line is being moved, of each label, of any number of pictures.
        below = sum(self._likely[id_] < self.threshold for id_ in self._accepted)
        return (
            self._above + below - sum(self._likely[id_] >= self.threshold for id_ in self._rejected)
        )

    @property
    def _above(self) -> int:
        """How many are likely enough; the likeliest come first."""
        return bisect_right(self._chances, -self.threshold, key=lambda chance: -chance)

    def _holds(self, content_id: int, likely: float) -> bool:
        if content_id in self._rejected:
            return False
        return content_id in self._accepted or likely >= self.threshold


class Review(QWidget):
    """The pictures of one label, a slider for the line, and a way to move single ones across it.

    Signals:
        changed: More or fewer pictures get the tag than before.
    """

    changed = Signal()

    def __init__(self, loader: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("labelReview")
        self._decision: Decision | None = None
        self.model = GridModel(self)
        self.grid = GridView(loader)
        self.grid.setObjectName("labelGrid")
        self.grid.setAccessibleName("Pictures that the label may fit")
        cells = self.grid.itemDelegate()
        assert isinstance(cells, CellDelegate)
        cells.boundary = _boundary
        cells.numbers = True
        self.grid.setModel(self.model)
        self.grid.set_thumbnail_size(SIDE)
        self.grid.selection_changed.connect(self._on_selection_changed)
        self.grid.preview_requested.connect(lambda _: self.turn())
        self.grid.open_requested.connect(lambda _: self.turn())
        self.threshold = QSlider(Qt.Orientation.Horizontal, self)
        self.threshold.setObjectName("labelThreshold")
        self.threshold.setAccessibleName("How likely the label must be, in per cent")
        self.threshold.setRange(2, 99)
        self.threshold.setPageStep(10)
        self.threshold.valueChanged.connect(self._on_threshold)
        self.sentence = QLabel(self)
        self.sentence.setObjectName("labelSentence")
        self.across = QPushButton("Move across the line", self)
        self.across.setAutoDefault(False)
        self.across.setObjectName("labelAcross")
        self.across.setAccessibleName("Move the selected pictures across the line")
        self.across.setToolTip("The selected pictures get the tag, or do not (Space)")
        self.across.setEnabled(False)
        self.across.clicked.connect(self.turn)
        for key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            shortcut = QShortcut(QKeySequence(key), self.grid, self.turn)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        likely, sure = QLabel("Perhaps", self), QLabel("Surely", self)
        for end in (likely, sure):
            end.setProperty("role", "caption")
        head, line = QHBoxLayout(), QHBoxLayout()
        for row in (head, line):
            row.setSpacing(2 * tokens.UNIT)
        head.addWidget(self.sentence, 1)
        head.addWidget(self.across)
        line.addWidget(likely)
        line.addWidget(self.threshold, 1)
        line.addWidget(sure)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * tokens.UNIT)
        column.addLayout(head)
        column.addLayout(line)
        column.addWidget(self.grid, 1)

    def show_decision(self, decision: Decision | None) -> None:
        """Show what a label may fit."""
        self._decision = decision
        self.setEnabled(decision is not None)
        if decision is not None:
            self.threshold.blockSignals(True)
            self.threshold.setValue(round(100 * decision.threshold))
            self.threshold.blockSignals(False)
        self._renew()

    @Slot()
    def turn(self) -> None:
        """Move what is selected, or is current, across the line."""
        current = self.grid.current_item()
        items = self.grid.selected_items() or ([current] if current is not None else [])
        if self._decision is not None and items:
            self._decision.turn(item.content_id for item in items)
            self._renew()
            self.changed.emit()

    def _on_threshold(self, value: int) -> None:
        if self._decision is not None:
            self._decision.threshold = value / 100
            self._renew()
            self.changed.emit()

    def _renew(self) -> None:
        items, above = self._decision.shown() if self._decision is not None else ([], 0)
        anchor = self.grid.anchor()
        self.model.show(items, above)
        self.grid.restore_anchor(anchor)
        self.sentence.setText(self._sentence())

    def _sentence(self) -> str:
        if self._decision is None:
            return ""
        percent = f"{self._decision.threshold:.0%}"
        number = words.pictures(len(self._decision))
        return f"{number} from {percent} on"

    def _on_selection_changed(self) -> None:
        self.across.setEnabled(bool(self.grid.selected_items()) or self.grid.hasFocus())


def _boundary(above: int) -> str:
    return "Pictures above this line get the tag" if above else "None of these gets the tag yet"
