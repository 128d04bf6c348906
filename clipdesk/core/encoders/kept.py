"""Where converted towers are kept: beside the weights, found again by the model's name."""

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from clipdesk.core.encoders import notes, tower
from clipdesk.core.encoders.recipe import Recipe
from clipdesk.core.encoders.towers import RECIPE

FOLDER = "converted"
DESCRIPTION = "recipe.json"
FAILED = "failed.json"
_DEATHS = 3
_PATHS = ("weights", "tokenizer", "text_model", "changes")


def place(name: str, fingerprint: str, models: Path) -> Path:
    """The folder for the towers of these weights, made by this ClipDesk with this OpenVINO."""
    made_by = f"{RECIPE}-{tower.version()}"
    return models / FOLDER / f"{_key(name)}-{fingerprint[:12]}-{made_by}"


def find(name: str, models: Path) -> Recipe | None:
    """How a model was built whose towers are kept; open_clip need not be asked, nor loaded."""
    for recipe in described(name, models):
        if recipe.towers and recipe.towers.name.endswith(f"-{tower.version()}"):
            return recipe
    return None


def described(name: str, models: Path) -> Iterator[Recipe]:
    """The same, whichever OpenVINO the towers were made for: it need not be loaded, either."""
    fetched = notes.read(models / notes.FETCHED).get(name)
    for folder in _folders(name, models):
        with contextlib.suppress(OSError, ValueError, TypeError):
            content: dict[str, Any] = json.loads((folder / DESCRIPTION).read_text("utf-8"))
            for part in _PATHS:
                content[part] = content.get(part) and Path(content[part])
            recipe = Recipe(**content, towers=folder)
            # Newer weights may have been fetched since.
            newest = fetched is None or Path(str(fetched)) == (recipe.changes or recipe.weights)
            if recipe.name == name and newest:
                yield recipe


def describe(recipe: Recipe, folder: Path) -> None:
    """Write down how the model is built, for `find`."""
    content = {field.name: getattr(recipe, field.name) for field in fields(recipe)}
    del content["towers"]
    for part in _PATHS:
        content[part] = content[part] and os.fspath(content[part])
    (folder / DESCRIPTION).write_text(json.dumps(content), "utf-8")


def settle(draft: Path, place: Path) -> None:
    """Put finished towers in their place, in one step, and remove what they replace."""
    for file in draft.iterdir():
        with file.open("rb+") as stream:
            os.fsync(stream.fileno())
    if place.exists():  # damaged, else nobody would have made it again
        aside = place.with_name(f"{place.name}.part-damaged")
        shutil.rmtree(aside, ignore_errors=True)
        place.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)
    draft.rename(place)
    key = place.name.partition("-")[0]
    for other in place.parent.glob(f"{key}-*"):
        if other != place:
            shutil.rmtree(other, ignore_errors=True)  # in use on Windows: the next one will


def draft(name: str, fingerprint: str, models: Path) -> Path:
    """Where towers are made, before they are moved to their place."""
    settled = place(name, fingerprint, models)
    return settled.with_name(f"{settled.name}.part")


def sweep(name: str, fingerprint: str, models: Path) -> None:
    """Remove what was left half done."""
    shutil.rmtree(draft(name, fingerprint, models), ignore_errors=True)


def failure(name: str, fingerprint: str, models: Path) -> str:
    """Why these weights can't be converted, if that was tried; empty otherwise."""
    noted = _noted(models).get(place(name, fingerprint, models).name, "")
    return noted if isinstance(noted, str) else ""


def note_failure(name: str, fingerprint: str, models: Path, why: str) -> None:
    """Remember that it is of no use to try again."""
    _note(place(name, fingerprint, models).name, why, models)


def note_death(name: str, fingerprint: str, models: Path, why: str) -> None:
    """Remember that its process died without a word, as one does when memory runs out.

    That may be otherwise another time; what dies again and again is a failure.
    """
    key = place(name, fingerprint, models).name
    before = _noted(models).get(key)
    if not isinstance(before, str):  # a failure stays one, also if another ClipDesk was at it
        deaths = 1 + (before if isinstance(before, int) else 0)
        _note(key, why if deaths >= _DEATHS else deaths, models)


def _noted(models: Path) -> dict[str, Any]:
    return notes.read(models / FOLDER / FAILED)


def _note(key: str, what: str | int, models: Path) -> None:
    notes.write(models / FOLDER / FAILED, {**_noted(models), key: what})


def remove(name: str, models: Path) -> int:
    """Delete the towers of a model whose weights go; the bytes freed."""
    freed = 0
    for folder in _folders(name, models):
        freed += sum(file.stat().st_size for file in folder.iterdir())
        shutil.rmtree(folder, ignore_errors=True)
    return freed


def _folders(name: str, models: Path) -> Iterator[Path]:
    for folder in sorted((models / FOLDER).glob(f"{_key(name)}-*")):
        if ".part" not in folder.name and folder.is_dir():
            yield folder


def _key(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:16]
