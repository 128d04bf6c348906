"""Pictures decoded in processes of their own: one that crashes costs one file."""

import itertools
import os
import threading
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from heapq import heappop, heappush
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.errors import (
    DecoderLost,
    PictureError,
    PictureGone,
    PictureTooLarge,
    PictureWithheld,
    UnreadablePicture,
)
from clipdesk.core.pictures.moments import Window
from clipdesk.core.pictures.nouns import (
    Decoded,
    Footage,
    Frame,
    Glance,
    Limits,
    Rendered,
    Timing,
    too_many_bytes,
)
from clipdesk.core.pictures.process import DecoderProcess
from clipdesk.core.types import ImageSpec, Stamp

T = TypeVar("T")

_PREVIEW, _FINGERPRINT, _DECODE, _FRAMES = range(4)
_MAX_THUMBNAIL = 8 << 20
_PATIENCE_SECONDS = 1.0
_ERRORS = {
    kind.__name__: kind
    for kind in (UnreadablePicture, PictureGone, PictureWithheld, PictureTooLarge, DecoderLost)
}


_MOST_WORKERS = 6
"""Six decode faster than one encoder of a desktop computer sees, and take 50 MB each."""


def usual_workers() -> int:
    """How many decoder processes suit this computer: two, or all cores but the encoder's."""
    return max(2, min(_MOST_WORKERS, (os.cpu_count() or 2) - 1))


@dataclass(order=True, slots=True)
class _Job:
    urgency: int
    serial: int
    head: dict[str, Any] = field(compare=False)
    blobs: tuple[bytes, ...] = field(compare=False)
    limit: int = field(compare=False)
    """Bytes of the answer at most."""
    read: Callable[[dict[str, Any], list[bytes]], Any] = field(compare=False)
    future: "Future[Any]" = field(compare=False)


