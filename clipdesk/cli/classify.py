"""``clipdesk classify``: which of the person's labels fits each picture."""

from argparse import Namespace
from pathlib import Path

from clipdesk.cli.output import put, put_json
from clipdesk.cli.seeing import Failures, loaded, pictures, see
from clipdesk.core.labels import sets
from clipdesk.core.labels.classifier import Classifier, embed
from clipdesk.core.labels.sets import TEMPLATES, Label
from clipdesk.core.paths import printable


def run(options: Namespace) -> int:
    labels = _labels(options.labels, sets.check(options.template or TEMPLATES))
    model, encoder = loaded(options)
    classifier = Classifier(labels, embed(encoder, labels), encoder.calibration)
    names = [label.name for label in labels]
    width = max(map(len, names))
    results = []
    failures = Failures(quiet=options.json)
    for each in see(encoder, pictures(options.files), options.library, show=options.json):
        if each.vector is None:
            failures.take(each.file, each.fault)
            continue
        (row,) = classifier.probabilities(each.vector[None])
        best = int(row.argmax())
        results.append(
            {
                "path": str(each.file),
                "label": names[best],
                "probability": round(float(row[best]), 6),
                "probabilities": {
                    name: round(float(value), 6) for name, value in zip(names, row, strict=True)
                },
            }
        )
        if not options.json:
            put(f"{100 * row[best]:5.1f} %  {names[best]:{width}}  {printable(each.file)}")
    failures.check(len(results))
    if options.json:
        put_json({"model": model, "labels": names, "results": results, "failed": failures.told})
    return 0


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
