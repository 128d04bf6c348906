"""The models the dialog shows; cheap to ask for: torch is not loaded, and nobody is asked."""

import locale
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from clipdesk.core.encoders import families, notes, picks, starter, tried
from clipdesk.core.encoders.hub import Hub
from clipdesk.core.encoders.name import HUB_PREFIX, STARTER, ModelName
from clipdesk.core.encoders.recipe import CONFIG
from clipdesk.core.encoders.table import Published, table
from clipdesk.core.encoders.tried import Trial
from clipdesk.core.paths import printable
from clipdesk.core.types import ModelInfo

WEIGHTS = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
"""What open_clip calls the weights in a repository that names no file; the safer first."""
BYTES_EACH = 4
"""What a number takes in published weights; some are stored in two, none in more."""


def available(models: Path, language: str | None = None) -> tuple[ModelInfo, ...]:
    """The models that can be chosen: the starter, the picks, what else is here, then all others.

    ``language`` is the person's, as "de_AT"; the system's if it is not said.
    """
    language = language if language is not None else locale.getlocale()[0] or ""
    here = Here(models)
    shown = {STARTER: here.tell(replace(starter.info(), languages=families.ENGLISH))}
    shown |= {pick.name: here.tell(_info(pick.name)) for pick in picks.PICKS}
    repositories = {table().weights[name].repository for name in shown if name in table().weights}
    for name in (*notes.fetched(models), *here.described()):
        if name.removeprefix(HUB_PREFIX) not in repositories:
            shown.setdefault(name, here.tell(_info(name)))
    for name in table().weights:
        if name not in shown:
            shown[name] = here.tell(_info(name))
    advised = picks.advise(shown.values(), language)
    if advised:
        shown[advised] = replace(shown[advised], advised=True)
    return tuple(sorted(shown.values(), key=lambda info: not (info.pick or info.here)))


def presented(info: ModelInfo) -> ModelInfo:
    """What the hub said of a model, with all else that is known of it."""
    known = _info(info.name)
    return replace(
        known,
        here=info.here,
        size_bytes=info.size_bytes or known.size_bytes,
        source=info.source or known.source,
        licence=info.licence or known.licence,
    )


class Here:
    """What of all models is on this computer, looked up once."""

    def __init__(self, models: Path) -> None:
        self._hub = Hub(models)
        self._tried = tried.trials(models)
        self._begun = notes.begun(models)
        self._fetched = set(notes.fetched(models))
        # Looking for each of some hundred repositories would take a hundred times as long.
        self._folders = {
            folder.name.removeprefix("models--").replace("--", "/", 1)
            for cache in self._hub.caches
            for folder in cache.glob("models--*--*")
        }

    def tell(self, info: ModelInfo) -> ModelInfo:
        """The same, and whether it is here, how quick it is, and what speaks against it."""
        trial: Trial | None = self._tried.get(info.name)
        return replace(
            info,
            here=info.here or self._has(info),
            speed=tried.speed(info.name, tried.work_of(info.name), self._tried),
            part_bytes=self._begun.get(info.name, 0),
            removable=info.name in self._fetched,
            doubt=trial.doubt if trial else "",
        )

    def described(self) -> Iterator[str]:
        """Repositories on this computer that hold an OpenCLIP model, whoever fetched them."""
        for repository in sorted(self._folders):
            if self._hub.find(repository, CONFIG) and self._hub.find(repository, *WEIGHTS):
                yield HUB_PREFIX + repository

    def _has(self, info: ModelInfo) -> bool:
        if info.name in self._fetched:
            return True
        # Weights are fetched last: where they are, the rest is.
        return info.source in self._folders and self._hub.find(info.source, *WEIGHTS) is not None


def _info(name: str) -> ModelInfo:
    """What is known of a model wherever one is."""
    family, pick = families.of(name), picks.BY_NAME.get(name)
    published: Published | None = table().weights.get(name)
    info = ModelInfo(name=name, title=_title(name), summary="", here=False)
    if family:
        info = replace(
            info,
            family=family.title,
            summary=family.summary,
            licence=family.licence,
            languages=family.languages,
        )
    if published:
        info = replace(
            info,
            size_bytes=BYTES_EACH * published.architecture.parameters,
            source=published.repository,
            dimensions=published.architecture.dimensions,
            image_size=published.architecture.image_size,
            figures=published.figures,
        )
    elif name.startswith(HUB_PREFIX):
        info = replace(info, source=name.removeprefix(HUB_PREFIX))
    if pick:
        info = replace(info, title=pick.title, summary=pick.summary, pick=pick.pick)
    return info


def _title(name: str) -> str:
    """The name as people write it: "ViT-B/32, openai" for ViT-B-32/openai."""
    parsed = ModelName.parse(name)
    if parsed.path is not None:
        return f"{printable(parsed.path.name)} ({parsed.architecture})"
    if parsed.repository:
        return parsed.repository
    return f"{parsed.architecture}, {parsed.tag}" if parsed.tag else parsed.architecture
