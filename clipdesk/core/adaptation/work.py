"""An adaptation as a whole: see the pictures, train, judge, keep; it can be broken off anywhere."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from clipdesk.core.adaptation.checkpoint import Checkpoint
from clipdesk.core.adaptation.learner import Arrays, Learner
from clipdesk.core.adaptation.losses import Loss, Matrix
from clipdesk.core.adaptation.maps import Maps
from clipdesk.core.adaptation.pixels import Pixels
from clipdesk.core.adaptation.session import Parts, Session, Verdict
from clipdesk.core.adaptation.towers import Towers
from clipdesk.core.embedding import Vector, embed, known
from clipdesk.core.encoders import Encoder
from clipdesk.core.encoders.openclip import OpenClipEncoder
from clipdesk.core.encoders.sharing import PREFIX
from clipdesk.core.encoders.tuning import Depth, Sides
from clipdesk.core.errors import LibraryError, QueryError
from clipdesk.core.pairs import Pairs
from clipdesk.core.paths import Directories, printable
from clipdesk.core.pictures import DecoderPool

What = Literal["head"] | Depth
_SAVE_EVERY = 2000


class Source(Protocol):
    """Where models come from."""

    def load(self, name: str) -> Encoder:
        """The encoder of this name."""

    def teachable(self, name: str) -> OpenClipEncoder:
        """The network of this name, whose weights can be taught."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be taught, and where the result goes."""

    model: str
    out: Path
    towers: What = "head"
    """A map of the vectors, a little added to the weights, or all of them."""
    sides: Sides = "text"
    loss: Loss | None = None
    """None: as the model was trained."""
    anyway: bool = False
    """Keep it even if it is not surely better."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far it is."""

    stage: Literal["seeing", "learning"]
    done: int
    total: int
    merit: float | None = None
    """The mean reciprocal rank of the pictures it is checked with, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Taught:
    """What came of it."""

    verdict: Verdict
    counts: dict[str, int]
    pairs: Pairs
    adopted: bool


Say = Callable[[Step], None]


def teach(task: Task, pairs: Pairs, library: Directories, models: Source, say: Say) -> Taught:
    """Do the task; whatever ``say`` raises breaks it off, and it goes on there the next time.

    Raises `QueryError`, `ModelError`, or `LibraryError` if the result can't be written.
    """
    if task.out.suffix != ".safetensors" or not task.out.parent.is_dir():
        raise LibraryError(
            f"The adapted model can't be written to {printable(task.out)}.",
            hint="Name a file that ends in .safetensors, in a folder that is there.",
        )
    if task.model.startswith(PREFIX):
        raise QueryError(
            f"{printable(task.model)} is adapted already.", hint="Name what it was made of."
        )
    Parts.of(pairs)  # before anything takes long
    try:
        return _Work(task, pairs, models, say).run(library)
    except OSError as error:
        raise LibraryError(f"{printable(task.out)} can't be written: {error.strerror}.") from error


class _Work:
    def __init__(self, task: Task, pairs: Pairs, models: Source, say: Say) -> None:
        self._task, self._pairs, self._say = task, pairs, say
        self._network = models.teachable(task.model) if task.towers != "head" else None
        self._encoder: Encoder = self._network or models.load(task.model)
        sigmoid = self._encoder.calibration.bias is not None
        self._loss: Loss = task.loss or ("sigmoid" if sigmoid else "softmax")
        self._paused = Checkpoint(task.out, self._key())
        self._kept = self._paused.load()

    def run(self, library: Directories) -> Taught:
        with DecoderPool(workers=2) as pool:
            pairs, learner = self._ready(library, pool)
            session = Session(pairs, self._parts, learner)
            self._train(session)
            verdict = session.verdict()
        adopted = verdict.is_better or self._task.anyway
        if adopted:
            session.save(self._task.out, verdict)
        self._paused.drop()
        return Taught(verdict, session.counts, pairs, adopted)

    def _key(self) -> str:
        """Names the work: what was begun with other pairs, model or wishes is not gone on with."""
        pairs, task = self._pairs, self._task
        what = pairs.files, pairs.captions, pairs.pairs, task.towers, task.sides, self._loss
        said = repr((what, self._encoder.space.weights_hash))
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()

    def _ready(self, library: Directories, pool: DecoderPool) -> tuple[Pairs, Learner]:
        """The pairs without pictures that can't be read, and who learns from them."""
        task, encoder = self._task, self._encoder
        if self._network is not None and task.sides == "both":
            pairs, pixels = self._decode(pool)
            pictures = np.empty((0, encoder.space.dimensions), np.float32)
        else:
            pairs, pictures = self._see(library, pool)
            pixels = Pixels((), encoder.space.spec, pool)  # nothing is to be seen again
        self._parts = Parts.of(pairs)
        taught, sides, loss = self._parts.taught, task.sides, self._loss
        if self._network is None:
            captions = encoder.encode_texts(pairs.captions)
            return pairs, Maps(encoder, pairs, taught, pictures, captions, sides=sides, loss=loss)
        assert task.towers != "head"
        return pairs, Towers(
            self._network,
            pairs,
            taught,
            pictures,
            pixels,
            depth=task.towers,
            sides=sides,
            loss=loss,
        )

    def _decode(self, pool: DecoderPool) -> tuple[Pairs, Pixels]:
        pixels = Pixels(self._pairs.files, self._encoder.space.spec, pool)
        faults: dict[int, str] = {}
        total = len(self._pairs.files)
        for number, fault in enumerate(pixels.look()):
            if fault is not None:
                faults[number] = str(fault)
            self._say(Step("seeing", number + 1, total))
        return self._pairs.without(faults), pixels.without(list(faults))

    def _see(self, library: Directories, pool: DecoderPool) -> tuple[Pairs, Matrix]:
        """The vectors (n, d) of the pictures; what was kept of them need not be seen again."""
        vectors: list[Vector] = list(self._kept.get("vectors", ()))
        faults: dict[int, str] = {
            number: "it could not be read." for number, v in enumerate(vectors) if not v.any()
        }
        # A vector of zeros stands for a picture that could not be read.
        lacking = np.zeros(self._encoder.space.dimensions, np.float32)
        total = len(self._pairs.files)
        with known(library, self._encoder.space) as there:
            rest = self._pairs.files[len(vectors) :]
            try:
                for each in embed(self._encoder, rest, pool, there):
                    if each.vector is None:
                        faults[len(vectors)] = str(each.fault)
                    vectors.append(lacking if each.vector is None else each.vector)
                    self._say(Step("seeing", len(vectors), total))
                    if len(vectors) % _SAVE_EVERY == 0:
                        self._paused.save({"vectors": np.stack(vectors)})
            except BaseException:
                if vectors:
                    self._paused.save({"vectors": np.stack(vectors)})
                raise
        self._kept["vectors"] = np.stack(vectors)
        good = [vector for number, vector in enumerate(vectors) if number not in faults]
        if not good:
            raise QueryError("None of the pictures can be read.")
        return self._pairs.without(faults), np.stack(good)

    def _train(self, session: Session) -> None:
        if "step" in self._kept:
            session.resume(self._kept)
        learner = session.learner
        total = learner.pace.most_steps
        self._say(Step("learning", learner.step, total))
        try:
            for merit in session.run():
                self._say(Step("learning", learner.step, total, merit))
        except BaseException:
            self._paused.save({**self._seen(), **session.state()})
            raise
        self._say(Step("learning", total, total))

    def _seen(self) -> Arrays:
        return {"vectors": self._kept["vectors"]} if "vectors" in self._kept else {}
