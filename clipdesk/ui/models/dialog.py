"""Choosing how ClipDesk sees pictures; nothing is fetched without a yes."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from clipdesk.core.messages.events import (
    DownloadEnded,
    DownloadProgress,
)
from clipdesk.core.types import ModelInfo
from clipdesk.ui.desktop import give_size
from clipdesk.ui.models.download import DownloadPage
from clipdesk.ui.models.shelf import Shelf
from clipdesk.ui.models.terms import TermsPage
from clipdesk.ui.theme import tokens

_WEIGHTS = "Weights (*.safetensors *.pt *.pth *.bin)"


class ModelsDialog(QDialog):
    """A list to choose from; then, where a model must be fetched, the question and the progress.

    Signals:
        use_requested: The name of a model to use from now on.
        download_requested: The name of a model to fetch; the person has agreed.
        cancel_requested: The download under way is not wanted any more.
        import_requested: The `Path` of a file or folder of weights.
        remove_requested: The name of a model whose files are not wanted any more.
        trust_requested: The name of a model to use although it is doubted.
        set_up_requested: A `SetUpModel`; the person has agreed to a hosted model's terms.
    """

    use_requested = Signal(str)
    download_requested = Signal(str)
    cancel_requested = Signal()
    import_requested = Signal(object)
    remove_requested = Signal(str)
    trust_requested = Signal(str)
    set_up_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("modelsDialog")
        self.setWindowTitle("How ClipDesk sees pictures")
        self.setMinimumSize(480, 420)
        give_size(self, 680, 640)
        self.setAcceptDrops(True)
        self._current = ""
        self._typed = False
        self.shelf = Shelf(self)
        self.shelf.chosen.connect(self._on_chosen)
        self.download = DownloadPage(self)
        self.download.agreed.connect(self.download_requested)
        self.download.cancelled.connect(self.cancel_requested)
        self.download.left.connect(self._on_left)
        self.terms = TermsPage(self)
        self.terms.agreed.connect(self.set_up_requested)
        self.terms.left.connect(self._on_left)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._choosing())
        self._pages.addWidget(self.download)
        self._pages.addWidget(self.terms)
        self._show_action()

    def show_models(self, models: tuple[ModelInfo, ...]) -> None:
        """List these; the one in use is chosen."""
        self.shelf.show_models(models)
        self._show_action()

    def show_current(self, name: str) -> None:
        """Mark the model in use."""
        self._current = name
        self.shelf.show_current(name)
        self._show_action()

    def offer(self, model: ModelInfo) -> None:
        """Ask whether to fetch this model, or, if it is a hosted one, to its terms."""
        if model.terms is not None:
            self.terms.ask(model)
            self._pages.setCurrentWidget(self.terms)
            return
        self.download.ask(model)
        self._pages.setCurrentWidget(self.download)

    @Slot(object)
    def show_progress(self, progress: DownloadProgress) -> None:
        """Show how far the download is."""
        self.download.show_progress(progress)
        self._pages.setCurrentWidget(self.download)

    def show_end(self, end: DownloadEnded) -> None:
        """Back to the list if all went well; else the reason, and another try."""
        if end.message and self._pages.currentWidget() is self.terms:
            self.terms.show_failure(end.message)
        elif end.message:
            self.download.show_failure(end.message)
            self._pages.setCurrentWidget(self.download)
        else:
            self.download.rest()
            self.accept()
            self._pages.setCurrentIndex(0)

    def _choosing(self) -> QWidget:
        page = QWidget(self)
        self._intro = QLabel(_INTRO, page)
        self._intro.setWordWrap(True)
        self.name = QLineEdit(page)
        self.name.setObjectName("modelName")
        self.name.setClearButtonEnabled(True)
        self.name.setPlaceholderText("Find a model, or type a name: hf-hub:…")
        self.name.setAccessibleName("Find a model, or type its name")
        self.name.setToolTip("ARCHITECTURE/TAG, hf-hub:ORGANISATION/NAME or ARCHITECTURE:FILE")
        self.name.textChanged.connect(self._on_text_changed)
        file = self._button("modelFile", "Own weights…", page)
        file.setToolTip("Use weights that are on this computer; they can be dropped here, too")
        file.clicked.connect(self._on_file_wanted)
        self.remove = self._button("modelRemove", "Remove from this computer", page)
        self.remove.clicked.connect(self._on_remove)
        self.use = self._button("modelUse", "Use this model", page)
        self.use.setProperty("role", "primary")
        self.use.setDefault(True)
        self.use.clicked.connect(self._on_use)
        close = self._button("modelClose", "Close", page)
        close.clicked.connect(self.reject)
        row = QHBoxLayout()
        for button in (file, self.remove):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(close)
        row.addWidget(self.use)
        column = QVBoxLayout(page)
        column.setContentsMargins(*[tokens.PADDING + tokens.UNIT] * 4)
        column.setSpacing(tokens.PADDING)
        column.addWidget(self._intro)
        column.addWidget(self.name)
        column.addWidget(self.shelf, 1)
        column.addLayout(row)
        return page

    def _button(self, name: str, text: str, page: QWidget) -> QPushButton:
        button = QPushButton(text, page)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        return button

    def _chosen(self) -> str:
        """What was typed, if it is a name and was said last; else the card that is chosen."""
        typed = self.name.text().strip()
        if self._typed and {"/", ":"} & set(typed):
            return typed
        model = self.shelf.model
        return model.name if model else ""

    def _show_action(self) -> None:
        name, model = self._chosen(), self.shelf.model
        if model is None or model.name != name:
            text = "Use this model"
        elif model.doubt:
            text = "Use it anyway"
        elif model.here or model.terms is not None:
            text = "Use this model"
        else:
            text = "Go on with the download…" if model.part_bytes else "Download…"
        self.use.setText(text)
        self.use.setAccessibleName(text)
        self.use.setEnabled(name not in ("", self._current) or text == "Use it anyway")
        removable = model is not None and (model.removable or bool(model.part_bytes))
        self.remove.setVisible(removable and name not in ("", self._current))

    def _on_chosen(self) -> None:
        self._typed = False
        self._show_action()

    def _on_text_changed(self, text: str) -> None:
        self._typed = True
        self.shelf.seek(text.strip())
        self._show_action()

    def _on_use(self) -> None:
        name, model = self._chosen(), self.shelf.model
        doubted = model is not None and model.name == name and bool(model.doubt)
        (self.trust_requested if doubted else self.use_requested).emit(name)
        self.name.clear()

    def _on_remove(self) -> None:
        if model := self.shelf.model:
            self.remove_requested.emit(model.name)

    def _on_file_wanted(self) -> None:
        dialog = QFileDialog(self, "Weights", "", _WEIGHTS)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.import_requested.emit(Path(path)))
        dialog.open()

    def _on_left(self) -> None:
        self._pages.setCurrentIndex(0)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._pages.currentIndex() == 0 and _dropped(event) is not None:
            event.acceptProposedAction()
            self._intro.setText("Drop to use these weights. They stay where they are, too.")

    def dragLeaveEvent(self, event: object) -> None:
        self._intro.setText(_INTRO)

    def dropEvent(self, event: QDropEvent) -> None:
        self._intro.setText(_INTRO)
        if (path := _dropped(event)) is not None:
            event.acceptProposedAction()
            self.import_requested.emit(path)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.terms.forget()
        if not self.download.under_way:
            self._pages.setCurrentIndex(0)
        super().closeEvent(event)


_INTRO = (
    "A model is how ClipDesk sees pictures. With another one, every picture is looked at "
    "again; until that is done, the present one answers."
)


def _dropped(event: QDropEvent) -> Path | None:
    """The one file or folder that is dragged here."""
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
