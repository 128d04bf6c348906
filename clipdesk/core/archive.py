"""A library in one file: for another machine, or for a bad day."""

import io
import json
import os
import shutil
import tarfile
import tempfile
import time
from pathlib import Path

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.catalog.lock import hold
from clipdesk.core.catalog.thumbnails import Thumbnails, adopt
from clipdesk.core.errors import LibraryError
from clipdesk.core.paths import Directories, printable

_FORMAT = 1
_SQLITE = b"SQLite format 3\0"
_MANIFEST, _CATALOG, _THUMBNAILS = "clipdesk.json", "catalog.sqlite", "thumbnails.sqlite"


def backup(directories: Directories, target: Path, *, thumbnails: bool = False) -> None:
    """Write the library, as it is now, to a file that appears whole; others may go on using it.

    Raises `LibraryError`.
    """
    if target.exists():
        raise LibraryError(f"{printable(target)} is there already.", hint="Choose another name.")
    try:
        with tempfile.TemporaryDirectory(dir=target.absolute().parent) as folder:
            place = Path(folder)
            catalog = Catalog(directories.catalog, read_only=True)
            try:
                catalog.backup(place / _CATALOG)
                library_id = catalog.options.library_id
                facts = {"format": _FORMAT, "pictures": catalog.assets.count(), "at": time.time()}
            finally:
                catalog.close()
            if thumbnails and directories.thumbnails.is_file():
                cache = Thumbnails(directories.thumbnails, library_id)
                cache.backup(place / _THUMBNAILS)
                cache.close()
            half = place / "archive.tar"
            with tarfile.open(half, "w") as tar:
                _add(tar, _MANIFEST, io.BytesIO(json.dumps(facts).encode()))
                for name in (_CATALOG, _THUMBNAILS):
                    if (place / name).is_file():
                        with (place / name).open("rb") as file:
                            _add(tar, name, file)
            with half.open("rb+") as file:
                os.fsync(file.fileno())
            half.chmod(0o600)
            half.replace(target)
    except OSError as error:
        raise LibraryError(f"{printable(target)} can't be written: {error.strerror}.") from error


def restore(directories: Directories, source: Path, *, replace: bool = False) -> Path | None:
    """Make the library what the file holds; answers where the one that was there is now.

    Raises `LibraryError`: it is no backup, or there is a library already and it is not to be
    replaced. The library that was there is put aside, never deleted.
    """
    directories.make()
    lock = hold(directories)
    try:
        with tempfile.TemporaryDirectory(dir=directories.data) as folder:
            place = Path(folder)
            _unpack(source, place)
            catalog = Catalog(place / _CATALOG)
            try:
                if catalog.examine().damage:
                    raise LibraryError(f"The catalogue in {printable(source)} is damaged.")
                # The caches of the old one and of the restored one must not be mixed up.
                catalog.options.renew()
                library_id = catalog.options.library_id
            finally:
                catalog.close()
            if (place / _THUMBNAILS).is_file():
                adopt(place / _THUMBNAILS, library_id)
            aside = _put_aside(directories, replace=replace)
            (place / _CATALOG).replace(directories.catalog)
            if (place / _THUMBNAILS).is_file():
                (place / _THUMBNAILS).replace(directories.thumbnails)
            return aside
    except OSError as error:
        raise LibraryError(f"{printable(source)} can't be restored: {error.strerror}.") from error
    finally:
        lock.release()


def _add(tar: tarfile.TarFile, name: str, file: io.BytesIO | io.BufferedReader) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = file.seek(0, os.SEEK_END)
    entry.mode, entry.mtime = 0o600, int(time.time())
    file.seek(0)
    tar.addfile(entry, file)


def _unpack(source: Path, place: Path) -> None:
    """The parts we know, and nothing else; a member's own name leads nowhere."""
    no_backup = LibraryError(f"{printable(source)} is no backup of a ClipDesk library.")
    try:
        with source.open("rb") as file:
            if file.read(len(_SQLITE)) == _SQLITE:  # one of the copies that the program keeps
                shutil.copyfile(source, place / _CATALOG)
                return
        with tarfile.open(source, "r:") as tar:
            for name in (_MANIFEST, _CATALOG, _THUMBNAILS):
                entry = next((m for m in tar if m.name == name and m.isreg()), None)
                part = tar.extractfile(entry) if entry else None
                if part is None:
                    if name != _THUMBNAILS:
                        raise no_backup
                    continue
                with (place / name).open("xb") as copy:
                    while chunk := part.read(1 << 20):
                        copy.write(chunk)
                    os.fsync(copy.fileno())
        facts = json.loads((place / _MANIFEST).read_text("utf-8"))
        if facts["format"] > _FORMAT:
            raise LibraryError(f"{printable(source)} was made by a newer ClipDesk.")
    except FileNotFoundError:
        raise LibraryError(f"There is no file {printable(source)}.") from None
    except (tarfile.TarError, ValueError, KeyError, TypeError, EOFError):
        raise no_backup from None


def _put_aside(directories: Directories, *, replace: bool) -> Path | None:
    if not directories.catalog.exists():
        return None
    if not replace:
        raise LibraryError(
            f"There is a library already: {printable(directories.data)}",
            hint="To put it aside and restore: --replace",
        )
    aside = directories.data / time.strftime("replaced-%Y%m%d-%H%M%S")
    aside.mkdir(mode=0o700)
    catalog, cache = directories.catalog, directories.thumbnails
    for path in (catalog, cache):
        for suffix in ("-wal", "-shm", ""):  # the database last: alone it is an older state
            part = path.with_name(path.name + suffix)
            if part.exists():
                part.replace(aside / part.name)
    return aside
