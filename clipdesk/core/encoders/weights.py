"""Models of the hub: what they consist of, whether they are here, and how they come here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clipdesk.core.encoders import local, notes
from clipdesk.core.encoders.catalogue import WEIGHTS, presented
from clipdesk.core.encoders.hub import Hub, Listing
from clipdesk.core.encoders.name import HUB_PREFIX, ModelName
from clipdesk.core.encoders.recipe import CONFIG, Recipe, read_config
from clipdesk.core.errors import DownloadFailed, ModelError, ModelNotHere
from clipdesk.core.types import ModelInfo

TOKENIZER = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.txt",
    "vocab.json",
    "merges.txt",
    "sentencepiece.bpe.model",
    "spiece.model",
    "tokenizer.model",
)
"""What tokenizers of Hugging Face are made of; a repository has some of them."""
TEXT_MODEL = ("config.json",)

Progress = Callable[[int, int], None]
"""Told how many bytes are here, of how many."""
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a model of the hub comes from."""

    repository: str
    weights: tuple[str, ...]
    """Names the weights may have, the preferred first."""
    described: bool
    """Its repository says what it is; else open_clip's own catalogue does."""


def source(name: ModelName) -> Source:
    """Where this model comes from; raises `UnknownModel`, or `ModelNotHere` if nowhere."""
    if name.repository:
        return Source(name.repository, WEIGHTS, described=True)
    place = str(_tag(name).get("hf_hub") or "")
    repository, slash, file = place.rpartition("/")
    if not slash:
        raise ModelNotHere(f"This version of ClipDesk can't fetch {name}.")
    if not file or file == WEIGHTS[1]:
        return Source(repository, WEIGHTS, described=False)
    safer = file.rpartition(".")[0] + ".safetensors"
    return Source(repository, (safer, file), described=False)


def recipe(name: ModelName, models: Path) -> Recipe:
    """How to build this model from files on this computer.

    Raises `ModelNotHere` if one is missing, `UnknownModel`, or `WeightsBroken`.
    """
    hub, origin = Hub(models), source(name)
    weights = _here(hub, name, origin.repository, *origin.weights)
    if origin.described:
        config = _here(hub, name, origin.repository, CONFIG)
        model_cfg, preprocess_cfg = read_config(config.parent)
    else:
        model_cfg, preprocess_cfg = local.architecture(name.architecture), _tag(name)
        # The weights decide, not the architecture's name: ViT-B-32/openai was trained so.
        if preprocess_cfg.get("quick_gelu"):
            model_cfg["quick_gelu"] = True
    text = model_cfg["text_cfg"]
    tokenizer, text_model = text.get("hf_tokenizer_name"), text.get("hf_model_name")
    return Recipe(
        name=str(name),
        architecture=name.architecture or name.repository,
        model_cfg=model_cfg,
        preprocess_cfg=preprocess_cfg,
        weights=weights,
        tokenizer=_here(hub, name, tokenizer, *TOKENIZER).parent if tokenizer else None,
        text_model=_here(hub, name, text_model, *TEXT_MODEL).parent if text_model else None,
    )


def is_here(name: ModelName, models: Path) -> bool:
    """Whether everything this model needs is on this computer."""
    try:
        recipe(name, models)
    except ModelError:
        return False
    return True


def offer(name: ModelName, models: Path, *, endpoint: str | None = None) -> ModelInfo:
    """Ask the hub what fetching this model would mean: only when the person wants to know.

    Raises `UnknownModel`, `ModelNotHere` or `DownloadFailed`.
    """
    origin = source(name)
    listing = Hub(models, endpoint).listing(origin.repository, _never)
    return presented(
        ModelInfo(
            name=str(name),
            title=str(name).removeprefix(HUB_PREFIX),
            summary="",
            here=is_here(name, models),
            size_bytes=listing.sizes[_first(listing, origin.weights)] or None,
            source=origin.repository,
            licence=listing.licence,
        )
    )


def download(
    name: ModelName,
    models: Path,
    progress: Progress,
    cancelled: Cancelled,
    *,
    endpoint: str | None = None,
) -> None:
    """Fetch all that this model needs; afterwards it loads without the network.

    Raises `DownloadFailed` (also when ``cancelled`` comes true; what has arrived is kept and the
    next call goes on from there), `UnknownModel` or `ModelNotHere`.
    """
    hub, origin = Hub(models, endpoint), source(name)
    listing = hub.listing(origin.repository, cancelled)
    weights = _first(listing, origin.weights)
    wanted: list[tuple[Listing, str]] = []
    if origin.described:
        _first(listing, (CONFIG,))
        config = hub.fetch(listing, CONFIG, lambda _: None, cancelled)
        text = read_config(config.parent)[0]["text_cfg"]
    else:
        text = local.architecture(name.architecture)["text_cfg"]
    for repository, files in _beside(text):
        other = hub.listing(repository, cancelled)
        wanted += [(other, file) for file in files if file in other.sizes]
    wanted.append((listing, weights))
    total = sum(each.sizes[file] for each, file in wanted)
    done = 0

    def arrived(size: int) -> None:
        progress(done + size, total)

    def began(part: Path) -> None:
        notes.note_begun(str(name), part, models)

    path = models
    for each, file in wanted:
        path = hub.fetch(each, file, arrived, cancelled, began)
        done += each.sizes[file]
    notes.forget(str(name), models)
    notes.note_fetched(str(name), path, models)


def _beside(text_cfg: dict[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The other repositories of which a model needs something: (repository, files)."""
    if tokenizer := text_cfg.get("hf_tokenizer_name"):
        yield tokenizer, TOKENIZER
    if text_model := text_cfg.get("hf_model_name"):
        yield text_model, TEXT_MODEL


def _first(listing: Listing, names: tuple[str, ...]) -> str:
    for name in names:
        if name in listing.sizes:
            return name
    raise DownloadFailed(
        f"{listing.repository} is no OpenCLIP model: it has no {' or '.join(names)}.",
        hint="Choose a model made for OpenCLIP.",
    )


def _here(hub: Hub, name: ModelName, repository: str, *files: str) -> Path:
    found = hub.find(repository, *files)
    if found is None:
        raise ModelNotHere(f"{name} is not on this computer.", hint="It can be downloaded.")
    return found


def _tag(name: ModelName) -> dict[str, Any]:
    import open_clip

    name.check()
    found: dict[str, Any] = open_clip.get_pretrained_cfg(name.architecture, name.tag)
    return found


def _never() -> bool:
    return False
