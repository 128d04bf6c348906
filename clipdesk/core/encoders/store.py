"""Where encoders come from: the models on this computer, and those that can be fetched."""

import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from clipdesk.core.encoders import (
    adapted,
    ahead,
    catalogue,
    hosted,
    imported,
    loading,
    local,
    plugins,
    removal,
    sharing,
    tried,
    weights,
)
from clipdesk.core.encoders.encoder import Encoder
from clipdesk.core.encoders.name import ModelName
from clipdesk.core.encoders.openclip import OpenClipEncoder
from clipdesk.core.errors import ModelDoubted, ModelError
from clipdesk.core.paths import printable
from clipdesk.core.types import ModelInfo, Secret

Progress = Callable[[int, int], None]


class ModelStore(Protocol):
    """What the engine asks about models; every method may take seconds to minutes."""

    def available(self) -> tuple[ModelInfo, ...]:
        """The models that can be chosen, recommended first."""

    def load(self, name: str) -> Encoder:
        """The encoder of this name, never fetched. Raises `ModelNotHere` and other `ModelError`.

        It has been tried on known pairs: `ModelDoubted` is raised if it matches none.
        """

    def accept(self, name: str) -> None:
        """The person uses this model although it was doubted."""

    def offer(self, name: str) -> ModelInfo:
        """What fetching this model would mean: it asks the hub, so only at the person's wish."""

    def download(self, name: str, progress: Progress, cancelled: Callable[[], bool]) -> None:
        """Fetch a model; ``progress`` is told bytes done and in all. Raises `DownloadFailed`."""

    def set_up(self, name: str, settings: Mapping[str, str], key: Secret) -> None:
        """The person agreed to a hosted model's terms: keep the key and try it.

        An empty key is the one that is in the keyring. Raises `ServiceFailed`.
        """

    def take_in(
        self, file: Path, architecture: str, progress: Progress, cancelled: Callable[[], bool]
    ) -> str:
        """Keep a file or folder of weights; the name it has from now on. Raises `ModelError`."""

    def remove(self, name: str) -> int:
        """Delete what was fetched or taken in; the bytes freed. Raises `ModelError`."""


class Store:
    """The store that the program uses; downloaded weights are kept in ``models``."""

    def __init__(self, models: Path) -> None:
        self._models = models

    def available(self) -> tuple[ModelInfo, ...]:
        here = (*catalogue.available(self._models), *plugins.installed())
        return (*here, *hosted.offered(self._models))

    def find(self, name: str) -> None:
        """Make sure that this model is here; raises `ModelNotHere` or another `ModelError`."""
        if name.startswith(sharing.PREFIX):
            name = sharing.base_of(name)
        if name.startswith(plugins.PREFIX):
            plugins.find(name)
            return
        if name.startswith(hosted.PREFIX):
            hosted.require(name, self._models)
            return
        if not ahead.is_here(name, self._models):
            loading.find(ModelName.parse(name), self._models)  # which says why, by open_clip

    def load(self, name: str) -> Encoder:
        if name.startswith(sharing.PREFIX):
            return self._load_adapted(name)
        if name.startswith(plugins.PREFIX):
            return plugins.load(name, self._models)
        if name.startswith(hosted.PREFIX):
            return hosted.load(name, self._models)
        encoder = loading.load(name, self._models)
        local.check_activation(ModelName.parse(name), encoder.space.weights_hash)
        tried.prove(name, encoder, self._models)
        return encoder

    def _load_adapted(self, name: str) -> Encoder:
        if sharing.about(sharing.path_of(name)).kind == "maps":
            return adapted.load(name, self.load)
        encoder = loading.load(name, self._models)
        tried.prove(name, encoder, self._models)
        return encoder

    def teachable(self, name: str) -> OpenClipEncoder:
        """The network of this name, whose weights can be taught. Raises `ModelError`."""
        if name.startswith((sharing.PREFIX, plugins.PREFIX, hosted.PREFIX)):
            raise ModelError(
                f"The weights of {printable(name)} can't be taught.",
                hint="Those of the starter and of OpenCLIP's models can.",
            )
        return loading.network(name, self._models)

    def accept(self, name: str) -> None:
        if name not in tried.trials(self._models):
            with contextlib.suppress(ModelDoubted):
                self.load(name)
        tried.accept(name, self._models)

    def offer(self, name: str) -> ModelInfo:
        if name.startswith(plugins.PREFIX):
            plugins.load(name, self._models)  # it alone knows what it lacks, and says so
        if name.startswith(hosted.PREFIX):
            return hosted.offer(name, self._models)
        return weights.offer(ModelName.parse(name), self._models)

    def download(self, name: str, progress: Progress, cancelled: Callable[[], bool]) -> None:
        if name.startswith(hosted.PREFIX):
            hosted.require(name, self._models)  # there is nothing to fetch, but terms to agree to
            return
        weights.download(ModelName.parse(name), self._models, progress, cancelled)

    def set_up(self, name: str, settings: Mapping[str, str], key: Secret) -> None:
        hosted.set_up(name, settings, key or None, self._models)

    def take_in(
        self, file: Path, architecture: str, progress: Progress, cancelled: Callable[[], bool]
    ) -> str:
        return imported.take_in(file, self._models, architecture, progress, cancelled)

    def remove(self, name: str) -> int:
        if name.startswith(hosted.PREFIX):
            hosted.withdraw(name, self._models)
            return 0
        return removal.remove(ModelName.parse(name), self._models)
