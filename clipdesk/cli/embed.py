"""``clipdesk embed``: the vectors of pictures and texts, for other programs."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import islice

import numpy as np

from clipdesk.cli.output import put, put_json
from clipdesk.cli.seeing import Failures, asked, pictures, see
from clipdesk.core.embedding import Vector
from clipdesk.core.errors import QueryError
from clipdesk.core.features import unit, writing
from clipdesk.core.paths import printable

_AT_ONCE = 256


def run(options: Namespace) -> int:
    if not options.files and not options.text:
        raise QueryError("There is nothing to embed.", hint="Name pictures, or say --text WORDS.")
    model, encoder = asked(options)
    failures = Failures(quiet=options.json)

    def rows() -> Iterator[tuple[tuple[str, str], Vector]]:
        for each in see(encoder, pictures(options.files), options.library, show=bool(options.out)):
            if each.vector is None:
                failures.take(each.file, each.fault)
            else:
                yield (str(each.file), ""), each.vector
        if options.text:
            for text, vector in zip(options.text, encoder.encode_texts(options.text), strict=True):
                yield ("", text), vector

    done = 0
    told = []
    source = rows()
    dimensions = encoder.space.dimensions
    with writing(options.out, dimensions) if options.out else nullcontext() as file:
        while batch := list(islice(source, _AT_ONCE)):
            names = [name for name, _ in batch]
            vectors = unit(np.stack([vector for _, vector in batch]))
            done += len(batch)
            if file:
                file.add(names, vectors)
            elif options.json:
                told += list(zip(names, vectors, strict=True))
            else:
                for (path, text), vector in zip(names, vectors, strict=True):
                    numbers = "\t".join(f"{value:.6f}" for value in vector)
                    put(f"{printable(path or text)}\t{numbers}")
        failures.check(done)
    answer = {"model": model, "dimensions": dimensions, "rows": done}
    if options.json:
        if options.out:
            answer["out"] = str(options.out.absolute())
        else:
            answer["vectors"] = [
                ({"path": path} if path else {"text": text})
                | {"vector": [round(value, 6) for value in vector.tolist()]}
                for (path, text), vector in told
            ]
        put_json(answer | {"failed": failures.told})
    elif options.out:
        put(f"{printable(options.out)}: {done} vectors of {dimensions} numbers, {model}")
    return 0
