"""What the person asks of the models, done: each request has one short answer here."""

from collections.abc import Callable

from clipdesk.core.backlog import Backlog
from clipdesk.core.downloads import Downloads, Fetched, Said
from clipdesk.core.encoders.store import ModelStore
from clipdesk.core.errors import ModelDoubted, ModelError, ModelNotHere
from clipdesk.core.ingest import Ingest
from clipdesk.core.messages.events import Level, ModelsListed, Notice
from clipdesk.core.messages.requests import (
    CancelDownload,
    Download,
    ImportModel,
    ListModels,
    RemoveModel,
    SetUpModel,
    TrustModel,
    UseModel,
)
from clipdesk.core.models import EncoderArrived, Models
from clipdesk.core.quickening import Quickened
from clipdesk.core.reporter import Reporter
from clipdesk.core.searching import Searching


class Choosing:
    """Models listed, fetched, taken, and taken away."""

    def __init__(
        self,
        store: ModelStore,
        models: Models,
        downloads: Downloads,
        reporter: Reporter,
        *,
        ingest: Ingest,
        backlog: Backlog,
        searching: Searching,
    ) -> None:
        self._store = store
        self._models = models
        self._downloads = downloads
        self._reporter = reporter
        self._ingest = ingest
        self._backlog = backlog
        self._searching = searching
        emit = reporter.emit
        self.handlers: dict[type, Callable[..., None]] = {
            ListModels: lambda _: emit(ModelsListed(store.available())),
            UseModel: lambda m: self._use(m.name),
            Download: lambda m: downloads.download(m.name),
            CancelDownload: lambda _: downloads.cancel(),
            ImportModel: lambda m: downloads.take_in(m.path, m.architecture),
            RemoveModel: self._remove,
            TrustModel: self._trust,
            SetUpModel: lambda m: downloads.set_up(m.name, dict(m.settings), m.key),
            Said: lambda m: emit(m.event),
            Fetched: lambda m: self._use(m.name),
            EncoderArrived: self._arrived,
            Quickened: self._quickened,
        }

    def _use(self, name: str) -> None:
        self._models.use(name)
        self._ingest.spaces = self._models.spaces
        self._reporter.emit(self._models.state())

    def _quickened(self, message: Quickened) -> None:
        self._models.quickened(message)
        self._reporter.emit(self._models.state())

    def _remove(self, message: RemoveModel) -> None:
        if message.name in (self._models.name, self._models.state().next_model):
            raise ModelError(f"{message.name} is in use.", hint="Choose another model first.")
        freed = self._store.remove(message.name)
        words = f"{message.name} is removed; {freed / 1e6:.0f} MB are free again."
        self._reporter.emit(Notice(Level.INFO, words))
        self._reporter.emit(ModelsListed(self._store.available()))

    def _trust(self, message: TrustModel) -> None:
        self._store.accept(message.name)
        self._use(message.name)

    def _arrived(self, message: EncoderArrived) -> None:
        if self._models.arrived(message):
            self._ingest.spaces = self._models.spaces
            self._backlog.reopen()
            self._models.resume()
        state = self._models.state()
        if isinstance(message.error, ModelNotHere) and self._models.current:
            self._downloads.offer(message.name)
        elif message.error:
            self._searching.encoder_failed(state.detail)
            self._reporter.notice(Level.ERROR, message.error)
            if isinstance(message.error, ModelDoubted):
                self._reporter.emit(ModelsListed(self._store.available()))
        self._reporter.emit(state)
