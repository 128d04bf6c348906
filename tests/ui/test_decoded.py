"""Encoded pictures as Qt's images, with Python left to the others."""

import sys
import threading
import time

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from clipdesk.ui.decoded import decoded
from tests.core.pictures.drawn import encoded, photo


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_read_in_the_size_that_is_wanted(kind: str) -> None:
    data = encoded(photo(300, 200), kind)
    assert decoded(data).size() == QSize(300, 200)
    assert decoded(data, lambda size: size / 4).size() == QSize(75, 50)
    assert decoded(data, lambda size: size).size() == QSize(300, 200)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_strip_stays_one_pixel_wide(kind: str) -> None:
    data = encoded(photo(3000, 1), kind)
    keep = Qt.AspectRatioMode.KeepAspectRatio
    assert decoded(data, lambda size: size.scaled(QSize(80, 80), keep)).size() == QSize(80, 1)


def test_what_is_none_is_null() -> None:
    assert decoded(b"").isNull()
    assert decoded(b"not a picture", lambda size: size / 2).isNull()


def test_the_window_goes_on_meanwhile() -> None:
    data = encoded(photo(2000, 1500), "JPEG")
    begun, made = threading.Event(), list[QImage]()

    def decode() -> None:
        begun.set()
        made.append(decoded(data, lambda size: size / 2))

    before = sys.getswitchinterval()
    sys.setswitchinterval(60)  # who has Python keeps it until it lets go
    try:
        thread = threading.Thread(target=decode)
        thread.start()
        begun.wait()
        turns = 0
        while not made:
            turns += 1
            time.sleep(0)
        thread.join()
    finally:
        sys.setswitchinterval(before)
    assert made[0].size() == QSize(1000, 750)
    assert turns > 10
