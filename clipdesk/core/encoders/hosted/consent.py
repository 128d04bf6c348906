"""What the person has agreed to; a file without secrets, beside the models."""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from clipdesk.core.errors import ServiceFailed
from clipdesk.core.types import Terms

FILE = "services.json"


@dataclass(frozen=True, slots=True)
class Consent:
    """The person has agreed to the terms of one service, and said how it is reached."""

    settings: Mapping[str, str]


def given(name: str, terms: Terms, models: Path) -> Consent | None:
    """The person's consent to these very terms: others must be agreed to anew."""
    match _read(models).get(name):
        case {"terms": digest, "settings": dict(settings)} if digest == _digest(terms):
            return Consent({str(key): str(value) for key, value in settings.items()})
    return None


def give(name: str, terms: Terms, settings: Mapping[str, str], models: Path) -> None:
    """The person agrees. Raises `ServiceFailed` if that can't be written down."""
    entry = {
        "agreed": datetime.now(UTC).isoformat(timespec="seconds"),
        "terms": _digest(terms),
        "settings": dict(settings),
    }
    _write({**_read(models), name: entry}, models)


def withdraw(name: str, models: Path) -> None:
    """The person agrees no longer. Raises `ServiceFailed` if that can't be written down."""
    known = _read(models)
    if known.pop(name, None) is not None:
        _write(known, models)


def _digest(terms: Terms) -> str:
    said = [terms.company, terms.sent, terms.price, terms.privacy]
    return sha256("\n".join(said).encode()).hexdigest()


def _read(models: Path) -> dict[str, Any]:
    try:
        found = json.loads((models / FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}  # without a word of theirs, the person has agreed to nothing
    return found if isinstance(found, dict) else {}


def _write(content: dict[str, Any], models: Path) -> None:
    """Write whole or not at all."""
    try:
        models.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=models, prefix=FILE)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump(content, stream, indent=1)
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).replace(models / FILE)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise ServiceFailed(f"Your choice can't be written down: {error.strerror}.") from error
