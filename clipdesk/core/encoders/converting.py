"""Make a model's towers in OpenVINO's form, prove them, and lay them beside the weights.

Run as a process of its own (see `conversion`), since torch would hold up the window:
``python -m clipdesk.core.encoders.converting MODELS NAME``. What it has to say goes to its
standard output, a line of JSON each.
"""

import gc
import json
import logging
import math
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from clipdesk.core.children.parent import LESS, Parent, run
from clipdesk.core.encoders import (
    caption,
    changes,
    exam,
    export,
    forms,
    kept,
    probes,
    tokens,
    tower,
)
from clipdesk.core.encoders.loading import find, try_out
from clipdesk.core.encoders.name import ModelName
from clipdesk.core.encoders.network import Network
from clipdesk.core.encoders.openclip import OpenClipEncoder
from clipdesk.core.encoders.probes import Pixels
from clipdesk.core.encoders.reader import Reader, Reading, Vectors
from clipdesk.core.encoders.recipe import Recipe
from clipdesk.core.encoders.tower import Tower
from clipdesk.core.encoders.towers import IMAGE, READY, TEXT, Form, Towers
from clipdesk.core.errors import ClipDeskError, ModelError

log = logging.getLogger(__name__)

FAITHFUL = 0.9995
"""Cosine of OpenVINO in full precision to torch: anything lower is a fault of the conversion."""
THE_SAME = 0.9999
"""Cosine of captions read by NumPy to torch; weights in halves alone make 0.9999995."""
_CAPTIONS = "captions.safetensors"
Say = Callable[[float], None]


class NotFaithful(ValueError):
    """The converted network answers otherwise than the network."""


def convert(
    recipe: Recipe, models: Path, say: Say = lambda _: None, pictures: Pixels | None = None
) -> Towers:
    """Make the towers of a model; they appear whole or not at all.

    ``say`` is told how much is done, of 1. Raises OSError, or whatever torch, OpenVINO and NNCF
    make of a network that they do not expect, or `ModelError` where it can't be loaded; then
    nothing is changed. Quicker forms are tried on ``pictures``, see `probes.exam`.
    """
    fingerprint = changes.fingerprints(recipe, models).all
    # A file that is mapped into memory can't be deleted on Windows.
    tower.core().set_property({"ENABLE_MMAP": False})
    place = kept.place(recipe.name, fingerprint, models)
    draft = kept.draft(recipe.name, fingerprint, models)
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700, parents=True)
    try:
        towers = _made(recipe, fingerprint, draft, say, pictures)
        kept.describe(recipe, draft)
        towers.write()
        kept.settle(draft, place)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    say(1.0)
    return Towers.read(place, fingerprint, models)


def _made(
    recipe: Recipe, fingerprint: str, draft: Path, say: Say, pictures: Pixels | None
) -> Towers:
    encoder = OpenClipEncoder(recipe, fingerprint)
    try_out(encoder, recipe)
    space, calibration = encoder.space, encoder.calibration
    say(0.1)
    captions = [*probes.ODD, *probes.CAPTIONS[::8]]
    numbers = encoder.numbers(captions)
    tokens.keep(recipe, draft, [caption.clean(text) for text in captions])
    plain_image, plain_text = draft / "plain-image.xml", draft / "plain-text.xml"
    pixels = probes.pictures(space.spec.size, 4, seed=3)
    export.save(export.image_tower(encoder.network, space.spec), plain_image)
    plain = _faithful(plain_image, pixels, encoder.encode_images(pixels))
    say(0.2)
    wanted = encoder.encode_texts(captions)
    read = _read(encoder.network, draft, numbers, wanted)
    if read is None:
        export.save(export.text_tower(encoder.network, numbers[:2]), plain_text)
        # Not the first, which is empty: some networks answer that with no number at all.
        _same("captions", wanted[1:], Tower(plain_text)(numbers)[1:], FAITHFUL)
    say(0.35)
    del encoder  # the quantizer wants the memory
    gc.collect()
    chosen = {
        IMAGE: forms.best_image(
            plain_image, plain, space.spec.size, lambda done: say(0.35 + 0.55 * done), pictures
        )
    }
    if read is None:
        chosen[TEXT] = forms.best_text(plain_text, draft, numbers)
    say(0.95)
    for name, each in chosen.items():
        for suffix in (".xml", ".bin"):
            shutil.copy(each.file.with_suffix(suffix), (draft / name).with_suffix(suffix))
        each.tower.keep((draft / name).with_suffix(READY))
    for file in draft.glob("*-*.*"):
        file.unlink()
    return Towers(
        folder=draft,
        weights_hash=fingerprint,
        spec=space.spec,
        dimensions=space.dimensions,
        calibration=calibration,
        image=chosen[IMAGE].form,
        text=chosen[TEXT].form if read is None else read[0],
        made_with=tower.version(),
        made_on=tower.here(),
        reading=read and read[1],
    )


