"""The forms that a tower can take, and which of them is good enough and quickest here."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.encoders import probes, stem, tower
from clipdesk.core.encoders.exam import Exam, Run, near_enough
from clipdesk.core.encoders.probes import Pixels
from clipdesk.core.encoders.tower import Tower, threads
from clipdesk.core.encoders.towers import Form

if TYPE_CHECKING:
    import openvino

log = logging.getLogger(__name__)

_REFERENCE_S = 8
"""What full precision may take for all pictures of the exam, about, of all cores."""
_PICTURES = 64, probes.ENOUGH
"""At least and at most."""
_ROUNDS, _ROUND_S = 3, 0.3
_BATCH = 8
_FAR_AHEAD = 1.6
"""Times as quick as full precision: bytes that are need not be compared with halves."""
_HEAVY = ("Convolution", "GroupConvolution", "MatMul")
_SMOOTHING = 0.6
"""How much of the activations' unevenness the weights take over, where there is attention."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The form a tower is to be run in, its file, and the tower, which has worked already."""

    form: Form
    file: Path
    tower: Tower


def best_image(
    plain: Path,
    full: Tower,
    size: int,
    say: Callable[[float], None],
    pictures: Pixels | None = None,
) -> Chosen:
    """The quickest form that passes; the files of others lie beside ``plain`` afterwards.

    ``plain`` is the tower in halves, ``full`` runs it in full precision.

    ``pictures`` are the person's own, square, in any size; without them drawn ones are looked at.
    ``say`` is told how much is done, of 1. Full precision passes always.
    """
    count = _pictures_in_time(full, probes.pictures(size, _BATCH, seed=3))
    exam = Exam(full, probes.exam(size, count, pictures))
    passed = {"float32": Chosen(Form("float32", "f32", 1.0), plain, full)}
    say(0.3)
    rates = {"float32": 0.0}  # of no interest while it is alone
    for name, make in _image_forms(plain, size).items():
        try:
            file, precision = make()
            candidate = Tower(file, precision)
            passed[name] = Chosen(Form(name, precision, exam.sit(candidate)), file, candidate)
        except Exception as error:  # whatever a library makes of a network it did not expect
            log.info("%s is not used: %s", name, error)
            continue
        say(0.8 if name == "int8" else 0.9)
        runs = {name: each.tower for name, each in passed.items()}
        rates = paces(runs, exam.pixels[:_BATCH])
        if name == "int8" and rates[name] >= _FAR_AHEAD * rates["float32"]:
            break
    for name, rate in rates.items():
        cosine = passed[name].form.cosine
        log.info("%s passes: cosine %.4f, %.1f pictures a second", name, cosine, rate)
    best = max(rates, key=lambda name: rates[name])
    return replace(passed[best], form=replace(passed[best].form, per_second=rates[best]))


def best_text(plain: Path, folder: Path, tokens: NDArray[np.int64]) -> Chosen:
    """Weights in single bytes where that passes: a quarter of the memory, and as quick."""
    full = Tower(plain)
    wanted = full(tokens)
    file = folder / "text-bytes.xml"
    try:
        tower.load().save_model(in_bytes(tower.core().read_model(plain)), file)
        read = Tower(file)
        cosine = near_enough(wanted, read(tokens))
        return Chosen(Form("int8 weights", "f32", cosine), file, read)
    except Exception as error:  # as above
        log.info("int8 weights are not used for captions: %s", error)
        return Chosen(Form("float32", "f32", 1.0), plain, full)


def _pictures_in_time(full: Run, some: Pixels) -> int:
    full(some)
    begun = time.process_time()
    full(some)
    rate = len(some) / max(time.process_time() - begun, 1e-3) * threads()
    return int(np.clip(rate * _REFERENCE_S, *_PICTURES))


def _image_forms(plain: Path, size: int) -> dict[str, Callable[[], tuple[Path, str]]]:
    def bytes_all_through() -> tuple[Path, str]:
        file = plain.with_name("image-int8.xml")
        model = quantized(tower.core().read_model(plain), probes.calibration(size))
        tower.load().save_model(model, file)
        return file, "f32"

    forms: dict[str, Callable[[], tuple[Path, str]]] = {"int8": bytes_all_through}
    if tower.has("BF16"):
        forms["bfloat16"] = lambda: (plain, "bf16")
    return forms


def quantized(model: "openvino.Model", samples: NDArray[Any]) -> "openvino.Model":
    """Weights and activations in single bytes, scaled by what the samples make of them.

    The last layer stays as it is, and all after it: it is a hundredth of the work, and loses much,
    and lengths that are reckoned in bytes are no lengths (the starter's: 1.0 to 1.5). So does the
    first if its input is rounded, too (ViT-B/32: lowest cosine 0.9975 instead of 0.9988); where
    that is the pixels, which are bytes already, only its weights are.
    """
    import nncf

    ops = model.get_ordered_ops()
    heavy = [place for place, op in enumerate(ops) if op.get_type_name() in _HEAVY]
    spared = [*heavy[:1], *range(heavy[-1], len(ops))] if heavy else []
    attentive = {"Softmax", "ScaledDotProductAttention"}
    attends = any(op.get_type_name() in attentive for op in ops)
    smoothing = nncf.AdvancedSmoothQuantParameters(matmul=_SMOOTHING)
    made: openvino.Model = nncf.quantize(
        model,
        nncf.Dataset([sample[None] for sample in samples]),
        subset_size=len(samples),
        model_type=nncf.ModelType.TRANSFORMER if attends else None,
        ignored_scope=nncf.IgnoredScope(
            names=sorted({ops[place].get_friendly_name() for place in spared}),
            validate=False,  # constants are no places of their own to it
        ),
        advanced_parameters=nncf.AdvancedQuantizationParameters(smooth_quant_alphas=smoothing),
    )
    stem.in_bytes(made)
    return made


def in_bytes(model: "openvino.Model") -> "openvino.Model":
    """The same with its weights in single bytes; the arithmetic stays as it was."""
    import nncf

    made: openvino.Model = nncf.compress_weights(model, mode=nncf.CompressWeightsMode.INT8_SYM)
    return made


def paces(towers: Mapping[str, Run], rows: NDArray[Any]) -> dict[str, float]:
    """Rows a second of each, once warm, had it the processor to itself.

    Reckoned from the processor's time, not the clock's: decoders and other programs want it too,
    now more and now less, and the slowest form would win whenever the others were held up.
    """
    for run in towers.values():
        run(rows)
    best = dict.fromkeys(towers, 0.0)
    for _ in range(_ROUNDS):
        for name, run in towers.items():
            begun, done = time.process_time(), 0
            while (spent := time.process_time() - begun) < _ROUND_S or not done:
                run(rows)
                done += len(rows)
            best[name] = max(best[name], done / max(spent, 1e-3) * threads())
    return best
