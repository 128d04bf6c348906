"""Looks a library over: catalogue, index against catalogue, thumbnails, catalogue against disk.

Nothing is mended but what is a copy of something else, or can be made again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.catalog.roots import RootRow
from clipdesk.core.catalog.thumbnails import Thumbnails, discard
from clipdesk.core.errors import FolderError
from clipdesk.core.folders import Omitted, Unreadable, is_there, walk
from clipdesk.core.library import Library
from clipdesk.core.paths import Directories, printable
from clipdesk.core.pictures import (
    READS_VIDEOS,
    SUFFIXES,
    VIDEO_SUFFIXES,
    WITHOUT_VIDEOS,
    is_video,
)
from clipdesk.core.search.space import open_index
from clipdesk.core.vectors import VectorIndex

_REPLAY = 2_000
_ALIKE = 0.99


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    """``catalogue``, ``index``, ``thumbnails`` or ``folder``."""
    text: str
    """For the person."""
    sound: bool = True
    mended: bool = False
    details: tuple[str, ...] = ()


def examine(directories: Directories, *, mend: bool = False) -> Iterator[Finding]:
    """Look everything over, and mend what is safe to mend.

    Raises `LibraryError` when the library can't be opened, or another ClipDesk holds it.
    """
    library = Library(directories)
    try:
        catalog = library.catalog
        found, dropped = _catalogue(catalog, mend=mend)
        yield found
        if not (found.sound or found.mended):
            return  # what a damaged catalogue says of the rest means nothing
        for space_id, model, weights_hash, dimensions in catalog.embeddings.spaces():
            index = open_index(catalog, directories.indexes, space_id, weights_hash, dimensions)
            yield _index(catalog, index, space_id, model, mend=mend, renew=dropped)
        yield _thumbnails(catalog, library.thumbnails, mend=mend)
        for root in catalog.roots.all():
            yield _folder(catalog, root)
    finally:
        library.close()


def _catalogue(catalog: Catalog, *, mend: bool) -> tuple[Finding, bool]:
    """And whether vectors were dropped, so that the index has too many."""
    found = catalog.examine()
    broken = len(found.broken_vectors)
    if not (found.damage or found.orphans or broken or found.lost_words):
        count = catalog.assets.count()
        return Finding("catalogue", f"The catalogue is sound: {count:,} pictures."), False
    parts = [
        "its file is damaged" * bool(found.damage),
        f"{found.orphans:,} rows belong to nothing" * bool(found.orphans),
        f"{broken:,} vectors are broken and must be made again" * bool(broken),
        "notes are not found by all their words" * found.lost_words,
    ]
    text = f"The catalogue is not sound: {', '.join(filter(None, parts))}."
    finding = Finding("catalogue", text, sound=False, details=found.damage)
    if not mend:
        return finding, False
    catalog.mend(found)
    again = catalog.examine()
    if again.damage:
        text += " It can't be mended here; restore a backup: clipdesk restore FILE"
        return replace(finding, text=text), bool(broken)
    return replace(finding, mended=True), bool(broken)


def _index(
    catalog: Catalog, index: VectorIndex, space_id: int, model: str, *, mend: bool, renew: bool
) -> Finding:
    wrong = renew or index.seq > catalog.embeddings.highest(space_id)
    behind = contents = seq = 0
    while not wrong:
        seq, keys, vectors = catalog.embeddings.since(space_id, seq, _REPLAY)
        if not len(keys):
            break
        contents += len(keys)
        held = index.holds(keys)
        behind += int(np.count_nonzero(~held))
        if seq <= index.seq and not held.all():
            wrong = True  # it says that it has them
        elif held.any():
            truth = vectors[held].astype(np.float32)
            cosines = (index.vectors(keys[held]) * truth).sum(axis=1)
            wrong = not bool((cosines >= _ALIKE).all())
    wrong = wrong or len(index) > contents
    if not (wrong or behind):
        return Finding("index", f"The index of {model} has all of {contents:,} vectors.")
    if not wrong:
        text = f"The index of {model} lacks {behind:,} of {contents:,} vectors; they are replayed."
        finding = Finding("index", text)
    else:
        text = f"The index of {model} does not agree with the catalogue."
        finding = Finding("index", text, sound=False)
    if not mend:
        return finding
    index.clear()
    seq = 0
    while True:
        seq, keys, vectors = catalog.embeddings.since(space_id, seq, _REPLAY)
        if not len(keys):
            break
        index.add(seq, keys, vectors)
    index.save()
    return replace(finding, mended=True)


def _thumbnails(catalog: Catalog, thumbnails: Thumbnails, *, mend: bool) -> Finding:
    if thumbnails.is_sound():
        shown = {item.content_id for item in catalog.assets.items()}
        lacking = len(shown - thumbnails.ids())
        text = "The thumbnails are sound."
        if lacking:
            text = f"{lacking:,} thumbnails are lacking; they are made when they are looked at."
        return Finding("thumbnails", text)
    if mend:
        thumbnails.close()
        discard(thumbnails.path)
    text = "The thumbnails can't be read; they are made again when they are looked at."
    return Finding("thumbnails", text, sound=False, mended=mend)


def _folder(catalog: Catalog, root: RootRow) -> Finding:
    """How the disk differs from the catalogue: no fault, the next scan takes it in."""
    name = printable(root.path)
    known = {n: row for n, row in catalog.assets.known(root.id).items() if not row.missing}
    bad = catalog.problems.known(root.id)
    same = changed = new = unread = 0
    away = Finding("folder", f"{name} is not there at the moment; its pictures are kept.")
    if not is_there(root.path):
        return away
    try:
        for found in walk(root.path, suffixes=SUFFIXES | VIDEO_SUFFIXES, rules=root.rules):
            if isinstance(found, Unreadable | Omitted):
                continue
            row = known.pop(found.name, None)
            if row is None and not READS_VIDEOS and is_video(Path(found.name)):
                unread += 1
            elif row is None:
                new += bad.get(found.name) != found.stamp
            elif row.stamp == found.stamp:
                same += 1
            else:
                changed += 1
    except FolderError:
        return away
    text = f"{name}: {same:,} as they were, {new:,} new, {changed:,} changed, {len(known):,} gone."
    if unread:
        text += f" {unread:,} videos are not taken in. {WITHOUT_VIDEOS}"
    return Finding("folder", text)
