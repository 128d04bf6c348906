"""From candidates to pictures that can be found: decode ahead, encode a small batch, commit.

The encoder works beside the engine: while it looks at one batch the decoders fill the next, the
engine commits the last, and a search waits for none of them.

One picture costs one decode and one encoding, whatever it is called and wherever it moves: a
candidate whose content is already known costs neither.
"""

import time
from collections import deque
from collections.abc import Callable, Container, Sequence
from concurrent.futures import Future, wait

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.arrivals import Batch, EncoderFailed, Flight, Ingested, Landed, Vectors
from clipdesk.core.catalog.assets import Content
from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.catalog.thumbnails import Thumbnails
from clipdesk.core.encoders import DistantEncoder, Stoppable, beside
from clipdesk.core.errors import ModelError, PictureError, PictureGone, PicturesRefused
from clipdesk.core.pictures import Decoded, DecoderPool, Glance
from clipdesk.core.portions import MOST, Portion, even
from clipdesk.core.reconcile import Candidate
from clipdesk.core.search.space import SearchSpace
from clipdesk.core.types import ImageSpec

_AHEAD = 32
"""Decodes under way beyond two batches: enough that neither decoders nor encoder ever wait."""
_PATIENCE_S = 0.25
"""How long a decoded picture waits for company before it is encoded with what there is."""
_PATIENCE_AT_CLOSE_S = 1.0


