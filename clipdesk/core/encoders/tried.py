"""What is remembered of encoders that were loaded here: do they match, and how quick are they?"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from clipdesk.core.encoders import known, notes
from clipdesk.core.encoders.encoder import Encoder
from clipdesk.core.encoders.table import table
from clipdesk.core.errors import ModelDoubted
from clipdesk.core.types import Speed

TRIED = "tried.json"
DRIFT = 0.05
"""How far the cosine of a known pair may be from what it was before: half precision moves it by
some thousandths."""


@dataclass(frozen=True, slots=True)
class Trial:
    """How an encoder did with the known pairs, the last time it was asked about all."""

    weights: str
    """SHA-256."""
    score: float
    found: int
    pairs: int
    cosines: tuple[float, ...]
    """Of the first pairs, to be compared the next time."""
    pictures_per_second: float
    device: str
    accepted: bool = False
    """The person uses it although it does not match."""
    identity: str = ""
    """All that its answers depend on, where that is known: files, runtime, processor."""

    @property
    def doubt(self) -> str:
        """Why it is not to be trusted, or nothing."""
        if self.accepted or self.score >= known.NEEDED:
            return ""
        return (
            f"It found only {self.found} of {self.pairs} pictures by their captions, "
            "hardly more than by chance."
        )


def prove(name: str, encoder: Encoder, models: Path) -> None:
    """Try an encoder that was just loaded on known pairs, and note how it did and how quickly.

    One that has passed is asked nothing more while all that its answers depend on is the same;
    else a few, which must come out as they did before. Raises `ModelDoubted` if it matches
    captions to pictures no better than chance, unless the person has accepted that.
    """
    before = trials(models).get(name)
    identity = str(getattr(encoder, "identity", ""))
    if before is not None and before.weights == encoder.space.weights_hash:
        if identity and identity == before.identity:
            _judge(name, before)
            return
        answer = known.ask(encoder, known.FEW)
        if max(map(abs, _differences(answer.cosines, before.cosines)), default=1.0) <= DRIFT:
            quickest = max(before.pictures_per_second, answer.pictures_per_second)
            same = before.device == _device(encoder)
            speed = quickest if same else answer.pictures_per_second
            trial = replace(
                before, pictures_per_second=speed, device=_device(encoder), identity=identity
            )
            if trial != before:
                _note(name, trial, models)
            _judge(name, trial)
            return
    accepted = bool(before and before.accepted and before.weights == encoder.space.weights_hash)
    answer = known.ask(encoder)
    trial = Trial(
        weights=encoder.space.weights_hash,
        score=round(answer.score, 2),
        found=answer.found,
        pairs=answer.pairs,
        cosines=tuple(round(each, 4) for each in answer.cosines[: known.FEW]),
        pictures_per_second=round(answer.pictures_per_second, 2),
        device=_device(encoder),
        accepted=accepted,
        identity=identity,
    )
    _note(name, trial, models)
    _judge(name, trial)


def accept(name: str, models: Path) -> None:
    """The person wants to use this model although it does not match captions to pictures."""
    if trial := trials(models).get(name):
        _note(name, replace(trial, accepted=True), models)


def forget(name: str, models: Path) -> None:
    """Nothing is known of this model any more."""
    content = notes.read(models / TRIED)
    if content.pop(name, None) is not None:
        notes.write(models / TRIED, content)


def trials(models: Path) -> dict[str, Trial]:
    """All that is remembered, by the model's name."""
    return {
        name: trial
        for name, said in notes.read(models / TRIED).items()
        if isinstance(said, dict) and (trial := _read(said)) is not None
    }


def speed(name: str, gflops: float | None, tried: dict[str, Trial]) -> Speed | None:
    """How quick this model is here: measured, or estimated from the nearest that was.

    Work a picture costs is known beforehand (``gflops``); how much of it this computer does in a
    second, each measurement tells. Small networks waste more of it than large ones, so that the
    one nearest in size counts.
    """
    if trial := tried.get(name):
        return Speed(trial.pictures_per_second, measured=True)
    if not gflops:
        return None
    measured = [(work, trial) for other, trial in tried.items() if (work := work_of(other))]
    if not measured:
        return None
    work, trial = min(measured, key=lambda each: max(each[0] / gflops, gflops / each[0]))
    return Speed(trial.pictures_per_second * work / gflops, measured=False)


STARTER_GFLOPS = 0.07
"""Its image tower at 96 pixels, counted as open_clip's are."""


def work_of(name: str) -> float | None:
    """What one picture costs this model, in GFLOPs, if its architecture is known."""
    if name == "starter":
        return STARTER_GFLOPS
    architecture = table().architectures.get(name.partition(":")[0].rpartition("/")[0])
    architecture = architecture or table().architectures.get(name.partition(":")[0])
    return architecture.image_gflops if architecture else None


def _judge(name: str, trial: Trial) -> None:
    if trial.doubt:
        raise ModelDoubted(
            f"{name} does not match captions to pictures. {trial.doubt}",
            hint="Its two halves may not belong together. Choose another model, or use it anyway: "
            "clipdesk models trust NAME.",
        )


def _differences(some: tuple[float, ...], others: tuple[float, ...]) -> Iterator[float]:
    return (one - other for one, other in zip(some, others, strict=False))


def _device(encoder: Encoder) -> str:
    return str(getattr(encoder, "device", "cpu"))


def _note(name: str, trial: Trial, models: Path) -> None:
    notes.write(models / TRIED, {**notes.read(models / TRIED), name: asdict(trial)})


def _read(said: dict[str, Any]) -> Trial | None:
    try:
        return Trial(**{**said, "cosines": tuple(map(float, said["cosines"]))})
    except (KeyError, TypeError, ValueError):
        return None  # of another version: it is tried again
