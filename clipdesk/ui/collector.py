"""Python's collector of cycles, which has everybody wait: it passes over what has come to stay."""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

from clipdesk.core.messages.events import EncoderChanged, Listing
from clipdesk.core.types import EncoderState
from clipdesk.ui.wire import Wire

LATEST_MS = 20_000
"""A start without an encoder is over by then, too."""


class Collector(QObject):
    """Off while the program starts; what is there by then is never looked through again.

    Going through all the modules of a start takes 40 ms, and twice that beside a conversion. What
    has come to stay is still let go of when nobody refers to it; only its cycles would remain.
    See `gc.freeze`.
    """

    def __init__(self, wire: Wire, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._latest = QTimer(self, singleShot=True, interval=LATEST_MS)
        self._latest.timeout.connect(self._settle)
        self._latest.start()
        wire.encoder_changed.connect(self._on_encoder)
        wire.listing.connect(self._on_listing)

    @Slot(object)
    def _on_encoder(self, event: EncoderChanged) -> None:
        # With an encoder come its libraries.
        if event.state == EncoderState.READY:
            self._settle()

    @Slot(object)
    def _on_listing(self, event: Listing) -> None:
        # The pictures of a library are many, and stay; before the start is over that can wait.
        if gc.isenabled() and not event.more:
            gc.freeze()

    @Slot()
    def _settle(self) -> None:
        self._latest.stop()
        gc.freeze()
        gc.enable()
