"""What is remembered beside the models: their fingerprints, and which ones were fetched."""

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path

FINGERPRINTS = "fingerprints.json"
FETCHED = "fetched.json"
BEGUN = "begun.json"


def fingerprint(file: Path, models: Path) -> str:
    """The SHA-256 of a file, hexadecimal; noted in ``models``, so that it is read once only.

    A note holds while the file's size and time of change stay as they were.
    Raises OSError if the file can't be read.
    """
    file = file.resolve()
    status = file.stat()
    stamp = [status.st_size, status.st_mtime_ns]
    notes = read(models / FINGERPRINTS)
    key = os.fsencode(file).decode("utf-8", "backslashreplace")  # names need not be UTF-8
    match notes.get(key):
        case [size, mtime_ns, str(noted)] if [size, mtime_ns] == stamp:
            return noted
    found = digest(file)
    write(models / FINGERPRINTS, {**notes, key: [*stamp, found]})
    return found


def digest(file: Path) -> str:
    """The SHA-256 of a file, hexadecimal. Raises OSError if it can't be read."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def note_fetched(name: str, weights: Path, models: Path) -> None:
    """Remember that a model was fetched, and where its weights lie."""
    write(models / FETCHED, {**read(models / FETCHED), name: str(weights)})


def note_begun(name: str, part: Path, models: Path) -> None:
    """Remember which unfinished file belongs to this model."""
    write(models / BEGUN, {**read(models / BEGUN), name: str(part)})


def begun(models: Path) -> dict[str, int]:
    """The models whose download was broken off, and how many bytes of each have arrived."""
    found = {}
    for name, file in read(models / BEGUN).items():
        with contextlib.suppress(OSError, TypeError):
            found[name] = Path(str(file)).stat().st_size
    return found


def forget(name: str, models: Path) -> None:
    """This model is no longer here, nor a part of it."""
    for file in (FETCHED, BEGUN):
        if name in (content := read(models / file)):
            write(models / file, {other: said for other, said in content.items() if other != name})


def fetched(models: Path) -> list[str]:
    """The names of models that were fetched and are still there, in the order of fetching."""
    notes = read(models / FETCHED)
    return [name for name, file in notes.items() if isinstance(file, str) and Path(file).is_file()]


def read(notes: Path) -> dict[str, object]:
    """The notes in this file; none if it is missing or damaged."""
    try:
        found = json.loads(notes.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write(notes: Path, content: dict[str, object]) -> None:
    """Write whole or not at all; notes are a convenience, so a full disk is no reason to fail."""
    with contextlib.suppress(OSError):
        notes.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=notes.parent, prefix=notes.name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump(content, stream, indent=1)
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).replace(notes)
        finally:
            Path(name).unlink(missing_ok=True)
