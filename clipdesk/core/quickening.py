"""The answering encoder in a quicker form: made beside it, and exchanged when it is ready."""

import logging
import threading
from dataclasses import dataclass
from pathlib import Path

from clipdesk.core.encoders import Encoder
from clipdesk.core.encoders.conversion import Conversion, wanted
from clipdesk.core.encoders.store import ModelStore
from clipdesk.core.errors import ClipDeskError
from clipdesk.core.inbox import Post

log = logging.getLogger(__name__)

_TELL_EVERY = 0.05
_PATIENCE_S = 5


@dataclass(frozen=True, slots=True)
class Quickened:
    """Posted by the thread: how far it is, and at the end the encoder in its quicker form."""

    done: float
    """Of 1."""
    encoder: Encoder | None = None
    over: bool = False


class Quickening:
    """One conversion at a time, in a process of its own; closing leaves nothing half done."""

    def __init__(self, models: Path, store: ModelStore, post: Post) -> None:
        """``models`` is where weights are kept, and what is made of them."""
        self._models = models
        self._store = store
        self._post = post
        self._tried: set[str] = set()
        self._conversion: Conversion | None = None
        self._thread: threading.Thread | None = None
        self.done: float | None = None
        """How far it is, of 1; None while nothing is under way."""

    def begin(self, encoder: Encoder) -> None:
        """Make this encoder quicker, if that can be and nothing else is under way."""
        name = encoder.space.model
        if self.done is not None or name in self._tried or not wanted(encoder, self._models):
            return
        self.done = 0.0
        self._tried.add(name)
        self._conversion = conversion = Conversion(encoder, self._models)
        self._thread = threading.Thread(
            target=self._run, args=(name, conversion), name=f"convert {name}", daemon=True
        )
        self._thread.start()

    def heard(self, message: Quickened) -> None:
        """Take in how far the thread is."""
        self.done = None if message.over else message.done

    def close(self) -> None:
        """Break it off; the next start begins again."""
        if self._conversion:
            self._conversion.cancel()
        if self._thread:
            self._thread.join(_PATIENCE_S)

    def _run(self, name: str, conversion: Conversion) -> None:
        told = 0.0

        def say(done: float) -> None:
            nonlocal told
            if done >= told + _TELL_EVERY:
                told = done
                self._post(Quickened(done))

        quicker: Encoder | None = None
        try:
            if conversion.run(say):
                quicker = self._store.load(name)
        except (ClipDeskError, OSError) as error:
            log.info("%s stays as it is: %s", name, error)
        except Exception:  # whatever a library raises on files that it did not expect
            log.exception("converting %s", name)
        self._post(Quickened(1.0, quicker, over=True))
