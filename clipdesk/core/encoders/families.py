"""What kind of model it is, and what that means for people."""

import re
from dataclasses import dataclass

ENGLISH = "English"
MANY = "Many languages"


@dataclass(frozen=True, slots=True)
class Family:
    """Models that were made in one way, by one hand."""

    pattern: str
    """Found in the names of its members, ARCHITECTURE/TAG or hf-hub:ORGANISATION/NAME."""
    title: str
    summary: str
    licence: str = ""
    """As its pages said when this was written; the hub is asked again before a download."""
    languages: str = ENGLISH

    def __contains__(self, name: str) -> bool:
        return re.search(self.pattern, name) is not None


# The first that fits is meant. Where no licence stands, no page that tells it could be read.
FAMILIES = (
    Family(r"^adapted:", "Adapted", "Another model, adapted to someone's pictures."),
    Family(
        r"SigLIP2",
        "SigLIP 2",
        "Very exact for its size, and at home in many languages.",
        "Apache-2.0",
        MANY,
    ),
    Family(
        r"^nllb-",
        "NLLB-CLIP",
        "Understands captions in some two hundred languages, rare ones too.",
        "CC-BY-NC-4.0",
        MANY,
    ),
    Family(
        r"SigLIP-i18n",
        "SigLIP, international",
        "Exact, and at home in many languages.",
        "Apache-2.0",
        MANY,
    ),
    Family(r"[Mm]arqo", "Marqo (GCL)", "Made for shops: products and fashion.", "Apache-2.0"),
    Family(r"SigLIP", "SigLIP", "Exact, above all for whole sentences.", "Apache-2.0"),
    Family(r"^PE-Core", "Perception Encoder", "Sees fine detail.", "Apache-2.0"),
    Family(
        r"^MobileCLIP2",
        "MobileCLIP 2",
        "Small and quick; Apple's licence is for research.",
        "apple-amlr",
    ),
    Family(
        r"^MobileCLIP",
        "MobileCLIP",
        "Small and quick; Apple's licence is for research.",
        "apple-amlr",
    ),
    Family(r"^EVA0", "EVA-CLIP", "Exact for its size.", "MIT"),
    Family(r"^ViTamin", "ViTamin", "Exact for its size, in many sizes."),
    Family(r"^coca_", "CoCa", "Could also describe pictures in words."),
    Family(
        r"^xlm-roberta",
        "XLM-RoBERTa",
        "Understands captions in about a hundred languages.",
        "MIT",
        MANY,
    ),
    Family(r"^roberta", "RoBERTa", "With a text side that was trained on books.", "MIT"),
    Family(r"worldwide", "MetaCLIP 2", "Trained on the whole world's captions.", "", MANY),
    Family(r"CLIPA", "CLIPA", "Large models that were trained thriftily."),
    Family(r"/dfn", "DFN", "Exact: trained on well-chosen pictures.", "apple-amlr"),
    Family(r"/metaclip_altogether", "MetaCLIP", "Trained on rewritten captions."),
    Family(r"/metaclip", "MetaCLIP", "Trained on openly described data.", "CC-BY-NC-4.0"),
    Family(
        r"/(datacomp|commonpool)_[sml]_",
        "DataComp",
        "An experiment with little data: for comparisons, not for searching.",
        "MIT",
    ),
    Family(r"/(datacomp|commonpool)", "DataComp", "Trained on well-chosen pictures.", "MIT"),
    Family(r"/(yfcc15m|cc12m)", "ResNet", "An experiment with little data."),
    Family(r"^RN", "OpenAI CLIP", "The first of its kind, as a convolutional network."),
    Family(r"/openai", "OpenAI CLIP", "The first of its kind.", "Apache-2.0"),
    Family(r"^convnext", "ConvNeXt", "A convolutional network, good with fine structure.", "MIT"),
    Family(r"/laion400m", "LAION", "Trained on openly collected pictures."),
    Family(r"/laion", "LAION", "Trained on openly collected pictures.", "MIT"),
)


def of(name: str) -> Family | None:
    """The family of a model, by its name."""
    return next((family for family in FAMILIES if name in family), None)
