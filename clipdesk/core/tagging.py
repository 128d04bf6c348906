"""Tags and notes: the person's wishes to the catalogue, and what the window shows of them."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.catalog.tags import key, tidy
from clipdesk.core.labels import sets
from clipdesk.core.messages.events import Event
from clipdesk.core.messages.words import (
    About,
    AskAbout,
    AskTags,
    KeepLabelSet,
    LabelSetsChanged,
    PutTag,
    RemoveLabelSet,
    TagsChanged,
    TagsTold,
    TakeTag,
    WordsChanged,
    WriteNote,
)
from clipdesk.core.types import TagCount, TagUse

_AT_ONCE = 4_000
"""Contents that are given a tag at a time: some 20 ms."""
_READ_AT_ONCE = 20_000
"""Contents whose tags are looked up at a time: some 20 ms."""
_RECOUNT_S = 2.0
"""While pictures come and go, the tags are counted anew no more often than this."""


class Tagging:
    """What is done with many pictures is done in slices; tags are counted one at a time."""

    def __init__(self, catalog: Catalog, emit: Callable[[Event], None]) -> None:
        self._catalog = catalog
        self._emit = emit
        self._wishes: deque[Iterator[None]] = deque()
        self._tags_asked: AskTags | None = None
        self._about: Iterator[None] | None = None
        self._counting: Iterator[TagCount] | None = None
        self._counts: list[TagCount] = []
        self._told: tuple[TagCount, ...] = ()
        self._pictures = -1
        """How many there were when the tags were counted last; -1 where they must be anew."""
        self._counted_at = float("-inf")
        self.handlers: dict[type, Callable[..., None]] = {
            AskTags: self._ask_tags,
            AskAbout: self._ask_about,
            PutTag: self._put,
            TakeTag: self._take,
            WriteNote: self._write,
            KeepLabelSet: self._keep_labels,
            RemoveLabelSet: self._remove_labels,
        }

    def start(self) -> None:
        """Tell what there is."""
        self._emit(LabelSetsChanged(self._catalog.label_sets.all()))

    @property
    def busy(self) -> bool:
        return bool(self._tags_asked or self._about or self._wishes or self._counting)

    @property
    def due_in(self) -> float | None:
        """Seconds until the tags are to be counted anew; None where they need not be."""
        if self._pictures == self._catalog.assets.count():
            return None
        return max(0.0, self._counted_at + _RECOUNT_S - time.monotonic())

    def step(self) -> bool:
        """What the window waits for, else a slice of what was wished; whether there was any."""
        if self._tags_asked is not None:
            asked, self._tags_asked = self._tags_asked, None
            tags = self._catalog.tags.of(asked.content_ids)
            self._emit(TagsTold(tuple((id_, tags.get(id_, ())) for id_ in asked.content_ids)))
        elif self._about is not None:
            if next(self._about, self) is self:
                self._about = None
        elif self._wishes:
            if next(self._wishes[0], self) is self:
                self._wishes.popleft()
        else:
            return False
        return True

    def count(self) -> bool:
        """Count the next tag, if they must be counted; whether there was one. An idle chore."""
        if self._counting is None:
            if self.due_in != 0:
                return False
            self._pictures = self._catalog.assets.count()
            self._counted_at = time.monotonic()
            self._counts = []
            self._counting = map(self._catalog.tags.count, self._catalog.tags.names())
        counted = next(self._counting, None)
        if counted is not None:
            self._counts.append(counted)
            return True
        self._counting = None
        tags = tuple(tag for tag in self._counts if tag.pictures)
        if tags != self._told:
            self._told = tags
            self._emit(TagsChanged(tags))
        return True

    def changed(self, content_ids: Sequence[int]) -> None:
        """Words of these contents are others now: tell it, and count anew."""
        self._pictures, self._counted_at, self._counting = -1, float("-inf"), None
        self._emit(WordsChanged(tuple(content_ids)))

    # ── what is asked ──────────────────────────────────────────────────────────────────────

    def _ask_tags(self, request: AskTags) -> None:
        self._tags_asked = request

    def _ask_about(self, request: AskAbout) -> None:
        self._about = self._tell_about(request)

    def _tell_about(self, request: AskAbout) -> Iterator[None]:
        shared: dict[str, TagUse] = {}
        ids = list(dict.fromkeys(request.content_ids))
        for start in range(0, len(ids), _READ_AT_ONCE):
            if start:
                yield
            for use in self._catalog.tags.shared(ids[start : start + _READ_AT_ONCE]):
                more = shared.get(use.name, TagUse(use.name, use.made_by, 0))
                made_by, count = min(use.made_by, more.made_by), use.contents + more.contents
                shared[use.name] = TagUse(use.name, made_by, count)
        tags = tuple(shared[name] for name in sorted(shared, key=key))
        if len(request.content_ids) != 1:
            self._emit(About(request.ticket, tags))
            return
        (content_id,) = request.content_ids
        format_, size, copies = self._catalog.assets.facts(content_id)
        note = self._catalog.notes.of(content_id)
        self._emit(About(request.ticket, tags, note, format_, size, copies))

    # ── what is wished ─────────────────────────────────────────────────────────────────────

    def _put(self, request: PutTag) -> None:
        name, tags = tidy(request.name), self._catalog.tags
        self._wish(self._each(request.content_ids, lambda ids: tags.put(name, ids)))

    def _take(self, request: TakeTag) -> None:
        name, tags = tidy(request.name), self._catalog.tags
        self._wish(self._each(request.content_ids, lambda ids: tags.take(name, ids)))

    def _wish(self, wish: Iterator[None]) -> None:
        """The first slice at once, so that what is asked next sees it; the rest in turn."""
        if self._wishes or next(wish, self) is not self:
            self._wishes.append(wish)

    def _each(
        self, content_ids: Sequence[int], change: Callable[[Sequence[int]], object]
    ) -> Iterator[None]:
        for start in range(0, len(content_ids), _AT_ONCE):
            some = content_ids[start : start + _AT_ONCE]
            with self._catalog.transaction():
                change(some)
            self.changed(some)
            yield

    def _write(self, request: WriteNote) -> None:
        with self._catalog.transaction():
            self._catalog.notes.write(request.content_id, request.text)
            self._catalog.to_describe.done(request.content_id)
        self.changed([request.content_id])

    def _keep_labels(self, request: KeepLabelSet) -> None:
        sets.check_set(request.labels)
        with self._catalog.transaction():
            if request.instead_of:
                self._catalog.label_sets.remove(request.instead_of)
            self._catalog.label_sets.put(request.labels)
        self._emit(LabelSetsChanged(self._catalog.label_sets.all()))

    def _remove_labels(self, request: RemoveLabelSet) -> None:
        with self._catalog.transaction():
            self._catalog.label_sets.remove(request.name)
        self._emit(LabelSetsChanged(self._catalog.label_sets.all()))
