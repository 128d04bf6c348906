"""Another program's window: it takes whatever is dropped and tells what that was.

Run as ``python -m tests.story.taker X Y``; tells ``"ready"``, ``"over"``, and for each drop a
JSON object of its formats and URLs.
"""

import json
import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel

SIDE = 200


class Taker(QLabel):
    def __init__(self) -> None:
        super().__init__("Drop here")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        event.acceptProposedAction()
        say("over")

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        mime = event.mimeData()
        urls = bytes(mime.data("text/uri-list").data()).decode("ascii").split()
        say({"formats": mime.formats(), "urls": urls})


def say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    x, y = sys.argv[1:]
    application = QApplication([])
    taker = Taker()
    taker.setGeometry(int(x), int(y), SIDE, SIDE)
    taker.show()
    say("ready")
    sys.exit(application.exec())
