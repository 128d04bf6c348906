"""Prints what the faults have cost, and keeps it."""

from functools import partial

import pytest

from clipdesk.core.folders import Probe
from tests.faults.ledger import FULL, ROWS, SURVIVED, record, table

_seen = 0


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a taste of it, a share need not be silent for long to be taken for gone."""
    if not FULL:
        probe = partial(Probe, interval_seconds=1.0, timeout_seconds=2.5)
        monkeypatch.setattr("clipdesk.core.sync.Probe", probe)
        monkeypatch.setattr("clipdesk.core.sync._CHECK_S", 1.0)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    global _seen  # noqa: PLW0603 - pytest's hooks have nothing else to remember by
    if report.when == "call":
        if report.passed:
            SURVIVED.extend(ROWS[_seen:])
        _seen = len(ROWS)
        if FULL:
            record()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if ROWS:
        terminalreporter.section("faults survived")
        for line in table():
            terminalreporter.write_line(line)
