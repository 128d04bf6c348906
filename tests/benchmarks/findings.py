"""What a benchmark finds, how it is told, and the machine that it was found on."""

import argparse
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, ClassVar

import psutil

from clipdesk import __version__

PACKAGES = (
    "numpy",
    "numkong",
    "pillow",
    "torch",
    "open_clip_torch",
    "openvino",
    "PySide6-Essentials",
)
SIZES = ("quick", "usual", "full")


@dataclass(frozen=True, slots=True)
class Figure:
    """One number."""

    what: str
    value: float
    unit: str
    must: float | None = None
    aim: float | None = None
    more_is_better: bool = False
    note: str = ""
    """What limits it now, or how it was measured."""

    @property
    def verdict(self) -> str:
        """How it stands to what it must and should be."""
        for name, bound in (("aim", self.aim), ("must", self.must)):
            if bound is not None and (self.value >= bound) == self.more_is_better:
                return name
        return "" if self.must is None else "missed"


@dataclass(frozen=True, slots=True)
class Curve:
    """Costs against a size."""

    title: str
    across: str
    up: str
    lines: dict[str, list[tuple[float, float]]]
    logarithmic: bool = True


@dataclass(slots=True)
class Table:
    """What is no single number."""

    title: str
    columns: Sequence[str]
    rows: list[list[str]] = field(default_factory=list)


@dataclass(slots=True)
class Findings:
    figures: list[Figure] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    kept: ClassVar[Path | None] = None
    """Where each figure is written at once: what comes after may fail."""

    def add(self, what: str, value: float, unit: str, **more: Any) -> None:
        """Note a figure, and say so at once."""
        figure = Figure(what, value, unit, **more)
        self.figures.append(figure)
        if self.kept:
            self.kept.write_text(json.dumps(self.to_json(), indent=1), "utf-8")
        sys.stderr.write(f"{what:<66}{value:>12,.2f} {unit:<12} {figure.verdict}\n")
        sys.stderr.flush()

    def to_json(self) -> dict[str, Any]:
        return {
            "figures": [asdict(figure) for figure in self.figures],
            "curves": [asdict(curve) for curve in self.curves],
            "tables": [asdict(table) for table in self.tables],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Findings":
        return cls(
            [Figure(**figure) for figure in data["figures"]],
            [Curve(**curve) for curve in data["curves"]],
            [Table(**table) for table in data.get("tables", ())],
        )


def alone(measure: Callable[[str], Findings], title: str | None) -> None:
    """A benchmark's own command line; its findings in JSON go to the file that is named."""
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--size", choices=SIZES, default="usual")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    # Nobody's program compiles itself at every start: that cost each one half a second here.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    Findings.kept = options.json
    found = measure(options.size)
    if options.json:
        options.json.write_text(json.dumps(found.to_json(), indent=1), "utf-8")


def percentile(values: Iterable[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def milliseconds(work: Callable[[], object], times: int = 9) -> float:
    """The median of some runs."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def megabytes(pid: int | str = "self", what: str = "VmRSS") -> float:
    """Memory of a process: ``VmRSS`` now, ``VmHWM`` at most, ``RssAnon`` of it its own."""
    status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    return float(status.split(f"{what}:")[1].split()[0]) / 1024


def machine() -> dict[str, str]:
    """The machine, and what runs on it."""
    model = platform.processor()
    info = Path("/proc/cpuinfo")
    flags: set[str] = set()
    if info.exists():
        for line in info.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                model = value.strip()
            elif name.strip() == "flags":
                flags = set(value.split())
    wide = [flag for flag in ("avx2", "avx512f", "avx512_vnni", "amx_int8") if flag in flags]
    return {
        "processor": f"{os.cpu_count()} cores, {model} {' '.join(wide)}".strip(),
        "memory": f"{_total_memory():.0f} GB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "ClipDesk": __version__,
        **{name: _version(name) for name in PACKAGES},
    }


def load() -> str:
    """How busy the machine is with other things: processes that want a core, of late."""
    return " ".join(f"{each:.1f}" for each in os.getloadavg())


def stolen() -> float:
    """Seconds of its cores that a virtual machine's host has given to others, if it tells."""
    return float(getattr(psutil.cpu_times(), "steal", 0.0))


def _total_memory() -> float:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    except (ValueError, OSError):
        return float("nan")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "–"
