"""The recipe's modules are scripts of one folder: that folder goes on the path for its tests."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RECIPE = ROOT / "packaging" / "starter"


@pytest.fixture(autouse=True)
def recipe(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The recipe's folder, first on the path; its modules are forgotten afterwards."""
    monkeypatch.syspath_prepend(str(RECIPE))
    before = set(sys.modules)
    yield RECIPE
    for name in set(sys.modules) - before:
        origin = getattr(sys.modules[name], "__file__", None)
        if origin and Path(origin).parent == RECIPE:
            del sys.modules[name]
