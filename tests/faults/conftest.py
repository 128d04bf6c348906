"""Prints what the faults have cost."""

import pytest

from tests.faults.ledger import ROWS, table


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if ROWS:
        terminalreporter.section("faults survived")
        for line in table():
            terminalreporter.write_line(line)
