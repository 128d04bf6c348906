"""A model in its quicker form: made before it is loaded, or beside it while it answers."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from clipdesk.core.encoders import Encoder
from clipdesk.core.encoders.ahead import lacking
from clipdesk.core.encoders.conversion import Conversion, Pictures, made_of
from clipdesk.core.encoders.conversion import wanted as slow
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

    def __init__(
        self, models: Path, store: ModelStore, post: Post, pictures: Pictures = tuple
    ) -> None:
        """``models`` is where weights are kept, and what is made of them.

        ``pictures`` gives some of the library's; it is called in a thread.
        """
        self._pictures = pictures
        self._models = models
        self._store = store
        self._post = post
        self._tried: set[str] = set()
        self._turn = threading.Condition()
        self._conversion: Conversion | None = None
        self._thread: threading.Thread | None = None
        self._closed = False
        self.done: float | None = None
        """How far it is, of 1; None while nothing is under way."""

    def ahead(self, name: str, wanted: Callable[[], bool]) -> bool:
        """Make a model quicker before it is loaded: in the caller's thread, for a minute or so.

        It breaks off whatever else is under way. Whether it is still ``wanted`` at the end.
        Raises `ModelError` where the model can't be loaded.
        """
        lack = lacking(name, self._models)
        if lack is None:
            return True
        conversion = Conversion(*lack, self._models, self._pictures)
        with self._turn:
            if self._conversion and wanted():
                self._conversion.cancel()
            self._turn.wait_for(lambda: not (self._conversion and wanted()))
            if self._closed or not wanted():
                return False
            self._conversion = conversion
        try:
            conversion.run(self._teller())
        finally:
            self._leave()
            self._post(Quickened(1.0, over=True))
        return wanted() and not conversion.cancelled

    def begin(self, encoder: Encoder) -> None:
        """Make the answering encoder quicker, if that can be and nothing else is under way."""
        name = encoder.space.model
        if name in self._tried or not slow(encoder, self._models):
            return
        conversion = Conversion(name, made_of(encoder), self._models, self._pictures)
        with self._turn:
            if self._conversion or self._closed:
                return
            self._conversion = conversion
        self._tried.add(name)
        self.done = 0.0
        self._thread = threading.Thread(
            target=self._run, args=(name, conversion), name=f"convert {name}", daemon=True
        )
        self._thread.start()

    def heard(self, message: Quickened) -> None:
        """Take in how far the thread is."""
        self.done = None if message.over else message.done

    def cancel(self) -> None:
        """Break off what is under way: another model is wanted now."""
        with self._turn:
            if self._conversion:
                self._conversion.cancel()

    def close(self) -> None:
        """Break it off for good; the next start begins again."""
        self._closed = True
        self.cancel()
        with self._turn:
            self._turn.wait_for(lambda: not self._conversion, _PATIENCE_S)
        if self._thread:
            self._thread.join(_PATIENCE_S)

    def _leave(self) -> None:
        with self._turn:
            self._conversion = None
            self._turn.notify_all()

    def _teller(self) -> Callable[[float], None]:
        told = 0.0

        def say(done: float) -> None:
            nonlocal told
            if done >= told + _TELL_EVERY:
                told = done
                self._post(Quickened(done))

        return say

    def _run(self, name: str, conversion: Conversion) -> None:
        quicker: Encoder | None = None
        try:
            if conversion.run(self._teller()):
                quicker = self._store.load(name)
        except (ClipDeskError, OSError) as error:
            log.info("%s stays as it is: %s", name, error)
        except Exception:  # whatever a library raises on files that it did not expect
            log.exception("converting %s", name)
        self._leave()
        self._post(Quickened(1.0, quicker, over=True))
