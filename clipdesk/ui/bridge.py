"""Where Qt stops: the engine in its thread, its events as signals."""

import logging
import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal

from clipdesk.core.catalog.thumbnails import ThumbnailReader
from clipdesk.core.errors import LibraryError
from clipdesk.core.inbox import Inbox
from clipdesk.core.messages import events, requests
from clipdesk.core.paths import Directories

if TYPE_CHECKING:
    from clipdesk.core.encoders.store import ModelStore

log = logging.getLogger(__name__)


class _EngineThread(QThread):
    """Runs the engine until it is told to stop. A subclass with ``run``: nothing is queued."""

    def __init__(self, bridge: "Bridge") -> None:
        super().__init__(bridge)
        self.setObjectName("engine")
        self._bridge = bridge

    def run(self) -> None:
        self._bridge.run_engine()


class Bridge(QObject):
    """One signal per event of `core.messages.events`, named after it; each carries its event.

    Signals:
        failed: the library can't be opened (what, what to do); the program can't go on.
    """

    roots_changed = Signal(object)
    progress = Signal(object)
    pace_changed = Signal(object)
    relocation_offered = Signal(object)
    rules_tried = Signal(object)
    listing = Signal(object)
    added = Signal(object)
    changed = Signal(object)
    removed = Signal(object)
    removal_asked = Signal(object)
    results = Signal(object)
    search_waits = Signal(object)
    search_failed = Signal(object)
    problems_changed = Signal(object)
    preview_ready = Signal(object)
    preview_failed = Signal(object)
    thumbnails_ready = Signal(object)
    moments_told = Signal(object)
    encoder_changed = Signal(object)
    models_listed = Signal(object)
    download_offered = Signal(object)
    download_progress = Signal(object)
    download_ended = Signal(object)
    map_drawn = Signal(object)
    map_progress = Signal(object)
    sources_told = Signal(object)
    teaching_told = Signal(object)
    examining_progress = Signal(object)
    library_examined = Signal(object)
    notice = Signal(object)
    tags_changed = Signal(object)
    tags_told = Signal(object)
    about = Signal(object)
    words_changed = Signal(object)
    label_sets_changed = Signal(object)
    suggesting = Signal(object)
    label_suggested = Signal(object)
    suggesting_ended = Signal(object)
    describing = Signal(object)
    describing_failed = Signal(object)
    failed = Signal(str, str)

    def __init__(
        self,
        directories: Directories,
        parent: QObject | None = None,
        *,
        store: "ModelStore | None" = None,
    ) -> None:
        super().__init__(parent)
        self._directories = directories
        self._store = store
        self._inbox = Inbox()
        self._reader = ThumbnailReader(directories.thumbnails)
        self._thread = _EngineThread(self)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop the engine and wait for it: it finishes the slice at hand, no more."""
        self._inbox.put(requests.Stop())
        self._thread.wait()
        self._reader.close()

    def send(self, request: requests.Request) -> None:
        """Put a request into the engine's inbox; returns at once."""
        self._inbox.put(request)

    def read_thumbnail(self, content_id: int) -> bytes | None:
        """The encoded thumbnail, or None while there is none; may be called from any thread."""
        return self._reader.read(content_id)

    def run_engine(self) -> None:
        """The engine thread's work."""
        # Loaded here, and not before: it takes longer than all that the window needs.
        from clipdesk.core.engine import Engine  # noqa: PLC0415

        try:
            Engine(self._directories, self._inbox, self._emit, store=self._store).run()
        except LibraryError as error:
            self.failed.emit(str(error), error.hint)
        except Exception:  # a window whose engine has ended in silence would wait for ever
            log.exception("the engine has ended")
            self.failed.emit("ClipDesk can't go on; the log has the details.", "")

    def _emit(self, event: events.Event) -> None:
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()
        getattr(self, name).emit(event)
