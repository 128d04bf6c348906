"""Choosing how ClipDesk sees pictures; nothing is fetched without a yes."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from clipdesk.core.messages import DownloadEnded, DownloadProgress
from clipdesk.core.types import ModelInfo
from clipdesk.ui.models.card import ModelCard
from clipdesk.ui.models.download import DownloadPage
from clipdesk.ui.models.terms import TermsPage
from clipdesk.ui.theme import tokens


class ModelsDialog(QDialog):
    """A list to choose from; then, where a model must be fetched, the question and the progress.

    Signals:
        use_requested: The name of a model to use from now on.
        download_requested: The name of a model to fetch; the person has agreed.
        cancel_requested: The download under way is not wanted any more.
        set_up_requested: A `SetUpModel`; the person has agreed to a hosted model's terms.
    """

    use_requested = Signal(str)
    download_requested = Signal(str)
    cancel_requested = Signal()
    set_up_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("modelsDialog")
        self.setWindowTitle("How ClipDesk sees pictures")
        self.setMinimumSize(480, 420)
        self.resize(560, 540)
        self._current = ""
        self._group = QButtonGroup(self)
        self._group.buttonToggled.connect(self._on_choice_changed)
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

    def show_models(self, models: tuple[ModelInfo, ...]) -> None:
        """List these; the one in use is chosen."""
        for button in self._group.buttons():
            self._group.removeButton(button)
        while (item := self._cards.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        hosted = [model for model in models if model.terms is not None]
        for model in (*(model for model in models if model.terms is None), *hosted):
            if hosted and model is hosted[0]:
                services = QLabel("Services: your pictures leave this computer", self._list)
                services.setObjectName("modelServices")
                services.setProperty("role", "title")
                self._cards.addWidget(services)
            card = ModelCard(model, self._list)
            self._group.addButton(card.button)
            self._cards.addWidget(card)
        self._cards.addStretch(1)
        self._choose(self._current)

    def show_current(self, name: str) -> None:
        """Mark the model in use."""
        if name != self._current:
            self._current = name
            self._choose(name)

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
        else:
            self.accept()
            self._pages.setCurrentIndex(0)

    def _choosing(self) -> QWidget:
        page = QWidget(self)
        intro = QLabel(
            "A model is how ClipDesk sees pictures. With another one, every picture is looked at "
            "again; until that is done, the present one answers.",
            page,
        )
        intro.setWordWrap(True)
        self._list = QWidget(page)
        self._cards = QVBoxLayout(self._list)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.setSpacing(tokens.GAP)
        scroll = QScrollArea(page)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._list)
        self.name = QLineEdit(page)
        self.name.setObjectName("modelName")
        self.name.setPlaceholderText("Another OpenCLIP model, as ARCHITECTURE/TAG or hf-hub:…")
        self.name.setAccessibleName("Another model, by name")
        self.name.setToolTip("ARCHITECTURE/TAG, hf-hub:ORGANISATION/NAME or ARCHITECTURE:FILE")
        self.name.textChanged.connect(self._on_choice_changed)
        file = QPushButton("Weights file…", page)
        file.setObjectName("modelFile")
        file.setAccessibleName("Choose a weights file")
        file.setToolTip("Use weights that are on this computer; name their architecture first")
        file.setAutoDefault(False)
        file.clicked.connect(self._on_file_wanted)
        self.use = QPushButton("Use this model", page)
        self.use.setObjectName("modelUse")
        self.use.setProperty("role", "primary")
        self.use.setAccessibleName("Use this model")
        self.use.setDefault(True)
        self.use.clicked.connect(self._on_use)
        close = QPushButton("Close", page)
        close.setObjectName("modelClose")
        close.setAccessibleName("Close")
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        other = QHBoxLayout()
        other.addWidget(self.name, 1)
        other.addWidget(file)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        row.addWidget(self.use)
        column = QVBoxLayout(page)
        column.setContentsMargins(*[tokens.PADDING + tokens.UNIT] * 4)
        column.setSpacing(tokens.PADDING)
        column.addWidget(intro)
        column.addWidget(scroll, 1)
        column.addLayout(other)
        column.addLayout(row)
        return page

    def _chosen(self) -> str:
        if typed := self.name.text().strip():
            return typed
        button = self._group.checkedButton()
        card = button.parentWidget() if button is not None else None
        return card.model.name if isinstance(card, ModelCard) else ""

    def _choose(self, name: str) -> None:
        for button in self._group.buttons():
            card = button.parentWidget()
            if isinstance(card, ModelCard) and card.model.name == name:
                button.setChecked(True)
        self._on_choice_changed()

    def _on_choice_changed(self) -> None:
        self.use.setEnabled(self._chosen() not in ("", self._current))

    def _on_use(self) -> None:
        self.use_requested.emit(self._chosen())
        self.name.clear()

    def _on_file_wanted(self) -> None:
        dialog = QFileDialog(self, "Weights", "", "Weights (*.pt *.safetensors *.bin)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._on_file_chosen)
        dialog.open()

    def _on_file_chosen(self, path: str) -> None:
        architecture = self.name.text().partition(":")[0].strip() or "ViT-B-32"
        self.name.setText(f"{architecture}:{path}")
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.name.setSelection(0, len(architecture))  # most likely to be put right

    def _on_left(self) -> None:
        self._pages.setCurrentIndex(0)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.terms.forget()
        if not self.download.under_way:
            self._pages.setCurrentIndex(0)
        super().closeEvent(event)
