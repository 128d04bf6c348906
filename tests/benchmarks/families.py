"""Which families of models can be made quick, and how: ``python -m tests.benchmarks.families``.

Real architectures with random weights, each in a process of its own: with few and narrow layers as
a rule, where only the form and its exactness mean something; with ``--size full`` those of
B/32's class in their real size, too. Random weights are harder than trained ones: all pictures are
nearly alike to them. Seconds and speed are of the processor, as if nothing else ran.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from clipdesk.core.encoders import converting, forms, loading, probes, tokens
from clipdesk.core.encoders.converted import ConvertedEncoder
from clipdesk.core.encoders.name import ModelName
from clipdesk.core.encoders.openclip import OpenClipEncoder
from tests.benchmarks.findings import Findings, Table, alone, megabytes
from tests.conftest import REPOSITORY
from tests.core.encoders import shrunk
from tests.core.encoders.test_families import Published

USUAL = (
    "ViT-B-32/openai",
    "RN50/openai",
    "convnext_base_w/laion2b_s13b_b82k",
    "ViT-B-16-SigLIP/webli",
    "EVA02-B-16/merged2b_s8b_b131k",
    "MobileCLIP2-S0/dfndr2b",
)
REAL = (
    "ViT-B-32/openai",
    "MobileCLIP2-S0/dfndr2b",
    "RN50/openai",
    "ViT-B-32-SigLIP2-256/webli",
    "EVA02-B-16/merged2b_s8b_b131k",
    "convnext_base_w/laion2b_s13b_b82k",
    "MobileCLIP-B/datacompdr",
    "coca_ViT-B-32/laion2b_s13b_b90k",
)
COLUMNS = (
    "model", "pictures by", "captions by", "cosine", "times torch", "memory", "made in", "not used",
)  # fmt: skip
_AT_MOST_S = 600
_BATCH = 8


def measure(size: str) -> Findings:
    findings = Findings()
    small = {"quick": USUAL[:1], "usual": USUAL, "full": tuple(shrunk.VISION)}[size]
    _table(findings, "Made quick, small", small, real=False)
    if size == "full":
        _table(findings, "Made quick, in real size", REAL, real=True)
    return findings


def _table(findings: Findings, title: str, names: Sequence[str], *, real: bool) -> None:
    table = Table(title, COLUMNS)
    findings.tables.append(table)
    for name in names:
        told = _beside(name, real=real)
        table.rows.append([str(told.get(column, "")) for column in COLUMNS])
        cosine = float(told.get("cosine") or 0)
        what = f"{name}{'' if real else ', small'}: {told.get('pictures by', 'torch')}, cosine"
        findings.add(what, cosine, "", must=0.995, more_is_better=True)


def _beside(name: str, *, real: bool) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", "-m", __spec__.name, "one", name, str(int(real))]
    try:
        done = subprocess.run(
            command,
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=_AT_MOST_S,
        )
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    except subprocess.TimeoutExpired:
        return {"model": name, "pictures by": "torch", "not used": f"took {_AT_MOST_S} s and more"}
    except (IndexError, ValueError):
        return {"model": name, "pictures by": "torch", "not used": "its process ended"}
    return told


def one(name: str, *, real: bool) -> dict[str, Any]:
    """Convert one model, and compare what came of it with torch."""
    notes: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: notes.append(record.getMessage())  # type: ignore[method-assign]
    log = logging.getLogger("clipdesk")
    log.setLevel(logging.INFO)
    log.addHandler(handler)
    shrunk.register()
    told: dict[str, Any] = {"model": name, "pictures by": "torch", "captions by": "torch"}
    with tempfile.TemporaryDirectory(prefix="clipdesk-") as place:
        published, models = Published(name, Path(place) / "made", full=real), Path(place) / "models"
        models.mkdir()
        full = ModelName.parse(f"{name.partition('/')[0]}:{published.model}")
        recipe = loading.find(full, models)
        begun = time.process_time()
        try:
            towers = converting.convert(recipe, models)
        except Exception as error:
            return told | {"not used": f"{type(error).__name__}: {error}"[:200]}
        told["made in"] = f"{time.process_time() - begun:.0f} s"
        told["memory"] = f"{megabytes(what='VmHWM'):,.0f} MB"
        slow = OpenClipEncoder(recipe, towers.weights_hash)
        quick = ConvertedEncoder(slow.space, towers, lambda: tokens.tokenizer(recipe))
        runs = {"torch": slow.encode_images, "quick": quick.encode_images}
        rates = forms.paces(runs, probes.pictures(slow.space.spec.size, _BATCH, seed=2))
        told |= {
            "pictures by": towers.image.name,
            "captions by": towers.text.name,
            "cosine": f"{min(towers.image.cosine, towers.text.cosine):.4f}",
            "times torch": f"{rates['quick'] / rates['torch']:.1f}",
            "not used": "; ".join(note for note in notes if "not used" in note)[:200],
        }
    return told


if __name__ == "__main__":
    if sys.argv[1:2] == ["one"]:
        os.nice(5)
        sys.stdout.write(json.dumps(one(sys.argv[2], real=sys.argv[3] == "1")) + "\n")
        sys.stdout.flush()
        os._exit(0)
    alone(measure, __doc__)
