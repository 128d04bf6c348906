"""What becomes of the models: the person's choice to the engine, its offers and ends back."""

from PySide6.QtCore import QObject, Slot

from clipdesk.core.messages.events import (
    DownloadEnded,
    DownloadOffered,
    EncoderChanged,
    Level,
    ModelsListed,
)
from clipdesk.core.messages.requests import (
    CancelDownload,
    Download,
    ImportModel,
    ListModels,
    RemoveModel,
    TrustModel,
    UseModel,
)
from clipdesk.ui.models.dialog import ModelsDialog
from clipdesk.ui.notice.bar import NoticeBar
from clipdesk.ui.wire import Wire


class ModelCare(QObject):
    """Between the dialog of the models, the engine, and the bar where it is told how it went."""

    def __init__(self, wire: Wire, dialog: ModelsDialog, notices: NoticeBar) -> None:
        super().__init__(dialog)
        self._send = send = wire.send
        self._dialog = dialog
        self._notices = notices
        dialog.use_requested.connect(lambda name: send(UseModel(name)))
        dialog.download_requested.connect(lambda name: send(Download(name)))
        dialog.cancel_requested.connect(lambda: send(CancelDownload()))
        dialog.import_requested.connect(lambda path: send(ImportModel(path)))
        dialog.remove_requested.connect(lambda name: send(RemoveModel(name)))
        dialog.trust_requested.connect(lambda name: send(TrustModel(name)))
        dialog.set_up_requested.connect(send)
        wire.encoder_changed.connect(self._on_encoder_changed)
        wire.models_listed.connect(self._on_models_listed)
        wire.download_offered.connect(self._on_download_offered)
        wire.download_progress.connect(dialog.show_progress)
        wire.download_ended.connect(self._on_download_ended)

    def choose(self) -> None:
        """Show the models there are."""
        self._send(ListModels())
        self._dialog.open()

    @Slot(object)
    def _on_encoder_changed(self, event: EncoderChanged) -> None:
        self._dialog.show_current(event.next_model or event.model)

    @Slot(object)
    def _on_models_listed(self, event: ModelsListed) -> None:
        self._dialog.show_models(event.models)

    @Slot(object)
    def _on_download_offered(self, event: DownloadOffered) -> None:
        self._dialog.offer(event.model)
        self._dialog.open()

    @Slot(object)
    def _on_download_ended(self, event: DownloadEnded) -> None:
        self._dialog.show_end(event)
        if event.message and not self._dialog.isVisible():
            self._notices.tell(event.message, Level.WARNING)
