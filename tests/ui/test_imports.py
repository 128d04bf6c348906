"""What is imported beside Qt is only imported."""

import subprocess
import sys

IMPORT = """
import linecache
import PySide6.QtCore
from clipdesk import ui
import wave
print(wave.__file__ in linecache.cache)
"""


def test_pyside_does_not_read_the_source_of_what_is_imported() -> None:
    said = subprocess.check_output([sys.executable, "-c", IMPORT], text=True)
    assert said.strip() == "False"
