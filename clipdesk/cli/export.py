"""``clipdesk export``: the library's vectors, for other programs."""

import sys
from argparse import Namespace

from tqdm import tqdm

from clipdesk.cli.output import put, put_json
from clipdesk.cli.reading import opened, space_of
from clipdesk.core.encoders import STARTER
from clipdesk.core.encoders.store import Store
from clipdesk.core.features import of_library, writing
from clipdesk.core.paths import printable


def run(options: Namespace) -> int:
    show = sys.stderr.isatty() and not options.json
    with opened(options.library) as catalog:
        model = catalog.options.model or STARTER
        encoder = Store(options.library.models).load(model)
        space_id = space_of(catalog, encoder, model)
        dimensions, done = encoder.space.dimensions, 0
        with (
            writing(options.file, dimensions) as file,
            tqdm(total=catalog.assets.count(), disable=not show, file=sys.stderr) as bar,
        ):
            for names, vectors in of_library(catalog, space_id):
                file.add(names, vectors)
                done += len(names)
                bar.update(len(names))
    answer = {
        "file": str(options.file.absolute()),
        "model": model,
        "dimensions": dimensions,
        "rows": done,
    }
    if options.json:
        put_json(answer)
    else:
        put(f"{printable(options.file)}: {done} vectors of {dimensions} numbers, {model}")
    return 0
