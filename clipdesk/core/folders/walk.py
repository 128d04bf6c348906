"""What is in a watched folder now, in natural order, without opening a file.

The walk is the truth that events only hint at. It can be limited to one place, and then says of
it just what the whole walk would say: every rule looks only at the way from the root down, never
at what was met before. The rules:

- The system's own files and folders are passed over.
- What the person leaves out (`Rules`, ignore files; usually what is hidden) is told as `Omitted`,
  a folder as a whole: what is known of it is put away, not forgotten.
- Pipes, sockets and devices are passed over; so are files without a picture's suffix.
- A link to a file is that file. A link to a folder elsewhere is followed; one to the root, to a
  folder below or above it is not (those files have their own names), nor is any link below a
  followed link. So a walk ends, and is never larger than what the links of the root itself add.
- Placeholders of cloud drives are told as `Unreadable`, so that they are kept and not fetched.
"""

import errno
import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from clipdesk.core.errors import FolderError
from clipdesk.core.folders.excludes import (
    IGNORE_FILE,
    Excludes,
    Sieve,
    is_hidden,
    is_system_name,
    read_excludes,
)
from clipdesk.core.folders.names import is_case_insensitive, is_listed
from clipdesk.core.paths import is_elsewhere, natural_key, printable
from clipdesk.core.types import USUAL, Rules, Stamp

# SQLite's integers are signed; some systems number files over the whole unsigned range.
_MAX_INODE = (1 << 63) - 1

# Linux has neither: folders need no `stat` there.
_HAS_FLAGS = hasattr(os.stat_result, "st_flags") or hasattr(os.stat_result, "st_file_attributes")
_MOUNT_POINT = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)
"""A junction of Windows: a link to a folder by another name."""

_ELSEWHERE = "It is kept in the cloud, not on this computer."


@dataclass(frozen=True, slots=True)
class Found:
    """A regular file with a picture's suffix; it may be empty, or no picture at all."""

    name: str
    """Relative to the root, parted by ``/``, as `os.fsdecode` gives it."""
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A place that can't be looked at now: what is known of it and below it must be kept."""

    name: str
    """Relative to the root, parted by ``/``."""
    reason: str
    """For the person."""
    problem: bool = True
    """False for what is as it should be: a picture that a cloud drive keeps elsewhere."""


@dataclass(frozen=True, slots=True)
class Omitted:
    """A picture, or a folder, that the person leaves out."""

    name: str
    """Relative to the root, parted by ``/``."""


Step = Found | Unreadable | Omitted


class _Entry(Protocol):
    """As much of `os.DirEntry` as the rules need."""

    @property
    def name(self) -> str: ...
    @property
    def path(self) -> str: ...
    def is_symlink(self) -> bool: ...
    def is_dir(self) -> bool: ...
    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result: ...


