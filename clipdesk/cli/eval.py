"""``clipdesk eval``: measure retrieval on captioned pictures."""

import csv
import sys
from argparse import Namespace
from concurrent.futures import Future
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from clipdesk.cli.output import put, put_json
from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.catalog.names import relative
from clipdesk.core.encoders import STARTER, Encoder
from clipdesk.core.encoders.store import Store
from clipdesk.core.errors import PictureError, QueryError
from clipdesk.core.evaluation import retrieval
from clipdesk.core.folders import stamp
from clipdesk.core.paths import Directories, printable
from clipdesk.core.pictures import Decoded, DecoderPool

_BATCH = 32


def run(options: Namespace) -> int:
    pairs = _pairs(options.captions)
    model = options.model or _library_model(options.library)
    encoder = Store(options.library.models).load(model)
    files = list(dict.fromkeys(file for file, _ in pairs))
    show = sys.stderr.isatty() and not options.json
    pictures = _embed_pictures(encoder, files, options.library, show=show)
    captions = encoder.encode_texts([caption for _, caption in pairs])
    place = {file: number for number, file in enumerate(files)}
    result = retrieval(captions, pictures, [place[file] for file, _ in pairs])
    answer = {
        "queries": result.queries,
        "gallery": result.gallery,
        "recall@1": round(result.recall_at_1, 4),
        "recall@5": round(result.recall_at_5, 4),
        "recall@10": round(result.recall_at_10, 4),
        "mrr": round(result.mrr, 4),
        "median_rank": result.median_rank,
        "model": model,
    }
    if options.json:
        put_json(answer)
    else:
        for name, value in answer.items():
            put(f"{name:>12}  {value}")
    return 0


def _pairs(table: Path) -> list[tuple[Path, str]]:
    """The files and captions of the table. Raises `QueryError` naming what is wrong with it."""
    try:
        with table.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            if not {"file", "caption"} <= set(rows.fieldnames or ()):
                raise QueryError(
                    f"{printable(table)} has no columns named file and caption.",
                    hint="The first line must name the columns, parted by tabs.",
                )
            folder = table.absolute().parent
            pairs = [
                (folder / row["file"], row["caption"])
                for row in rows
                if row["file"] and row["caption"]
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        words = getattr(error, "strerror", None) or "it is not a table in UTF-8"
        raise QueryError(f"{printable(table)} can't be read: {words}.") from error
    if not pairs:
        raise QueryError(f"There are no captions in {printable(table)}.")
    return pairs


def _library_model(directories: Directories) -> str:
    if not directories.catalog.is_file():
        return STARTER
    catalog = Catalog(directories.catalog, read_only=True)
    try:
        return catalog.options.model or STARTER
    finally:
        catalog.close()


def _embed_pictures(
    encoder: Encoder, files: list[Path], directories: Directories, *, show: bool
) -> NDArray[np.float32]:
    """The vectors (n, d) of the files: the library's where it has them, else made now."""
    vectors = np.zeros((len(files), encoder.space.dimensions), np.float32)
    lacking = []
    for number, vector in enumerate(_known(encoder, files, directories)):
        if vector is None:
            lacking.append(number)
        else:
            vectors[number] = vector
    with DecoderPool(workers=2) as pool, tqdm(total=len(lacking), disable=not show) as bar:
        for start in range(0, len(lacking), _BATCH):
            numbers = lacking[start : start + _BATCH]
            flights = [pool.decode(files[n], (encoder.space.spec,)) for n in numbers]
            pixels = [_pixels(files[n], f) for n, f in zip(numbers, flights, strict=True)]
            vectors[numbers] = encoder.encode_images(np.stack(pixels))
            bar.update(len(numbers))
    return vectors


def _pixels(file: Path, flight: "Future[Decoded]") -> NDArray[np.uint8]:
    try:
        return flight.result().inputs[0]
    except PictureError as error:
        raise QueryError(f"{printable(file)}: {error}", hint="Take its lines out.") from error


def _known(
    encoder: Encoder, files: list[Path], directories: Directories
) -> list[NDArray[np.float32] | None]:
    if not directories.catalog.is_file():
        return [None] * len(files)
    catalog = Catalog(directories.catalog, read_only=True)
    try:
        space_id = catalog.embeddings.find_space(encoder.space)
        roots = catalog.roots.all()

        def known(file: Path) -> NDArray[np.float32] | None:
            for root in roots:
                name = relative(file, root.path)
                row = catalog.assets.known(root.id, name).get(name) if name else None
                if row and space_id and row.stamp == stamp(file):
                    return catalog.embeddings.get(space_id, row.content_id)
            return None

        return [known(file) for file in files]
    finally:
        catalog.close()
