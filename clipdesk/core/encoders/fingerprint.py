"""The SHA-256 of weights, taken once: it says which vectors may be compared."""

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path

NOTES = "fingerprints.json"


def fingerprint(file: Path, models: Path) -> str:
    """The SHA-256 of a file, hexadecimal; noted in ``models``, so that it is read once only.

    A note holds while the file's size and time of change stay as they were.
    Raises OSError if the file can't be read.
    """
    file = file.resolve()
    status = file.stat()
    stamp = [status.st_size, status.st_mtime_ns]
    notes = _read(models / NOTES)
    noted = notes.get(str(file))
    if isinstance(noted, list) and noted[:2] == stamp and len(noted) == 3:
        return str(noted[2])
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    notes[str(file)] = [*stamp, digest]
    # Without the note the next start takes a second longer; nothing else is lost.
    with contextlib.suppress(OSError):
        _write(models / NOTES, notes)
    return digest


def _read(notes: Path) -> dict[str, object]:
    try:
        found = json.loads(notes.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(notes: Path, content: dict[str, object]) -> None:
    notes.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=notes.parent, prefix=NOTES)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(content, stream, indent=1)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(notes)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
