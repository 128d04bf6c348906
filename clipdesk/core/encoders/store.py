"""Where encoders come from: the models on this computer, and those that can be fetched."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from clipdesk.core.encoders import catalogue, hosted, loading, plugins, weights
from clipdesk.core.encoders.encoder import Encoder
from clipdesk.core.encoders.name import ModelName
from clipdesk.core.types import ModelInfo

Progress = Callable[[int, int], None]


class ModelStore(Protocol):
    """What the engine asks about models; every method may take seconds to minutes."""

    def available(self) -> tuple[ModelInfo, ...]:
        """The models that can be chosen, recommended first."""

    def load(self, name: str) -> Encoder:
        """The encoder of this name, never fetched. Raises `ModelNotHere` and other `ModelError`."""

    def offer(self, name: str) -> ModelInfo:
        """What fetching this model would mean: it asks the hub, so only at the person's wish."""

    def download(self, name: str, progress: Progress, cancelled: Callable[[], bool]) -> None:
        """Fetch a model; ``progress`` is told bytes done and in all. Raises `DownloadFailed`."""


class Store:
    """The store that the program uses; downloaded weights are kept in ``models``."""

    def __init__(self, models: Path) -> None:
        self._models = models

    def available(self) -> tuple[ModelInfo, ...]:
        hosted_here = (info for info in hosted.offered(self._models) if info.here)
        return (*catalogue.available(self._models), *plugins.installed(), *hosted_here)

    def find(self, name: str) -> None:
        """Make sure that this model is here; raises `ModelNotHere` or another `ModelError`."""
        if name.startswith(plugins.PREFIX):
            plugins.find(name)
            return
        if name.startswith(hosted.PREFIX):
            hosted.require(name, self._models)
            return
        loading.find(ModelName.parse(name), self._models)

    def load(self, name: str) -> Encoder:
        if name.startswith(plugins.PREFIX):
            return plugins.load(name, self._models)
        if name.startswith(hosted.PREFIX):
            return hosted.load(name, self._models)
        return loading.load(name, self._models)

    def offer(self, name: str) -> ModelInfo:
        if name.startswith(plugins.PREFIX):
            plugins.load(name, self._models)  # it alone knows what it lacks, and says so
        if name.startswith(hosted.PREFIX):
            hosted.require(name, self._models)
        return weights.offer(ModelName.parse(name), self._models)

    def download(self, name: str, progress: Progress, cancelled: Callable[[], bool]) -> None:
        weights.download(ModelName.parse(name), self._models, progress, cancelled)
