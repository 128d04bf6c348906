"""A network's two towers in OpenVINO's form: a folder of files, and a description of them."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from clipdesk.core.encoders import notes, tower
from clipdesk.core.encoders.reader import Reader, Reading
from clipdesk.core.types import Calibration, ImageSpec

RECIPE = 2
"""How conversion is done; a higher number makes everything be converted anew."""
DESCRIPTION = "towers.json"
IMAGE, TEXT = "image.xml", "text.xml"
READY = ".ready"
"""The suffix of what compiling has made of a tower."""
_PARTS = (".xml", ".bin", ".json", ".safetensors", READY)


@dataclass(frozen=True, slots=True)
class Form:
    """How one tower is kept and run, and how well it does."""

    name: str
    """For people: ``int8``, ``bfloat16``, ``float16``, ``float32``."""
    precision: str
    """OpenVINO's word for the arithmetic of what is not quantized: ``f32`` or ``bf16``."""
    cosine: float
    """To the network in full precision, the lowest on the probes."""
    per_second: float = 0.0
    """Pictures, measured where it was made; 0 where that says nothing."""


@dataclass(frozen=True, slots=True)
class Towers:
    """Two towers on the disk, and all that an encoder must know beside them."""

    folder: Path
    weights_hash: str
    """SHA-256 of the weights they were made of."""
    spec: ImageSpec
    dimensions: int
    calibration: Calibration
    image: Form
    text: Form
    made_with: str
    """OpenVINO's version."""
    recipe: int = RECIPE
    made_on: str = ""
    """Where towers lie ready compiled, see `tower.here`; empty where none do."""
    reading: Reading | None = None
    """The text tower, where NumPy runs it: then there is none in OpenVINO's form."""

    def ready(self, name: str) -> Path | None:
        """The compiled form of a tower, where the software and the processor are the same."""
        if self.made_on != tower.here():
            return None
        return (self.folder / name).with_suffix(READY)

    def reader(self) -> Reader | None:
        """What reads captions at once; None where OpenVINO does. Raises OSError or ValueError."""
        if self.reading is None:
            return None
        return Reader(self.folder / self.reading.file, self.reading.heads, quick=self.reading.quick)

    @property
    def digest(self) -> str:
        """SHA-256 of the description, which has those of all other files."""
        return notes.digest(self.folder / DESCRIPTION)

    def write(self) -> None:
        """Describe the files that lie in the folder already; the last step of making them."""
        content = asdict(self)
        del content["folder"]
        content["files"] = {
            file.name: notes.digest(file)
            for file in sorted(self.folder.iterdir())
            if file.suffix in _PARTS and file.name != DESCRIPTION
        }
        with (self.folder / DESCRIPTION).open("w", encoding="utf-8") as stream:
            stream.write(json.dumps(content, indent=2) + "\n")
            stream.flush()
            os.fsync(stream.fileno())

    @classmethod
    def read(cls, folder: Path, weights_hash: str, models: Path) -> "Towers":
        """The towers in a folder; ``models`` is where fingerprints of files are noted.

        Raises ValueError if they are damaged, of other weights or of another recipe, OSError if
        they can't be read.
        """
        try:
            content: dict[str, Any] = json.loads((folder / DESCRIPTION).read_text("utf-8"))
            files: Mapping[str, str] = content.pop("files")
            reading = content.pop("reading", None)
            towers = cls(
                folder=folder,
                spec=_spec(content.pop("spec")),
                calibration=Calibration(**content.pop("calibration")),
                image=Form(**content.pop("image")),
                text=Form(**content.pop("text")),
                reading=reading and Reading(**reading),
                **content,
            )
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"no description of towers: {error}") from error
        if towers.recipe != RECIPE:
            raise ValueError("they were made by another recipe")
        if towers.weights_hash != weights_hash:
            raise ValueError("they were made of other weights")
        for name, digest in files.items():
            if notes.fingerprint(folder / name, models) != digest:
                raise ValueError(f"{name} is damaged")
        if not {IMAGE, *([] if towers.reading else [TEXT])} <= files.keys():
            raise ValueError("a tower is missing")
        return towers


def _spec(content: dict[str, Any]) -> ImageSpec:
    return ImageSpec(**content | {name: tuple(content[name]) for name in ("mean", "std")})
