"""What is part of the question beside its words, kept in sight: pictures and tags."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from clipdesk.core.types import Example
from clipdesk.ui import words
from clipdesk.ui.theme import tokens
from clipdesk.ui.theme.icons import icon

PICTURE_SIDE = 24
MAX_NAME_WIDTH = 120


class Chip(QFrame):
    """A part of the question, and a way to take it out: the button, Delete or Backspace.

    Signals:
        removed: The person takes it out of the question.
    """

    removed = Signal()

    def __init__(self, label: str, sign: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queryChip")
        self.setProperty("role", "chip")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleDescription("Press Delete to take it out of the search")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._picture = QLabel(self)
        self._picture.setFixedSize(PICTURE_SIDE, PICTURE_SIDE)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._picture.setPixmap(icon(sign).pixmap(QSize(16, 16)))
        name = QLabel(self)
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setText(
            name.fontMetrics().elidedText(label, Qt.TextElideMode.ElideMiddle, MAX_NAME_WIDTH)
        )
        remove = QToolButton(self)
        remove.setObjectName("queryChipRemove")
        remove.setIcon(icon("x"))
        remove.setIconSize(QSize(12, 12))
        remove.setAutoRaise(True)
        remove.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the chip itself is the keyboard's stop
        remove.setToolTip("Take out of the search")
        remove.setAccessibleName(f"Take {label} out of the search")
        remove.clicked.connect(self.removed)

        row = QHBoxLayout(self)
        row.setContentsMargins(2, 1, 1, 1)
        row.setSpacing(tokens.UNIT)
        for widget in (self._picture, name, remove):
            row.addWidget(widget)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        else:
            super().keyPressEvent(event)


class TagChip(Chip):
    """A tag that every answer is to have."""

    def __init__(self, tag: str, parent: QWidget | None = None) -> None:
        super().__init__(tag, "tag", parent)
        self.tag = tag
        self.setAccessibleName(f"Tag {tag}")
        self.setToolTip(words.tip(f"Only pictures tagged “{tag}” (Delete takes it out)"))


class QueryChip(Chip):
    """A picture that the answers are to be like."""

    def __init__(self, example: Example, parent: QWidget | None = None) -> None:
        super().__init__(example.label, "image", parent)
        self.example = example
        self.setAccessibleName(f"Example picture {example.label}")
        self.setToolTip(words.tip(f"Pictures like {example.label} (Delete takes it out)"))

    def show_picture(self, image: QImage) -> None:
        """Show the picture, once it has been read."""
        ratio = self.devicePixelRatioF()
        side = round(PICTURE_SIDE * ratio)
        scaled = image.scaled(
            side,
            side,
            Qt.AspectRatioMode.KeepAspectRatioByExpanding,
            Qt.TransformationMode.SmoothTransformation,
        )
        square = scaled.copy(
            (scaled.width() - side) // 2, (scaled.height() - side) // 2, side, side
        )
        pixmap = QPixmap.fromImage(square)
        pixmap.setDevicePixelRatio(ratio)
        self._picture.setPixmap(pixmap)

    def picture(self) -> QImage:
        """What is shown for the picture."""
        return self._picture.pixmap().toImage()
