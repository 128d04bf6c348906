"""The one door to every encoder."""

import logging
from pathlib import Path

import numpy as np

from clipdesk.core.encoders import (
    accelerator,
    changes,
    exam,
    kept,
    local,
    probes,
    starter,
    tokens,
    tower,
    weights,
)
from clipdesk.core.encoders.converted import ConvertedEncoder
from clipdesk.core.encoders.encoder import Encoder
from clipdesk.core.encoders.name import ModelName
from clipdesk.core.encoders.openclip import OpenClipEncoder, devices
from clipdesk.core.encoders.recipe import Recipe
from clipdesk.core.encoders.towers import Towers
from clipdesk.core.errors import ModelNotHere, WeightsBroken
from clipdesk.core.paths import printable
from clipdesk.core.types import Space

log = logging.getLogger(__name__)


def load(name: str, models: Path) -> Encoder:
    """Load the encoder called ``name``, in the fastest form there is; nothing is ever fetched.

    ``models`` is where downloaded weights are kept. Takes some tenths of a second where the
    model's towers are there in OpenVINO's form, seconds where torch is needed.
    Raises `UnknownModel`, `ModelNotHere` or `WeightsBroken`.
    """
    model = ModelName.parse(name)
    if model.is_starter:
        recipe = starter.recipe()
        return _without_torch(recipe, models) or _with_torch(recipe, models)
    slow: OpenClipEncoder | None = None
    if accelerator.likely():
        slow = _with_torch(find(model, models), models)
        if slow.device != "cpu":
            return slow
    known = kept.find(str(model), models)
    quick = known and _without_torch(known, models)
    return quick or slow or _with_torch(find(model, models), models)


def find(name: ModelName, models: Path) -> Recipe:
    """Where the files of a model are on this computer; raises `ModelNotHere` if they aren't."""
    if name.is_starter:
        return starter.recipe()
    if name.is_adapted:
        return changes.recipe(name, lambda base: find(base, models), models)
    if name.path is not None:
        return local.recipe(name)
    return weights.recipe(name, models)


def _without_torch(recipe: Recipe, models: Path) -> Encoder | None:
    """The encoder over converted towers; None if there are none that can be trusted."""
    if recipe.towers is None or not tower.available():
        return None
    try:
        made_of = changes.fingerprints(recipe, models)
        towers = Towers.read(recipe.towers, made_of.all, models)
        space = Space(
            recipe.name, recipe.architecture, made_of.pictures, towers.dimensions, towers.spec
        )
        return ConvertedEncoder(space, towers, lambda: tokens.tokenizer(recipe))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RuntimeError) as error:
        log.info("the towers in %s are not used: %s", printable(recipe.towers), error)
        return None


def network(name: str, models: Path) -> OpenClipEncoder:
    """The network called ``name`` itself, as torch runs it: what can be taught.

    Raises `UnknownModel`, `ModelNotHere` or `WeightsBroken`.
    """
    return _with_torch(find(ModelName.parse(name), models), models)


def _with_torch(recipe: Recipe, models: Path) -> OpenClipEncoder:
    try:
        made_of = changes.fingerprints(recipe, models)
        encoder = OpenClipEncoder(recipe, made_of.pictures, made_of.all)
    except OSError as error:
        raise ModelNotHere(
            f"{printable(recipe.weights)} can't be read: {error.strerror}."
        ) from error
    for device in devices():
        try:
            encoder.move_to(device)
            try_out(encoder, recipe)
            if device == "cuda":
                halve(encoder)
        except RuntimeError as error:
            # A graphics card too old for this torch, or with too little memory to spare.
            if device == "cpu":
                raise
            log.info("%s can't be used on %s: %s", recipe.name, device, error)
        else:
            break
    return encoder


def halve(encoder: OpenClipEncoder) -> None:
    """Let a network compute in half precision, unless its vectors come out otherwise then."""
    pixels = probes.pictures(encoder.space.spec.size, 4, seed=6)
    captions = probes.CAPTIONS[:4]
    whole = encoder.encode_images(pixels), encoder.encode_texts(captions)
    encoder.halves = True
    half = encoder.encode_images(pixels), encoder.encode_texts(captions)
    cosine = min(exam.lowest(one, other) for one, other in zip(whole, half, strict=True))
    if not cosine >= exam.COSINE:  # true for NaN, too: some networks leave the range of halves
        encoder.halves = False
        log.info("%s computes in full precision: cosine %.4f", encoder.space.model, cosine)


def try_out(encoder: OpenClipEncoder, recipe: Recipe) -> None:
    """Raise `WeightsBroken` if what comes out can't be the work of trained weights."""
    size = encoder.space.spec.size
    noise = np.random.default_rng(0).integers(0, 256, (size, size, 3), np.uint8)
    pictures = encoder.encode_images(np.stack([np.zeros_like(noise), noise]))
    captions = encoder.encode_texts(["a red apple", "a map of the sea"])
    for vectors in (pictures, captions):
        sound = np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)  # false for NaN, too
        if not sound or np.allclose(vectors[0], vectors[1], atol=1e-5):
            raise WeightsBroken(
                f"The weights in {printable(recipe.weights)} load, but answer with nonsense.",
                hint=recipe.remedy,
            )
