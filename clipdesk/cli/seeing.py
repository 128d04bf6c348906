"""Pictures named on the command line, and their vectors."""

import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tqdm import tqdm

from clipdesk.cli.output import complain
from clipdesk.cli.reading import library_model, loaded, opened
from clipdesk.core import naming
from clipdesk.core.embedding import Embedded, embed, known
from clipdesk.core.encoders import Encoder
from clipdesk.core.errors import PictureError, QueryError
from clipdesk.core.folders import Found, walk
from clipdesk.core.pairs import Pairs, read
from clipdesk.core.paths import Directories, printable
from clipdesk.core.pictures import SUFFIXES, DecoderPool


def asked(options: Namespace) -> tuple[str, Encoder]:
    """The model that is asked for, else the library's, else the starter; and its name."""
    name = options.model or library_model(options.library)
    return name, loaded(name, options.library.models)


def pictures(paths: Iterable[Path]) -> Iterator[Path]:
    """The files, absolute, as they were given; of a folder the pictures below it."""
    for path in paths:
        top = path.absolute()
        if not top.is_dir():
            yield top
            continue
        for found in walk(top, suffixes=frozenset(SUFFIXES)):
            if isinstance(found, Found):
                yield top / found.name


def pairs_of(options: Namespace) -> Pairs:
    """The pairs of a table, or of a folder's names; without either, of the library's names."""
    source: Path | None = options.pairs
    if source is None:
        with opened(options.library) as catalog:
            files = sorted(Path(item.path) for item in catalog.assets.items())
        found = naming.pairs(files)
    elif source.is_dir():
        found = naming.pairs(pictures([source]))
    else:
        return read(source, caption=options.caption, group=options.group)
    if not found.pairs:
        raise QueryError(
            "No file there has a name that says anything.",
            hint="Write a table with the columns file and caption instead.",
        )
    return found


def see(
    encoder: Encoder,
    files: Iterable[Path],
    library: Directories,
    *,
    show: bool,
    total: int | None = None,
) -> Iterator[Embedded]:
    """Each file with its vector or its fault, in order; with a bar on the terminal if shown."""
    with (
        known(library, encoder.space) as there,
        DecoderPool(workers=2) as pool,
        tqdm(
            total=total,
            unit=" pictures",
            disable=not (show and sys.stderr.isatty()),
            file=sys.stderr,
            dynamic_ncols=True,
        ) as bar,
    ):
        for each in embed(encoder, files, pool, there):
            yield each
            bar.update()


class Failures:
    """The files that could not be read: told at once on stderr, or kept for the JSON."""

    def __init__(self, *, quiet: bool) -> None:
        self.told: list[dict[str, Any]] = []
        self._quiet = quiet

    def take(self, file: Path, fault: PictureError | None) -> None:
        self.told.append({"path": str(file), "reason": str(fault)})
        if not self._quiet:
            complain(f"{printable(file)}: {fault}")

    def check(self, done: int) -> None:
        """Raise `QueryError` if there was nothing but failures, or nothing at all."""
        if done:
            return
        if not self.told:
            raise QueryError("There are no pictures there.", hint="Check the name of the folder.")
        first = self.told[0]
        raise QueryError(
            f"None of the pictures can be read. {printable(first['path'])}: {first['reason']}"
        )
