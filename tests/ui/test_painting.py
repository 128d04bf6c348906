"""What is painted is painted by the window's thread, and waits for no other."""

import subprocess
import sys

import pytest

PAINT = """
import os
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from clipdesk.app import make_application
application = make_application()
def threads():
    return len(os.listdir("/proc/self/task"))
image = QImage(800, 800, QImage.Format.Format_ARGB32_Premultiplied)
image.fill(0)
before = threads()
painter = QPainter(image)
painter.setRenderHint(QPainter.RenderHint.Antialiasing)
painter.setBrush(QColor(255, 0, 0, 99))
painter.drawRoundedRect(QRectF(image.rect()), 9, 9)
painter.end()
print(threads() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in Linux's way")
def test_no_other_thread_takes_part_in_painting() -> None:
    command = [sys.executable, "-c", PAINT]
    assert int(subprocess.check_output(command, text=True)) == 0
