"""How fast encoders are by themselves: ``python -m tests.benchmarks.encoders``.

Rates are of the processor's time, as if nothing else ran; only their ratios mean something on
another machine. The large network's weights are random: its speed does not depend on them.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clipdesk.core.encoders import exam, export, forms, load, loading, probes, tower
from clipdesk.core.encoders.name import ModelName
from clipdesk.core.encoders.openclip import OpenClipEncoder
from clipdesk.core.encoders.recipe import Recipe
from clipdesk.core.encoders.starter import recipe as starter
from clipdesk.core.encoders.tower import Tower
from tests.benchmarks import models
from tests.benchmarks.findings import Findings, alone, milliseconds

LARGE = "ViT-B-32-256"
CAPTION = ["a red chair in an empty room"]
COLD = """
import sys, time
begun = time.perf_counter()
from pathlib import Path
from clipdesk.core.encoders import load
encoder = load("starter", Path(sys.argv[1]))
encoder.encode_texts(["a red chair in an empty room"])
print(1000 * (time.perf_counter() - begun))
from tests.benchmarks.findings import megabytes
print(megabytes(what="VmHWM"))
"""


def measure(size: str) -> Findings:
    findings = Findings()
    with tempfile.TemporaryDirectory(prefix="clipdesk-") as folder:
        _cold(findings, Path(folder))
        _starter(findings, Path(folder))
        if size != "quick":
            _large(findings, Path(folder))
    return findings


def _cold(findings: Findings, folder: Path) -> None:
    """A process that knows nothing yet, until the starter has read a caption."""
    runs = [
        subprocess.run(
            [sys.executable, "-c", COLD, str(folder)], capture_output=True, text=True, check=True
        ).stdout.split()
        for _ in range(3)
    ]
    quickest, memory = min((float(took), float(most)) for took, most in runs)
    findings.add("starter, from nothing to a caption's vector", quickest, "ms", must=1500)
    findings.add("starter, memory of that process", memory, "MB", must=900, aim=600)


def _starter(findings: Findings, folder: Path) -> None:
    encoder = load("starter", folder)
    pixels = probes.pictures(encoder.space.spec.size, 16, seed=5)
    torch = _network(starter())
    rates = _rates({"OpenVINO": encoder.encode_images, "torch": torch.encode_images}, pixels)
    _compare(findings, "starter", rates, "torch")
    findings.add("starter, a caption", milliseconds(lambda: encoder.encode_texts(CAPTION)), "ms")


def _large(findings: Findings, folder: Path) -> None:
    """The network that the rclip of today uses, in every form there is."""
    name = f"{LARGE}:{models.weights(LARGE)}"
    encoder = _network(loading.find(ModelName.parse(name), folder))
    side = encoder.space.spec.size
    plain = folder / "image.xml"
    export.save(export.image_tower(encoder.network, encoder.space.spec), plain)
    runs: dict[str, Callable[[Any], Any]] = {"torch": encoder.encode_images}
    runs["OpenVINO float32"] = Tower(plain)
    if tower.has("BF16"):
        runs["OpenVINO bfloat16"] = Tower(plain, "bf16")
    in_bytes = forms.quantized(tower.core().read_model(plain), probes.calibration(side))
    tower.load().save_model(in_bytes, folder / "bytes.xml")
    runs["OpenVINO int8"] = Tower(folder / "bytes.xml")
    pixels = probes.pictures(side, 8, seed=2)
    _compare(findings, LARGE, _rates(runs, pixels), "torch")
    wanted = runs["OpenVINO float32"](pixels)
    cosine = exam.lowest(wanted, runs["OpenVINO int8"](pixels))
    findings.add(
        f"{LARGE}, int8, lowest cosine to float32", cosine, "", must=0.995, more_is_better=True
    )
    words = milliseconds(lambda: encoder.encode_texts(CAPTION), 3)
    numbers = encoder.numbers(["a red chair", "two dogs"])
    export.save(export.text_tower(encoder.network, numbers), folder / "text.xml")
    text = forms.best_text(folder / "text.xml", folder, encoder.numbers(list(probes.CAPTIONS)))
    read = text.tower
    read(numbers[:1])
    findings.add(f"{LARGE}, a caption, torch", words, "ms")
    findings.add(
        f"{LARGE}, a caption, {text.form.name}", milliseconds(lambda: read(numbers[:1])), "ms"
    )


def _network(recipe: Recipe) -> OpenClipEncoder:
    return OpenClipEncoder(recipe, "")


def _rates(runs: dict[str, Callable[[Any], Any]], pixels: Any) -> dict[str, float]:
    return forms.paces(runs, pixels)


def _compare(findings: Findings, model: str, rates: dict[str, float], to: str) -> None:
    for name, rate in rates.items():
        note = "" if name == to else f"{rate / rates[to]:.1f} times {to}"
        findings.add(f"{model}, {name}", rate, "images/s", note=note)


if __name__ == "__main__":
    alone(measure, __doc__)
