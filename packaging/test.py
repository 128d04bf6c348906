"""Set ClipDesk up for its tests, and pass them; arguments go to pytest.

    python3 packaging/test.py
    python3 packaging/test.py tests/ui -k drop

The checks of style, types and layers come first, pytest last. Screenshots that tests make are
kept in ``artefacts``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import environment
from system import say

CHECKS = (
    ("style", ["ruff", "check"]),
    ("format", ["ruff", "format", "--check"]),
    ("types", ["mypy"]),
    ("layers", ["lint-imports", "--no-logo"]),
)


def main() -> int:
    try:
        python = environment.ready(tests=True)
        os.chdir(environment.ROOT)
        failed = [name for name, command in CHECKS if not passes(name, python.parent, command)]
        if failed:
            say("These checks failed: " + ", ".join(failed) + ". The tests, all the same:")
        tests = subprocess.call([str(python), "-m", "pytest", *sys.argv[1:]])
    except KeyboardInterrupt:
        return 130
    return tests or bool(failed)


def passes(name: str, programs: Path, command: list[str]) -> bool:
    say(f"Checking {name}: {' '.join(command)}")
    done = subprocess.run(
        [str(programs / command[0]), *command[1:]],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        say(done.stdout.rstrip())
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
