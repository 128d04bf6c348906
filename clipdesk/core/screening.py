"""Videos, looked through a few moments at a time: what they show becomes findable with its time.

A video comes into the library as a picture does, by the frame that stands for it. Its other frames
follow here, after the pictures and never many at once, so that no film keeps anything waiting. How
far each is known is kept with its frames: whatever is interrupted goes on where it was.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.arrivals import Vectors, told
from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.catalog.thumbnails import Thumbnails
from clipdesk.core.catalog.videos import Shot, Video
from clipdesk.core.encoders import beside
from clipdesk.core.errors import DecoderLost, PictureError, PictureGone
from clipdesk.core.pictures import DecoderPool, Footage, moments
from clipdesk.core.search.space import SearchSpace

log = logging.getLogger(__name__)

_AT_ONCE = 8
"""Moments of a video that are asked for together: some seconds of the processor's time."""
_SIDE_BY_SIDE = 2
"""Videos under way: one is decoded while the frames of another are encoded."""
_NEARLY = 0.9


@dataclass(slots=True)
class Screened:
    """What a step has brought into the library."""

    assets: list[int] = field(default_factory=list)
    """The files of the video."""
    frames: int = 0
    """That were encoded."""
    moments: int = 0
    """That were expected, and are done."""
    expected: int = 0
    """Moments that are to be looked at and were not known of before."""


@dataclass(slots=True)
class _Reel:
    """Some moments of a video, on their way."""

    video: Video
    root_id: int
    windows: tuple[moments.Window, ...]
    shots: tuple[Shot, ...]
    """The frames that these are, if they are known and lack a vector only."""
    spaces: tuple[SearchSpace, ...]
    footage: "Future[Footage]"
    vectors: "tuple[Future[Vectors], ...]" = ()
    """In each space, once they have been decoded."""


