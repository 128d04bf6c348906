"""Is this folder one that we know, at another place? Asked of a sample of its files.

A disk comes back under another letter or mount point; what is known of it shall come along. The
disk may hang: it is looked at in a thread that nobody waits for.
"""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from clipdesk.core.catalog.assets import Witness
from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.errors import FolderError, PictureError
from clipdesk.core.folders import identify, stamp
from clipdesk.core.inbox import Post
from clipdesk.core.pictures import fingerprint
from clipdesk.core.types import Identity

log = logging.getLogger(__name__)

SAMPLE = 40
"""Files that tell whether a folder is a known one."""
_READ = 6
"""Of the files that are there with the right size, the smallest so many are read."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """Posted by the thread that has looked."""

    number: int
    """Whose question it was."""
    path: Path
    """The folder, or one in it, that is the known one; else the folder that was asked about."""
    root_id: int | None
    """The root that it is."""
    identity: Identity | None
    """The folder; None if there is none."""


class Recognising:
    """Compares a folder with roots that are not there."""

    def __init__(self, catalog: Catalog, post: Post) -> None:
        self._catalog = catalog
        self._post = post
        self._asked: set[int] = set()

    @property
    def busy(self) -> bool:
        """Whether an answer is to come."""
        return bool(self._asked)

    def heard(self, answer: Recognised) -> None:
        self._asked.discard(answer.number)

    def ask(self, number: int, path: Path, root_ids: Sequence[int]) -> None:
        """Begin to look; answered by `Recognised` with this number."""
        self._asked.add(number)
        known = {id_: self._catalog.assets.witnesses(id_, SAMPLE) for id_ in root_ids}
        names = {row.id: row.path.name for row in self._catalog.roots.all()}
        threading.Thread(
            target=self._look, args=(number, path, known, names), name="recognise", daemon=True
        ).start()

    def _look(
        self,
        number: int,
        path: Path,
        known: dict[int, tuple[Witness, ...]],
        names: dict[int, str],
    ) -> None:
        answer = Recognised(number, path, None, None)
        try:
            answer = Recognised(number, path, None, identify(path))
            for root_id, witnesses in known.items():
                # A person may point to the disk as well as to the folder on it.
                for place in (path, path / names[root_id]):
                    if is_alike(place, witnesses):
                        answer = Recognised(number, place, root_id, identify(place))
                        return
        except Exception:  # whoever asked must have an answer
            log.exception("a folder could not be compared")
        finally:
            self._post(answer)


def is_alike(folder: Path, witnesses: Sequence[Witness]) -> bool:
    """Whether the folder holds these files: most by name and size, and what is read by content.

    Of what nothing is known, nothing can be lost.
    """
    if not witnesses:
        return folder.is_dir()
    there = [each for each in witnesses if _size(folder / each.name) == each.size]
    if 2 * len(there) < len(witnesses):
        return False
    there.sort(key=lambda each: each.size)
    return all(_reads(folder / each.name) == each.hash for each in there[:_READ])


def _size(path: Path) -> int | None:
    try:
        seen = stamp(path)
    except FolderError:
        return None
    return seen.size if seen else None


def _reads(path: Path) -> bytes | None:
    try:
        return fingerprint(path)
    except PictureError:
        return None
