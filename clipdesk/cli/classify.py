"""``clipdesk classify``: which of the person's labels fits each picture."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from clipdesk.cli.output import put, put_json
from clipdesk.cli.seeing import Failures, asked, pictures, see
from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.catalog.names import relative
from clipdesk.core.errors import LibraryError
from clipdesk.core.labels import sets
from clipdesk.core.labels.classifier import Classifier, embed
from clipdesk.core.labels.sets import TEMPLATES, Label
from clipdesk.core.library import Library
from clipdesk.core.paths import printable


def run(options: Namespace) -> int:
    labels = _labels(options.labels, sets.check(options.template or TEMPLATES))
    with _library(options) as library:
        return _classify(options, labels, library)


def _classify(options: Namespace, labels: tuple[Label, ...], library: Library | None) -> int:
    model, encoder = asked(options)
    classifier = Classifier(labels, embed(encoder, labels), encoder.calibration)
    names = [label.name for label in labels]
    width = max(map(len, names))
    results: list[dict[str, Any]] = []
    failures = Failures(quiet=options.json)
    for each in see(encoder, pictures(options.files), options.library, show=options.json):
        if each.vector is None:
            failures.take(each.file, each.fault)
            continue
        (row,) = classifier.probabilities(each.vector[None])
        best = int(row.argmax())
        result: dict[str, Any] = {
            "path": str(each.file),
            "label": names[best],
            "probability": round(float(row[best]), 6),
            "probabilities": {
                name: round(float(value), 6) for name, value in zip(names, row, strict=True)
            },
        }
        if library is not None:
            given = [name for name, p in zip(names, row, strict=True) if p >= options.least]
            result["applied"] = _apply(library.catalog, each.file, given, model)
        results.append(result)
        if not options.json:
            put(f"{100 * row[best]:5.1f} %  {names[best]:{width}}  {printable(each.file)}")
    failures.check(len(results))
    if options.json:
        put_json({"model": model, "labels": names, "results": results, "failed": failures.told})
    elif library is not None:
        put(_summary(results))
    return 0


@contextmanager
def _library(options: Namespace) -> Iterator[Library | None]:
    """The library, to be written to, if that is what is wanted."""
    if not options.apply:
        yield None
        return
    if not options.library.catalog.is_file():
        raise LibraryError(
            "This library is empty.", hint="Take pictures into it: clipdesk index FOLDER"
        )
    library = Library(options.library)
    try:
        yield library
    finally:
        library.close()


def _apply(catalog: Catalog, file: Path, names: list[str], model: str) -> list[str] | None:
    """Give a picture its tags, as the model's; None if the library does not have it."""
    for root in catalog.roots.all():
        name = relative(file, root.path)
        known = catalog.assets.known(root.id, name).get(name) if name else None
        if known is not None and not known.missing:
            with catalog.transaction():
                for tag in names:
                    catalog.tags.put(tag, [known.content_id], made_by=model)
            return names
    return None


def _summary(results: list[dict[str, Any]]) -> str:
    tagged = sum(bool(result["applied"]) for result in results)
    unknown = sum(result["applied"] is None for result in results)
    text = f"{tagged} of {len(results)} pictures got tags."
    return text + (f" {unknown} are not in the library." if unknown else "")


def _labels(text: str, templates: tuple[str, ...]) -> tuple[Label, ...]:
    """A file's labels where there is such a file; else what the text itself says."""
    file = Path(text)
    try:
        is_file = file.is_file()
    except (OSError, ValueError):  # a list is too long for a name, or has signs that none may
        is_file = False
    # A name with a slash or a suffix was meant as a file, and "can't be read" says more.
    meant = "," not in text and (file.suffix or len(file.parts) > 1)
    return sets.read(file, templates) if is_file or meant else sets.parse(text, templates)