class Ingest:
    """A queue of candidates, and the steps that empty it."""

    def __init__(
        self,
        catalog: Catalog,
        thumbnails: Thumbnails,
        pool: DecoderPool,
        wake: Callable[[], None],
    ) -> None:
        self._catalog = catalog
        self._thumbnails = thumbnails
        self._pool = pool
        self._wake = wake
        self._queue: deque[Candidate] = deque()
        self._first: deque[Candidate] = deque()
        """Those of the preferred root."""
        self._preferred: int | None = None
        self._queued: set[tuple[int, str]] = set()
        self._flights: deque[Flight] = deque()
        self._landed: list[Landed] = []
        self._landed_at = 0.0
        self._portion = Portion()
        self._away: Batch | None = None
        self._spaces: tuple[SearchSpace, ...] = ()

    @property
    def spaces(self) -> tuple[SearchSpace, ...]:
        """The spaces that every picture is to be encoded in."""
        return self._spaces

    @spaces.setter
    def spaces(self, spaces: tuple[SearchSpace, ...]) -> None:
        if spaces != self._spaces:
            self._spaces, self._portion = spaces, Portion()
            # Prepared for encoders that have changed since.
            landed, self._landed = self._landed, []
            self._again(landed)
            if self._away:
                away, self._away = self._away, None
                self._again(away.landed)

    @property
    def pending(self) -> int:
        """Candidates that have not been brought in yet."""
        away = len(self._away.landed) if self._away else 0
        return len(self._queued) + len(self._flights) + len(self._landed) + away

    def add(self, candidates: Sequence[Candidate]) -> int:
        """Queue candidates; answers how many were not queued already."""
        before = len(self._queued)
        for candidate in candidates:
            key = (candidate.root_id, candidate.name)
            if key not in self._queued:
                self._queued.add(key)
                first = candidate.root_id == self._preferred
                (self._first if first else self._queue).append(candidate)
        return len(self._queued) - before

    def prefer(self, root_id: int | None) -> None:
        """The person looks at this root: its pictures come first."""
        if root_id != self._preferred:
            waiting = (*self._first, *self._queue)
            self._preferred = root_id
            self._first = deque(c for c in waiting if c.root_id == root_id)
            self._queue = deque(c for c in waiting if c.root_id != root_id)

    def forget(self, root_id: int) -> int:
        """Drop what is queued of a root; answers how many."""
        before = self.pending
        self._queue = deque(c for c in self._queue if c.root_id != root_id)
        self._first = deque(c for c in self._first if c.root_id != root_id)
        for flight in self._flights:
            if flight.candidate.root_id == root_id:
                self._pool.drop(flight.future)  # its disk may hang
        self._flights = deque(f for f in self._flights if f.candidate.root_id != root_id)
        self._landed = [done for done in self._landed if done.candidate.root_id != root_id]
        if self._away:
            kept = [done for done in self._away.landed if done.candidate.root_id != root_id]
            self._away.landed = kept  # what is said of the others is kept for their return
        self._queued = {key for key in self._queued if key[0] != root_id}
        return before - self.pending

    def step(self, *, ahead: bool = True) -> Ingested | None:
        """Do the next short thing; None when there is nothing to do until others are done.

        Without ``ahead`` the encoder rests from when a batch is committed to the next step.
        Raises `EncoderFailed` when an encoder gives up.
        """
        if not self.spaces:
            return None
        self._take_off()
        result = Ingested()
        self._land(result)
        back = self._take_back()
        if self._due() and (ahead or not back):
            self._send_off(back.pictures if back else {})  # first of all: the encoder waits
        if back:
            self._commit(back, result)
        return result if result.done else None

    def close(self) -> None:
        """Wait for what the encoders are at, for a moment: nobody will take it in."""
        for space in self.spaces:
            if isinstance(space.encoder, Stoppable):
                space.encoder.stop()
        if self._away:
            wait([part for _, _, part in self._away.parts], _PATIENCE_AT_CLOSE_S)

    # ── reading ────────────────────────────────────────────────────────────────────────────

    def _take_off(self) -> None:
        most = _AHEAD + 2 * self._size
        while self._queued and len(self._flights) + len(self._landed) < most:
            candidate = (self._first or self._queue).popleft()
            self._queued.discard((candidate.root_id, candidate.name))
            # Only a file of a size that is known can be a copy: it is looked at before it is read.
            if self._catalog.assets.of_size(candidate.stamp.size):
                self._follow(candidate, self._pool.glance(candidate.path))
            else:
                self._decode(candidate)

    def _decode(self, candidate: Candidate) -> None:
        self._follow(candidate, self._pool.decode(candidate.path, _specs(self.spaces)))

    def _follow(
        self,
        candidate: Candidate,
        future: "Future[Decoded] | Future[Glance] | Future[bytes]",
        glance: Glance | None = None,
    ) -> None:
        self._flights.append(Flight(candidate, future, self.spaces, glance))
        future.add_done_callback(lambda _: self._wake())

    def _land(self, result: Ingested) -> None:
        for _ in range(len(self._flights)):
            flight = self._flights.popleft()
            if not flight.future.done():
                self._flights.append(flight)
                continue
            if flight.spaces != self.spaces:
                self.add([flight.candidate])  # prepared for encoders that have changed since
                continue
            try:
                read = flight.future.result()
            except PictureError as error:
                self._fail(flight.candidate, error, result)
                continue
            match read:
                case Glance():
                    self._compare(flight, read)
                case bytes():
                    self._recognise(flight, read)
                case _:
                    self._arrive(Landed(flight.candidate, read))

    def _compare(self, flight: Flight, glance: Glance) -> None:
        """All of a file is hashed only where a few of its bytes are those of a known content."""
        if glance.whole:
            self._recognise(flight, glance.hash)
        elif self._catalog.assets.resembles(glance.size, glance.hash):
            candidate = flight.candidate
            self._follow(candidate, self._pool.fingerprint(candidate.path), glance)
        else:
            self._decode(flight.candidate)

    def _recognise(self, flight: Flight, fingerprint: bytes) -> None:
        content_id = self._catalog.assets.content(fingerprint)
        if content_id is not None and flight.glance:
            self._catalog.assets.glanced(content_id, flight.glance.hash)
        ids = [space.id for space in flight.spaces]
        if (
            content_id is not None
            and self._thumbnails.has(content_id)
            and self._catalog.embeddings.has(ids, content_id)
        ):
            self._arrive(Landed(flight.candidate, content_id))
        else:
            self._decode(flight.candidate)

    def _arrive(self, landed: Landed) -> None:
        if not self._landed:
            self._landed_at = time.monotonic()
        self._landed.append(landed)

    def _fail(self, candidate: Candidate, error: PictureError, result: Ingested) -> None:
        if isinstance(error, PictureGone):
            # It went away in the meantime: that is no problem, and a scan sees what is left.
            result.failed.append((candidate, ""))
            return
        with self._catalog.transaction():
            self._note(candidate, str(error), passes=error.passes)
        result.failed.append((candidate, str(error)))

    def _note(self, candidate: Candidate, reason: str, *, passes: bool = False) -> None:
        seen = None if passes else candidate.stamp
        self._catalog.problems.put(candidate.root_id, candidate.name, seen, reason)

    # ── encoding ───────────────────────────────────────────────────────────────────────────

    def _due(self) -> bool:
        if not self._landed or self._away:
            return False
        return (
            len(self._landed) >= self._size
            or not (self._queued or self._flights)
            or time.monotonic() - self._landed_at >= _PATIENCE_S
        )

    @property
    def _size(self) -> int:
        """Pictures of a batch: as many as a slice has time for, or as the farthest one wants."""
        distant = [
            space.encoder.batch
            for space in self.spaces
            if isinstance(space.encoder, DistantEncoder)
        ]
        return max(1, min([MOST, *distant])) if distant else self._portion.size

    @property
    def due_in(self) -> float | None:
        """Seconds until there is something to do, though nobody wakes the engine for it."""
        if self._away:
            return 0.0 if self._away.ready else None  # there may have been nothing to encode
        if not self._landed:
            return None
        return max(0.0, self._landed_at + _PATIENCE_S - time.monotonic())

    def _send_off(self, known: Container[bytes]) -> None:
        """Begin to encode a batch; the contents that are ``known`` are about to be committed."""
        size = self._size
        if len(self._landed) < size and (self._queued or self._flights):
            size = even(len(self._landed))  # the rest will have company
        batch, self._landed = self._landed[:size], self._landed[size:]
        self._landed_at = time.monotonic()
        pictures = {
            done.content.content_hash: (done.content, done.candidate.stamp.size)
            for done in batch
            if isinstance(done.content, Decoded)
        }
        parts = []
        for number, space in enumerate(self.spaces):
            lacking = [h for h in pictures if h not in known and self._lacks(space, h)]
            pixels = [pictures[hash_][0].inputs[number] for hash_ in lacking]
            parts.append((space, lacking, self._encode(space, pixels)))
        self._away = Batch(batch, pictures, parts)

    def _take_back(self) -> Batch | None:
        """The batch that was sent off, if it has been encoded."""
        batch = self._away
        if batch is None or not batch.ready:
            return None
        self._away = None
        for space, _, part in batch.parts:
            error = part.exception()
            if isinstance(error, ModelError) and not isinstance(error, PicturesRefused):
                self._again(batch.landed)
                raise EncoderFailed(space, error) from error
        return batch

    def _commit(self, batch: Batch, result: Ingested) -> None:
        encoded, refused = batch.vectors()
        # What no other encoder has seen is of no use: it is like a file that can't be read.
        lost = refused.keys() if len(batch.parts) == 1 else ()
        pictures = {hash_: both for hash_, both in batch.pictures.items() if hash_ not in lost}
        result.encoded += max((len(lacking) for _, lacking, _ in encoded), default=0)
        with self._catalog.transaction():
            ids = {
                hash_: self._catalog.assets.put_content(_content(picture, size))
                for hash_, (picture, size) in pictures.items()
            }
            for hash_, (picture, _) in pictures.items():
                if picture.timing:
                    times = picture.timing.duration_ms, picture.timing.at_ms
                    self._catalog.videos.begin(ids[hash_], *times)
            for space, lacking, vectors in encoded:
                self._catalog.embeddings.put(space.id, [ids[hash_] for hash_ in lacking], vectors)
            for done in batch.landed:
                known = done.content
                content_hash = b"" if isinstance(known, int) else known.content_hash
                reason = refused.get(content_hash, "")
                if content_hash in lost:
                    self._fail(done.candidate, PictureError(reason), result)
                    continue
                content_id = known if isinstance(known, int) else ids[known.content_hash]
                self._put_asset(done.candidate, content_id, result)
                if reason:
                    self._note(done.candidate, reason)
                    result.refused += 1
        self._thumbnails.put(
            (ids[hash_], picture.thumbnail) for hash_, (picture, _) in pictures.items()
        )

    def _again(self, landed: Sequence[Landed]) -> None:
        """Back to the queue: what was read of these is of no use."""
        self.add([done.candidate for done in landed])

    def _lacks(self, space: SearchSpace, hash_: bytes) -> bool:
        content_id = self._catalog.assets.content(hash_)
        return content_id is None or not self._catalog.embeddings.has([space.id], content_id)

    def _encode(self, space: SearchSpace, pixels: Sequence[NDArray[np.uint8]]) -> "Future[Vectors]":
        if not pixels:
            nothing: Future[Vectors] = Future()
            nothing.set_result(np.empty((0, space.encoder.space.dimensions), np.float32))
            return nothing
        stack = np.stack(pixels)

        portion = self._portion

        def see() -> Vectors:
            begun = time.perf_counter()
            vectors = space.see(stack)
            portion.took(len(stack), time.perf_counter() - begun)
            return vectors

        future = beside(see, f"encode {space.encoder.space.model}")
        future.add_done_callback(lambda _: self._wake())
        return future

    def _put_asset(self, candidate: Candidate, content_id: int, result: Ingested) -> None:
        assets = self._catalog.assets
        self._catalog.problems.clear(candidate.root_id, candidate.name)
        known = assets.known(candidate.root_id, candidate.name).get(candidate.name)
        missing = None if known else assets.missing_with(content_id)
        if missing:
            assets.move(missing.asset_id, candidate.root_id, candidate.name, candidate.stamp)
            result.moved.append(missing.asset_id)
            return
        asset_id = assets.put(candidate.root_id, candidate.name, candidate.stamp, content_id)
        if known and known.content_id != content_id:
            self._catalog.inherit(known.content_id, content_id)
        if known is None or known.missing:
            result.added.append(asset_id)
        elif (known.stamp, known.content_id) == (candidate.stamp, content_id):
            result.seen_again.append(asset_id)
        else:
            result.changed.append(asset_id)


def _specs(spaces: Sequence[SearchSpace]) -> tuple[ImageSpec, ...]:
    return tuple(space.encoder.space.spec for space in spaces)


def _content(picture: Decoded, size: int) -> Content:
    return Content(
        picture.content_hash,
        size,
        picture.width,
        picture.height,
        picture.format,
        picture.colour,
        picture.glance,
    )
