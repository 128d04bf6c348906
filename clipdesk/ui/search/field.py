"""The line a question is put into: words to type, pictures to drop."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QLineEdit, QStyle, QWidget

from clipdesk.core.types import Example, Query
from clipdesk.ui.drops import MAX_EXAMPLES, Dropped, may_hold_pictures, query_from_mime
from clipdesk.ui.search import hashes
from clipdesk.ui.search.chip import Chip, QueryChip, TagChip
from clipdesk.ui.theme import tokens
from clipdesk.ui.theme.icons import icon

PATIENCE_MS = 150
"""From the last key to the question."""
STEP_MS = 30
LINE_SHARE = 4
"""The moving part of the line that shows work is the width divided by this."""


class SearchField(QLineEdit):
    """Text and chips make one `Query`; it is asked shortly after the last change.

    Signals:
        query_changed: The query (`Query`) to be asked now.
        chip_added: A `QueryChip` that wants its picture.
        dropped: What was dropped on or pasted into the field (`Dropped`).
        left: The person goes down, to the pictures.
    """

    query_changed = Signal(object)
    chip_added = Signal(object)
    dropped = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("searchField")
        self.setAccessibleName("Search")
        self.setAccessibleDescription(
            "Describe a picture, or drop or paste one to find similar pictures"
        )
        self.setPlaceholderText("Describe a picture, or drop one here")
        self.setToolTip("Describe a picture in words, or drop or paste one (Ctrl+F)")
        self.setAcceptDrops(True)
        self.setMinimumHeight(36)
        self._chips: list[Chip] = []
        self._tags: tuple[str, ...] = ()
        """Those that there are."""
        self._asked = Query()
        self._offset = 0.0
        self._hot = False
        self._patience = QTimer(self, interval=PATIENCE_MS, singleShot=True)
        self._patience.timeout.connect(self.ask_now)
        self._motion = QTimer(self, interval=STEP_MS)
        self._motion.timeout.connect(self._step)
        self.textEdited.connect(self._on_edited)
        self.returnPressed.connect(self._on_returned)
        self.addAction(icon("search", QPalette.ColorRole.PlaceholderText), _LEADING)
        self._clear = self.addAction(icon("x", QPalette.ColorRole.PlaceholderText), _TRAILING)
        self._clear.setText("Clear the search")
        self._clear.setToolTip("Clear the search (Esc)")
        self._clear.setVisible(False)
        self._clear.triggered.connect(self.clear_query)

    # ── the question ──────────────────────────────────────────────────────────────────────

    def query(self) -> Query:
        """What the field holds now."""
        examples = (chip.example for chip in self._chips if isinstance(chip, QueryChip))
        tags = (chip.tag for chip in self._chips if isinstance(chip, TagChip))
        return Query(hashes.plain(self.text()), tuple(examples), tuple(tags))

    def set_query(self, query: Query) -> None:
        """Hold this query instead, and ask it at once."""
        self.setText(query.text)
        for chip in self._chips[:]:
            self._drop_chip(chip)
        self._add_tags(query.tags)
        self._add_chips(query.examples)
        self.ask_now()

    def know_tags(self, names: tuple[str, ...]) -> None:
        """These are the tags that there are: what is typed after a # may be one of them."""
        self._tags = names

    def toggle_tag(self, name: str) -> None:
        """Put a tag into the question, or take it out, and ask at once."""
        for chip in self._chips[:]:
            if isinstance(chip, TagChip) and chip.tag.casefold() == name.casefold():
                self._drop_chip(chip)
                break
        else:
            self._add_tags((name,))
        self.ask_now()

    def search_by(self, examples: tuple[Example, ...]) -> None:
        """Add pictures to the question and ask it at once."""
        held = self.query().examples
        room = MAX_EXAMPLES - len(held)
        self._add_chips(tuple(e for e in examples if e not in held)[:room])
        self.ask_now()

    def insert_typed(self, text: str) -> None:
        """Take over text that was typed elsewhere, as if it had been typed here."""
        self.end(False)
        self.insert(text)
        self._patience.start()

    def find_similar(self, examples: tuple[Example, ...]) -> None:
        """Ask for pictures like these and nothing else."""
        self.set_query(Query(examples=examples[:MAX_EXAMPLES]))

    def clear_query(self) -> None:
        """Empty the field: back to browsing."""
        self.set_query(Query())

    def ask_now(self) -> None:
        """Ask without waiting for more keys; the same question is not asked twice."""
        self._patience.stop()
        query = self.query()
        self._clear.setVisible(bool(query))
        if query != self._asked:
            self._asked = query
            self.query_changed.emit(query)

    def set_pending(self, pending: bool) -> None:  # noqa: FBT001 - a slot
        """Show that an answer is awaited."""
        if pending and not self._motion.isActive():
            self._offset = 0.0
            self._motion.start()
        elif not pending:
            self._motion.stop()
        self.update()

    def chips(self) -> tuple[Chip, ...]:
        """The tags and pictures in the field, from left to right."""
        return tuple(self._chips)

    # ── chips ─────────────────────────────────────────────────────────────────────────────

    def _add_chips(self, examples: tuple[Example, ...]) -> None:
        for example in examples:
            chip = QueryChip(example, self)
            self._add_chip(chip)
            self.chip_added.emit(chip)
        self._place_chips()

    def _add_tags(self, names: tuple[str, ...]) -> None:
        held = {tag.casefold() for tag in self.query().tags}
        for name in names:
            if name.casefold() not in held:
                self._add_chip(TagChip(name, self))
        self._place_chips()

    def _add_chip(self, chip: Chip) -> None:
        chip.removed.connect(self._on_chip_removed)
        self._chips.append(chip)
        chip.show()

    def _on_edited(self) -> None:
        self._take_tags(final=False)
        self._patience.start()

    def _on_returned(self) -> None:
        self._take_tags(final=True)
        self.ask_now()

    def _take_tags(self, *, final: bool) -> None:
        """What is written as ``#name`` becomes a chip once it is whole."""
        rest, found = hashes.taken(self.text(), self._tags, final=final)
        if found:
            self.setText(rest)
            self._add_tags(found)

    def _on_chip_removed(self) -> None:
        chip = self.sender()
        if isinstance(chip, Chip):
            self._drop_chip(chip)
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            self.ask_now()

    def _drop_chip(self, chip: Chip) -> None:
        self._chips.remove(chip)
        chip.hide()
        chip.deleteLater()
        self._place_chips()

    def _place_chips(self) -> None:
        """Chips stand at the right, the text has the rest; at least a third stays for it."""
        right = self.width() - tokens.HIT_TARGET - 2 * tokens.UNIT
        least = self.width() // 3
        for chip in reversed(self._chips):
            size = chip.sizeHint()
            left = max(right - size.width(), least)
            chip.setGeometry(QRect(left, (self.height() - 28) // 2, size.width(), 28))
            chip.lower()  # where there is no room, the last stands before the others
            right = left - tokens.UNIT
        taken = self.width() - tokens.HIT_TARGET - 2 * tokens.UNIT - right if self._chips else 0
        self.setTextMargins(0, 0, max(0, taken), 0)

    # ── work in progress ──────────────────────────────────────────────────────────────────

    def _step(self) -> None:
        self._offset = (self._offset + 0.02) % 1.0
        self.update(0, self.height() - 4, self.width(), 4)

    def _set_hot(self, *, hot: bool) -> None:
        self._hot = hot
        self.update()

    def _paint_invitation(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().accent().color(), tokens.FOCUS_RING))
        painter.setBrush(self.palette().base())
        frame = self.rect().adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(frame, tokens.CARD_RADIUS, tokens.CARD_RADIUS)
        painter.setPen(self.palette().text().color())
        words = "Add to the search" if self.query() else "Find similar pictures"
        painter.drawText(frame, int(Qt.AlignmentFlag.AlignCenter), words)

    # ── Qt's own ──────────────────────────────────────────────────────────────────────────

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste) and self._paste():
            return
        if event.key() == Qt.Key.Key_Backspace and self._chips and not self.text():
            self._chips[-1].removed.emit()
        elif event.key() == Qt.Key.Key_Down:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _paste(self) -> bool:
        """A copied picture becomes a chip; plain words stay words."""
        found = query_from_mime(QGuiApplication.clipboard().mimeData(), "Pasted picture")
        if found or not QGuiApplication.clipboard().mimeData().hasText():
            self.dropped.emit(found)
            return True
        return False

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if may_hold_pictures(event.mimeData()):
            self._set_hot(hot=not event.mimeData().hasText() or event.mimeData().hasUrls())
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._set_hot(hot=False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._set_hot(hot=False)
        found: Dropped = query_from_mime(event.mimeData())
        if not found and event.mimeData().hasText() and not event.mimeData().hasUrls():
            super().dropEvent(event)  # words, to be edited as words
            self._patience.start()
            return
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        # After the drag has ended for its source: what follows may take its time.
        QTimer.singleShot(0, self, lambda: self.dropped.emit(found))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_chips()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        if self._hot:
            self._paint_invitation(painter)
        if not self._motion.isActive():
            return
        inner = self.rect().adjusted(tokens.CARD_RADIUS, 0, -tokens.CARD_RADIUS, 0)
        painter.setClipRect(inner)
        moves = self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0
        length = inner.width() // LINE_SHARE if moves else inner.width()
        start = inner.left() + round(self._offset * (inner.width() + length)) - length
        at = QPoint(start if moves else inner.left(), self.height() - 3)
        painter.fillRect(QRect(at, QSize(length, 2)), self.palette().accent())


_LEADING = QLineEdit.ActionPosition.LeadingPosition
_TRAILING = QLineEdit.ActionPosition.TrailingPosition
