"""The panel at the right: what is known of the picture that is picked, and its words."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from clipdesk.core.messages.words import About
from clipdesk.core.paths import printable
from clipdesk.core.types import Item
from clipdesk.ui import words
from clipdesk.ui.inspector.note import NoteEditor
from clipdesk.ui.inspector.picture import Likeness
from clipdesk.ui.inspector.tags import TagsEditor
from clipdesk.ui.theme import tokens

WIDTH = 264
_NOTHING = "Pick a picture to see what is known of it, to tag it, or to write a note."


class Inspector(QScrollArea):
    """Shows one picture, or what several have in common.

    Signals:
        shown: It is to be seen now, and may be out of date.
        reveal_requested: The path of a picture, to be shown in the file manager.
    """

    shown = Signal()
    reveal_requested = Signal(object)

    def __init__(self, likeness: Callable[[int], QPixmap | None], parent: QWidget | None) -> None:
        """``likeness`` gives the thumbnail of a content, None where it is not there yet."""
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setAccessibleName("About the picture")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._likeness = likeness
        self._items: Sequence[Item] = ()
        body = QWidget(self)
        body.setObjectName("inspectorBody")
        self.picture = Likeness(body)
        self.name = _label("inspectorName", body)
        self.name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.facts = _label("inspectorFacts", body, "caption")
        self.why = _label("inspectorWhy", body, "caption")
        self.place = QPushButton(body)
        self.place.setObjectName("inspectorPlace")
        self.place.setProperty("role", "quiet")
        self.place.setAccessibleName("Show in the file manager")
        self.place.setCursor(Qt.CursorShape.PointingHandCursor)
        self.place.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.place.clicked.connect(self._on_place_clicked)
        self.tags_heading = _label("", body, "section")
        self.tags_heading.setText("TAGS")
        self.tags = TagsEditor(body)
        self.note_heading = _label("", body, "section")
        self.note_heading.setText("NOTE")
        self.note = NoteEditor(body)
        self.nothing = _label("inspectorNothing", body, "caption")
        self.nothing.setText(_NOTHING)
        column = QVBoxLayout(body)
        column.setContentsMargins(*[tokens.PADDING] * 4)
        column.setSpacing(tokens.UNIT)
        for part in (self.picture, self.name, self.place, self.facts, self.why):
            column.addWidget(part)
        column.addSpacing(tokens.PADDING)
        column.addWidget(self.tags_heading)
        column.addWidget(self.tags)
        column.addSpacing(tokens.PADDING)
        for below in (self.note_heading, self.note, self.nothing):
            column.addWidget(below)
        column.addStretch(1)
        self.setWidget(body)
        self.show_items(())

    @property
    def items(self) -> Sequence[Item]:
        """The pictures that it is about."""
        return self._items

    def show_items(self, items: Sequence[Item]) -> None:
        """Show these pictures; what takes longer to know comes by `show_about`."""
        same = [i.content_id for i in items] == [i.content_id for i in self._items]
        if not same:
            self.note.forget()
            self.tags.show_tags((), 0)
        self._items = items
        one = items[0] if len(items) == 1 else None
        single: tuple[QWidget, ...] = (self.picture, self.facts, self.place, self.note)
        for part in (*single, self.note_heading):
            part.setVisible(one is not None)
        for part in (self.name, self.tags, self.tags_heading):
            part.setVisible(bool(items))
        self.nothing.setVisible(not items)
        self.why.setVisible(False)
        if one is None:
            self.name.setText(words.pictures(len(items)))
            return
        self.renew_picture()
        path = Path(one.path)
        self.name.setText(_breakable(printable(path.name)))
        self.name.setToolTip(words.tip(printable(path.name)))
        self._show_place()
        if not same:
            self._show_facts(one)
        self.why.setText(_reason(one))
        self.why.setVisible(bool(self.why.text()))

    def show_about(self, about: About) -> None:
        """Show what the library says of them."""
        self.tags.show_tags(about.tags, len({item.content_id for item in self._items}))
        if len(self._items) == 1:
            self._show_facts(self._items[0], about)
            self.note.show_note(about.note)

    def renew_picture(self) -> None:
        """The thumbnail may be there now."""
        if len(self._items) == 1:
            item = self._items[0]
            self.picture.show_picture(item, self._likeness(item.content_id))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_place()

    def _show_facts(self, item: Item, about: About | None = None) -> None:
        parts = [f"{item.width} × {item.height}"] if item.width and item.height else []
        if about is not None and about.format:
            parts += [about.format, words.size(about.size_bytes)]
            if about.copies > 1:
                parts.append(f"{about.copies} copies")
        if item.offline:
            parts.append("not there at the moment")
        self.facts.setText(" · ".join(parts))

    def _show_place(self) -> None:
        """The folder, its middle left out where there is no room."""
        if len(self._items) != 1:
            return
        folder = printable(Path(self._items[0].path).parent)
        metrics, room = self.place.fontMetrics(), self.viewport().width() - 3 * tokens.PADDING
        shown = metrics.elidedText(folder, Qt.TextElideMode.ElideMiddle, max(room, 40))
        self.place.setText(shown.replace("&", "&&"))
        self.place.setToolTip(words.tip(f"{folder}\nShow in the file manager"))
        self.place.setAccessibleName(f"In {folder}; show in the file manager")

    def _on_place_clicked(self) -> None:
        if len(self._items) == 1:
            self.reveal_requested.emit(self._items[0].path)


def _reason(item: Item) -> str:
    """Why a search has found it."""
    score = "" if item.score is None else f"score {item.score:.2f}"
    return " · ".join(filter(None, (item.why, score)))


def _breakable(name: str) -> str:
    """Names have no spaces as a rule: lines may end after other signs, too, or anywhere at last."""
    parts = []
    for word in name.split(" "):
        pieces = [word[at : at + 24] for at in range(0, len(word), 24)]
        parts.append("\u200b".join(pieces))
    return " ".join(parts).replace("_", "_\u200b").replace("-", "-\u200b").replace(".", "\u200b.")


def _label(name: str, parent: QWidget, role: str = "") -> QLabel:
    label = QLabel(parent)
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    # A long word must not make the panel wider than it is.
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    if role:
        label.setProperty("role", role)
    return label