class _Named:
    """One name of a folder, looked up without listing the folder."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.path = os.fspath(path)
        self.is_symlink = path.is_symlink
        self.is_dir = path.is_dir
        self.stat = path.stat


@dataclass(frozen=True, slots=True)
class _Folder:
    path: Path
    name: str
    excludes: Excludes | None
    linked: bool
    """Reached through a link; links in it are not followed."""


def walk(
    root: Path,
    under: Path | None = None,
    *,
    suffixes: frozenset[str],
    rules: Rules = USUAL,
) -> Iterator[Step]:
    """What is in the folder, lazily, in natural path order.

    ``under`` (absolute) limits it to one folder or file; nothing comes if that is not there.
    ``suffixes`` are lower case with their dot. A folder is listed as a whole when it is reached.

    Raises:
        FolderError: the root can't be listed, or has gone away by the end; in the second case
            what is missing from the walk must not be taken as missing from the folder.
    """
    return _Walk(root, suffixes, Sieve(rules)).run(under)


def stamp(path: Path) -> Stamp | None:
    """The file's stamp, links followed; None if it is not there or is no regular file.

    Raises:
        FolderError: the system does not let us see whether it is there.
    """
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise FolderError(f"“{printable(path)}” can't be looked at: {_reason(error)}") from error
    return _stamp(status) if stat.S_ISREG(status.st_mode) else None


class _Walk:
    def __init__(self, root: Path, suffixes: frozenset[str], sieve: Sieve) -> None:
        self._root = root
        self._real_root = os.path.realpath(root)
        self._suffixes = suffixes
        self._sieve = sieve

    def run(self, under: Path | None) -> Iterator[Step]:
        before = self._identity()
        root = _Folder(self._root, "", self._sieve.patterns, linked=False)
        top = root if under is None else self._descend(root, under)
        # Iterators rather than recursion: folders may nest deeper than Python's stack.
        levels = [iter((top,) if top is not None else ())]
        while levels:
            for found in levels[-1]:
                if isinstance(found, _Folder):
                    levels.append(self._inside(found))
                    break
                yield found
            else:
                levels.pop()
        if self._identity() != before:
            raise FolderError(f"“{printable(self._root)}” went away while it was looked through.")

    def _identity(self) -> tuple[int, int]:
        try:
            with os.scandir(self._root):
                status = self._root.stat()
        except OSError as error:
            raise self._fault(error) from error
        return status.st_dev, status.st_ino

    def _fault(self, error: OSError) -> FolderError:
        return FolderError(f"“{printable(self._root)}” can't be looked through: {_reason(error)}")

    def _descend(self, root: _Folder, under: Path) -> Step | _Folder | None:
        """Go down to a place by the same rules that a walk of everything would apply."""
        place: Step | _Folder | None = root
        parts = under.relative_to(self._root).parts
        by_any_case = bool(parts) and is_case_insensitive(self._root)
        for part in parts:
            if not isinstance(place, _Folder):
                return None if isinstance(place, Found) else place
            if by_any_case and not is_listed(os.path.join(place.path, part)):  # noqa: PTH118
                return None
            folder, entry = _with_ignore_file(place), _Named(place.path / part)
            place = self._look(entry, folder) if self._may_matter(entry) else None
        return place

    def _inside(self, folder: _Folder) -> Iterator[Step | _Folder]:
        try:
            with os.scandir(folder.path) as listing:
                entries = list(listing)
        except (FileNotFoundError, NotADirectoryError):
            return  # gone since its parent was listed
        except OSError as error:
            if not folder.name:
                raise self._fault(error) from error
            yield Unreadable(folder.name, _reason(error))
            return
        if any(entry.name == IGNORE_FILE for entry in entries):
            folder = _with_ignore_file(folder)
        wanted = [entry for entry in entries if self._may_matter(entry)]
        wanted.sort(key=lambda entry: (natural_key(entry.name), entry.name))
        for entry in wanted:
            found = self._look(entry, folder)
            if found is not None:
                yield found

    def _may_matter(self, entry: _Entry) -> bool:
        name = entry.name
        if is_system_name(name):
            return False
        if name[name.rfind(".") :].lower() in self._suffixes:
            return True
        try:
            return entry.is_dir()
        except OSError:
            return True  # a link to where we may not look

    def _look(self, entry: _Entry, folder: _Folder) -> Step | _Folder | None:
        """What one name of a folder is to the walk; None if nothing."""
        name = f"{folder.name}/{entry.name}" if folder.name else entry.name
        try:
            hidden = self._sieve.hides(entry.name)
            is_folder = not hidden and entry.is_dir()
            above = folder.excludes
            if hidden or (above and above.skip(name, is_folder=is_folder)):
                return Omitted(name)
            if is_folder:
                return self._look_at_folder(entry, name, folder)
            return self._look_at_file(entry, name)
        except (FileNotFoundError, NotADirectoryError):
            return None  # gone since it was listed, or a link to nothing
        except OSError as error:
            if error.errno == errno.ELOOP:
                return None  # a link to itself is a link to nothing
            return Unreadable(name, _reason(error))

    def _look_at_file(self, entry: _Entry, name: str) -> Step | None:
        # Windows' listings do not number the files.
        status = Path(entry.path).stat() if sys.platform == "win32" else entry.stat()
        if not stat.S_ISREG(status.st_mode):
            return None
        if self._is_hidden(status) or self._sieve.omits_file(entry.name, status.st_size):
            return Omitted(name)
        if is_elsewhere(status):
            return Unreadable(name, _ELSEWHERE, problem=False)
        return Found(name, _stamp(status))

    def _is_hidden(self, status: os.stat_result) -> bool:
        return self._sieve.rules.hidden and is_hidden(status)

    def _look_at_folder(self, entry: _Entry, name: str, folder: _Folder) -> Step | _Folder | None:
        is_link = entry.is_symlink()
        if _HAS_FLAGS:
            status = entry.stat(follow_symlinks=False)
            if self._is_hidden(status):
                return Omitted(name)
            if is_elsewhere(status):
                return Unreadable(name, _ELSEWHERE, problem=False)
            is_link = is_link or getattr(status, "st_reparse_tag", 0) == _MOUNT_POINT
        if is_link and (folder.linked or self._is_within_reach(entry.path)):
            return None
        return _Folder(Path(entry.path), name, folder.excludes, folder.linked or is_link)

    def _is_within_reach(self, link: str) -> bool:
        """Whether a link leads to the root, below it or above it."""
        target = os.path.realpath(link)
        try:
            common = os.path.commonpath((target, self._real_root))
        except ValueError:
            return False  # another drive
        return common in (target, self._real_root)


def _with_ignore_file(folder: _Folder) -> _Folder:
    excludes = read_excludes(folder.path / IGNORE_FILE, folder.name, folder.excludes)
    return replace(folder, excludes=excludes)


def _stamp(status: os.stat_result) -> Stamp:
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ino & _MAX_INODE)


def _reason(error: OSError) -> str:
    match error:
        case FileNotFoundError():
            return "It is not there."
        case NotADirectoryError():
            return "It is not a folder."
        case PermissionError():
            return "Its permissions do not allow reading it."
    return f"The system says “{error.strerror}”."