class DecoderPool:
    """Decoder processes behind futures.

    To be called from one thread. Each process is fed by a thread of its own, started with it
    when first needed, or by `ready`; done-callbacks run on that thread and must be short. Futures
    fail with UnreadablePicture, PictureTooLarge or DecoderLost, and may be cancelled while they
    wait.
    """

    def __init__(self, workers: int = 1, limits: Limits = Limits()) -> None:  # noqa: B008 (frozen)
        self._workers = workers
        self._limits = limits
        self._serials = itertools.count()
        self._waiting: list[_Job] = []
        self._changed = threading.Condition()
        self._idle = 0
        self._closed = False
        self._feeders: list[tuple[threading.Thread, DecoderProcess]] = []
        self._running: dict[Future[Any], DecoderProcess] = {}

    def ready(self) -> None:
        """Begin to start every process now: the first pictures need not wait for them."""
        with self._changed:
            for _ in range(self._workers - len(self._feeders)):
                self._start(early=True)

    def decode(
        self,
        source: Path | bytes,
        specs: tuple[ImageSpec, ...] = (),
        *,
        thumbnail_side: int = 320,
        urgent: bool = False,
    ) -> "Future[Decoded]":
        """`clipdesk.core.pictures.decode` in another process; if urgent, ahead of the rest."""
        head = {
            "do": "decode",
            "specs": [asdict(s) for s in specs],
            "thumbnail_side": thumbnail_side,
        }
        limit = _MAX_THUMBNAIL + sum(3 * spec.size**2 for spec in specs)

        def read(head: dict[str, Any], blobs: list[bytes]) -> Decoded:
            content_hash, glance, thumbnail, *pixels = blobs
            timing = head.get("timing")
            return Decoded(
                int(head["width"]), int(head["height"]), str(head["format"]),
                content_hash, glance, int(head["colour"]), thumbnail, _inputs(pixels, specs),
                Timing(*map(int, timing)) if timing else None,
            )  # fmt: skip

        return self._submit(_PREVIEW if urgent else _DECODE, source, head, limit, read)

    def frames(
        self,
        path: Path,
        windows: Sequence[Window],
        specs: tuple[ImageSpec, ...],
        *,
        distinct: bool = True,
        known: Collection[int] = (),
        look: bytes = b"",
        stamp: Stamp | None = None,
    ) -> "Future[Footage]":
        """`clipdesk.core.pictures.frames` in another process, after all else that waits."""
        head = {
            "do": "frames",
            "windows": list(windows),
            "specs": [asdict(s) for s in specs],
            "distinct": distinct,
            "known": list(known),
            "look": look.hex(),
            "stamp": asdict(stamp) if stamp else None,
        }
        return self._footage(_FRAMES, path, head, len(windows), specs)

    def survey(self, path: Path, count: int, spec: ImageSpec) -> "Future[Footage]":
        """`clipdesk.core.pictures.survey` in another process, ahead of the rest."""
        head = {"do": "survey", "count": count, "specs": [asdict(spec)]}
        return self._footage(_PREVIEW, path, head, count, (spec,))

    def _footage(
        self,
        urgency: int,
        path: Path,
        head: dict[str, Any],
        most: int,
        specs: tuple[ImageSpec, ...],
    ) -> "Future[Footage]":
        def read(head: dict[str, Any], blobs: list[bytes]) -> Footage:
            each = 1 + len(specs)
            if len(head["frames"]) > most or len(blobs) != each * len(head["frames"]):
                raise ValueError
            frames = tuple(
                Frame(
                    int(at_ms),
                    int(colour),
                    blobs[each * number],
                    _inputs(blobs[each * number + 1 : each * (number + 1)], specs),
                )
                for number, (at_ms, colour) in enumerate(head["frames"])
            )
            ended = head["ended_ms"]
            return Footage(
                frames,
                int(head["done"]),
                bytes.fromhex(head["look"]),
                None if ended is None else int(ended),
            )

        limit = most * (_MAX_THUMBNAIL + sum(3 * spec.size**2 for spec in specs))
        return self._submit(urgency, path, head, limit, read)

    def render(
        self, source: Path | bytes, max_side: int, *, at_ms: int | None = None
    ) -> "Future[Rendered]":
        """`clipdesk.core.pictures.render` in another process, ahead of waiting decodes."""

        def read(head: dict[str, Any], blobs: list[bytes]) -> Rendered:
            (bgra,) = blobs
            width, height, light = int(head["width"]), int(head["height"]), head["lightness"]
            if len(bgra) != width * height * 4:
                raise ValueError
            light = None if light is None else float(light)
            return Rendered(width, height, bgra, bool(head["opaque"]), light)

        head = {"do": "render", "max_side": max_side, "at_ms": at_ms}
        return self._submit(_PREVIEW, source, head, 4 * max_side**2, read)

    def fingerprint(self, path: Path) -> "Future[bytes]":
        """`clipdesk.core.pictures.fingerprint` in another process, ahead of waiting decodes."""

        def read(_head: dict[str, Any], blobs: list[bytes]) -> bytes:
            (digest,) = blobs
            return digest

        return self._submit(_FINGERPRINT, path, {"do": "fingerprint"}, 16, read)

    def glance(self, path: Path) -> "Future[Glance]":
        """`clipdesk.core.pictures.glance` in another process, ahead of waiting decodes."""

        def read(head: dict[str, Any], blobs: list[bytes]) -> Glance:
            (digest,) = blobs
            return Glance(int(head["size"]), digest, whole=bool(head["whole"]))

        return self._submit(_FINGERPRINT, path, {"do": "glance"}, 16, read)

    def drop(self, future: "Future[Any]") -> None:
        """Nobody waits for this any more; if it is under way, its process is ended."""
        if future.cancel():
            return
        with self._changed:
            process = self._running.get(future)
            if process is not None:
                process.interrupt()

    def processes(self) -> list[int]:
        """The processes that run now."""
        return [pid for _, process in tuple(self._feeders) if (pid := process.pid) is not None]

    def close(self) -> None:
        """End the processes and join the threads; what waits is cancelled, what runs is lost."""
        with self._changed:
            self._closed = True
            waiting, self._waiting = self._waiting, []
            self._changed.notify_all()
        for job in waiting:
            job.future.cancel()
        for _, process in self._feeders:
            process.close()
        # A process that hangs in a dead disk can't be killed, and shall not keep us: its thread
        # is a daemon.
        deadline = time.monotonic() + _PATIENCE_SECONDS
        for thread, _ in self._feeders:
            if thread is not threading.current_thread():
                thread.join(max(0.0, deadline - time.monotonic()))

    def __enter__(self) -> "DecoderPool":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _submit(
        self,
        urgency: int,
        source: Path | bytes,
        head: dict[str, Any],
        limit: int,
        read: Callable[[dict[str, Any], list[bytes]], T],
    ) -> "Future[T]":
        future: Future[T] = Future()
        if isinstance(source, bytes) and len(source) > self._limits.max_bytes:
            future.set_exception(too_many_bytes(self._limits))
            return future
        blobs = (source,) if isinstance(source, bytes) else ()
        if isinstance(source, Path):
            head["path"] = os.fspath(source.absolute())
        job = _Job(urgency, next(self._serials), head, blobs, limit, read, future)
        with self._changed:
            if self._closed:
                raise RuntimeError("the pool is closed")
            heappush(self._waiting, job)
            self._changed.notify()
            if len(self._waiting) > self._idle and len(self._feeders) < self._workers:
                self._start()
        return future

    def _start(self, *, early: bool = False) -> None:
        process = DecoderProcess(self._limits)
        name = f"decoder-{len(self._feeders)}"
        thread = threading.Thread(target=self._feed, args=(process, early), name=name, daemon=True)
        self._feeders.append((thread, process))
        thread.start()

    def _take(self) -> _Job | None:
        with self._changed:
            self._idle += 1
            self._changed.wait_for(lambda: self._waiting or self._closed)
            self._idle -= 1
            return None if self._closed else heappop(self._waiting)

    def _feed(self, process: DecoderProcess, early: bool) -> None:  # noqa: FBT001 - of a thread's target
        if early:
            process.begin()
        while job := self._take():
            if job.future.set_running_or_notify_cancel():
                with self._changed:
                    self._running[job.future] = process
                try:
                    answer = _ask(job, process)
                finally:
                    # Taken off before it is told: what comes next is not to be interrupted.
                    with self._changed:
                        del self._running[job.future]
                _tell(job, answer)
        process.release()


def _inputs(blobs: list[bytes], specs: tuple[ImageSpec, ...]) -> tuple[NDArray[np.uint8], ...]:
    # Copied, so that they can be written to: torch warns of arrays that can't.
    return tuple(
        np.frombuffer(blob, np.uint8).reshape(spec.size, spec.size, 3).copy()
        for blob, spec in zip(blobs, specs, strict=True)
    )


def _ask(job: _Job, process: DecoderProcess) -> Any:
    """The answer, or the fault instead of it."""
    try:
        head, blobs = process.ask(job.head, job.blobs, job.limit)
        if "error" in head:
            return _ERRORS[head["error"]](str(head["message"]), hint=str(head["hint"]))
        return job.read(head, blobs)
    except PictureError as error:
        return error
    except (KeyError, TypeError, ValueError):
        return DecoderLost("Not readable: the decoder answered nonsense")


def _tell(job: _Job, answer: Any) -> None:
    if isinstance(answer, PictureError):
        job.future.set_exception(answer)
    else:
        job.future.set_result(answer)
