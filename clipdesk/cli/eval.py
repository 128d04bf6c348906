"""``clipdesk eval``: measure retrieval on captioned or grouped pictures."""

from argparse import Namespace

import numpy as np

from clipdesk.cli.output import put, put_json
from clipdesk.cli.reading import library_model, loaded
from clipdesk.cli.seeing import pairs_of, see
from clipdesk.core.embedding import Vector
from clipdesk.core.encoders import Encoder
from clipdesk.core.encoders.store import Store
from clipdesk.core.errors import QueryError
from clipdesk.core.evaluation.answer import answer
from clipdesk.core.evaluation.measure import Measured, measure
from clipdesk.core.evaluation.report import Section, make, sections, write
from clipdesk.core.pairs import Pairs, in_words
from clipdesk.core.paths import Directories, printable


def run(options: Namespace) -> int:
    pairs = pairs_of(options)
    what = printable(options.pairs.name) if options.pairs else "the library"
    if options.report:
        make(options.report)  # while nothing is lost yet if it can't be
    names = list(dict.fromkeys(options.model or [library_model(options.library)]))
    store = Store(options.library.models)
    for name in names:
        store.find(name)  # before hours of work with another
    models: dict[str, tuple[Measured, ...]] = {}
    for name in names:
        encoder = loaded(name, options.library.models)
        pairs, pictures = _see(encoder, pairs, options.library, show=not options.json)
        models[name] = measure(pairs, pictures, encoder.encode_texts(pairs.captions))
    found = sections(models)
    if not found:
        raise QueryError(
            f"There is nothing to ask in {what}.",
            hint="It takes a caption, or two pictures of one group.",
        )
    figures = answer(models, pairs)
    if options.report:
        page = write(options.report, what, pairs, found, figures)
    if options.json:
        put_json(figures)
    else:
        _tell(found, pairs)
        if options.report:
            put(f"The report is in {printable(page)}")
    return 0


def _see(
    encoder: Encoder, pairs: Pairs, library: Directories, *, show: bool
) -> tuple[Pairs, Vector]:
    """The vectors (n, d) of the pictures, and the pairs without those that can't be read."""
    vectors, faults = [], {}
    seen = see(encoder, pairs.files, library, show=show, total=len(pairs.files))
    for number, each in enumerate(seen):
        if each.vector is None:
            faults[number] = str(each.fault)
        else:
            vectors.append(each.vector)
    if not vectors:
        raise QueryError(
            f"None of the pictures can be read. {printable(pairs.files[0])}: {faults[0]}"
        )
    return pairs.without(faults), np.stack(vectors)


def _tell(found: list[Section], pairs: Pairs) -> None:
    for section in found:
        put(section.heading)
        rows = list(section.rows())
        widths = [max(len(row[n]) for row in rows if n < len(row)) for n in range(len(rows[0]))]
        for row in rows:
            cells = [f"{cell:>{width}}" for cell, width in zip(row, widths, strict=False)]
            put("  ".join(cells).rstrip())
        put()
    for line in in_words(pairs.problems):
        put(f"Passed over: {line}")
