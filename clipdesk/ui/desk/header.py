"""The line above the pictures: how many there are, in what order, how large."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QWidget

from clipdesk.core.messages.events import (
    Results,
)
from clipdesk.core.paths import printable
from clipdesk.core.types import Query
from clipdesk.ui import words
from clipdesk.ui.announce import announce
from clipdesk.ui.theme import tokens
from clipdesk.ui.theme.sign import Sign


class Header(QWidget):
    """Counts are announced to screen readers as they settle.

    Signals:
        size_changed: The side of a thumbnail that the slider asks for.
    """

    size_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("header")
        self.count = QLabel(self)
        self.count.setObjectName("count")
        self.count.setTextFormat(Qt.TextFormat.PlainText)
        self.count.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.order = QLabel(self)
        self.order.setObjectName("order")
        self.order.setProperty("role", "caption")
        small = Sign("images", 16, self)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setObjectName("thumbnailSize")
        self.slider.setAccessibleName("Thumbnail size")
        self.slider.setToolTip("Thumbnail size (Ctrl+wheel, Ctrl++, Ctrl+−)")
        self.slider.setRange(tokens.THUMBNAIL_MIN, tokens.THUMBNAIL_MAX)
        self.slider.setPageStep(32)
        self.slider.setSingleStep(8)
        self.slider.setValue(tokens.THUMBNAIL_DEFAULT)
        self.slider.setFixedWidth(120)
        self.slider.valueChanged.connect(self.size_changed)
        row = QHBoxLayout(self)
        row.setContentsMargins(tokens.PADDING, 2 * tokens.UNIT, tokens.PADDING, 0)
        row.setSpacing(2 * tokens.UNIT)
        row.addWidget(self.count, 1)
        row.addWidget(self.order)
        row.addSpacing(2 * tokens.UNIT)
        row.addWidget(small)
        row.addWidget(self.slider)

    def show_listing(self, number: int) -> None:
        """All pictures of a place are shown."""
        self._say(words.pictures(number) if number else "")
        self.order.setText("by folder and name" if number else "")

    def show_results(self, results: Results) -> None:
        """The answer to a search is shown."""
        self._say(results_sentence(results), aloud=True)
        self.order.setText("most alike first" if results.items else "")

    def show_waiting(self, reason: str) -> None:
        """The answer takes its time, and why."""
        self._say(reason, aloud=True)

    def _say(self, sentence: str, *, aloud: bool = False) -> None:
        if sentence == self.count.text():
            return
        self.count.setText(sentence)
        self.count.setToolTip(words.tip(sentence))
        if aloud:
            announce(self.count, sentence)


def results_sentence(results: Results) -> str:
    """``12 matches of 48,310``, or that there is none."""
    if not results.items:
        return "No pictures to search here"
    if results.trusted == 0:
        return f"No match for {asked(results.query)} in {words.pictures(results.total)}"
    matches = "match" if results.trusted == 1 else "matches"
    more = "+" if results.trusted == len(results.items) < results.total else ""
    number = words.count(results.trusted)
    return f"{number}{more} {matches} of {words.count(results.total)}"


def asked(query: Query) -> str:
    """The question in the person's own words."""
    parts = [f"“{query.text.strip()}”"] if query.text.strip() else []
    if len(query.examples) == 1:
        parts.append(f"pictures like {printable(query.examples[0].label)}")
    elif query.examples:
        parts.append(f"pictures like these {len(query.examples)}")
    parts += [f"the tag “{tag}”" for tag in query.tags]
    return " and ".join(parts)
