"""The parent's side of an errand: a process beside, told to stop when it is no longer wanted."""

import logging
import threading
from collections.abc import Callable
from typing import Any

from clipdesk.core.children.child import Child
from clipdesk.core.errands.jobs import ANSWERS, Failed
from clipdesk.core.errands.lines import meant, written
from clipdesk.core.errors import ChildError

log = logging.getLogger(__name__)

_PATIENCE_S = 5
_LOST = "It ended without a word; the log has the details."


class Errand:
    """One job in another process; what it says is heard in a thread, its end as None."""

    def __init__(self, job: Any, heard: Callable[["Errand", Any], None]) -> None:
        self._heard = heard
        self._child = Child("clipdesk.core.errands.doing")
        name = type(job).__name__
        self._thread = threading.Thread(target=self._run, args=(job,), name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Tell it to keep what was done and end; that it has is heard."""
        self._child.stop()

    def kill(self) -> None:
        """End it at once."""
        self._child.kill()

    def close(self) -> None:
        """Stop it, and wait; one that does not heed is ended."""
        self.stop()
        self._thread.join(_PATIENCE_S)
        if self._thread.is_alive():
            self.kill()
            self._thread.join(_PATIENCE_S)

    def _run(self, job: Any) -> None:
        try:
            with self._child as child:
                child.write(written(job))
                last = self._listen(child)
            if child.status and not isinstance(last, Failed) and not child.killed:
                self._heard(self, Failed(_LOST))
        except ChildError as error:
            self._heard(self, Failed(f"{error} {error.hint}"))
        self._heard(self, None)

    def _listen(self, child: Child) -> Any:
        """The last of what it says."""
        last: Any = None
        for said in child.heard():
            try:
                last = meant(said, ANSWERS)
            except ValueError as error:
                log.info("an errand says %s", error)
            else:
                self._heard(self, last)
        return last
