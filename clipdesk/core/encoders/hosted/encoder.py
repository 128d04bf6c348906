"""An encoder that lives at a company; what it answers is believed only after a look."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.encoders import caption
from clipdesk.core.encoders.hosted.jpeg import jpeg
from clipdesk.core.encoders.hosted.line import Line, Wait
from clipdesk.core.encoders.hosted.service import SIDE, Ask, Service
from clipdesk.core.errors import PicturesRefused, RequestRefused, ServiceFailed
from clipdesk.core.types import Calibration, ImageSpec, Space

PREFIX = "service:"
SPEC = ImageSpec(SIDE, "longest", "bicubic", fill=255)
"""The whole picture, on white: services scale and cut in ways of their own."""
_GOOD = np.broadcast_to(np.linspace(60, 220, SIDE).astype(np.uint8)[:, None], (SIDE, SIDE, 3))
"""A picture that there is no reason to refuse."""
REMEMBERED = 500
"""Captions whose vectors are kept in memory: the same words are not paid for twice."""


class HostedEncoder:
    """Implements `DistantEncoder` with a service."""

    def __init__(self, service: Service, line: Callable[[Wait], Line]) -> None:
        """``line`` opens a line to the service; nothing is asked before there is a question.

        It is given how to wait between tries: `stop` cuts that short.
        """
        self._service = service
        self._line = line
        facts = service.facts
        self.batch = facts.batch
        self.calibration = Calibration()
        self.space = Space(
            model=PREFIX + facts.name,
            architecture=f"{PREFIX}{facts.name}",
            weights_hash=facts.weights_hash,
            dimensions=facts.dimensions,
            spec=SPEC,
        )
        self._captions: dict[str, NDArray[np.float32]] = {}
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Nobody wants the answers any more: what waits between two tries gives up."""
        self._stopped.set()

    def encode_images(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Embed pictures (n, SIDE, SIDE, 3); the answer is (n, dimensions), of unit length.

        Raises `PicturesRefused` where the service takes others, but not some of these.
        """
        return self._asked([jpeg(each) for each in pixels], self._service.images)

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed captions of any length; the answer is (n, dimensions), of unit length."""
        # No service takes an empty caption.
        cleaned = [caption.clean(text) or "." for text in texts]
        unknown = [text for text in dict.fromkeys(cleaned) if text not in self._captions]
        found = dict(zip(unknown, self._asked(unknown, self._service.texts), strict=True))
        vectors = [found[text] if text in found else self._captions[text] for text in cleaned]
        if len(self._captions) + len(found) > REMEMBERED:
            self._captions = {}
        self._captions = {**self._captions, **found}
        if not vectors:
            return np.empty((0, self.space.dimensions), np.float32)
        return np.stack(vectors)

    def _asked(
        self, things: Sequence[Any], ask: Callable[[Sequence[Any]], Ask]
    ) -> NDArray[np.float32]:
        vectors = np.full((len(things), self.space.dimensions), np.nan, np.float32)
        if not len(things):
            return vectors
        facts, refused = self._service.facts, dict[int, RequestRefused]()
        starts = range(0, len(things), facts.at_once)
        with self._line(self._stopped.wait) as line:

            def take(start: int, size: int = facts.at_once) -> None:
                """Ask about some; where they are refused, about each of them alone."""
                some = things[start : start + size]
                try:
                    answer = line.ask(ask(some))
                except RequestRefused as refusal:
                    if ask != self._service.images:
                        raise
                    if len(some) == 1:
                        refused[start] = refusal
                    else:
                        for place in range(start, start + len(some)):
                            take(place, 1)
                else:
                    vectors[start : start + len(some)] = self._looked_at(answer, len(some))

            self._each(starts, take)
            if len(refused) == len(things):
                # Is it the pictures, or does it take none? One that is surely good will tell.
                line.ask(ask([jpeg(_GOOD)]))
        if refused:
            raise PicturesRefused({at: str(why) for at, why in refused.items()}, vectors)
        return vectors

    def _each(self, starts: Sequence[int], take: Callable[[int], None]) -> None:
        """Do this for every request, several at once where the service allows it."""
        parallel = min(self._service.facts.parallel, len(starts))
        if parallel == 1:
            for start in starts:
                take(start)
            return
        with ThreadPoolExecutor(parallel, f"ask {self._service.facts.name}") as pool:
            try:
                for done in [pool.submit(take, start) for start in starts]:
                    done.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)  # the rest would fail, too
                raise

    def _looked_at(self, answer: Any, count: int) -> NDArray[np.float32]:
        """The vectors of an answer, made of unit length; raises `ServiceFailed` on any other."""
        expected = (count, self.space.dimensions)
        try:
            vectors = np.array(self._service.vectors(answer), np.float64)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
            raise self._nonsense(f"an answer of another form ({type(error).__name__})") from None
        if vectors.shape != expected:
            raise self._nonsense(f"vectors of shape {vectors.shape}, not {expected}")
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(lengths).all() or not (lengths > 1e-6).all():
            raise self._nonsense("vectors that hold no numbers")
        return np.asarray(vectors / lengths, np.float32)

    def _nonsense(self, what: str) -> ServiceFailed:
        return ServiceFailed(
            f"{self._service.facts.company} gave {what}.",
            hint="It may have changed; look for a newer ClipDesk, or choose another model.",
        )