class Screening:
    """The videos under way, and the steps that take them further."""

    def __init__(
        self,
        catalog: Catalog,
        thumbnails: Thumbnails,
        pool: DecoderPool,
        wake: Callable[[], None],
        *,
        spaces: Callable[[], tuple[SearchSpace, ...]],
        online: Callable[[int], bool],
    ) -> None:
        """``spaces`` are those that every frame is to be encoded in.

        ``online`` tells whether the files of a root can be read now.
        """
        self._wanted = spaces
        self._catalog = catalog
        self._thumbnails = thumbnails
        self._pool = pool
        self._wake = wake
        self._online = online
        self._reels: list[_Reel] = []
        self._looks: dict[int, bytes] = {}
        """What was new last, by video: see `Footage`."""
        self._small: set[int] = set()
        """Videos that a decoder was lost on: one moment at a time."""
        self._refused: set[int] = set()
        """Frames that one encoder does not take, though another one does."""
        self._aside: set[int] = set()
        """Videos that can't be read at the moment."""
        self._spaces: tuple[SearchSpace, ...] = ()
        self._exhausted = False
        """Whether nothing was left to be done, when that was asked last."""
        self._opened = True
        self._left = 0
        """Moments that are still to be looked at, as far as has been told."""

    def reopen(self) -> None:
        """There may be something to do again."""
        self._opened = True

    @property
    def pending(self) -> bool:
        """Whether there is something to do, or may be."""
        spaces = self._wanted()
        if self._reels or not (spaces and self._catalog.videos.any()):
            return bool(self._reels)
        return not self._exhausted or self._opened or spaces != self._spaces

    def step(self, *, ahead: bool = True) -> Screened | None:
        """Do the next short thing; None when there is nothing to do until others are done.

        Without ``ahead`` one video is under way at a time. Raises `EncoderFailed` when an encoder
        gives up.
        """
        if not self.pending:
            return None
        spaces = self._wanted()
        more = self._look_again(spaces) if self._opened or spaces != self._spaces else 0
        result = self._go_on()
        most = _SIDE_BY_SIDE if ahead else 1
        while not self._exhausted and len(self._reels) < most and self._begin():
            pass
        if more:
            result = result or Screened()
            result.expected = more
        return result

    def _look_again(self, spaces: tuple[SearchSpace, ...]) -> int:
        """Answers how many moments are to be looked at that were not known of."""
        self._spaces, self._exhausted, self._opened = spaces, False, False
        self._aside.clear()
        left = sum(len(moments.left(*video)) for video in self._catalog.videos.remaining())
        more, self._left = left - self._left, left
        return more

    def close(self) -> None:
        """What is under way is done again at the next start."""
        self._reels.clear()

    # ── what is next ───────────────────────────────────────────────────────────────────────

    def _begin(self) -> bool:
        reel = next(self._next(), None)
        if reel is None:
            self._exhausted = not self._reels
            return False
        self._reels.append(reel)
        reel.footage.add_done_callback(lambda _: self._wake())
        return True

    def _next(self) -> Iterator[_Reel]:
        videos = self._catalog.videos
        busy = self._aside | {reel.video.id for reel in self._reels}
        for video in videos.unseen(busy):
            windows = moments.left(video.duration_ms, video.looked_ms)[: self._most(video)]
            if not windows:
                videos.looked(video.id, video.duration_ms, video.duration_ms)
                continue
            known = [shot.at_ms for shot in videos.shots(video.id)]
            reel = self._reel(video, self._spaces, windows, known=known)
            if reel:
                yield reel
        for space in self._spaces:
            for video, shots in videos.lacking(space.id, busy, self._refused).items():
                some = shots[: self._most(video)]
                reel = self._reel(video, (space,), moments.exactly([s.at_ms for s in some]), some)
                if reel:
                    yield reel

    def _most(self, video: Video) -> int:
        return 1 if video.id in self._small else _AT_ONCE

    def _reel(
        self,
        video: Video,
        spaces: tuple[SearchSpace, ...],
        windows: tuple[moments.Window, ...],
        shots: tuple[Shot, ...] = (),
        *,
        known: Sequence[int] = (),
    ) -> _Reel | None:
        """None where no file of the video can be read now."""
        roots = {root.id: root.path for root in self._catalog.roots.all()}
        files = self._catalog.videos.files(video.id)
        file = next((file for file in files if self._online(file.root_id)), None)
        if file is None:
            self._aside.add(video.id)
            return None
        footage = self._pool.frames(
            roots[file.root_id] / file.name,
            windows,
            tuple(space.encoder.space.spec for space in spaces),
            distinct=not shots,
            known=known,
            look=self._looks.get(video.id, b""),
            stamp=file.stamp,
        )
        return _Reel(video, file.root_id, windows, shots, spaces, footage)

    # ── what is under way ──────────────────────────────────────────────────────────────────

    def _go_on(self) -> Screened | None:
        for reel in self._reels:
            if not reel.footage.done():
                continue
            if not set(reel.spaces) <= set(self._spaces):
                self._reels.remove(reel)  # prepared for encoders that have changed since
                return Screened()
            try:
                footage = reel.footage.result()
            except PictureError as error:
                self._reels.remove(reel)
                return self._fail(reel, error)
            if not reel.vectors:
                self._encode(reel, footage)
                return Screened()
            if all(part.done() for part in reel.vectors):
                self._reels.remove(reel)
                return self._commit(reel, footage)
        return None

    def _encode(self, reel: _Reel, footage: Footage) -> None:
        reel.vectors = tuple(
            self._see(space, [frame.inputs[number] for frame in footage.frames])
            for number, space in enumerate(reel.spaces)
        )

    def _see(self, space: SearchSpace, pixels: Sequence[NDArray[np.uint8]]) -> "Future[Vectors]":
        stack = np.stack(pixels) if pixels else None

        def see() -> Vectors:
            if stack is None:
                return np.empty((0, space.encoder.space.dimensions), np.float32)
            return space.see(stack)

        future = beside(see, f"encode frames {space.encoder.space.model}")
        future.add_done_callback(lambda _: self._wake())
        return future

    def _commit(self, reel: _Reel, footage: Footage) -> Screened:
        numbers = range(len(footage.frames))
        encoded, refused = told(
            (space, numbers, part) for space, part in zip(reel.spaces, reel.vectors, strict=True)
        )
        kept = set(numbers)
        if self._spaces == reel.spaces:
            # What no encoder has seen is of no use, and would be asked about again and again.
            kept = {number for _, seen, _ in encoded for number in seen}
        frames = {number: footage.frames[number] for number in sorted(kept)}
        videos = self._catalog.videos
        with self._catalog.transaction():
            ids = {n: videos.add(reel.video, f.at_ms, f.colour) for n, f in frames.items()}
            for space, seen, vectors in encoded:
                self._catalog.embeddings.put(space.id, [ids[number] for number in seen], vectors)
            if reel.shots:
                # What can't be found again can't be shown either.
                there = {frame.at_ms for frame in frames.values()}
                looked_at = reel.shots[: footage.done]
                videos.forget([s.content_id for s in looked_at if s.at_ms not in there])
            else:
                self._looked(reel, footage)
        self._refused.update(ids[number] for number in refused if number in ids)
        for number, reason in refused.items():
            log.info("a moment at %d ms is refused: %s", footage.frames[number].at_ms, reason)
        self._thumbnails.put((ids[number], frame.thumbnail) for number, frame in frames.items())
        return self._told(reel, footage.done, len(ids))

    def _looked(self, reel: _Reel, footage: Footage) -> None:
        video, ended = reel.video, footage.ended_ms
        self._looks[video.id] = footage.look
        if ended is not None and ended < _NEARLY * video.duration_ms:
            # It is shorter than it said. Its frames are nearer to each other, from the beginning.
            self._catalog.videos.looked(video.id, max(1, ended), 0)
        else:
            until = reel.windows[footage.done - 1][1]
            self._catalog.videos.looked(video.id, video.duration_ms, until)

    def _told(self, reel: _Reel, windows: int, frames: int = 0) -> Screened:
        if reel.shots:
            return Screened(frames=frames)  # a model more has seen them: nothing else is new
        self._left -= windows
        of = self._catalog.assets.items_of_contents([reel.video.id]).get(reel.video.id, ())
        return Screened([item.asset_id for item in of] if frames else [], frames, windows)

    def _fail(self, reel: _Reel, error: PictureError) -> Screened:
        """What can't be read now waits; a moment that can't be decoded is passed over."""
        video = reel.video
        if isinstance(error, PictureGone) or not self._online(reel.root_id):
            self._aside.add(video.id)
            return Screened()
        if isinstance(error, DecoderLost) and len(reel.windows) > 1:
            self._small.add(video.id)
            return Screened()
        with self._catalog.transaction():
            if reel.shots:
                self._catalog.videos.forget([shot.content_id for shot in reel.shots])
            else:
                self._catalog.videos.looked(video.id, video.duration_ms, reel.windows[-1][1])
        return self._told(reel, len(reel.windows))
