"""``clipdesk caption``: what a machine sees in pictures, in words."""

from argparse import Namespace
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clipdesk.cli.output import put, put_json
from clipdesk.cli.reading import library_model
from clipdesk.cli.seeing import Failures, pictures
from clipdesk.core.embedding import prepared
from clipdesk.core.encoders import describing
from clipdesk.core.encoders.store import Store
from clipdesk.core.errors import ModelError, ModelNotHere, PictureError
from clipdesk.core.paths import Directories, printable
from clipdesk.core.pictures import DecoderPool

_AT_ONCE = 8


def run(options: Namespace) -> int:
    model = options.model or _model(options.library)
    captioner = describing.load(model, options.library.models)
    results = []
    failures = Failures(quiet=options.json)
    with DecoderPool(workers=2) as pool:
        seen = prepared(captioner.spec, pictures(options.files), pool)
        while batch := list(islice(seen, _AT_ONCE)):
            told = _told(captioner, batch, failures)
            results += told
            if not options.json:
                for path, caption in told:
                    put(f"{printable(path)}\t{caption}")
    failures.check(len(results))
    if options.json:
        put_json(
            {
                "model": model,
                "machine_made": True,
                "results": [{"path": path, "caption": caption} for path, caption in results],
                "failed": failures.told,
            }
        )
    return 0


def _told(
    captioner: describing.Captioner,
    batch: list[tuple[Path, NDArray[np.uint8] | PictureError]],
    failures: Failures,
) -> list[tuple[str, str]]:
    good = []
    for file, pixels in batch:
        if isinstance(pixels, PictureError):
            failures.take(file, pixels)
        else:
            good.append((str(file), pixels))
    if not good:
        return []
    captions = captioner.describe(np.stack([pixels for _, pixels in good]))
    return [(path, caption) for (path, _), caption in zip(good, captions, strict=True)]


def _model(library: Directories) -> str:
    """The library's model if it can describe, else another that is here and can."""
    here = [info.name for info in Store(library.models).available() if info.here]
    for name in (library_model(library), *here):
        try:
            if describing.describes(name, library.models):
                return name
        except ModelError:
            continue  # it went, or is broken: not one to propose
    raise ModelNotHere(
        "No model that describes pictures is on this computer.",
        hint=f"One can be fetched: clipdesk models get {describing.EXAMPLE}",
    )
