"""Which encoder answers, which one is coming, and how they get here.

Loading and downloading take seconds to minutes, so each has a thread of its own, which does
nothing but post what it got; everything is decided in the engine's thread.
"""

import logging
import threading
from dataclasses import dataclass
from pathlib import Path

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.encoders import STARTER, Encoder, Sleeper
from clipdesk.core.encoders.conversion import Pictures
from clipdesk.core.encoders.store import ModelStore
from clipdesk.core.errors import ClipDeskError, ModelError
from clipdesk.core.inbox import Post
from clipdesk.core.messages.events import (
    EncoderChanged,
)
from clipdesk.core.quickening import Quickened, Quickening
from clipdesk.core.search.space import SearchSpace
from clipdesk.core.types import EncoderState

log = logging.getLogger(__name__)

_PATIENCE_S = 0.2


@dataclass(frozen=True, slots=True)
class EncoderArrived:
    """Posted by the loader's thread."""

    name: str
    encoder: Encoder | None
    error: ClipDeskError | None = None


class Models:
    """The encoder that answers searches, and the one that is to follow it.

    A new model's space is filled while the old one goes on answering; spaces never mix.
    """

    def __init__(
        self,
        catalog: Catalog,
        indexes: Path,
        store: ModelStore,
        post: Post,
        weights: Path,
        *,
        pictures: Pictures = tuple,
    ) -> None:
        """``weights`` is where models are kept, and what is made of them.

        ``pictures`` gives some of the library's, called in a thread; see `Quickening`.
        """
        self._catalog = catalog
        self._indexes = indexes
        self._store = store
        self._post = post
        self._quickening = Quickening(weights, store, post, pictures)
        self._threads: list[threading.Thread] = []
        self.current: SearchSpace | None = None
        self.next: SearchSpace | None = None
        self._loading = ""
        self._failure = ""
        self._unhurried = False

    @property
    def spaces(self) -> tuple[SearchSpace, ...]:
        """The spaces that every picture is encoded in, the answering one first."""
        return tuple(space for space in (self.current, self.next) if space)

    @property
    def name(self) -> str:
        """The model that answers, or will once it is loaded."""
        return self._catalog.options.model or STARTER

    @property
    def loading(self) -> bool:
        return bool(self._loading)

    def start(self, model: str = "", *, unhurried: bool = False) -> None:
        """Begin to load the library's model, and after it the one to change to.

        Where it is ``unhurried`` nobody waits for answers: a model is made quicker before it is
        used at all. Else only while another one answers, or there is nothing yet to be found.
        """
        self._unhurried = unhurried
        if model and model != self.name and self._catalog.assets.count():
            self._remember(self.name, model)
        elif model:
            self._remember(model, "")
        self._begin(self.name)

    def use(self, name: str) -> None:
        """Begin to change to another model; the present one goes on answering."""
        settled = not (self.next or self._loading)
        if self._loading == name or (self.current and name == self.name and settled):
            return
        if self.current and name == self.name:
            self._drop_next()  # back to the one that still answers
            return
        if self.current is None and self._loading == self.name and self._catalog.assets.count():
            self._remember(self.name, name)  # it follows when the library's own has come
            return
        self._begin(name)

    def arrived(self, message: EncoderArrived) -> bool:
        """Take in what the loader got; whether the spaces have changed."""
        if message.name != self._loading:
            return False  # the person has chosen another one since
        self._loading = ""
        if message.encoder is None:
            self._failure = str(message.error)
            coming = self._catalog.options.next_model
            self._remember(self.name if self.current or not coming else coming, "")
            if self.current is None and coming:
                self._begin(coming)  # the old one is gone: the library is the new one's
            elif self.current is None and message.name != self.name:
                self._begin(self.name)  # it was chosen before the library's own had come
            return False
        self._failure = ""
        space = SearchSpace(self._catalog, message.encoder, self._indexes)
        if self.current is None or space.id == self.current.id:
            self.current = space
            coming = self._catalog.options.next_model
            self._remember(message.name, "" if coming == message.name else coming)
        else:
            self.next = space
            self._remember(self.name, message.name)
        self._quickening.begin(space.encoder)
        return True

    def quickened(self, message: Quickened) -> None:
        """Let an encoder's quicker form take its place; its vectors stay good."""
        self._quickening.heard(message)
        for space in self.spaces:
            if message.encoder and message.encoder.space == space.encoder.space:
                space.encoder = message.encoder
            elif message.over:
                self._quickening.begin(space.encoder)  # it had to wait for the other one

    def swap(self) -> None:
        """The next space is complete: it answers from now on."""
        if self.next:
            self.current, name, self.next = self.next, self._catalog.options.next_model, None
            self._remember(name, "")

    def give_up(self, reason: ModelError) -> None:
        """The next encoder has failed on the way: the present one stays, no vector is lost."""
        self.next, self._failure = None, str(reason)
        self._remember(self.name, "")

    def resume(self) -> None:
        """Go on with a change of model that the last run did not finish."""
        name = self._catalog.options.next_model
        if name and not self.next and not self._loading:
            self._begin(name)

    def state(self) -> EncoderChanged:
        """What the window shows of all this."""
        if self.current:
            ready, detail = EncoderState.READY, self._failure
        elif self._failure:
            ready, detail = EncoderState.FAILED, self._failure
        else:
            ready, detail = EncoderState.LOADING, ""
        coming = self._catalog.options.next_model if self.next else ""
        if self.current and self._loading:
            coming = self._loading
        engine = str(getattr(self.current.encoder, "device", "")) if self.current else ""
        return EncoderChanged(self.name, ready, detail, coming, engine, self._quickening.done)

    def close(self) -> None:
        """Let go of what is still being loaded: it can't be cut short, and nobody waits for it."""
        self._quickening.close()
        for thread in self._threads:
            thread.join(timeout=_PATIENCE_S)

    def _begin(self, name: str) -> None:
        if self._loading:
            self._quickening.cancel()
        self._loading, self._failure = name, ""
        answered = self.current is not None or not self._catalog.assets.count()
        ahead = self._unhurried or answered
        # Left behind if the program ends meanwhile; `clipdesk.__main__` knows it by its name.
        thread = threading.Thread(
            target=self._fetch, args=(name, ahead), name=f"load {name}", daemon=True
        )
        self._threads = [other for other in self._threads if other.is_alive()]
        self._threads.append(thread)
        thread.start()

    def _fetch(self, name: str, ahead: bool) -> None:  # noqa: FBT001 - of a thread's target
        try:
            if ahead and not self._quickening.ahead(name, lambda: self._loading == name):
                return  # another one is wanted, or none any more
            encoder = self._store.load(name)
            self._post(EncoderArrived(name, encoder))
            # Who waits for no answers has pictures to be seen: they are decoded meanwhile.
            if self._unhurried and isinstance(encoder, Sleeper):
                encoder.open_eyes()
        except ClipDeskError as error:
            self._post(EncoderArrived(name, None, error))
        except Exception as error:  # whatever a library raises on files that it did not expect
            log.exception("loading %s", name)
            wrapped = ModelError(f"{name} could not be loaded: {error}")
            self._post(EncoderArrived(name, None, wrapped))

    def _drop_next(self) -> None:
        if self._loading:
            self._quickening.cancel()
        self.next, self._loading = None, ""
        self._remember(self.name, "")

    def _remember(self, model: str, next_model: str) -> None:
        with self._catalog.transaction():
            self._catalog.options.model = model
            self._catalog.options.next_model = next_model
