"""Another program's window: what is dragged out of it is a picture, as a file or as data.

Run as ``python -m tests.story.giver file|data X Y PICTURE…``; tells ``ready``, ``dragging``,
and how each drag ended (``CopyAction``, ``IgnoreAction``).
"""

import sys

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDrag, QImage, QMouseEvent, QPixmap
from PySide6.QtWidgets import QApplication, QLabel

SIDE = 200


class Giver(QLabel):
    """The whole window is the picture; pressing and moving drags it."""

    def __init__(self, how: str, pictures: list[str]) -> None:
        super().__init__()
        self._how, self._pictures = how, pictures
        self._pressed = QPoint()
        self.setPixmap(QPixmap(pictures[0]).scaled(SIDE, SIDE))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        far = (event.position().toPoint() - self._pressed).manhattanLength()
        if far < QApplication.startDragDistance():
            return
        mime = QMimeData()
        if self._how == "file":
            mime.setUrls([QUrl.fromLocalFile(picture) for picture in self._pictures])
        else:
            mime.setImageData(QImage(self._pictures[0]))
        drag = QDrag(self)
        drag.setMimeData(mime)
        say("dragging")
        say(drag.exec(Qt.DropAction.CopyAction).name)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    how, x, y, *pictures = sys.argv[1:]
    application = QApplication([])
    giver = Giver(how, pictures)
    giver.setGeometry(int(x), int(y), SIDE, SIDE)
    giver.show()
    say("ready")
    sys.exit(application.exec())
