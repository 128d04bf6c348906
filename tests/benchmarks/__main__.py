"""All benchmarks: ``python -m tests.benchmarks [NAME…] [--size quick|usual|full] [--out FOLDER]``.

Each runs in a process of its own (``python -m tests.benchmarks.NAME`` runs one alone), and is cut
off after a while; what it has found until then counts. So is the whole: what there is no time left
for is named. The report is written after each, so that it is there whenever one stops: a folder
with ``report.md``, ``report.json`` and, with matplotlib, the curves.
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
from tests.benchmarks.findings import SIZES, Findings, load, machine, stolen
from tests.benchmarks.page import page
from tests.conftest import REPOSITORY

NAMES = (
    "decode",
    "encoders",
    "indexing",
    "search",
    "library",
    "walk",
    "window",
    "choosing",
    "atlas",
    "videos",
    "families",
)
PEERS = "peers"
AT_MOST_S = {"quick": 120, "usual": 300, "full": 900}
IN_ALL_S = {"quick": 600, "usual": 1800, "full": 5400}
FAULT = "the status of its process; what it had found until then is told"
NO_TIME = "not begun, no time was left"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help=", ".join((*NAMES, PEERS)))
    parser.add_argument("--size", choices=SIZES, default="usual")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "artefacts" / "benchmarks")
    parser.add_argument("--at-most", type=float, help="seconds for each")
    parser.add_argument("--in-all", type=float, help="seconds for all of them")
    options = parser.parse_args()
    names = options.names or NAMES
    at_most = options.at_most or AT_MOST_S[options.size]
    in_all = options.in_all or max(IN_ALL_S[options.size], options.at_most or 0)
    options.out.mkdir(parents=True, exist_ok=True)
    report = Report(options.out, options.size)
    for number, name in enumerate(names, 1):
        left = in_all - report.seconds
        if left < 1:
            report.told[name] = Findings()
            report.told[name].add(NO_TIME, 0, "")
            continue
        sys.stderr.write(
            f"\n── {name} ({number} of {len(names)}; {report.seconds / 60:.0f} minutes so far, "
            f"at most {min(at_most, left) / 60:.0f} for this, {left / 60:.0f} in all)\n"
        )
        try:
            report.run(name, min(at_most, left))
        except KeyboardInterrupt:
            sys.stderr.write("\nstopped; the report tells what was found\n")
            break
        finally:
            report.write()
    report.write()
    sys.stdout.write(f"{options.out / 'report.md'}\n")
    return 0


class Report:
    """What was found until now, and the files that tell it."""

    def __init__(self, folder: Path, size: str) -> None:
        self._folder, self._size = folder, size
        self._begun, self._started = time.time(), time.monotonic()
        self.told: dict[str, Findings] = {}
        self._stolen = stolen()
        self._loads = {"before": load()}

    @property
    def seconds(self) -> float:
        """Since it was begun."""
        return time.monotonic() - self._started

    def run(self, name: str, at_most: float) -> None:
        """Let a benchmark find what it finds in this time."""
        with tempfile.TemporaryDirectory(prefix="clipdesk-") as folder:
            file = Path(folder) / f"{name}.json"
            command = [sys.executable, "-m", f"tests.benchmarks.{name}", "--size", self._size]
            start, status = time.monotonic(), -signal.SIGINT
            try:
                status = run([*command, "--json", str(file)], at_most)
            finally:
                self._loads[f"after {name}"] = load()
                found = json.loads(file.read_text("utf-8")) if file.exists() else None
                self.told[name] = told = Findings.from_json(found) if found else Findings()
                if status:
                    told.add("it did not come to its end", status, "", note=FAULT)
                told.add("all of this took", time.monotonic() - start, "s")

    def write(self) -> None:
        """Tell it, to people and to programs."""
        share = (stolen() - self._stolen) / max(0.1, self.seconds * (os.cpu_count() or 1))
        when = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(self._begun))
        facts = {"when": when, "size": self._size, **machine()}
        facts["taken away by the machine's host"] = f"{share:.1%} of the time"
        write(self._folder, self.told, facts, self._loads)


def run(command: list[str], at_most: float) -> int:
    """The status that a process ends with; one that takes too long is ended, with its children."""
    with subprocess.Popen(command, cwd=REPOSITORY, start_new_session=True) as process:
        try:
            return process.wait(at_most)
        except BaseException as stopped:
            os.killpg(process.pid, signal.SIGKILL)
            if isinstance(stopped, subprocess.TimeoutExpired):
                return process.wait()
            raise


def write(
    folder: Path, told: dict[str, Findings], facts: dict[str, str], loads: dict[str, str]
) -> None:
    """The report, for people and for programs."""
    data = {
        "facts": facts,
        "load": loads,
        "benchmarks": {name: found.to_json() for name, found in told.items()},
    }
    (folder / "report.json").write_text(json.dumps(data, indent=1), "utf-8")
    pictures = plots.draw([curve for found in told.values() for curve in found.curves], folder)
    (folder / "report.md").write_text(page(told, facts, loads, pictures), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
