"""From the person's labels to tags: write them, let them be suggested, look, and agree."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from clipdesk.core.messages.words import LabelSuggested, Suggesting, SuggestingEnded
from clipdesk.core.types import LabelSet, TagCount
from clipdesk.ui import words
from clipdesk.ui.announce import announce
from clipdesk.ui.desktop import give_size
from clipdesk.ui.grid.thumbnails import ThumbnailLoader
from clipdesk.ui.labels.review import Decision, Review
from clipdesk.ui.labels.sets import SetsEditor
from clipdesk.ui.tags.list import TAG_ROLE, TagRow
from clipdesk.ui.theme import tokens

LEFT = 280
_LABELS_WIDTH = 210
_INVITATION = (
    "Write labels, and let ClipDesk propose pictures for each. "
    "Nothing is tagged before you have looked and agreed."
)


class LabelsDialog(QDialog):
    """A window of its own, so that the pictures have room.

    Signals:
        suggest_requested: A `LabelSet`, and the number of the scope that was chosen (an int).
        stop_requested: Nobody waits for the suggestions any more.
        apply_requested: A label and the contents (a tuple) that get it as their tag.
    """

    suggest_requested = Signal(object, int)
    stop_requested = Signal()
    apply_requested = Signal(str, object)

    def __init__(self, loader: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("labelsDialog")
        self.setWindowTitle("Suggest tags")
        give_size(self, 1080, 700)
        self._decisions: list[Decision] = []
        self._busy = False
        self.sets = SetsEditor(self)
        self.scope = QComboBox(self)
        self.scope.setObjectName("labelScope")
        self.scope.setAccessibleName("Pictures to look at")
        self.suggest = _button("Suggest", "labelSuggest", "Suggest pictures for the labels", self)
        self.suggest.setProperty("role", "primary")
        self.suggest.clicked.connect(self._on_suggest)
        self.message = QLabel(self)
        self.message.setObjectName("labelMessage")
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setWordWrap(True)
        self.message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.progress = QProgressBar(self)
        self.progress.setObjectName("downloadProgress")
        self.progress.setAccessibleName("Suggesting")
        self.progress.setTextVisible(False)
        self.progress.hide()
        self.labels = QListWidget(self)
        self.labels.setObjectName("labelList")
        self.labels.setAccessibleName("Labels and how many pictures get each")
        self.labels.setFixedWidth(_LABELS_WIDTH)
        self.labels.setItemDelegate(TagRow(self.labels))
        self.labels.setMouseTracking(True)
        self.labels.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.labels.currentRowChanged.connect(self._on_label_changed)
        self.review = Review(loader, self)
        self.review.changed.connect(self._count)
        self.invitation = QLabel(_INVITATION, self)
        self.invitation.setObjectName("labelInvitation")
        self.invitation.setProperty("role", "caption")
        self.invitation.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.invitation.setWordWrap(True)
        self.apply = _button("Apply", "labelApply", "Apply the labels as tags", self)
        self.apply.setProperty("role", "primary")
        self.apply.clicked.connect(self._on_apply)
        self.close_button = _button("Close", "labelClose", "Close", self)
        self.close_button.clicked.connect(self.reject)
        self._lay_out()
        self.finished.connect(self._on_finished)
        self._count()

    # ── what the window says ──────────────────────────────────────────────────────────────

    def show_scopes(self, names: tuple[str, ...], chosen: int) -> None:
        """What can be looked at, by its name for the person."""
        self.scope.clear()
        self.scope.addItems(list(names))
        self.scope.setCurrentIndex(chosen)

    @Slot(object)
    def show_progress(self, event: Suggesting) -> None:
        """So many pictures have been compared."""
        self.progress.setRange(0, max(1, event.total))
        self.progress.setValue(event.done)

    @Slot(object)
    def show_label(self, told: LabelSuggested) -> None:
        """The pictures that one more label may fit."""
        self._decisions.append(Decision(told))
        entry = QListWidgetItem(told.label)
        entry.setData(TAG_ROLE, TagCount(told.label, 0))
        self.labels.addItem(entry)
        self._count()

    @Slot(object)
    def show_end(self, event: SuggestingEnded) -> None:
        """All labels are there, or none will be."""
        self._set_busy(busy=False)
        if event.message:
            self._say(event.message, tone="error")
            return
        for decision in self._decisions:
            decision.threshold = event.threshold
        unseen = ""
        if event.unseen:
            unseen = f" {words.pictures(event.unseen)} must still be looked at."
        self._say(f"Suggested by {event.model}, for {words.pictures(event.pictures)}.{unseen}")
        fullest = max(range(len(self._decisions)), key=lambda n: len(self._decisions[n]), default=0)
        self.labels.setCurrentRow(fullest)
        self._on_label_changed(self.labels.currentRow())
        self._count()

    # ── what the person does ──────────────────────────────────────────────────────────────

    def _on_suggest(self) -> None:
        if self._busy:
            self.stop_requested.emit()
            self._set_busy(busy=False)
            self._say("Stopped.")
            return
        labels: LabelSet = self.sets.written()
        self.sets.flush()
        self._clear()
        self._set_busy(busy=True)
        self._say("Comparing…")
        self.suggest_requested.emit(labels, self.scope.currentIndex())

    def _on_apply(self) -> None:
        given = [(each.label, each.contents()) for each in self._decisions if len(each)]
        for label, contents in given:
            self.apply_requested.emit(label, contents)
        total = len({content for _, contents in given for content in contents})
        self._clear()
        tags = "tag" if len(given) == 1 else "tags"
        self._say(f"{words.pictures(total)} got {len(given)} {tags}. They are yours now.")

    def _on_finished(self) -> None:
        if self._busy:
            self.stop_requested.emit()
            self._set_busy(busy=False)
        self.sets.flush()

    def _on_label_changed(self, row: int) -> None:
        known = 0 <= row < len(self._decisions)
        self.review.show_decision(self._decisions[row] if known else None)

    # ── inside ────────────────────────────────────────────────────────────────────────────

    def _clear(self) -> None:
        self._decisions = []
        self.labels.clear()
        self.review.show_decision(None)
        self._count()

    def _count(self) -> None:
        """How many pictures each label gets, live."""
        for row, decision in enumerate(self._decisions):
            entry = self.labels.item(row)
            if entry is not None:
                tag = TagCount(decision.label, len(decision))
                entry.setData(TAG_ROLE, tag)
                entry.setText(f"{tag.name}, {words.pictures(tag.pictures)}")
        for part in (self.labels, self.review):
            part.setVisible(bool(self._decisions))
        self.invitation.setVisible(not self._decisions)
        given = sum(len(each) > 0 for each in self._decisions)
        self.apply.setEnabled(given > 0 and not self._busy)
        tags = "tag" if given == 1 else "tags"
        self.apply.setText(f"Apply {given} {tags}" if given else "Apply")

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        self.progress.setRange(0, 1)
        self.progress.setValue(0)
        self.progress.setVisible(busy)
        self.suggest.setText("Stop" if busy else "Suggest")

    def _say(self, sentence: str, tone: str = "") -> None:
        self.message.setText(sentence)
        self.message.setProperty("tone", tone)
        self.message.style().polish(self.message)
        announce(self.message, sentence)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(2 * tokens.UNIT)
        left.addWidget(self.sets, 1)
        left.addSpacing(tokens.UNIT)
        left.addWidget(self.scope)
        left.addWidget(self.suggest)
        left.addWidget(self.progress)
        side = QWidget(self)
        side.setFixedWidth(LEFT)
        side.setLayout(left)
        left.setContentsMargins(0, 0, 0, 0)
        middle = QHBoxLayout()
        middle.setSpacing(tokens.PADDING)
        middle.addWidget(self.labels)
        middle.addWidget(self.review, 1)
        middle.addWidget(self.invitation, 1)
        foot = QHBoxLayout()
        foot.setSpacing(2 * tokens.UNIT)
        foot.addWidget(self.message, 1)
        foot.addWidget(self.close_button)
        foot.addWidget(self.apply)
        right = QVBoxLayout()
        right.setSpacing(2 * tokens.UNIT)
        right.addLayout(middle, 1)
        right.addLayout(foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(*[tokens.PADDING] * 4)
        row.setSpacing(tokens.PADDING)
        row.addWidget(side)
        row.addLayout(right, 1)


def _button(text: str, name: str, says: str, parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    button.setObjectName(name)
    button.setAccessibleName(says)
    button.setAutoDefault(False)  # Enter in a line of text must not press it
    return button
