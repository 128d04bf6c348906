"""Teaching a model one's own words: the pairs, the lesson, the verdict."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QStackedLayout, QWidget

from clipdesk.core.messages.lessons import SourcesTold, TeachingState, TeachingTold
from clipdesk.ui.desktop import give_size
from clipdesk.ui.teach.lesson import LessonPage
from clipdesk.ui.teach.pairs import PairsPage


class TeachDialog(QDialog):
    """Shows the page that fits how teaching stands.

    Signals:
        save_chosen: The `Path` that what was taught is to be copied to.
    """

    save_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teachDialog")
        self.setWindowTitle("Teach it your words")
        self.setMinimumSize(480, 420)
        give_size(self, 640, 600)
        self.pairs = PairsPage(self)
        self.lesson = LessonPage(self)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.pairs)
        self._pages.addWidget(self.lesson)
        self.pairs.left.connect(self.reject)
        self.lesson.left.connect(self.reject)
        self.lesson.save_wanted.connect(self._on_save)
        self.lesson.adopt_wanted.connect(self.accept)

    @Slot(object)
    def show_teaching(self, told: TeachingTold) -> None:
        """Show how it stands."""
        if told.state is TeachingState.IDLE:
            self._pages.setCurrentWidget(self.pairs)
        else:
            self.lesson.show_teaching(told)
            self._pages.setCurrentWidget(self.lesson)

    @Slot(object)
    def show_sources(self, told: SourcesTold) -> None:
        """Tell which pairs there are."""
        self.pairs.show_sources(told)

    @Slot()
    def _on_save(self) -> None:
        dialog = QFileDialog(self, "Save what was taught", "my-words.safetensors")
        dialog.setObjectName("teachSave")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("safetensors")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda file: self.save_chosen.emit(Path(file)))
        dialog.open()
