"""Weights that the person brings along: taken into the models' folder, with all they need."""

import contextlib
import errno
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from clipdesk.core.encoders import adapted, identify, local, notes, sharing
from clipdesk.core.encoders.hub import Hub
from clipdesk.core.encoders.name import ModelName
from clipdesk.core.encoders.recipe import CONFIG
from clipdesk.core.encoders.weights import TEXT_MODEL, TOKENIZER
from clipdesk.core.errors import DownloadFailed, ModelNotHere, UnknownModel, WeightsBroken
from clipdesk.core.paths import printable

IMPORTED = "imported"
"""The folder, within the models' own, of what was brought along."""
_CHUNK = 1 << 22

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


def take_in(
    source: Path,
    models: Path,
    architecture: str = "",
    progress: Progress = lambda *_: None,
    cancelled: Cancelled = lambda: False,
) -> str:
    """Keep a file or folder of weights among the models; answers the name it has from now on.

    The architecture is read off the file where it isn't told. What was there stays where it was;
    on the same disk the copy takes no room. Raises `ModelError`.
    """
    weights = local.weights_in(source) if source.is_dir() else source
    _look(weights)
    if source.is_file() and sharing.is_one(source):
        return _take_in_adapted(source, models)
    described = weights.parent / CONFIG
    if source.is_dir() and described.is_file():
        # What its makers say of it counts; only what is needed is taken along.
        architecture = architecture or local.plain(source.name)
        description = json.loads(described.read_text("utf-8"))
    else:
        architecture = architecture or _recognised(weights, models)
        description = {
            "model_cfg": local.architecture(architecture),
            "preprocess_cfg": local.preprocessing(architecture),
        }
    place = _place(models, local.plain(source.stem if source.is_file() else source.name))
    with _beginning(place) as begun:
        _keep(weights, begun / weights.name, progress, cancelled)
        for file in _beside(description, weights.parent, models):
            shutil.copyfile(file, begun / file.name)
        (begun / CONFIG).write_text(json.dumps(description, indent=1), "utf-8")
    name = str(ModelName(architecture=architecture, path=place))
    notes.note_fetched(name, place / weights.name, models)
    return name


def _take_in_adapted(file: Path, models: Path) -> str:
    if sharing.about(file).kind == "maps":
        adapted.read(file)
    place = _place(models, local.plain(file.stem))
    with _beginning(place) as begun:
        shutil.copyfile(file, begun / file.name)
    name = f"{sharing.PREFIX}{place / file.name}"
    notes.note_fetched(name, place / file.name, models)
    return name


def _look(weights: Path) -> None:
    if not weights.is_file():
        raise ModelNotHere(f"There are no weights at {printable(weights)}.")
    if weights.suffix.lower() not in local.SUFFIXES:
        raise WeightsBroken(
            f"{printable(weights.name)} is not a file of weights.",
            hint=f"Weights end in {', '.join(local.SUFFIXES)}.",
        )


def _recognised(weights: Path, models: Path) -> str:
    fitting = identify.architectures(weights, notes.fingerprint(weights, models))
    if not fitting:
        raise UnknownModel(
            f"{printable(weights.name)} fits none of the architectures that OpenCLIP knows.",
            hint="Name its architecture, or choose the folder with its open_clip_config.json.",
        )
    return fitting[0]


def _place(models: Path, stem: str) -> Path:
    place = models / IMPORTED / stem
    number = 2
    while place.exists():
        place = models / IMPORTED / f"{stem}-{number}"
        number += 1
    return place


@contextlib.contextmanager
def _beginning(place: Path) -> Iterator[Path]:
    """A folder that becomes ``place`` if all goes well, and vanishes if not."""
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        begun = Path(tempfile.mkdtemp(dir=place.parent, prefix=".begun-"))
        try:
            yield begun
            begun.replace(place)
        finally:
            shutil.rmtree(begun, ignore_errors=True)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DownloadFailed("The disk is full.", hint="Make room, and try again.") from error
        raise DownloadFailed(
            f"The weights could not be copied: {error.strerror or error}.",
        ) from error


def _keep(source: Path, there: Path, progress: Progress, cancelled: Cancelled) -> None:
    size = source.stat().st_size
    with contextlib.suppress(OSError):
        os.link(source, there)  # the same disk: no copy is needed, and none is slower
        progress(size, size)
        return
    with source.open("rb") as old, there.open("wb") as new:
        done = 0
        while chunk := old.read(_CHUNK):
            if cancelled():
                raise DownloadFailed("The copying was stopped.")
            new.write(chunk)
            done += len(chunk)
            progress(done, size)
        new.flush()
        os.fsync(new.fileno())


def _beside(description: dict[str, object], folder: Path, models: Path) -> tuple[Path, ...]:
    """The tokenizer's files, and the text tower's description, that such weights can't do without.

    Raises `ModelNotHere` if they lie neither in the same folder nor among the models.
    """
    model_cfg = description.get("model_cfg")
    text = model_cfg.get("text_cfg") if isinstance(model_cfg, dict) else None
    found: list[Path] = []
    for key, names in (("hf_tokenizer_name", TOKENIZER), ("hf_model_name", TEXT_MODEL)):
        repository = text.get(key) if isinstance(text, dict) else None
        if not repository:
            continue
        files = [folder / name for name in names if (folder / name).is_file()]
        if not files and (cached := Hub(models).find(repository, *names)):
            files = [cached.parent / name for name in names if (cached.parent / name).is_file()]
        if not files:
            raise ModelNotHere(
                f"These weights need a tokenizer of their own ({repository}).",
                hint="Put its files (tokenizer.json …) beside them, and choose the folder.",
            )
        found += files
    return tuple(found)
