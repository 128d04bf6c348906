"""Labels suggested for pictures of the library: their vectors are there, none is read again."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.encoders import DistantEncoder, Encoder, beside
from clipdesk.core.errors import ClipDeskError, ModelNotHere
from clipdesk.core.labels import sets
from clipdesk.core.labels.classifier import Classifier, Vectors, embed
from clipdesk.core.labels.sets import Label
from clipdesk.core.messages.events import Event
from clipdesk.core.messages.words import (
    LabelSuggested,
    StopSuggesting,
    Suggest,
    SuggestingEnded,
)
from clipdesk.core.messages.words import Suggesting as Progress
from clipdesk.core.models import Models
from clipdesk.core.types import Item

_AT_ONCE = 2_000
"""Pictures that are compared at a time: some 20 ms."""
_LEAST = 0.02
"""A label less likely than this is not worth telling."""
_SHOWN = 600
"""Pictures of a label that the window is given to show."""
_LIKELY_SHARE, _LIKELY_ALONE = 0.5, 0.2
"""From where on a label is proposed: of models whose labels share one whole, and of others,
which are careful: what SigLIP gives a fifth is as a rule meant."""

Steps = Iterator[None]
Present = Callable[[Iterable[Item]], tuple[Item, ...]]


class Suggesting:
    """The newest wish for suggestions, in slices."""

    def __init__(
        self,
        catalog: Catalog,
        models: Models,
        emit: Callable[[Event], None],
        wake: Callable[[], None],
        present: Present,
    ) -> None:
        """``present`` marks the items as the window is to see them."""
        self._catalog = catalog
        self._models = models
        self._emit = emit
        self._wake = wake
        self._present = present
        self._ticket = 0
        self._steps: Steps | None = None
        self._awaited: Future[Vectors] | None = None
        self.handlers: dict[type, Callable[..., None]] = {
            Suggest: self._begin,
            StopSuggesting: lambda _: self._end(),
        }

    @property
    def busy(self) -> bool:
        return self._steps is not None

    def step(self) -> bool:
        """The next slice; whether there was one."""
        if self._steps is None or (self._awaited and not self._awaited.done()):
            return False
        try:
            if next(self._steps, self) is self:
                self._end()
        except ClipDeskError as error:
            self._end()
            words = " ".join(filter(None, (str(error), error.hint)))
            self._emit(SuggestingEnded(self._ticket, message=words))
        return True

    def _begin(self, request: Suggest) -> None:
        self._ticket = request.ticket
        self._awaited = None
        self._steps = self._suggest(request)

    def _end(self) -> None:
        self._steps = self._awaited = None

    def _suggest(self, request: Suggest) -> Steps:
        labels = sets.check_set(request.labels)
        space = self._models.current
        if space is None:
            raise ModelNotHere("The model is not ready yet.", hint="Try again in a moment.")
        encoder = space.encoder
        vectors = yield from self._embed(encoder, labels)
        classifier = Classifier(labels, vectors, encoder.calibration)
        contents = self._contents(request)
        found = _Found(len(labels))
        for start in range(0, len(contents), _AT_ONCE):
            self._emit(Progress(request.ticket, start, len(contents)))
            yield
            ids, pictures = self._catalog.embeddings.of(
                space.id, contents[start : start + _AT_ONCE]
            )
            if len(ids):
                found.take(ids, classifier.probabilities(pictures.astype(np.float32)))
        for number, label in enumerate(labels):
            yield
            best, likely = found.best(number)
            items = self._items(best[:_SHOWN], likely)
            told = LabelSuggested(request.ticket, label.name, tuple(best), tuple(likely), items)
            self._emit(told)
        unseen = len(contents) - found.pictures
        likely_from = _LIKELY_SHARE if classifier.shares else _LIKELY_ALONE
        model = encoder.space.model
        self._emit(SuggestingEnded(request.ticket, model, found.pictures, unseen, likely_from))

    def _embed(self, encoder: Encoder, labels: Sequence[Label]) -> Generator[None, None, Vectors]:
        """The labels' vectors: a label a slice, or all at once where the encoder is far away."""
        if isinstance(encoder, DistantEncoder):
            self._awaited = future = beside(lambda: embed(encoder, labels), "ask for labels")
            future.add_done_callback(lambda _: self._wake())
            yield
            return future.result()
        parts = []
        for label in labels:
            parts.append(embed(encoder, [label]))
            yield
        return np.concatenate(parts)

    def _contents(self, request: Suggest) -> Sequence[int]:
        if request.content_ids is not None:
            return tuple(dict.fromkeys(request.content_ids))
        roots = [row.id for row in self._catalog.roots.all() if request.root_id in (None, row.id)]
        assets = self._catalog.assets
        return tuple(dict.fromkeys(id_ for root_id in roots for id_ in assets.contents(root_id)))

    def _items(self, ids: Sequence[int], likely: Sequence[float]) -> tuple[Item, ...]:
        """A picture of each content, with its probability as its score."""
        found = self._catalog.assets.items_of_contents(ids)
        pairs = ((found.get(id_), chance) for id_, chance in zip(ids, likely, strict=False))
        return self._present(replace(of[0], score=chance) for of, chance in pairs if of)


class _Found:
    """What is likely enough to be told, label by label."""

    def __init__(self, labels: int) -> None:
        self.pictures = 0
        self._ids: list[list[NDArray[np.int64]]] = [[] for _ in range(labels)]
        self._likely: list[list[NDArray[np.float64]]] = [[] for _ in range(labels)]

    def take(self, ids: NDArray[np.int64], probabilities: NDArray[np.float64]) -> None:
        """Contents (n,) and how likely each label is (n, labels)."""
        self.pictures += len(ids)
        for number, column in enumerate(probabilities.T):
            high = column >= _LEAST
            self._ids[number].append(ids[high])
            self._likely[number].append(column[high])

    def best(self, number: int) -> tuple[list[int], list[float]]:
        """The contents that this label may fit and how likely it does, the likeliest first."""
        if not self._ids[number]:
            return [], []
        ids = np.concatenate(self._ids[number])
        likely = np.concatenate(self._likely[number])
        order = np.argsort(-likely, kind="stable")
        return ids[order].tolist(), likely[order].tolist()
