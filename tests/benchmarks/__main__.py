"""All benchmarks: ``python -m tests.benchmarks [NAME…] [--size quick|usual|full] [--out FOLDER]``.

Each runs in a process of its own (``python -m tests.benchmarks.NAME`` runs one alone), and is cut
off after a while; what it has found until then counts. All is written to a folder: ``report.md``,
``report.json`` and, with matplotlib, the curves.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks import plots
from tests.benchmarks.findings import SIZES, Curve, Figure, Findings, load, machine
from tests.conftest import REPOSITORY

NAMES = ("decode", "encoders", "indexing", "search", "library", "walk", "window", "atlas", "videos")
PEERS = "peers"
AT_MOST_S = 600
FAULT = "the status of its process; what it had found until then is told"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help=", ".join((*NAMES, PEERS)))
    parser.add_argument("--size", choices=SIZES, default="usual")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "artefacts" / "benchmarks")
    parser.add_argument("--at-most", type=float, default=AT_MOST_S, help="seconds for each")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    told: dict[str, Findings] = {}
    loads = {"before": load()}
    begun = time.time()
    with tempfile.TemporaryDirectory(prefix="clipdesk-") as folder:
        for name in options.names or NAMES:
            file = Path(folder) / f"{name}.json"
            command = [sys.executable, "-m", f"tests.benchmarks.{name}", "--size", options.size]
            sys.stderr.write(f"\n── {name}\n")
            start = time.monotonic()
            status = _run([*command, "--json", str(file)], options.at_most)
            loads[f"after {name}"] = load()
            found = json.loads(file.read_text("utf-8")) if file.exists() else None
            told[name] = Findings.from_json(found) if found else Findings()
            if status:
                told[name].add("it did not come to its end", status, "", note=FAULT)
            told[name].add("all of this took", time.monotonic() - start, "s")
    write(options.out, told, options.size, begun, loads)
    sys.stdout.write(f"{options.out / 'report.md'}\n")
    return 0


def _run(command: list[str], at_most: float) -> int:
    """The status that a process ends with; one that takes too long is ended, with its children."""
    with subprocess.Popen(command, cwd=REPOSITORY, start_new_session=True) as process:
        try:
            return process.wait(at_most)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return process.wait()


def write(
    folder: Path, told: dict[str, Findings], size: str, begun: float, loads: dict[str, str]
) -> None:
    """The report, for people and for programs."""
    when = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(begun))
    facts = {"when": when, "size": size, **machine()}
    data = {
        "facts": facts,
        "load": loads,
        "benchmarks": {name: found.to_json() for name, found in told.items()},
    }
    (folder / "report.json").write_text(json.dumps(data, indent=1), "utf-8")
    pictures = plots.draw([curve for found in told.values() for curve in found.curves], folder)
    lines = ["# What ClipDesk costs", ""]
    lines += [f"- {name}: {value}" for name, value in facts.items()]
    busy = ", ".join(f"{when} {how}" for when, how in loads.items())
    lines += [f"- processes that wanted a core (1, 5, 15 minutes): {busy}", ""]
    for name, found in told.items():
        lines += [f"## {name.capitalize()}", "", "| measure | value | must | aim | |"]
        lines.append("|---|--:|--:|--:|---|")
        lines += [_row(figure) for figure in found.figures]
        lines.append("")
        lines += [_picture(curve, pictures) for curve in found.curves]
    (folder / "report.md").write_text("\n".join(lines) + "\n", "utf-8")


def _row(figure: Figure) -> str:
    verdict = {"aim": "reaches the aim", "must": "reaches what it must"}.get(
        figure.verdict, figure.verdict
    )
    cells = [figure.what, f"{_number(figure.value)} {figure.unit}".strip()]
    cells += ["" if each is None else _number(each) for each in (figure.must, figure.aim)]
    return f"| {' | '.join([*cells, '; '.join(filter(None, (verdict, figure.note)))])} |"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _picture(curve: Curve, pictures: dict[str, str]) -> str:
    if curve.title in pictures:
        return f"![{curve.title}]({pictures[curve.title]})\n"
    rows = [
        f"{label}: " + ", ".join(f"{x:,.0f} → {_number(y)}" for x, y in points)
        for label, points in curve.lines.items()
    ]
    return f"{curve.title} ({curve.up} for {curve.across}): " + "; ".join(rows) + "\n"


if __name__ == "__main__":
    sys.exit(main())
