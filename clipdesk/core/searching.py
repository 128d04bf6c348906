"""The one search that matters: the newest."""

import time
from collections.abc import Callable, Iterable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.errors import ClipDeskError
from clipdesk.core.messages.events import (
    Event,
    Results,
    SearchFailed,
    SearchWaits,
)
from clipdesk.core.messages.requests import (
    Search,
)
from clipdesk.core.models import Models
from clipdesk.core.pictures import DecoderPool
from clipdesk.core.search.answering import answer
from clipdesk.core.search.examples import see
from clipdesk.core.search.question import Question
from clipdesk.core.search.space import SearchSpace
from clipdesk.core.types import EncoderState, Item


class Searching:
    """Keeps the newest search until it can be answered: encoder loaded, pictures decoded."""

    def __init__(
        self,
        catalog: Catalog,
        pool: DecoderPool,
        models: Models,
        emit: Callable[[Event], None],
        wake: Callable[[], None],
        *,
        present: Callable[[Iterable[Item]], tuple[Item, ...]],
    ) -> None:
        """``present`` marks the items as the window is to see them."""
        self._catalog = catalog
        self._pool = pool
        self._models = models
        self._emit = emit
        self._wake = wake
        self._present = present
        self._search: Search | None = None
        self._question: Question | None = None
        self._begun = 0.0
        self.asked: tuple[SearchSpace, NDArray[np.float32]] | None = None
        """The question that was answered last, as a vector (d,), and where."""

    @property
    def waiting(self) -> bool:
        return self._search is not None

    def ask(self, search: Search) -> None:
        """Take a new search in place of the one that waits."""
        self._search, self._question = search, None
        self._begun = time.perf_counter()
        if self._models.current is None:
            state = self._models.state()
            if state.state is EncoderState.FAILED:
                self._fail(f"There is no encoder to search with: {state.detail}")
            else:
                self._emit(SearchWaits(search.ticket, "The encoder is being loaded"))

    def step(self) -> bool:
        """Go on with the search; whether there was anything to do."""
        search, space = self._search, self._models.current
        if search is None or space is None:
            return False
        try:
            if self._question is None:
                seen = partial(see, space=space, pool=self._pool)
                self._question = Question(search.query, space, self._catalog, seen)
                self._question.when_ready(self._wake)
            if not self._question.ready:
                return False
            vector = self._question.vector()
            ranking = answer(
                space,
                self._catalog,
                search.query,
                vector,
                limit=search.limit,
                root_id=search.root_id,
            )
        except ClipDeskError as error:
            self._fail(" ".join(filter(None, (str(error), error.hint))))
            return True
        self._search = self._question = None
        self.asked = space, vector
        self._emit(
            Results(
                search.ticket,
                search.query,
                self._present(ranking.items),
                ranking.total,
                (time.perf_counter() - self._begun) * 1000,
                ranking.trusted,
            )
        )
        return True

    def encoder_failed(self, detail: str) -> None:
        """No encoder will come: say so to the search that waits."""
        if self._search and self._models.current is None:
            self._fail(f"There is no encoder to search with: {detail}")

    def _fail(self, message: str) -> None:
        if self._search:
            self._emit(SearchFailed(self._search.ticket, message))
        self._search = self._question = None