def _faithful(file: Path, pixels: Pixels, wanted: Vectors) -> Tower:
    """The tower in full precision; raises `NotFaithful` if it is not what torch computes."""
    try:
        _same("pictures", wanted, (made := Tower(file))(pixels), FAITHFUL)
    except NotFaithful as error:
        # Beside torch, OpenVINO's compiling has come out wrong once in thirty times.
        log.info("compiled once more: %s", error)
        _same("pictures", wanted, (made := Tower(file))(pixels), FAITHFUL)
    return made


def _read(
    network: Network, draft: Path, numbers: NDArray[np.int64], wanted: Vectors
) -> tuple[Form, Reading] | None:
    """The text tower as NumPy runs it; None where captions would come out otherwise."""
    file = draft / _CAPTIONS
    try:
        reading = export.reading(network, file)
        found = Reader(file, reading.heads, quick=reading.quick)(numbers)
        cosine = _same("captions", wanted, found, THE_SAME)
    except Exception as error:  # whatever comes of a network that is not quite CLIP's
        log.info("captions are read by OpenVINO: %s", error)
        file.unlink(missing_ok=True)
        return None
    return Form("float16", "f32", cosine), reading


def _same(what: str, wanted: Vectors, found: Vectors, bound: float) -> float:
    """The lowest cosine; raises `NotFaithful` if it is not what torch computes."""
    cosine = exam.lowest(wanted, found)
    if not cosine >= bound:  # true for NaN, too
        raise NotFaithful(f"{what} come out otherwise: cosine {cosine:.5f}")
    return cosine


def _shown(source: IO[bytes]) -> Pixels | None:
    """The pictures that the parent sends, (n, side, side, 3); see `Conversion`."""
    pictures: list[Pixels] = []
    while shape := json.loads(source.readline()):
        data = source.read(math.prod(shape))
        pictures.append(np.frombuffer(data, np.uint8).reshape(shape))
    return np.stack(pictures) if pictures else None


def work(parent: Parent) -> int:
    """Convert the model that the arguments name; answers the exit status."""
    tell = parent.tell

    class Teller(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            tell(note=record.getMessage())

    ours = logging.getLogger("clipdesk")
    ours.setLevel(logging.INFO)
    ours.addHandler(Teller())
    pictures = _shown(parent.source)
    parent.when_done()
    models, name = Path(sys.argv[1]), sys.argv[2]
    try:
        recipe = find(ModelName.parse(name), models)
        (models / kept.FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(models / kept.FOLDER / "lock", timeout=0):
            towers = convert(recipe, models, lambda done: tell(done=done), pictures)
    except ModelError as error:
        tell(refused=[type(error).__name__, str(error), error.hint])
    except (ClipDeskError, OSError, Timeout, MemoryError) as error:
        # That will be otherwise another time: no room, or another ClipDesk is at it.
        tell(failed=f"{type(error).__name__}: {error}", passing=True)
    except Exception as error:  # whatever a library makes of a network it did not expect
        tell(failed=f"{type(error).__name__}: {' '.join(str(error).split())[:500]}")
    else:
        tell(form=towers.image.name, per_second=towers.image.per_second)
        return 0
    return 1


if __name__ == "__main__":
    run(work, LESS)
