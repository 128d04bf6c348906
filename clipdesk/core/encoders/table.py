"""open_clip's own table of models, as a file: it can be read before torch is loaded.

``packaging/models/table.py`` writes it, and a test compares it with the open_clip that is
installed. The published figures were copied from the documents that ``published.tsv`` names.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from clipdesk.core import paths
from clipdesk.core.types import Figures

SOURCES = {
    "results": "OpenCLIP's result tables",
    "languages": "OpenCLIP's result tables",
    "siglip2": "the SigLIP 2 release notes",
    "pe": "the Perception Encoder's release notes",
    "mobileclip": "Apple's MobileCLIP release notes",
    "mobileclip2": "Apple's MobileCLIP2 model card",
    "vitamin": "the ViTamin release notes",
}
"""In words, the documents that ``published.tsv`` names by these keys."""


@dataclass(frozen=True, slots=True)
class Architecture:
    """What weights can be poured into."""

    name: str
    dimensions: int
    image_size: int
    context_length: int
    """Tokens of a caption that are read."""
    tokenizer: str
    """The repository of its tokenizer; empty: open_clip's own vocabulary."""
    text_model: str
    """The repository that describes its text tower, if that is not open_clip's own."""
    parameters: int
    image_gflops: float
    """For one picture, an addition and a multiplication counted as two."""
    shapes: str
    """A short name of its tensors' names and sizes; empty where open_clip alone can't say."""


@dataclass(frozen=True, slots=True)
class Published:
    """Weights that open_clip knows by a tag."""

    architecture: Architecture
    tag: str
    repository: str
    quick_gelu: bool
    """Trained with OpenAI's activation, whatever the architecture's name says."""
    sha256: str
    """Of the file they were first published as: whole, its beginning, or nothing."""
    figures: Figures | None

    @property
    def name(self) -> str:
        return f"{self.architecture.name}/{self.tag}"


@dataclass(frozen=True, slots=True)
class Table:
    """Everything that open_clip can build or fetch by name."""

    architectures: Mapping[str, Architecture]
    weights: Mapping[str, Published]
    """By name, ARCHITECTURE/TAG."""

    def with_shapes(self, shapes: str) -> list[str]:
        """The architectures whose tensors have these names and sizes."""
        return [name for name, each in self.architectures.items() if each.shapes == shapes]

    def with_hash(self, sha256: str) -> Published | None:
        """The weights whose file has this SHA-256 (hexadecimal), if they are known ones."""
        for each in self.weights.values():
            if each.sha256 and sha256.startswith(each.sha256):
                return each
        return None


@cache
def table() -> Table:
    """Read from the program's resources, once."""
    folder = paths.resources() / "models"
    content = json.loads((folder / "openclip.json").read_text("utf-8"))["architectures"]
    fields = [name for name in Architecture.__dataclass_fields__ if name != "name"]
    architectures = {
        name: Architecture(name, *(said[field] for field in fields))
        for name, said in content.items()
    }
    repositories = {
        (name, tag): each["repository"]
        for name, said in content.items()
        for tag, each in said["weights"].items()
    }
    # Figures belong to weights; the same weights may go by several names.
    figures = {repositories[key]: value for key, value in _figures(folder / "published.tsv")}
    weights = {
        f"{name}/{tag}": Published(
            architectures[name],
            tag,
            each["repository"],
            each.get("quick_gelu", False),
            each.get("sha256", ""),
            figures.get(each["repository"]),
        )
        for name, said in content.items()
        for tag, each in said["weights"].items()
    }
    return Table(architectures, weights)


def _figures(file: Path) -> Iterator[tuple[tuple[str, str], Figures]]:
    with file.open(encoding="utf-8", newline="") as stream:
        lines = (line for line in stream if not line.startswith("#"))
        for architecture, tag, imagenet, coco, languages, source in csv.reader(
            lines, delimiter="\t"
        ):
            yield (
                (architecture, tag),
                Figures(_number(imagenet), _number(coco), _number(languages), SOURCES[source]),
            )


def _number(text: str) -> float | None:
    return None if text == "-" else float(text)
