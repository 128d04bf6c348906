"""The models in rows: the picks and what is here first, all others behind a button."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from clipdesk.core.types import ModelInfo
from clipdesk.ui.models.card import ModelCard
from clipdesk.ui.theme import tokens

_FEW = 8
"""So many others need no button to hide them."""


class Shelf(QScrollArea):
    """Cards, one of which is chosen.

    Signals:
        chosen: Another card is.
    """

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("modelShelf")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self._group = QButtonGroup(self)
        self._group.buttonToggled.connect(self._on_toggled)
        self._current = ""
        self._others: tuple[ModelInfo, ...] = ()
        self._open = False
        self._sought = ""
        self._clear()

    @property
    def model(self) -> ModelInfo | None:
        """The one that is chosen, if it can be seen."""
        return next(
            (
                card.model
                for card in self._cards
                if card.button.isChecked() and card.isVisibleTo(self)
            ),
            None,
        )

    def show_models(self, models: tuple[ModelInfo, ...]) -> None:
        """Lay these out; the one that was chosen stays so, else the one in use is."""
        before = self.model.name if self.model else self._current
        first = [m for m in models if m.terms is None and (m.pick or m.here or m.doubt)]
        others = [m for m in models if m.terms is None and m not in first]
        if len(others) <= _FEW:
            first, others = [m for m in models if m.terms is None], []
        hosted = [model for model in models if model.terms is not None]
        self._clear()
        self._others = tuple(others)
        for model in first:
            self._add(model)
        if others:
            self._more.setText(f"All models ({len(others)} more)")
            self._column.addWidget(self._more)
        self._more.setVisible(bool(others))
        self._place = self._column.count()
        if hosted:
            heading = self._heading("Services: your pictures leave this computer")
            heading.setObjectName("modelServices")
            heading.setProperty("role", "title")
            self._column.addWidget(heading)
        for model in hosted:
            self._add(model)
        self._column.addStretch(1)
        if self._open or self._sought:
            self._unfold()
        self.show_current(self._current)
        self._choose(before)
        self.seek(self._sought)

    def show_current(self, name: str) -> None:
        """Mark the model in use, and choose it where it has just become that."""
        if name != self._current:
            self._current = name
            self._choose(name)
        for card in self._cards:
            card.show_use(name)

    def seek(self, text: str) -> None:
        """Show only what these words are found in; everything that was shown, if empty."""
        self._sought = text
        if text:
            self._unfold()
        for card in self._cards:
            if text:
                card.setVisible(card.matches(text) or card.button.isChecked())
            else:
                card.setVisible(self._open or card not in self._hidden)
        for heading in self._headings:
            heading.setVisible(self._open and not text)
        self._more.setVisible(bool(self._others) and not self._open and not text)

    def _clear(self) -> None:
        if (old := self.takeWidget()) is not None:
            old.hide()
            old.deleteLater()
        for button in self._group.buttons():
            self._group.removeButton(button)
        self._cards: list[ModelCard] = []
        self._hidden: set[ModelCard] = set()
        self._headings: list[QLabel] = []
        rows = QWidget(self)
        self._column = QVBoxLayout(rows)
        self._column.setContentsMargins(0, 0, 2 * tokens.UNIT, 0)
        self._column.setSpacing(tokens.GAP)
        self._place = 0
        self._more: QPushButton = QPushButton(rows)
        self._more.setObjectName("modelMore")
        self._more.setProperty("role", "flat")
        self._more.setAccessibleName("Show all models")
        self._more.setAutoDefault(False)
        self._more.clicked.connect(self._on_more)
        self._rows = rows
        self.setWidget(rows)

    def _add(self, model: ModelInfo, at: int = -1) -> ModelCard:
        card = ModelCard(model, self._rows)
        self._group.addButton(card.button)
        self._cards.append(card)
        self._column.insertWidget(at, card)
        return card

    def _heading(self, text: str) -> QLabel:
        return QLabel(text, self._rows)

    def _unfold(self) -> None:
        """Make the cards of all others, by family; two hundred take a moment, so not before."""
        if self._hidden or not self._others:
            return
        at = self._place
        for family in dict.fromkeys(model.family for model in self._others):
            of_it = [each for each in self._others if each.family == family]
            said = f"{family}. {of_it[0].summary}" if family else "Others"
            heading = self._heading(said)
            heading.setProperty("role", "heading")
            self._headings.append(heading)
            self._column.insertWidget(at, heading)
            at += 1
            for model in of_it:
                self._hidden.add(self._add(model, at))
                at += 1

    def _on_more(self) -> None:
        self._open = True
        self._unfold()
        self.seek(self._sought)

    def _on_toggled(self, _button: object, on: bool) -> None:  # noqa: FBT001 - a slot
        if on:
            self.chosen.emit()

    def _choose(self, name: str) -> None:
        for card in self._cards:
            if card.model.name == name:
                card.button.setChecked(True)
