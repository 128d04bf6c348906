"""The set-up commands: readable by old Pythons, pinned to the last library."""

import ast
import re
import tomllib

import pytest

from tests.conftest import REPOSITORY

PACKAGING = REPOSITORY / "packaging"


def named(requirement: str) -> str:
    name = re.match(r"[\w.-]+", requirement)
    assert name
    return re.sub(r"[-_.]+", "-", name[0]).lower()


@pytest.mark.parametrize("name", ["run", "test", "environment", "system"])
def test_an_old_python_can_read_it_and_say_that_it_is_old(name: str) -> None:
    source = (PACKAGING / f"{name}.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 8))
    assert "from __future__ import annotations" in source


def test_every_library_is_pinned() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    lines = (PACKAGING / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all("==" in pin for pin in pins)
    assert {named(requirement) for requirement in wanted} <= {named(pin) for pin in pins}
    # It drops a reference to True at every signal on CPython 3.11.
    assert "pyside6-essentials==6.12.0" not in pins
