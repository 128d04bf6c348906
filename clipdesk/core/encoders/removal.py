"""Taking a model away again: only what ClipDesk put here, and nothing that another model needs."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from clipdesk.core.encoders import kept, local, notes, tried, weights
from clipdesk.core.encoders.imported import IMPORTED
from clipdesk.core.encoders.name import ModelName
from clipdesk.core.encoders.recipe import CONFIG, read_config
from clipdesk.core.errors import ModelError, ModelNotHere


def remove(name: ModelName, models: Path) -> int:
    """Delete a model's files; answers how many bytes that has freed.

    Raises `ModelNotHere`, or `ModelError` if the files are not ClipDesk's to delete.
    """
    if name.is_starter:
        raise ModelError("The starter is built in and can't be removed.")
    weights_file = notes.read(models / notes.FETCHED).get(str(name))
    part = notes.read(models / notes.BEGUN).get(str(name))
    freed = 0
    if isinstance(part, str):
        freed += _delete(Path(part))
    elif not isinstance(weights_file, str):
        raise _not_ours(name)
    if isinstance(weights_file, str):
        freed += _unload(name, Path(weights_file), models)
    freed += kept.remove(str(name), models)
    notes.forget(str(name), models)
    tried.forget(str(name), models)
    return freed


def _unload(name: ModelName, file: Path, models: Path) -> int:
    folder = models / IMPORTED
    if file.is_relative_to(folder):
        place = folder / file.relative_to(folder).parts[0]
        freed = sum(_delete(each) for each in place.rglob("*") if each.is_file())
        shutil.rmtree(place, ignore_errors=True)
        return freed
    needed = {
        repository
        for other in notes.fetched(models)
        if other != str(name)
        for repository in _repositories(ModelName.parse(other), _weights(other, models))
    }
    return sum(
        _delete_repository(repository, _cache_of(file))
        for repository in set(_repositories(name, file)) - needed
    )


def _repositories(name: ModelName, file: Path) -> Iterator[str]:
    """The repositories of the hub of which a model has files here."""
    if name.path is not None or name.is_starter:
        return
    origin = weights.source(name)
    yield origin.repository
    if not origin.described:
        config = local.architecture(name.architecture)
    elif (file.parent / CONFIG).is_file():
        config = read_config(file.parent)[0]
    else:
        return
    text = config["text_cfg"]
    yield from filter(None, (text.get("hf_tokenizer_name"), text.get("hf_model_name")))


def _cache_of(file: Path) -> Path:
    # CACHE/models--ORGANISATION--NAME/snapshots/COMMIT/FILE
    return file.parent.parent.parent.parent


def _weights(name: str, models: Path) -> Path:
    return Path(str(notes.read(models / notes.FETCHED)[name]))


def _delete_repository(repository: str, cache: Path) -> int:
    from huggingface_hub import scan_cache_dir
    from huggingface_hub.errors import CacheNotFound

    try:
        found = scan_cache_dir(cache)
    except CacheNotFound:
        return 0
    of_it = [
        each for each in found.repos if each.repo_type == "model" and each.repo_id == repository
    ]
    # The client looks commits up in all repositories; those of copies can be the same.
    found = replace(found, repos=frozenset(of_it))
    commits = [revision.commit_hash for each in of_it for revision in each.revisions]
    strategy = found.delete_revisions(*commits)
    strategy.execute()
    return strategy.expected_freed_size


def _delete(file: Path) -> int:
    """The bytes that deleting a file frees: none if another name for it is left."""
    try:
        status = file.stat()
        file.unlink()
    except OSError:
        return 0
    return status.st_size if status.st_nlink == 1 else 0


def _not_ours(name: ModelName) -> ModelError:
    if name.path is not None:
        return ModelError(
            f"{name} lies in a folder of yours.", hint="Delete the file there, if you want to."
        )
    return ModelNotHere(
        f"{name} was not fetched by ClipDesk.",
        hint="If it is here all the same, other programs may use it: hf cache removes it.",
    )
