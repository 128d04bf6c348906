"""Frozen messages as lines of text, and back: how a process beside is spoken to."""

import json
from collections.abc import Sequence
from dataclasses import asdict, is_dataclass
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints


def written(message: Any) -> bytes:
    """A dataclass as one line; its fields are what JSON knows, paths, and such dataclasses."""
    said = {"is": type(message).__name__, **asdict(message)}
    return json.dumps(said, default=str).encode() + b"\n"


def understood(line: bytes, kinds: Sequence[type[Any]]) -> Any:
    """The message of one of these kinds; raises ValueError for anything else."""
    return meant(json.loads(line), kinds)


def meant(said: Any, kinds: Sequence[type[Any]]) -> Any:
    """What a line says, as a message of one of these kinds; raises ValueError for anything else."""
    try:
        kind = next(kind for kind in kinds if kind.__name__ == said["is"])
        return _made(kind, said)
    except (StopIteration, AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"nothing that is understood: {str(said)[:200]!r}") from error


def _made(hint: Any, said: Any) -> Any:
    """What the hint says, of what JSON had."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        some = next(each for each in inner if each is not type(None))
        return None if said is None else _made(some, said)
    if origin is tuple:
        parts = [inner[0]] * len(said) if inner[-1] is Ellipsis else inner
        return tuple(_made(part, each) for part, each in zip(parts, said, strict=True))
    if isinstance(hint, type) and is_dataclass(hint):
        return hint(**{name: _made(part, said[name]) for name, part in _fields(hint).items()})
    if isinstance(hint, type) and issubclass(hint, Path | Enum):
        return hint(said)
    return said


def _fields(kind: type[Any]) -> dict[str, Any]:
    return {
        name: hint for name, hint in get_type_hints(kind).items() if name in kind.__match_args__
    }
