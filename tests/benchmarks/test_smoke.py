"""The benchmarks still run, and find what they look for; how fast is nobody's business here."""

import importlib
import json
import sys
from pathlib import Path

import pytest

from tests.benchmarks import __main__ as suite
from tests.benchmarks.findings import Curve, Figure, Findings, Table
from tests.benchmarks.screen import BEAT_MS, _beat
from tests.benchmarks.stalls import Stalls

EACH = ("atlas", "decode", "library", "walk", "search", "videos")


@pytest.mark.parametrize("name", EACH)
def test_each_finds_something(name: str) -> None:
    found = importlib.import_module(f"tests.benchmarks.{name}").measure("quick")
    assert len(found.figures) >= 4
    assert all(figure.value >= 0 for figure in found.figures)
    for figure in found.figures:
        if "recall" in figure.what:
            assert figure.value >= 0.99, figure


def test_one_that_hangs_is_cut_off() -> None:
    assert suite.run([sys.executable, "-c", "import time; time.sleep(600)"], 0.1) != 0
    assert suite.run([sys.executable, "-c", ""], 300) == 0


def test_what_there_is_no_time_for_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ["benchmarks", "decode", "walk", "--out", str(tmp_path), "--in-all", "0.5"]
    monkeypatch.setattr(sys, "argv", arguments)
    assert suite.main() == 0
    report = (tmp_path / "report.md").read_text("utf-8")
    assert report.count(suite.NO_TIME) == 2


def test_who_stops_it_is_told_what_was_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(command: list[str], at_most: float) -> int:
        if "tests.benchmarks.walk" in command:
            raise KeyboardInterrupt
        Path(command[-1]).write_text(json.dumps(Findings([Figure("a", 3, "ms")]).to_json()))
        return 0

    monkeypatch.setattr(suite, "run", run)
    arguments = ["benchmarks", "decode", "walk", "videos", "--out", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", arguments)
    assert suite.main() == 0
    report = (tmp_path / "report.md").read_text("utf-8")
    assert "| a | 3 ms |" in report
    assert "## Walk" in report
    assert "## Videos" not in report


def test_what_was_found_before_a_fault_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Findings, "kept", tmp_path / "found.json")
    Findings().add("a", 3.0, "ms")
    again = Findings.from_json(json.loads((tmp_path / "found.json").read_text("utf-8")))
    assert again.figures == [Figure("a", 3.0, "ms")]


def test_what_the_machine_stood_still_is_not_the_windows_own() -> None:
    stalls = Stalls({0: [(1.00, 1.02), (1.05, 1.08)], 1: [(1.0, 2.0)]})
    assert stalls.within(0, 1.01, 1.06) == pytest.approx(0.02)
    assert stalls.within(0, 1.02, 1.05) == 0
    assert stalls.within(7, 0, 9) == 0
    away = 0.1 + BEAT_MS / 1000
    beat = _beat(stalls, (1.0, 1.0 + away, 0.07, 0.01, 0))  # 50 of 70 ms of it stood still
    assert beat == pytest.approx((100, 20, 40, 50))
    asleep = _beat(stalls, (1.0, 1.0 + away, 0.001, 0.09, 1))
    assert asleep.own == asleep.held == 0


def test_the_report_tells_all_of_it(tmp_path: Path) -> None:
    found = Findings(
        [Figure("a", 3.0, "ms", must=5, aim=2), Figure("b", 9.0, "ms", must=5, note="why")],
        [Curve("growth", "pictures", "ms", {"p50": [(10.0, 1.0), (100.0, 2.0)]})],
        [Table("forms", ("model", "by"), [["RN50", "int8"]])],
    )
    again = Findings.from_json(json.loads(json.dumps(found.to_json())))
    suite.write(tmp_path, {"search": again}, suite.machine(), {"before": "0.1"})
    report = (tmp_path / "report.md").read_text("utf-8")
    assert "| a | 3 ms | 5 | 2 | reaches what it must |" in report
    assert "| b | 9 ms | 5 |  | missed; why |" in report
    assert "growth" in report
    assert "| RN50 | int8 |" in report
    assert "Of 2 figures that have a bound 1 keep it." in report
    assert "missed: search, b: 9 ms, must be 5" in report
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["facts"]["processor"]
