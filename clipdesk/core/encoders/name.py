"""How models are called: the four forms that a person may type."""

import difflib
import re
from dataclasses import dataclass
from pathlib import Path

from clipdesk.core.errors import UnknownModel

STARTER = "starter"
HUB_PREFIX = "hf-hub:"
_ADAPTED = "adapted"
FORMS = (
    "A model is written as starter, ARCHITECTURE/TAG (for example ViT-B-32/laion2b_s34b_b79k), "
    "hf-hub:ORGANISATION/NAME, or ARCHITECTURE:PATH for weights on this computer."
)

_REPOSITORY = re.compile(r"[\w][\w.-]*/[\w][\w.-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class ModelName:
    """One of: the starter, an OpenCLIP architecture and tag, a hub repository, local weights."""

    architecture: str = ""
    tag: str = ""
    repository: str = ""
    path: Path | None = None

    @classmethod
    def parse(cls, text: str) -> "ModelName":
        """Read a name; whether such a model exists is not asked here.

        Raises `UnknownModel` if the text has none of the four forms.
        """
        text = text.strip()
        if text == STARTER:
            return cls()
        if text.startswith(HUB_PREFIX):
            repository = text.removeprefix(HUB_PREFIX)
            if not _REPOSITORY.fullmatch(repository) or ".." in repository:
                raise UnknownModel(f"“{text}” does not name a model on the hub.", hint=FORMS)
            return cls(repository=repository)
        architecture, colon, path = text.partition(":")
        # A single letter before the colon is a Windows drive: a path without its architecture.
        if colon and path and len(architecture) > 1 and not re.search(r"[/\\]", architecture):
            return cls(architecture=architecture, path=Path(path).expanduser().absolute())
        architecture, slash, tag = text.rpartition("/")
        # A path, too, has slashes: weights whose architecture was left out.
        if slash and architecture and tag and not colon and text[0] not in "/~.":
            # OpenCLIP itself takes ViT-B/32 for ViT-B-32.
            return cls(architecture=architecture.replace("/", "-"), tag=tag)
        near = difflib.get_close_matches(text.lower(), [STARTER], cutoff=0.7)
        raise UnknownModel(
            f"There is no model called “{text}”.",
            hint=f"Did you mean {STARTER}?" if near else FORMS,
        )

    def __str__(self) -> str:
        if self.path is not None:
            return f"{self.architecture}:{self.path}"
        if self.repository:
            return f"{HUB_PREFIX}{self.repository}"
        return f"{self.architecture}/{self.tag}" if self.tag else STARTER

    @property
    def is_adapted(self) -> bool:
        """Whether it names what was made of another model, see `sharing`."""
        return self.architecture == _ADAPTED

    @property
    def is_starter(self) -> bool:
        return not (self.architecture or self.repository)

    def check(self) -> None:
        """Ask OpenCLIP's own catalogue (which loads it) whether it knows this model.

        Raises `UnknownModel`, with the nearest names as its hint.
        """
        if self.tag:
            _check_tag(self.architecture, self.tag)


def _check_tag(architecture: str, tag: str) -> None:
    import open_clip

    if open_clip.is_pretrained_cfg(architecture, tag):
        return
    tags = open_clip.list_pretrained_tags_by_model(architecture)
    if tags:
        near = difflib.get_close_matches(tag, tags, n=3, cutoff=0.4) or tags
        names = [f"{architecture}/{each}" for each in near]
        message = f"OpenCLIP has no weights called “{tag}” for {architecture}."
    else:
        known = {f"{a}/{t}".lower(): f"{a}/{t}" for a, t in open_clip.list_pretrained()}
        asked = f"{architecture}/{tag}".lower()
        names = [known[n] for n in difflib.get_close_matches(asked, known, n=3, cutoff=0.6)]
        message = f"OpenCLIP has no model called “{architecture}/{tag}”."
    raise UnknownModel(message, hint=f"Did you mean {' or '.join(names)}?" if names else FORMS)
