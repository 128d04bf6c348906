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
from clipdesk.core.encoders.tower import Tower, threads
from clipdesk.core.encoders.towers import Form

if TYPE_CHECKING:
    import openvino

log = logging.getLogger(__name__)

COSINE = 0.995
"""To full precision, at least, on every probe."""
RECALL_LOST = 0.005
"""Of altered pictures whose original is among the ten nearest."""
CALIBRATION = 32
"""Pictures; with 16, 32 or 64 the lowest cosine of a ViT-B/32 is 0.9985 to 0.9988."""
_CALIBRATION_SEED, _PROBE_SEED = 1, 2
_PROBING_S = 10
_PROBES = 32, 64
_ROUNDS, _ROUND_S = 3, 0.3
_BATCH = 8
_FAR_AHEAD = 1.6
"""Times as quick as full precision: bytes that are need not be compared with halves."""
_HEAVY = ("Convolution", "GroupConvolution", "MatMul")
_SMOOTHING = 0.6
"""How much of the activations' unevenness the weights take over, where there is attention."""

Vectors = NDArray[np.float32]
Run = Callable[[NDArray[Any]], Vectors]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The form a tower is to be run in, and its file."""

    form: Form
    file: Path


class Rejected(ValueError):
    """A form that is not good enough; why."""


def best_image(plain: Path, folder: Path, size: int, say: Callable[[float], None]) -> Chosen:
    """The quickest form that passes; ``plain`` is the tower in halves, run in full precision.

    ``say`` is told how much is done, of 1. Full precision passes always.
    """
    full = Tower(plain)
    exam = Exam(full, size)
    passed = {"float32": (Form("float32", "f32", 1.0), plain, full)}
    say(0.3)
    rates = {"float32": exam.rate}
    for name, make in _image_forms(plain, folder, size).items():
        try:
            file, precision = make()
            candidate = Tower(file, precision)
            passed[name] = Form(name, precision, exam.sit(candidate)), file, candidate
        except Exception as error:  # whatever a library makes of a network it did not expect
            log.info("%s is not used: %s", name, error)
            continue
        say(0.8 if name == "int8" else 0.9)
        rates = paces({name: tower for name, (_, _, tower) in passed.items()}, exam.pixels[:_BATCH])
        if name == "int8" and rates[name] >= _FAR_AHEAD * rates["float32"]:
            break
    for name, rate in rates.items():
        cosine = passed[name][0].cosine
        log.info("%s passes: cosine %.4f, %.1f pictures a second", name, cosine, rate)
    best = max(rates, key=lambda name: rates[name])
    form, file, _ = passed[best]
    return Chosen(replace(form, per_second=rates[best]), file)


def best_text(plain: Path, folder: Path, tokens: NDArray[np.int64]) -> Chosen:
    """Weights in single bytes where that passes: a quarter of the memory, and as quick."""
    wanted = Tower(plain)(tokens)
    file = folder / "text-bytes.xml"
    try:
        tower.load().save_model(in_bytes(tower.core().read_model(plain)), file)
        read = Tower(file)
        cosine = _near_enough(wanted, read(tokens))
        return Chosen(Form("int8 weights", "f32", cosine), file)
    except Exception as error:  # as above
        log.info("int8 weights are not used for captions: %s", error)
        return Chosen(Form("float32", "f32", 1.0), plain)


class Exam:
    """What every form of one image tower must answer, and what full precision says to it."""

    def __init__(self, full: Tower, size: int) -> None:
        first = probes.pictures(size, _BATCH, _PROBE_SEED)
        self.rate = paces({"": full}, first)[""]
        count = int(np.clip(self.rate * _PROBING_S / 2, *_PROBES))
        self.pixels = probes.pictures(size, count, _PROBE_SEED)
        self._altered = probes.altered(self.pixels, _PROBE_SEED)
        self._wanted = full(self.pixels)
        self._recall = recall(full(self._altered), self._wanted)

    def sit(self, candidate: Tower) -> float:
        """The lowest cosine to full precision. Raises `Rejected` if it is not good enough."""
        vectors, altered = candidate(self.pixels), candidate(self._altered)
        cosine = _near_enough(self._wanted, vectors)
        # The worst case of a library: a part of it made by one form, a part by the other.
        lost = self._recall - min(recall(altered, vectors), recall(altered, self._wanted))
        if lost > RECALL_LOST:
            raise Rejected(f"it loses {100 * lost:.1f} points of recall")
        return cosine


def _image_forms(plain: Path, folder: Path, size: int) -> dict[str, Callable[[], tuple[Path, str]]]:
    def bytes_all_through() -> tuple[Path, str]:
        file = folder / "image-int8.xml"
        samples = probes.pictures(size, CALIBRATION, _CALIBRATION_SEED)
        model = quantized(tower.core().read_model(plain), samples)
        tower.load().save_model(model, file)
        return file, "f32"

    forms: dict[str, Callable[[], tuple[Path, str]]] = {"int8": bytes_all_through}
    if tower.has("BF16"):
        forms["bfloat16"] = lambda: (plain, "bf16")
    return forms


def quantized(model: "openvino.Model", samples: NDArray[Any]) -> "openvino.Model":
    """Weights and activations in single bytes, scaled by what the samples make of them.

    The last layer stays as it is: it is a hundredth of the work, and loses much. So does the
    first if its input is rounded, too (ViT-B/32: lowest cosine 0.9975 instead of 0.9988); where
    that is the pixels, which are bytes already, only its weights are.
    """
    import nncf

    heavy = [op for op in model.get_ordered_ops() if op.get_type_name() in _HEAVY]
    attentive = {"Softmax", "ScaledDotProductAttention"}
    attends = any(op.get_type_name() in attentive for op in model.get_ops())
    smoothing = nncf.AdvancedSmoothQuantParameters(matmul=_SMOOTHING)
    made: openvino.Model = nncf.quantize(
        model,
        nncf.Dataset([sample[None] for sample in samples]),
        subset_size=len(samples),
        model_type=nncf.ModelType.TRANSFORMER if attends else None,
        ignored_scope=nncf.IgnoredScope(
            names=[op.get_friendly_name() for op in (*heavy[:1], *heavy[-1:])]
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


def lowest(one: Vectors, other: Vectors) -> float:
    """The lowest cosine between unit vectors of the same things; NaN if one is not a number."""
    return float(np.sum(one * other, axis=1).min())


def _near_enough(wanted: Vectors, found: Vectors) -> float:
    cosine = lowest(wanted, found)
    if not cosine >= COSINE:  # true for NaN, too
        raise Rejected(f"its cosine falls to {cosine:.4f}")
    return cosine


def recall(queries: Vectors, gallery: Vectors, among: int = 10) -> float:
    """How many of the queries have the gallery's vector of the same row among their nearest."""
    scores = queries @ gallery.T
    better = (scores > np.diag(scores)[:, None]).sum(axis=1)
    return float((better < among).mean())


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
