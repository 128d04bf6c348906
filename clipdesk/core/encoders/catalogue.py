"""The models the dialog shows; cheap to ask for: torch is not loaded, and nobody is asked."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from clipdesk.core.encoders import notes, starter
from clipdesk.core.encoders.hub import Hub
from clipdesk.core.encoders.name import HUB_PREFIX
from clipdesk.core.encoders.recipe import CONFIG
from clipdesk.core.types import ModelInfo

WEIGHTS = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
"""What open_clip calls the weights in a repository that names no file; the safer first."""


@dataclass(frozen=True, slots=True)
class Recommended:
    """A model worth proposing; the repository is the one that open_clip itself names."""

    name: str
    title: str
    summary: str
    repository: str
    parameters: int
    """As counted in open_clip's own architecture; four bytes each in these repositories."""
    licence: str


RECOMMENDED = (
    Recommended(
        "ViT-B-32-256/datacomp_s34b_b86k",
        "ViT-B/32, 256 px (DataComp)",
        "Understands far more than the starter, and is still quick on any computer.",
        "laion/CLIP-ViT-B-32-256x256-DataComp-s34B-b86K",
        151_288_833,
        "MIT",
    ),
    Recommended(
        "ViT-B-32/laion2b_s34b_b79k",
        "ViT-B/32 (LAION-2B)",
        "The widespread one: as quick, a little less exact.",
        "laion/CLIP-ViT-B-32-laion2B-s34B-b79K",
        151_277_313,
        "MIT",
    ),
    Recommended(
        "PE-Core-S-16-384/meta",
        "Perception Encoder, small",
        "The smallest download; sees fine detail, and takes longer for each picture.",
        "timm/PE-Core-S-16-384",
        87_188_225,
        "Apache-2.0",
    ),
    Recommended(
        "ViT-B-16-SigLIP2-256/webli",
        "SigLIP 2, base",
        "Understands captions in many languages; several times slower without a graphics card.",
        "timm/ViT-B-16-SigLIP2-256",
        375_234_050,
        "Apache-2.0",
    ),
    Recommended(
        "ViT-L-14/datacomp_xl_s13b_b90k",
        "ViT-L/14 (DataComp)",
        "Tells similar things apart better; wants a graphics card.",
        "laion/CLIP-ViT-L-14-DataComp.XL-s13B-b90K",
        427_616_513,
        "MIT",
    ),
    Recommended(
        "PE-Core-L-14-336/meta",
        "Perception Encoder, large",
        "The most exact of these; needs a good graphics card.",
        "timm/PE-Core-L-14-336",
        671_138_817,
        "Apache-2.0",
    ),
)


def available(models: Path) -> tuple[ModelInfo, ...]:
    """The models that can be chosen: the starter, recommended ones, and what else is here."""
    shown = [starter.info(), *(_info(model, models) for model in RECOMMENDED)]
    names = {info.name for info in shown}
    repositories = {model.repository for model in RECOMMENDED}
    for name in (*notes.fetched(models), *_described(models)):
        if name not in names and name.removeprefix(HUB_PREFIX) not in repositories:
            names.add(name)
            shown.append(
                ModelInfo(
                    name=name,
                    title=name.removeprefix(HUB_PREFIX),
                    summary="On this computer.",
                    here=True,
                )
            )
    return tuple(shown)


def presented(info: ModelInfo) -> ModelInfo:
    """The same, in the words of the recommendation if it is a recommended one."""
    for model in RECOMMENDED:
        if model.name == info.name:
            return replace(info, title=model.title, summary=model.summary)
    return info


def _info(model: Recommended, models: Path) -> ModelInfo:
    return ModelInfo(
        name=model.name,
        title=model.title,
        summary=model.summary,
        # Weights are fetched last: where they are, the rest is.
        here=Hub(models).find(model.repository, *WEIGHTS) is not None,
        size_bytes=4 * model.parameters,
        source=model.repository,
        licence=model.licence,
    )


def _described(models: Path) -> Iterator[str]:
    """Repositories on this computer that hold an OpenCLIP model, whoever fetched them."""
    hub = Hub(models)
    for cache in hub.caches:
        for folder in sorted(cache.glob("models--*--*")):
            repository = folder.name.removeprefix("models--").replace("--", "/", 1)
            if hub.find(repository, CONFIG) and hub.find(repository, *WEIGHTS):
                yield HUB_PREFIX + repository
