"""Questions go out, and only the answer to the newest comes in."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from clipdesk.core.messages.events import (
    Listing,
    Results,
    SearchFailed,
    SearchWaits,
)
from clipdesk.core.messages.requests import (
    Browse,
    Request,
    Search,
)
from clipdesk.core.types import Query

REFRESH_MS = 1000


class SearchSession(QObject):
    """Asks the engine, one ticket a question, and lets through what answers the newest ticket.

    Signals:
        answered: `Results` of the newest search, or the `Listing` of the newest browse.
        waiting: Why the answer takes its time, a sentence.
        failed: Why there is no answer, a sentence.
        pending_changed: Whether an answer is awaited.
    """

    answered = Signal(object)
    waiting = Signal(str)
    failed = Signal(str)
    pending_changed = Signal(bool)

    def __init__(self, send: Callable[[Request], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._send = send
        self._ticket = 0
        self._pending = False
        self.query = Query()
        self.root_id: int | None = None
        # While pictures keep coming, a standing question is asked again, at most once a second.
        self._refresh = QTimer(self, interval=REFRESH_MS, singleShot=True)
        self._refresh.timeout.connect(self.ask_again)

    def ask(self, query: Query, root_id: int | None = None) -> None:
        """Search by this query, or browse if it is empty, within one root or all."""
        self.query, self.root_id = query, root_id
        self.ask_again()

    def ask_again(self) -> None:
        """Put the same question once more: the library may have changed."""
        self._refresh.stop()
        self._ticket += 1
        self._set_pending(pending=True)
        if self.query.ranks:
            self._send(Search(self._ticket, self.query, root_id=self.root_id))
        else:
            self._send(Browse(self._ticket, self.root_id, self.query.tags))

    def ask_again_soon(self) -> None:
        """Put the same question again shortly; many calls become one question."""
        if not self._refresh.isActive():
            self._refresh.start()

    @Slot(object)
    def take_answer(self, answer: Results | Listing) -> None:
        """Slot for the engine's answers."""
        if answer.ticket == self._ticket:
            self._set_pending(pending=False)
            self.answered.emit(answer)

    @Slot(object)
    def take_wait(self, event: SearchWaits) -> None:
        """Slot for "not yet"."""
        if event.ticket == self._ticket:
            self.waiting.emit(event.reason)

    @Slot(object)
    def take_failure(self, event: SearchFailed) -> None:
        """Slot for "not at all"."""
        if event.ticket == self._ticket:
            self._set_pending(pending=False)
            self.failed.emit(event.message)

    def _set_pending(self, *, pending: bool) -> None:
        if pending != self._pending:
            self._pending = pending
            self.pending_changed.emit(pending)
