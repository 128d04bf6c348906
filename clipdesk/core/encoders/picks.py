"""The few models worth proposing first, and which of them to take here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clipdesk.core.encoders.families import MANY
from clipdesk.core.types import ModelInfo

FLUENT = 8.0
"""Pictures a second below which a library of some ten thousand takes a night."""
ROOMY_BYTES = 2_000_000_000
"""A larger download is proposed only to who looks for it."""


@dataclass(frozen=True, slots=True)
class Pick:
    """A model that stands for a wish; the words are for people."""

    name: str
    title: str
    pick: str
    summary: str


PICKS = (
    Pick(
        "ViT-B-32-256/datacomp_s34b_b86k",
        "DataComp B/32",
        "Balanced",
        "Understands far more than the starter, and is still quick on any computer.",
    ),
    Pick(
        "ViT-B-32-SigLIP2-256/webli",
        "SigLIP 2 B/32",
        "Balanced, many languages",
        "As quick, more exact, and reads captions in many languages. A larger download.",
    ),
    Pick(
        "ViT-B-16-SigLIP2-256/webli",
        "SigLIP 2 B/16",
        "More exact, many languages",
        "Tells similar things apart better, and takes four times as long.",
    ),
    Pick(
        "xlm-roberta-base-ViT-B-32/laion5b_s13b_b90k",
        "XLM-RoBERTa B/32",
        "Many languages, quick",
        "Quick with pictures, and understands captions in about a hundred languages.",
    ),
    Pick(
        "PE-Core-T-16-384/meta",
        "Perception Encoder, tiny",
        "Smallest download",
        "Little to fetch and freely usable; no published figures that we could read.",
    ),
    Pick(
        "MobileCLIP2-S0/dfndr2b",
        "MobileCLIP 2 S0",
        "Quickest, for research",
        "The least work for each picture. Apple's licence is for research only: read it first.",
    ),
    Pick(
        "EVA02-L-14/merged2b_s4b_b131k",
        "EVA-02 L/14",
        "High quality",
        "Tells similar things apart far better; wants a graphics card, or patience.",
    ),
    Pick(
        "ViT-SO400M-16-SigLIP2-256/webli",
        "SigLIP 2 SO400M",
        "Best, many languages",
        "Among the most exact there are; wants a good graphics card.",
    ),
    Pick(
        "PE-Core-L-14-336/meta",
        "Perception Encoder, large",
        "Best, English",
        "Among the most exact there are, fine detail above all; wants a good graphics card.",
    ),
    Pick(
        "hf-hub:Marqo/marqo-fashionSigLIP",
        "Marqo fashion SigLIP",
        "For fashion and shops",
        "SigLIP B/16, trained further on products by generalised contrastive learning (GCL).",
    ),
)
BY_NAME: Mapping[str, Pick] = {pick.name: pick for pick in PICKS}


def advise(models: Iterable[ModelInfo], language: str) -> str:
    """The name of the pick to take on this computer; ``language`` like "de" or "en_GB".

    The most exact by its published figures, among those that are quick enough here, not too large
    to fetch, and at home in the person's language.
    """
    abroad = bool(language) and not language.lower().startswith(("en", "c", "posix"))
    fitting = [
        model
        for model in models
        if model.pick
        and model.figures is not None
        and model.speed is not None
        and model.speed.pictures_per_second >= FLUENT
        and (model.size_bytes or 0) <= ROOMY_BYTES
        and (not abroad or model.languages == MANY)
    ]
    best = max(fitting, key=lambda model: (model.figures and model.figures.coco) or 0, default=None)
    return best.name if best else ""
