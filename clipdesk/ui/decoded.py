"""Encoded pictures as Qt's images, in whichever thread asks; the window goes on meanwhile."""

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QImage, QImageReader

Sized = Callable[[QSize], QSize]
"""From the size that a picture was written in to the one that is wanted."""


def decoded(data: bytes, sized: Sized | None = None) -> QImage:
    """The picture, upright and of the size that is wanted; null where it can't be read.

    It is made smaller while it is read, which spares JPEG most of the work. And PySide lets go of
    Python in `QImageReader.read` only: `QImage.fromData` and `QImage.scaled` would hold up the
    window for as long as they take.
    """
    held = QByteArray(data)
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if sized and size.isValid():
        wanted = sized(size).expandedTo(QSize(1, 1))  # a strip made small has no width left
        if wanted != size:
            reader.setScaledSize(wanted)
    return reader.read()
