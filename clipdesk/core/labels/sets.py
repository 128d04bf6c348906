"""Sets of labels, and what each is called when a model is asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from clipdesk.core.catalog.tags import tidy
from clipdesk.core.errors import QueryError
from clipdesk.core.paths import printable
from clipdesk.core.types import LabelSet

TEMPLATES = ("a photo of {}", "a photo of a {}", "{}", "a close-up photo of {}")
"""Ways to say a label; the mean of several is steadier than any (Radford et al. 2021, 3.1.4)."""
MOST = 300
"""Labels of a set: more make a list that nobody looks through."""
_PLACE = "{}"


@dataclass(frozen=True, slots=True)
class Label:
    """A name, and the captions that a picture of it may have."""

    name: str
    prompts: tuple[str, ...]


def read(file: Path, templates: Sequence[str] = TEMPLATES) -> tuple[Label, ...]:
    """Read a label set from a file, one a line: ``name``, or ``name: caption; caption``.

    Empty lines and lines that begin with # are passed over. Captions of its own stand for a
    label instead of the templates; ``{}`` in them is its name. Raises `QueryError` naming the
    line that makes no sense.
    """
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        words = getattr(error, "strerror", None) or "it is not text in UTF-8"
        raise QueryError(f"{printable(file)} can't be read: {words}.") from error
    told = (
        (f"line {number} of {printable(file)}", line)
        for number, line in enumerate(lines, 1)
        if line.strip() and not line.lstrip().startswith("#")
    )
    return _labels(told, templates, f"There are no labels in {printable(file)}.")


def parse(text: str, templates: Sequence[str] = TEMPLATES) -> tuple[Label, ...]:
    """Read a label set that is written as ``name, name, name``; raises `QueryError`."""
    told = ((f"label {number}", name) for number, name in enumerate(text.split(","), 1))
    return _labels(told, templates, "There are no labels.")


def check_set(labels: LabelSet) -> tuple[Label, ...]:
    """The labels of a set that the person has written; raises `QueryError` naming the line."""
    if not labels.name.strip():
        raise QueryError("The set of labels needs a name.")
    told = (
        (f"line {number}", line)
        for number, line in enumerate(labels.text.splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#")
    )
    found = _labels(told, check(labels.templates or TEMPLATES), "There are no labels yet.")
    for label in found:
        tidy(label.name)  # it is to be a tag
    return found


def check(templates: Sequence[str]) -> tuple[str, ...]:
    """The templates; raises `QueryError` if one has no place for a label."""
    for template in templates:
        if _PLACE not in template:
            raise QueryError(
                f"The template “{printable(template)}” has no place for a label.",
                hint="Write {} where the label goes: --template 'a photo of a {}'",
            )
    return tuple(templates)


def _labels(
    told: Iterable[tuple[str, str]], templates: Sequence[str], none: str
) -> tuple[Label, ...]:
    labels: list[Label] = []
    places: dict[str, str] = {}
    for place, text in told:
        name, colon, own = text.partition(":")
        name = " ".join(name.split())
        prompts = tuple(each.strip() for each in own.split(";") if each.strip())
        if not name or (colon and not prompts):
            what = f"“{printable(name)}” has no caption" if name else "there is no name"
            raise QueryError(f"In {place} {what}.", hint="Write it as name: caption; caption")
        if first := places.get(name.casefold()):
            raise QueryError(f"“{printable(name)}” is in {place} what it was in {first} already.")
        places[name.casefold()] = place
        labels.append(
            Label(name, tuple(each.replace(_PLACE, name) for each in prompts or templates))
        )
    if not labels:
        raise QueryError(none, hint="Write one a line, or part them by commas.")
    if len(labels) > MOST:
        raise QueryError(
            f"{len(labels)} labels are too many at once.",
            hint=f"{MOST} can be told apart in one go; make several sets of them.",
        )
    if len(labels) == 1:
        raise QueryError(
            f"“{printable(labels[0].name)}” alone is no choice.",
            hint="It takes two labels or more.",
        )
    return tuple(labels)
