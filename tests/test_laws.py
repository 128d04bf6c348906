"""The laws that import-linter can't see: what is loaded at run time, and what Qt may not be."""

import subprocess
import sys

from tests.conftest import REPOSITORY


def loaded_by(code: str) -> set[str]:
    """Run the code in a fresh Python; the top-level packages that are loaded afterwards."""
    # In a process of its own: pytest-qt has loaded Qt into this one.
    code += "\nimport sys; print(*sys.modules, sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in done.stdout.split()}


EVERY_MODULE_OF_CORE = """
import importlib, pkgutil, clipdesk.core
for module in pkgutil.walk_packages(clipdesk.core.__path__, "clipdesk.core."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""


def test_core_loads_no_qt() -> None:
    loaded = loaded_by(EVERY_MODULE_OF_CORE)
    assert {"clipdesk", "sqlite3", "numkong"} <= loaded  # it did load core
    assert not loaded & {"PySide6", "shiboken6"}


def test_core_loads_no_learning_library_before_it_is_needed() -> None:
    assert not loaded_by(EVERY_MODULE_OF_CORE) & {"torch", "open_clip", "timm", "huggingface_hub"}


def test_the_window_comes_up_without_models_databases_and_decoders() -> None:
    loaded = loaded_by("import clipdesk.ui.main_window")
    assert "PySide6" in loaded
    assert not loaded & {"torch", "sqlite3", "PIL", "numkong", "watchdog"}


def test_the_engine_is_loaded_when_the_window_is_there() -> None:
    loaded = loaded_by("import clipdesk.app")
    assert "PySide6" in loaded
    assert not loaded & {"numpy", "PIL", "numkong", "watchdog", "psutil", "torch", "openvino"}


def test_signals_keep_their_hands_off_true() -> None:
    # PySide6 6.12.0 on CPython 3.11 drops one reference to True per emit, and aborts in the end.
    code = """
import sys
from PySide6.QtCore import QObject, Signal
class Bell(QObject):
    rung = Signal(object)
bell = Bell()
bell.rung.connect(lambda value: None)
before = sys.getrefcount(True)
for _ in range(100):
    bell.rung.emit(None)
sys.exit(abs(sys.getrefcount(True) - before) > 10)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
